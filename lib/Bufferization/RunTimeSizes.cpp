#include "RunTimeSizes.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Bufferization/IR/Bufferization.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Interfaces/DestinationStyleOpInterface.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;

namespace mimoc {

Value sizeArgument(func::FuncOp entry, StringAttr dim) {
  for (BlockArgument argument : entry.getArguments())
    if (argument.getType().isIndex() && entry.getArgAttrOfType<StringAttr>(argument.getArgNumber(), "mimo.dim") == dim)
      return argument;
  return nullptr;
}

/// The dimension that the result's dimension `dim` was made of: of those that are joined or parted, the one of unknown size.
static int64_t reassociated(ArrayRef<ReassociationIndices> groups, ShapedType source, int64_t dim, bool joins) {
  for (auto [whole, parts] : llvm::enumerate(groups)) {
    if (!joins && llvm::is_contained(parts, dim))
      return whole;
    if (joins && static_cast<int64_t>(whole) == dim)
      return *llvm::find_if(parts, [&](int64_t part) { return source.isDynamicDim(part); });
  }
  return dim;
}

/// Dimension `dim` of a slice that dropped some.
template <class Slice> static OpFoldResult sliceSize(Slice op, int64_t dim) {
  llvm::SmallBitVector dropped = op.getDroppedDims();
  for (auto [i, size] : llvm::enumerate(op.getMixedSizes()))
    if (!dropped.test(i) && dim-- == 0)
      return size;
  return {};
}

namespace {
/// Follows one value to its size.
class SizeFinder {
public:
  explicit SizeFinder(llvm::function_ref<Value(BlockArgument)> ofArgument) : ofArgument(ofArgument) {}

  Value find(Value value, int64_t dim) {
    if (auto argument = dyn_cast<BlockArgument>(value))
      return ofBlockArgument(argument, dim);
    unsigned number = cast<OpResult>(value).getResultNumber();
    Operation *op = value.getDefiningOp();
    if (auto tied = dyn_cast<DestinationStyleOpInterface>(op))
      return find(tied.getTiedOpOperand(cast<OpResult>(value))->get(), dim);
    return llvm::TypeSwitch<Operation *, Value>(op)
        .Case<tensor::EmptyOp, memref::AllocOp>([&](auto made) { return follow(made.getDynamicSizes()[dynamicIndex(value, dim)]); })
        .Case([&](memref::ViewOp view) { return follow(view.getSizes()[dynamicIndex(value, dim)]); })
        .Case<tensor::CastOp, memref::CastOp>([&](auto cast) { return find(cast.getSource(), dim); })
        .Case<tensor::CollapseShapeOp, memref::CollapseShapeOp>([&](auto shape) {
          return find(shape.getSrc(), reassociated(shape.getReassociationIndices(), shape.getSrcType(), dim, /*joins=*/true));
        })
        .Case<tensor::ExpandShapeOp, memref::ExpandShapeOp>([&](auto shape) {
          return find(shape.getSrc(), reassociated(shape.getReassociationIndices(), shape.getSrcType(), dim, /*joins=*/false));
        })
        .Case<tensor::ExtractSliceOp, memref::SubViewOp>([&](auto slice) { return follow(dyn_cast_if_present<Value>(sliceSize(slice, dim))); })
        .Case([&](tensor::PadOp pad) { return find(pad.getSource(), dim); }) // what is padded is known at compile time
        .Case([&](scf::ForOp loop) { return find(loop.getInitArgs()[number], dim); })
        .Case([&](scf::IfOp branch) { return find(branch.thenYield().getOperand(number), dim); })
        .Case([&](arith::SelectOp select) { return find(select.getTrueValue(), dim); })
        .Case([&](bufferization::ToTensorOp read) { return find(read.getBuffer(), dim); })
        .Case([&](bufferization::AllocTensorOp made) {
          return made.getCopy() ? find(made.getCopy(), dim) : follow(made.getDynamicSizes()[dynamicIndex(value, dim)]);
        })
        .Default([](Operation *) { return Value(); });
  }

private:
  static int64_t dynamicIndex(Value value, int64_t dim) { return cast<ShapedType>(value.getType()).getDynamicDimIndex(dim); }

  Value ofBlockArgument(BlockArgument argument, int64_t dim) {
    Operation *parent = argument.getOwner()->getParentOp();
    if (auto loop = dyn_cast<scf::ForOp>(parent))
      return find(loop.getTiedLoopInit(argument)->get(), dim);
    return isa<func::FuncOp>(parent) ? ofArgument(argument) : Value();
  }

  /// A size that is itself the dimension of a tensor.
  Value follow(Value size) {
    if (!size)
      return size;
    auto byTensor = size.getDefiningOp<tensor::DimOp>();
    auto byBuffer = size.getDefiningOp<memref::DimOp>();
    if (byTensor && byTensor.getConstantIndex())
      return find(byTensor.getSource(), *byTensor.getConstantIndex());
    if (byBuffer && byBuffer.getConstantIndex())
      return find(byBuffer.getSource(), *byBuffer.getConstantIndex());
    return size;
  }

  llvm::function_ref<Value(BlockArgument)> ofArgument;
};
} // namespace

Value findSize(Value value, int64_t dim, llvm::function_ref<Value(BlockArgument)> ofArgument) { return SizeFinder(ofArgument).find(value, dim); }

Value findSize(func::FuncOp entry, Value buffer, int64_t dim) {
  return findSize(buffer, dim, [&](BlockArgument argument) {
    return sizeArgument(entry, entry.getArgAttrOfType<StringAttr>(argument.getArgNumber(), "mimo.dim"));
  });
}

} // namespace mimoc
