// Arithmetic and rounding, element by element.
include "mimo/IR/MimoBase.td"

def Mimo_NegOp  : Mimo_Unary<"neg",  [{ -x }],      [{ -g }]>;
def Mimo_AbsOp  : Mimo_Unary<"abs",  [{ abs(x) }],  [{ g * sign(x) }]>;
// The derivative of sign is 0 almost everywhere.
def Mimo_SignOp : Mimo_Unary<"sign", [{ select(x > 0.0, 1.0, select(x < 0.0, -1.0, x)) }], [{ zerosLike(x) }]>;
def Mimo_SquareOp     : Mimo_Unary<"square",     [{ x * x }],         [{ g * (x + x) }]>;
def Mimo_SqrtOp       : Mimo_Unary<"sqrt",       [{ sqrt(x) }],       [{ g / (out + out) }]>;
def Mimo_RsqrtOp      : Mimo_Unary<"rsqrt",      [{ 1.0 / sqrt(x) }], [{ g * -0.5 * out * out * out }]>;
def Mimo_ReciprocalOp : Mimo_Unary<"reciprocal", [{ 1.0 / x }],       [{ -(g * out * out) }]>;

def Mimo_AddOp : Mimo_Binary<"add", [{ x + y }], [{ g }],     [{ g }]>;
def Mimo_SubOp : Mimo_Binary<"sub", [{ x - y }], [{ g }],     [{ -g }]>;
def Mimo_MulOp : Mimo_Binary<"mul", [{ x * y }], [{ g * y }], [{ g * x }]>;
def Mimo_DivOp : Mimo_Binary<"div", [{ x / y }], [{ g / y }], [{ -(g * out / y) }]>;

// The one that was chosen has the gradient, and each half of it where both are equal, as in PyTorch. NaN is chosen first.
def Mimo_MaximumOp : Mimo_Binary<"maximum", [{ maximum(x, y) }], [{ shareOf(g, x, y, x < y) }], [{ shareOf(g, x, y, y < x) }]>;
def Mimo_MinimumOp : Mimo_Binary<"minimum", [{ minimum(x, y) }], [{ shareOf(g, x, y, y < x) }], [{ shareOf(g, x, y, x < y) }]>;

def Mimo_ClampOp : Mimo_Unary<"clamp", [{ clampScalar(x, getMin(), getMax()) }], [{ clampVjp(g, x, getMin(), getMax()) }],
    [{ {{"x", FormalKind::Tensor}, {"min", FormalKind::Number, {}, /*optional=*/true},
        {"max", FormalKind::Number, {}, /*optional=*/true}} }]> {
  let summary = "x within [min, max], either of which may be left out; the gradient passes at the bounds too";
  let arguments = (ins Mimo_Tensor:$x, OptionalAttr<F64Attr>:$min, OptionalAttr<F64Attr>:$max);
  let hasVerifier = 1;
}

// Not differentiable, so that nothing behind it depends on a parameter.
def Mimo_DetachOp : Mimo_Elementwise<"detach", bindUnary, [{ x }], unaryFormals> {
  let summary = "x, a constant for gradients";
  let arguments = (ins Mimo_Tensor:$x);
  let assemblyFormat = "$x attr-dict `:` type($x)";
  let extraClassDefinition = definitions # [{
    ::llvm::LogicalResult $cppClass::inferReturnTypes(::mlir::MLIRContext *, std::optional<::mlir::Location> loc,
        $cppClass::Adaptor op, ::llvm::SmallVectorImpl<::mlir::Type> &types) {
      return inferFloatUnary(loc, "detach", op.getX(), types);
    }
  }];
}

// Steps: their derivative is 0 where there is one.
def Mimo_FloorOp : Mimo_Unary<"floor", [{ floor(x) }],     [{ zerosLike(x) }]>;
def Mimo_CeilOp  : Mimo_Unary<"ceil",  [{ ceil(x) }],      [{ zerosLike(x) }]>;
def Mimo_TruncOp : Mimo_Unary<"trunc", [{ trunc(x) }],     [{ zerosLike(x) }]>;
// Halves go to the even neighbour, as in IEEE 754 and PyTorch.
def Mimo_RoundOp : Mimo_Unary<"round", [{ roundEven(x) }], [{ zerosLike(x) }]>;

// x ** n for a compile-time exponent: repeated squaring for small whole n, roots for halves, else C's pow.
def Mimo_PowOp : Mimo_Unary<"pow", [{ power(x, getExponent().convertToDouble()) }],
                            [{ powerVjp(g, x, getExponent().convertToDouble()) }],
                            [{ {{"x", FormalKind::Tensor}, {"exponent", FormalKind::Tensor}} }],
                            ["buildFromCall"]> {
  let arguments = (ins Mimo_Tensor:$x, F64Attr:$exponent);
}

// x ** y for tensors; `pow` is how the language calls it.
def Mimo_PowerOp : Mimo_PureOp<"power", [Mimo_Differentiable]> {
  let summary = "x ** y with broadcasting, C's pow: pow(x, 0) = 1, NaN for x < 0 where y is no whole number";
  let arguments = (ins Mimo_Tensor:$x, Mimo_Tensor:$y);
  let assemblyFormat = "$x `,` $y attr-dict `:` type($x) `,` type($y)";
}
