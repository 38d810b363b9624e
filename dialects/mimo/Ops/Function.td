// The elementary functions of analysis, element by element. In f32 they are polynomials (lib/VectorToLLVM); docs/accuracy.md
// says how exact each is. The gradients are written so that no intermediate value overflows or cancels before the result does.
include "mimo/IR/MimoBase.td"

def Mimo_ExpOp   : Mimo_Unary<"exp",   [{ exp(x) }],   [{ g * out }]>;
def Mimo_Exp2Op  : Mimo_Unary<"exp2",  [{ exp2(x) }],  [{ g * exp2Slope(x, out) }]>;
def Mimo_ExpM1Op : Mimo_Unary<"expm1", [{ expm1(x) }], [{ g * exp(x) }]>; // out + 1 would cancel
def Mimo_LogOp   : Mimo_Unary<"log",   [{ log(x) }],   [{ g / x }]>;
def Mimo_Log2Op  : Mimo_Unary<"log2",  [{ log2(x) }],  [{ g * M_LOG2E / x }]>;
def Mimo_Log10Op : Mimo_Unary<"log10", [{ log10(x) }], [{ g * M_LOG10E / x }]>;
def Mimo_Log1pOp : Mimo_Unary<"log1p", [{ log1p(x) }], [{ g / (x + 1.0) }]>;

// The reduction to a quarter turn is exact for every float, however large.
def Mimo_SinOp : Mimo_Unary<"sin", [{ sin(x) }], [{ g * cos(x) }]>;
def Mimo_CosOp : Mimo_Unary<"cos", [{ cos(x) }], [{ -(g * sin(x)) }]>;
def Mimo_TanOp : Mimo_Unary<"tan", [{ tan(x) }], [{ g * (out * out + 1.0) }]>;
def Mimo_AsinOp : Mimo_Unary<"asin", [{ asin(x) }], [{ g / sqrt((1.0 - x) * (x + 1.0)) }]>;
def Mimo_AcosOp : Mimo_Unary<"acos", [{ acos(x) }], [{ -(g / sqrt((1.0 - x) * (x + 1.0))) }]>;
def Mimo_AtanOp : Mimo_Unary<"atan", [{ atan(x) }], [{ g / (x * x + 1.0) }]>;

def Mimo_SinhOp  : Mimo_Unary<"sinh",  [{ sinh(x) }],  [{ g * cosh(x) }]>;
def Mimo_CoshOp  : Mimo_Unary<"cosh",  [{ cosh(x) }],  [{ g * sinh(x) }]>;
// sqrt(x^2 + 1) = |x| long before x^2 overflows.
def Mimo_AsinhOp : Mimo_Unary<"asinh", [{ asinh(x) }], [{ g / select(abs(x) > 1e9, abs(x), sqrt(x * x + 1.0)) }]>;
def Mimo_AcoshOp : Mimo_Unary<"acosh", [{ acosh(x) }], [{ g / (sqrt(x - 1.0) * sqrt(x + 1.0)) }]>;
def Mimo_AtanhOp : Mimo_Unary<"atanh", [{ atanh(x) }], [{ g / ((1.0 - x) * (x + 1.0)) }]>;

// d erf(x) = 2 / sqrt(pi) e^(-x^2)
def Mimo_ErfOp  : Mimo_Unary<"erf",  [{ erf(x) }],  [{ g * exp(-(x * x)) * M_2_SQRTPI }]>;
def Mimo_ErfcOp : Mimo_Unary<"erfc", [{ erfc(x) }], [{ g * exp(-(x * x)) * -M_2_SQRTPI }]>;
