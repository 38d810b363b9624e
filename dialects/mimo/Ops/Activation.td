// Activations, with PyTorch's definitions and gradients. NaN passes through; at infinity they have their limits, where
// PyTorch's formulas give inf * 0.
include "mimo/IR/MimoBase.td"

// One compile-time number.
class Mimo_Unary1<string mnemonic, string name, string fallback, code compute, code vjp>
    : Mimo_Unary<mnemonic, compute, vjp, "{{\"x\", FormalKind::Tensor}, {\"" # name # "\", FormalKind::Number, " # fallback # "}}"> {
  let arguments = !con((ins Mimo_Tensor:$x), !dag(ins, [F64Attr], [name]));
}
class Mimo_Unary2<string mnemonic, string name1, string fallback1, string name2, string fallback2, code compute, code vjp>
    : Mimo_Unary<mnemonic, compute, vjp,
                 "{{\"x\", FormalKind::Tensor}, {\"" # name1 # "\", FormalKind::Number, " # fallback1 # "}, {\"" #
                     name2 # "\", FormalKind::Number, " # fallback2 # "}}"> {
  let arguments = !con((ins Mimo_Tensor:$x), !dag(ins, [F64Attr, F64Attr], [name1, name2]));
}

//===- Of pieces ---------------------------------------------------------------------------------------------------===//

// The derivative at 0 is 0, as in PyTorch.
def Mimo_ReluOp : Mimo_Unary<"relu", [{ select(x < 0.0, 0.0, x) }], [{ select(out <= 0.0, 0.0, g) }]>;
def Mimo_Relu6Op : Mimo_Unary<"relu6", [{ clamp(x, 0, 6) }], [{ insideOf(g, x, 0, 6) }]>;
def Mimo_HardtanhOp : Mimo_Unary2<"hardtanh", "min_val", "-1.0", "max_val", "1.0",
                                  [{ clamp(x, getMinVal().convertToDouble(), getMaxVal().convertToDouble()) }],
                                  [{ insideOf(g, x, getMinVal().convertToDouble(), getMaxVal().convertToDouble()) }]> {
  let hasVerifier = 1;
}
def Mimo_LeakyReluOp : Mimo_Unary1<"leaky_relu", "slope", "0.01", [{ select(x > 0.0, x, x * getSlope().convertToDouble()) }],
                                   [{ select(x > 0.0, g, g * getSlope().convertToDouble()) }]>;
def Mimo_ThresholdOp : Mimo_Unary<"threshold",
    [{ select(x <= getThreshold().convertToDouble(), getValue().convertToDouble(), x) }],
    [{ select(x <= getThreshold().convertToDouble(), 0.0, g) }],
    [{ {{"x", FormalKind::Tensor}, {"threshold", FormalKind::Number}, {"value", FormalKind::Number}} }]> {
  let arguments = (ins Mimo_Tensor:$x, F64Attr:$threshold, F64Attr:$value);
}
// relu6(x + 3) / 6, and x times that.
def Mimo_HardsigmoidOp : Mimo_Unary<"hardsigmoid", [{ clamp(x + 3.0, 0, 6) / 6.0 }],
                                    [{ select(x > -3.0, select(x < 3.0, g / 6.0, 0.0), 0.0) }]>;
def Mimo_HardswishOp : Mimo_Unary<"hardswish", [{ select(x <= -3.0, 0.0, select(x >= 3.0, x, x * (x + 3.0) / 6.0)) }],
                                  [{ select(x <= -3.0, 0.0, select(x < 3.0, g * (x / 3.0 + 0.5), g)) }]>;
// Nothing within [-lambd, lambd]; beyond it x, or what is beyond it.
def Mimo_HardshrinkOp : Mimo_Unary1<"hardshrink", "lambd", "0.5", [{ select(isWithin(x, getLambd().convertToDouble()), 0.0, x) }],
                                    [{ select(abs(x) <= getLambd().convertToDouble(), 0.0, g) }]>;
def Mimo_SoftshrinkOp : Mimo_Unary1<"softshrink", "lambd", "0.5", [{ softshrink(x, getLambd().convertToDouble()) }],
                                    [{ select(abs(x) <= getLambd().convertToDouble(), 0.0, g) }]> {
  let hasVerifier = 1;
}

