// The dialect and the base classes of its ops.
#ifndef MIMO_BASE_TD
#define MIMO_BASE_TD

include "mlir/IR/OpBase.td"
include "mlir/IR/BuiltinAttributes.td"
include "mlir/Interfaces/InferTypeOpInterface.td"
include "mlir/Interfaces/SideEffectInterfaces.td"
include "mimo/IR/MimoInterfaces.td"

def Mimo_Dialect : Dialect {
  let name = "mimo";
  let cppNamespace = "::mlir::mimo";
  let summary = "Networks with several inputs, heads and losses, and their gradients.";
  let description = [{
    Values are builtin tensors; `?` is the batch, or the run-time dimension that the tensor's encoding names: tensor<?x8xf32, "nodes">.
    A `mimo.model` holds the network as it was written; the functions that
    autodiff makes from it hold the same ops and those that their gradients need.
  }];
}

// What a value can be. The lowering of a shape relies on there being one run-time dimension, the batch or another, in front.
def Mimo_Tensor : Type<And<[RankedTensorOf<[F32, F64, I1, I32, I64]>.predicate, CPred<"::mlir::mimo::isBatchFirst($_self)">]>,
                       "tensor of f32, f64, i1, i32 or i64 with no run-time size but the batch in front", "::mlir::RankedTensorType">;
// seed, step and random; OptimizerRule says more.
def Mimo_RandomState : Type<And<[RankedTensorOf<[I64]>.predicate, CPred<"::llvm::cast<::mlir::ShapedType>($_self).getShape().equals({3})">]>,
                            "the random state, tensor<3xi64>", "::mlir::RankedTensorType">;

// Type inference in the words of the language, with the run-time dimensions seen to (Inference.h): by default the values of an op share one.
def Mimo_InfersTypes : TraitList<[
  DeclareOpInterfaceMethods<InferTypeOpInterface>,
  NativeOpTrait<"InferTypeOpAdaptor", [], [{
    static ::llvm::LogicalResult inferReturnTypes(::mlir::MLIRContext *context, std::optional<::mlir::Location> location, Adaptor adaptor,
                                                  ::llvm::SmallVectorImpl<::mlir::Type> &inferredReturnTypes);
  }], [{
    ::llvm::LogicalResult $cppClass::inferReturnTypes(::mlir::MLIRContext *context, std::optional<::mlir::Location> location,
        ::mlir::ValueRange operands, ::mlir::DictionaryAttr attributes, ::mlir::OpaqueProperties properties, ::mlir::RegionRange regions,
        ::llvm::SmallVectorImpl<::mlir::Type> &inferredReturnTypes) {
      $cppClass::Adaptor adaptor(operands, attributes, properties, regions);
      return inferWithDims(location, $cppClass::getOperationName(), operands, $cppClass::hasTrait<::mlir::mimo::MixesDims>(), inferredReturnTypes,
                           [&] { return $cppClass::inferReturnTypes(context, location, adaptor, inferredReturnTypes); });
    }
  }]>]>;

// The op's operands may have different run-time dimensions: it says itself which one its result has.
def Mimo_MixesDims : NativeOpTrait<"MixesDims"> {
  let cppNamespace = "::mlir::mimo";
}

class Mimo_Op<string mnemonic, list<Trait> traits = []> : Op<Mimo_Dialect, mnemonic, traits>;

// A pure op whose single result type follows from its operands and attributes; inferReturnTypes reports errors in the
// words of the language.
class Mimo_PureOp<string mnemonic, list<Trait> traits = []>
    : Mimo_Op<mnemonic, !listconcat([Pure, Mimo_InfersTypes, DeclareOpInterfaceMethods<LowersToLinalg>], traits)> {
  let results = (outs Mimo_Tensor:$out);
}

def Mimo_FromSource : DeclareOpInterfaceMethods<FromSource>;
def Mimo_Differentiable : DeclareOpInterfaceMethods<Differentiable>;

// The op is computed element by element: `compute` is a Scalar expression of the operands' names.
// Operands broadcast by the language's rule.
class Mimo_Elementwise<string mnemonic, code bind, code compute, code formals, list<Trait> traits = [], list<string> ownSource = []>
    : Mimo_PureOp<mnemonic, !listconcat([DeclareOpInterfaceMethods<FromSource, !listconcat(["isElementwise"], ownSource)>], traits)> {
  let summary = "element by element:" # compute; // the formula says it best
  code definitions = [{
    ::llvm::SmallVector<::mlir::Value> $cppClass::emitLinalg(::mlir::OpBuilder &builder) {
      auto type = ::llvm::cast<::mlir::RankedTensorType>(getOut().getType());
      return {elementwise(builder, getLoc(), type, getOperation()->getOperands(),
                          [&](::mlir::OpBuilder &b, ::mlir::Location loc, ::mlir::ValueRange args) -> ::mlir::Value {
        }] # bind # [{
        return }] # compute # [{;
      })};
    }
    ::mlir::mimo::Signature $cppClass::getSignature() { return }] # formals # [{; }
    bool $cppClass::isElementwise() { return true; }
  }];
  let extraClassDefinition = definitions;
}

