// Arithmetic and activations, element by element.
include "mimo/IR/MimoBase.td"

def Mimo_NegOp  : Mimo_Unary<"neg",  [{ -x }],      [{ -g }]>;
def Mimo_AbsOp  : Mimo_Unary<"abs",  [{ abs(x) }],  [{ g * sign(x) }]>;
// The derivative of sign is 0 almost everywhere.
def Mimo_SignOp : Mimo_Unary<"sign", [{ select(x > 0.0, 1.0, select(x < 0.0, -1.0, x)) }], [{ g * 0.0 }]>;
def Mimo_ExpOp  : Mimo_Unary<"exp",  [{ exp(x) }],  [{ g * out }]>;
def Mimo_LogOp  : Mimo_Unary<"log",  [{ log(x) }],  [{ g / x }]>;
def Mimo_SqrtOp : Mimo_Unary<"sqrt", [{ sqrt(x) }], [{ g / (out + out) }]>;

// NaN passes through; the derivative at 0 is 0, as in PyTorch.
def Mimo_ReluOp    : Mimo_Unary<"relu",    [{ select(x < 0.0, 0.0, x) }],  [{ select(out <= 0.0, 0.0, g) }]>;
def Mimo_SigmoidOp : Mimo_Unary<"sigmoid", [{ 1.0 / (1.0 + exp(-x)) }],    [{ g * out * (1.0 - out) }]>;
def Mimo_TanhOp    : Mimo_Unary<"tanh",    [{ tanh(x) }],                  [{ g - g * out * out }]>;

// elu(x) = x for x > 0, alpha (e^x - 1) otherwise, so its derivative there is elu(x) + alpha.
def Mimo_EluOp : Mimo_Unary<"elu", [{ select(x > 0.0, x, expm1(x) * getAlpha().convertToDouble()) }],
                            [{ select(x > 0.0, g, g * (out + getAlpha().convertToDouble())) }],
                            [{ {{"x", FormalKind::Tensor}, {"alpha", FormalKind::Number, 1.0}} }]> {
  let arguments = (ins Mimo_Tensor:$x, F64Attr:$alpha);
}

def Mimo_AddOp : Mimo_Binary<"add", [{ x + y }], [{ g }],     [{ g }]>;
def Mimo_SubOp : Mimo_Binary<"sub", [{ x - y }], [{ g }],     [{ -g }]>;
def Mimo_MulOp : Mimo_Binary<"mul", [{ x * y }], [{ g * y }], [{ g * x }]>;
def Mimo_DivOp : Mimo_Binary<"div", [{ x / y }], [{ g / y }], [{ -(g * out / y) }]>;

// x ** n for a compile-time exponent: repeated squaring for small whole n, exp(n log |x|) with the sign for large ones,
// else exp(n log x), whose value is NaN for x < 0 as in C's pow.
def Mimo_PowOp : Mimo_Unary<"pow", [{ power(x, getExponent().convertToDouble()) }],
                            [{ powerVjp(g, x, getExponent().convertToDouble()) }],
                            [{ {{"x", FormalKind::Tensor}, {"exponent", FormalKind::Number}} }]> {
  let arguments = (ins Mimo_Tensor:$x, F64Attr:$exponent);
}