//===- Exponential below 0 -------------------------------------------------------------------------------------===//

// elu(x) = x for x > 0, alpha (e^x - 1) otherwise, so its derivative there is elu(x) + alpha.
def Mimo_EluOp : Mimo_Unary1<"elu", "alpha", "1.0", [{ select(x > 0.0, x, expm1(x) * getAlpha().convertToDouble()) }],
                             [{ select(x > 0.0, g, g * (out + getAlpha().convertToDouble())) }]>;
// celu(x) = alpha (e^(x / alpha) - 1) for x <= 0: its derivative is continuous for every alpha.
def Mimo_CeluOp : Mimo_Unary1<"celu", "alpha", "1.0",
    [{ select(x > 0.0, x, expm1(x / getAlpha().convertToDouble()) * getAlpha().convertToDouble()) }],
    [{ select(x > 0.0, g, g * exp(x / getAlpha().convertToDouble())) }]> {
  let hasVerifier = 1;
}
// Klambauer et al. 2017: s x for x > 0, s alpha (e^x - 1) otherwise.
def Mimo_SeluOp : Mimo_Unary<"selu", [{ select(x > 0.0, x, expm1(x) * kSeluAlpha) * kSeluScale }],
                             [{ g * select(x > 0.0, x.constant(kSeluScale), exp(x) * (kSeluScale * kSeluAlpha)) }]>;

//===- Smooth --------------------------------------------------------------------------------------------------------===//

def Mimo_SigmoidOp : Mimo_Unary<"sigmoid", [{ 1.0 / (1.0 + exp(-x)) }],      [{ g * out * (1.0 - out) }]>;
def Mimo_TanhOp    : Mimo_Unary<"tanh",    [{ tanh(x) }],                    [{ g - g * out * out }]>;
def Mimo_TanhshrinkOp : Mimo_Unary<"tanhshrink", [{ tanhshrink(x) }],        [{ tanhshrinkVjp(g, x) }]>;
def Mimo_LogSigmoidOp : Mimo_Unary<"logsigmoid", [{ minimum(x, 0.0) - log1p(exp(-abs(x))) }], [{ g * sigmoid(-x) }]>;
def Mimo_SoftsignOp : Mimo_Unary<"softsign", [{ softsign(x) }],              [{ g / square(abs(x) + 1.0) }]>;

// log(1 + e^(beta x)) / beta, and x where beta x is above the threshold.
def Mimo_SoftplusOp : Mimo_Unary2<"softplus", "beta", "1.0", "threshold", "20.0",
    [{ softplus(x, getBeta().convertToDouble(), getThreshold().convertToDouble()) }],
    [{ softplusVjp(g, x, getBeta().convertToDouble(), getThreshold().convertToDouble()) }]> {
  let hasVerifier = 1;
}
// x sigmoid(x)
def Mimo_SiluOp : Mimo_Unary<"silu", [{ silu(x) }], [{ siluVjp(g, x) }]>;
// x tanh(softplus(x)) [Misra 2019]
def Mimo_MishOp : Mimo_Unary<"mish", [{ mish(x) }], [{ mishVjp(g, x) }]>;
// x times the normal distribution function [Hendrycks and Gimpel 2016], or its approximation by tanh.
def Mimo_GeluOp : Mimo_Unary<"gelu", [{ gelu(x, getApproximate() == "tanh") }], [{ geluVjp(g, x, getApproximate() == "tanh") }],
    [{ {{"x", FormalKind::Tensor}, {"approximate", FormalKind::Word, std::string("none"), false, {"none", "tanh"}}} }]> {
  let arguments = (ins Mimo_Tensor:$x, StrAttr:$approximate);
  let hasVerifier = 1;
}

//===- With a weight -----------------------------------------------------------------------------------------------===//

def Mimo_PreluOp : Mimo_PureOp<"prelu", [DeclareOpInterfaceMethods<FromSource, ["buildFromCall"]>, Mimo_Differentiable]> {
  let summary = "x where positive, weight * x elsewhere; one weight, or one for each channel (dimension 1)";
  let arguments = (ins Mimo_Tensor:$x, Mimo_Tensor:$weight);
  let assemblyFormat = "$x `,` $weight attr-dict `:` type($x) `,` type($weight)";
}