defvar bindUnary = [{ [[maybe_unused]] Scalar x(b, loc, args[0]); }];
defvar bindBinary = [{ [[maybe_unused]] Scalar x(b, loc, args[0]); [[maybe_unused]] Scalar y(b, loc, args[1]); }];
defvar unaryFormals = [{ {{"x", FormalKind::Tensor}} }];
defvar binaryFormals = [{ {{"x", FormalKind::Tensor}, {"y", FormalKind::Tensor}} }];

// y = f(x) on floats. `vjp` is the cotangent of x as an Expr of g, x and out.
// `ownSource` names the methods of FromSource that the op defines itself.
class Mimo_Unary<string mnemonic, code compute, code vjp, code formals = unaryFormals, list<string> ownSource = []>
    : Mimo_Elementwise<mnemonic, bindUnary, compute, formals, [Mimo_Differentiable], ownSource> {
  let arguments = (ins Mimo_Tensor:$x);
  let assemblyFormat = "$x attr-dict `:` type($x)";
  let extraClassDefinition = definitions # [{
    ::llvm::LogicalResult $cppClass::inferReturnTypes(::mlir::MLIRContext *, std::optional<::mlir::Location> loc,
        $cppClass::Adaptor op, ::llvm::SmallVectorImpl<::mlir::Type> &types) {
      return inferFloatUnary(loc, "}] # mnemonic # [{", op.getX(), types);
    }
    ::llvm::SmallVector<::mlir::Value> $cppClass::emitVjp(::mlir::OpBuilder &builder, ::mlir::ValueRange cotangents,
                                                          ::llvm::ArrayRef<bool> needed) {
      if (!needed[0]) return {nullptr};
      [[maybe_unused]] Expr g(builder, getLoc(), cotangents[0]);
      [[maybe_unused]] Expr x(builder, getLoc(), getX());
      [[maybe_unused]] Expr out(builder, getLoc(), getOut());
      return {}] # vjp # [{};
    }
  }];
}

// z = f(x, y) with broadcasting. `vjpX` and `vjpY` are the cotangents before they are summed over what was broadcast.
class Mimo_Binary<string mnemonic, code compute, code vjpX, code vjpY>
    : Mimo_Elementwise<mnemonic, bindBinary, compute, binaryFormals, [Mimo_Differentiable]> {
  let arguments = (ins Mimo_Tensor:$x, Mimo_Tensor:$y);
  let assemblyFormat = "$x `,` $y attr-dict `:` type($x) `,` type($y)";
  let extraClassDefinition = definitions # [{
    ::llvm::LogicalResult $cppClass::inferReturnTypes(::mlir::MLIRContext *, std::optional<::mlir::Location> loc,
        $cppClass::Adaptor op, ::llvm::SmallVectorImpl<::mlir::Type> &types) {
      return inferArithmetic(loc, "}] # mnemonic # [{", op.getX(), op.getY(), types);
    }
    ::llvm::SmallVector<::mlir::Value> $cppClass::emitVjp(::mlir::OpBuilder &builder, ::mlir::ValueRange cotangents,
                                                          ::llvm::ArrayRef<bool> needed) {
      [[maybe_unused]] Expr g(builder, getLoc(), cotangents[0]);
      [[maybe_unused]] Expr x(builder, getLoc(), getX());
      [[maybe_unused]] Expr y(builder, getLoc(), getY());
      [[maybe_unused]] Expr out(builder, getLoc(), getOut());
      ::mlir::Value dx = needed[0] ? ::mlir::Value(sumTo(}] # vjpX # [{, x.type())) : nullptr;
      ::mlir::Value dy = needed[1] ? ::mlir::Value(sumTo(}] # vjpY # [{, y.type())) : nullptr;
      return {dx, dy};
    }
  }];
}

// One value from each row of `axis` (of everything, where it lists no axis); what remains has size 1 with `keepdim`.
class Mimo_Reduction<string mnemonic, list<Trait> traits = [Mimo_Differentiable]>
    : Mimo_PureOp<mnemonic, !listconcat([Mimo_FromSource], traits)> {
  let arguments = (ins Mimo_Tensor:$x, DenseI64ArrayAttr:$axis, BoolAttr:$keepdim);
  let assemblyFormat = "$x `over` $axis `keepdim` $keepdim attr-dict `:` type($x)";
}

#endif // MIMO_BASE_TD
