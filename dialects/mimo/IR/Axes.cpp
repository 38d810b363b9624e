#include "mimo/IR/Axes.h"

using namespace mlir;
using namespace mlir::mimo;

static RankedTensorType tensorType(Value value) { return cast<RankedTensorType>(value.getType()); }

int64_t mimo::axisOf(int64_t axis, int64_t rank) { return axis < 0 ? axis + rank : axis; }

SmallVector<int64_t> mimo::axesOf(ArrayRef<int64_t> axes, int64_t rank) {
  if (axes.empty())
    return llvm::to_vector(llvm::seq<int64_t>(0, rank));
  SmallVector<int64_t> result = llvm::map_to_vector(axes, [&](int64_t axis) { return axisOf(axis, rank); });
  llvm::sort(result);
  return result;
}

LogicalResult mimo::requireAxes(std::optional<Location> loc, StringRef op, ArrayRef<int64_t> axes, Value x) {
  RankedTensorType type = tensorType(x);
  for (int64_t axis : axes)
    if (axis < -type.getRank() || axis >= type.getRank())
      return refuse(loc, op, "axis " + Twine(axis) + " does not exist in " + describe(type), x);
  SmallVector<int64_t> sorted = axesOf(axes, type.getRank());
  if (auto *twice = std::adjacent_find(sorted.begin(), sorted.end()); twice != sorted.end())
    return refuse(loc, op, "axis " + Twine(*twice) + " of " + describe(type) + " is given twice");
  return success();
}

Signature mimo::reductionSignature() {
  return {{"x", FormalKind::Tensor},
          {"axis", FormalKind::Integers, SmallVector<int64_t>{}},
          {"keepdim", FormalKind::Flag, false}};
}

LogicalResult mimo::inferReduction(std::optional<Location> loc, StringRef op, Value x, ArrayRef<int64_t> axes, bool keep,
                                   SmallVectorImpl<Type> &types, Type elementType) {
  if (failed(requireAxes(loc, op, axes, x)))
    return failure();
  RankedTensorType type = tensorType(x);
  SmallVector<int64_t> reduced = axesOf(axes, type.getRank()), shape;
  for (int64_t i = 0; i < type.getRank(); ++i)
    if (!llvm::is_contained(reduced, i))
      shape.push_back(type.getDimSize(i));
    else if (keep)
      shape.push_back(1);
  types.push_back(RankedTensorType::get(shape, elementType ? elementType : type.getElementType()));
  return success();
}

Expr mimo::sliceAlong(Expr x, int64_t axis, int64_t start, int64_t size) {
  SmallVector<int64_t> offsets(x.type().getRank(), 0), sizes;
  for (int64_t extent : x.type().getShape())
    sizes.push_back(ShapedType::isDynamic(extent) ? -1 : extent);
  offsets[axis] = start;
  sizes[axis] = size;
  Builder &b = *x.builder;
  return x.emit("mimo.slice", {x.value}, {b.getNamedAttr("offsets", b.getDenseI64ArrayAttr(offsets)),
                                          b.getNamedAttr("sizes", b.getDenseI64ArrayAttr(sizes))});
}

Expr mimo::spread(Expr reduced, Value x, ArrayRef<int64_t> axes, bool keep) {
  SmallVector<int64_t> dims;
  for (int64_t i = 0; i < tensorType(x).getRank(); ++i)
    if (keep || !llvm::is_contained(axes, i))
      dims.push_back(i);
  return broadcastLike(reduced, x, dims);
}

Expr mimo::reduceBy(StringRef op, Expr x, ArrayRef<int64_t> axes, bool keep) {
  if (axes.empty())
    return x; // over no axis; an op reads an empty list as "all", as the language does
  Builder &b = *x.builder;
  return x.emit(op, {x.value}, {b.getNamedAttr("axis", b.getDenseI64ArrayAttr(axes)),
                                b.getNamedAttr("keepdim", b.getBoolAttr(keep))});
}
