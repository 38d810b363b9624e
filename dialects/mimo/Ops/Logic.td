// Comparisons, logic and selection. Their results carry no gradient; select passes it to the side that was chosen.
include "mimo/IR/MimoBase.td"

class Mimo_Comparison<string mnemonic, code compute> : Mimo_Elementwise<mnemonic, bindBinary, compute, binaryFormals> {
  let arguments = (ins Mimo_Tensor:$x, Mimo_Tensor:$y);
  let assemblyFormat = "$x `,` $y attr-dict `:` type($x) `,` type($y)";
  let extraClassDefinition = definitions # [{
    ::llvm::LogicalResult $cppClass::inferReturnTypes(::mlir::MLIRContext *, std::optional<::mlir::Location> loc,
        $cppClass::Adaptor op, ::llvm::SmallVectorImpl<::mlir::Type> &types) {
      return inferComparison(loc, "}] # mnemonic # [{", op.getX(), op.getY(), types);
    }
  }];
}
def Mimo_EqOp : Mimo_Comparison<"eq", [{ equal(x, y) }]>;
def Mimo_NeOp : Mimo_Comparison<"ne", [{ notEqual(x, y) }]>;
def Mimo_LtOp : Mimo_Comparison<"lt", [{ x < y }]>;
def Mimo_LeOp : Mimo_Comparison<"le", [{ x <= y }]>;
def Mimo_GtOp : Mimo_Comparison<"gt", [{ x > y }]>;
def Mimo_GeOp : Mimo_Comparison<"ge", [{ x >= y }]>;

class Mimo_BooleanBinary<string mnemonic, code compute> : Mimo_Elementwise<mnemonic, bindBinary, compute, binaryFormals> {
  let arguments = (ins Mimo_Tensor:$x, Mimo_Tensor:$y);
  let assemblyFormat = "$x `,` $y attr-dict `:` type($x) `,` type($y)";
  let extraClassDefinition = definitions # [{
    ::llvm::LogicalResult $cppClass::inferReturnTypes(::mlir::MLIRContext *, std::optional<::mlir::Location> loc,
        $cppClass::Adaptor op, ::llvm::SmallVectorImpl<::mlir::Type> &types) {
      return inferBoolean(loc, "}] # mnemonic # [{", op.getOperands(), types);
    }
  }];
}
def Mimo_AndOp : Mimo_BooleanBinary<"and", [{ logicalAnd(x, y) }]>;
def Mimo_OrOp  : Mimo_BooleanBinary<"or",  [{ logicalOr(x, y) }]>;

def Mimo_NotOp : Mimo_Elementwise<"not", bindUnary, [{ logicalNot(x) }], unaryFormals> {
  let arguments = (ins Mimo_Tensor:$x);
  let assemblyFormat = "$x attr-dict `:` type($x)";
  let extraClassDefinition = definitions # [{
    ::llvm::LogicalResult $cppClass::inferReturnTypes(::mlir::MLIRContext *, std::optional<::mlir::Location> loc,
        $cppClass::Adaptor op, ::llvm::SmallVectorImpl<::mlir::Type> &types) {
      return inferBoolean(loc, "not", op.getOperands(), types);
    }
  }];
}

class Mimo_FloatTest<string mnemonic, code compute> : Mimo_Elementwise<mnemonic, bindUnary, compute, unaryFormals> {
  let arguments = (ins Mimo_Tensor:$x);
  let assemblyFormat = "$x attr-dict `:` type($x)";
  let extraClassDefinition = definitions # [{
    ::llvm::LogicalResult $cppClass::inferReturnTypes(::mlir::MLIRContext *, std::optional<::mlir::Location> loc,
        $cppClass::Adaptor op, ::llvm::SmallVectorImpl<::mlir::Type> &types) {
      return inferFloatTest(loc, "}] # mnemonic # [{", op.getX(), types);
    }
  }];
}
def Mimo_IsNanOp    : Mimo_FloatTest<"isnan",    [{ notEqual(x, x) }]>;
def Mimo_IsInfOp    : Mimo_FloatTest<"isinf",    [{ equal(abs(x), x.constant(INFINITY)) }]>;
def Mimo_IsFiniteOp : Mimo_FloatTest<"isfinite", [{ abs(x) < INFINITY }]>;

def Mimo_SelectOp : Mimo_PureOp<"select", [Mimo_FromSource, Mimo_Differentiable]> {
  let summary = "yes where the condition holds, no elsewhere, with broadcasting";
  let arguments = (ins Mimo_Tensor:$condition, Mimo_Tensor:$yes, Mimo_Tensor:$no);
  let assemblyFormat = "$condition `,` $yes `,` $no attr-dict `:` type($condition) `,` type($yes) `,` type($no)";
}

def Mimo_FloatOp : Mimo_PureOp<"float", [DeclareOpInterfaceMethods<FromSource, ["buildFromCall", "isElementwise"]>]> {
  let summary = "whole numbers and conditions (1 and 0) as floating-point numbers; floating-point numbers as they are";
  let arguments = (ins Mimo_Tensor:$x, TypeAttr:$precision);
  let assemblyFormat = "$x `as` $precision attr-dict `:` type($x)";
}

def Mimo_CastOp : Mimo_PureOp<"cast", [Mimo_Differentiable]> {
  let summary = "another element type; bool gives 0 and 1";
  let arguments = (ins Mimo_Tensor:$x, TypeAttr:$to);
  let assemblyFormat = "$x `to` $to attr-dict `:` type($x)";
}
