#include "mimo/IR/LinalgBuilders.h"
#include "mlir/Dialect/Utils/ReshapeOpsUtils.h"

using namespace mlir;
using namespace mlir::mimo;

static RankedTensorType tensorType(Value value) { return cast<RankedTensorType>(value.getType()); }

Value mimo::scalarConstant(OpBuilder &b, Location loc, Type type, double number) {
  if (isa<FloatType>(type))
    return arith::ConstantOp::create(b, loc, FloatAttr::get(type, number));
  return arith::ConstantOp::create(b, loc, IntegerAttr::get(type, static_cast<int64_t>(number)));
}

SmallVector<OpFoldResult> mimo::mixedSizes(OpBuilder &b, Location loc, RankedTensorType type, ValueRange like) {
  SmallVector<OpFoldResult> sizes;
  for (int64_t size : type.getShape()) {
    if (!ShapedType::isDynamic(size)) {
      sizes.push_back(b.getIndexAttr(size));
      continue;
    }
    auto source = llvm::find_if(like, [](Value value) { return !tensorType(value).hasStaticShape(); });
    assert(source != like.end() && "a batch dimension needs an operand that has one");
    int64_t dim = llvm::find_if(tensorType(*source).getShape(), ShapedType::isDynamic) - tensorType(*source).getShape().begin();
    sizes.push_back(tensor::DimOp::create(b, loc, *source, dim).getResult());
  }
  return sizes;
}

Value mimo::emptyTensor(OpBuilder &b, Location loc, RankedTensorType type, ValueRange like) {
  return tensor::EmptyOp::create(b, loc, mixedSizes(b, loc, type, like), type.getElementType());
}

Value mimo::filledTensor(OpBuilder &b, Location loc, RankedTensorType type, ValueRange like, Value scalar) {
  return linalg::FillOp::create(b, loc, scalar, emptyTensor(b, loc, type, like)).getResult(0);
}

Value mimo::filledTensor(OpBuilder &b, Location loc, RankedTensorType type, ValueRange like, double number) {
  return filledTensor(b, loc, type, like, scalarConstant(b, loc, type.getElementType(), number));
}

static Value buildGeneric(OpBuilder &b, Location loc, ValueRange inputs, Value output, ArrayRef<AffineMap> maps,
                          ArrayRef<utils::IteratorType> iterators, ScalarBody body) {
  auto generic = linalg::GenericOp::create(b, loc, output.getType(), inputs, output, maps, iterators,
                                           [&](OpBuilder &inner, Location where, ValueRange args) {
                                             linalg::YieldOp::create(inner, where, body(inner, where, args));
                                           });
  return generic.getResult(0);
}

/// How an operand of `shape` is read when the loops run over a result of `rank` dimensions and `result` sizes.
static AffineMap broadcastMap(MLIRContext *context, ArrayRef<int64_t> shape, ArrayRef<int64_t> result) {
  SmallVector<AffineExpr> exprs;
  int64_t lead = result.size() - shape.size();
  for (auto [i, size] : llvm::enumerate(shape)) {
    bool stretched = size == 1 && result[lead + i] != 1;
    exprs.push_back(stretched ? getAffineConstantExpr(0, context) : getAffineDimExpr(lead + i, context));
  }
  return AffineMap::get(result.size(), 0, exprs, context);
}

Value mimo::elementwise(OpBuilder &b, Location loc, RankedTensorType type, ValueRange inputs, ScalarBody body) {
  SmallVector<AffineMap> maps;
  for (Value input : inputs)
    maps.push_back(broadcastMap(b.getContext(), tensorType(input).getShape(), type.getShape()));
  maps.push_back(b.getMultiDimIdentityMap(type.getRank()));
  SmallVector<utils::IteratorType> parallel(type.getRank(), utils::IteratorType::parallel);
  return buildGeneric(b, loc, inputs, emptyTensor(b, loc, type, inputs), maps, parallel,
                      [&](OpBuilder &inner, Location where, ValueRange args) { return body(inner, where, args.drop_back()); });
}

Value mimo::reduce(OpBuilder &b, Location loc, Value input, ArrayRef<int64_t> axes, Type elementType, double identity,
                   ScalarBody combine) {
  return reduce(b, loc, input, axes, scalarConstant(b, loc, elementType, identity), combine);
}

Value mimo::reduce(OpBuilder &b, Location loc, Value input, ArrayRef<int64_t> axes, Value identity, ScalarBody combine) {
  RankedTensorType type = tensorType(input);
  SmallVector<utils::IteratorType> iterators(type.getRank(), utils::IteratorType::parallel);
  SmallVector<AffineExpr> kept;
  SmallVector<int64_t> shape;
  for (int64_t axis : axes)
    iterators[axis] = utils::IteratorType::reduction;
  for (int64_t i = 0; i < type.getRank(); ++i) {
    if (iterators[i] == utils::IteratorType::reduction)
      continue;
    kept.push_back(b.getAffineDimExpr(i));
    shape.push_back(type.getDimSize(i));
  }
  AffineMap output = AffineMap::get(type.getRank(), 0, kept, b.getContext());
  Value init = filledTensor(b, loc, RankedTensorType::get(shape, identity.getType()), input, identity);
  return buildGeneric(b, loc, input, init, {b.getMultiDimIdentityMap(type.getRank()), output}, iterators, combine);
}

Value mimo::broadcastInto(OpBuilder &b, Location loc, RankedTensorType type, ValueRange like, Value input, ArrayRef<int64_t> dims) {
  SmallVector<AffineExpr> exprs;
  for (auto [i, dim] : llvm::enumerate(dims)) {
    bool stretched = tensorType(input).getDimSize(i) == 1 && type.getDimSize(dim) != 1;
    exprs.push_back(stretched ? b.getAffineConstantExpr(0) : b.getAffineDimExpr(dim));
  }
  AffineMap map = AffineMap::get(type.getRank(), 0, exprs, b.getContext());
  SmallVector<utils::IteratorType> parallel(type.getRank(), utils::IteratorType::parallel);
  return buildGeneric(b, loc, input, emptyTensor(b, loc, type, like), {map, b.getMultiDimIdentityMap(type.getRank())}, parallel,
                      [](OpBuilder &, Location, ValueRange args) { return args[0]; });
}

Value mimo::addProduct(OpBuilder &b, Location loc, ValueRange args) { return math::FmaOp::create(b, loc, args[0], args[1], args[2]); }

Value mimo::contract(OpBuilder &b, Location loc, Value lhs, Value rhs, Value init, bool transposeLhs) {
  AffineExpr m, n, k;
  bindDims(b.getContext(), m, n, k);
  AffineMap lhsMap = AffineMap::get(3, 0, transposeLhs ? ArrayRef{k, m} : ArrayRef{m, k}, b.getContext());
  AffineMap rhsMap = AffineMap::get(3, 0, {k, n}, b.getContext());
  AffineMap outMap = AffineMap::get(3, 0, {m, n}, b.getContext());
  using utils::IteratorType;
  return buildGeneric(b, loc, {lhs, rhs}, init, {lhsMap, rhsMap, outMap},
                      {IteratorType::parallel, IteratorType::parallel, IteratorType::reduction},
                      [](OpBuilder &inner, Location where, ValueRange args) { return addProduct(inner, where, args); });
}

Value mimo::transpose2d(OpBuilder &b, Location loc, Value input) {
  RankedTensorType type = tensorType(input);
  auto transposed = RankedTensorType::get({type.getDimSize(1), type.getDimSize(0)}, type.getElementType());
  Value empty = emptyTensor(b, loc, transposed, input);
  return linalg::TransposeOp::create(b, loc, input, empty, ArrayRef<int64_t>{1, 0})->getResult(0);
}

/// Groups all dimensions after `keep` leading ones: [[0], ..., [keep, keep + 1, ...]].
static SmallVector<ReassociationIndices> groupTrailing(int64_t rank, int64_t keep) {
  SmallVector<ReassociationIndices> groups;
  for (int64_t i = 0; i < keep; ++i)
    groups.push_back({i});
  if (keep < rank)
    groups.push_back(llvm::to_vector<2>(llvm::seq<int64_t>(keep, rank)));
  return groups;
}

/// Expands rank 1 or [batch, n] to `type`.
static Value expand(OpBuilder &b, Location loc, Value flat, RankedTensorType type, int64_t keep) {
  if (tensorType(flat).getRank() == type.getRank())
    return flat;
  SmallVector<OpFoldResult> sizes = mixedSizes(b, loc, type, flat);
  // [batch] to [batch, 1, ...]: every new dimension belongs to the batch's group.
  SmallVector<ReassociationIndices> groups = groupTrailing(type.getRank(), tensorType(flat).getRank() == keep ? keep - 1 : keep);
  if (tensorType(flat).getRank() == 0)
    groups.clear();
  return tensor::ExpandShapeOp::create(b, loc, type, flat, groups, sizes);
}

Value mimo::reshapeTensor(OpBuilder &b, Location loc, Value input, RankedTensorType type) {
  RankedTensorType from = tensorType(input);
  if (from == type)
    return input;
  int64_t keep = !from.hasStaticShape() ? 1 : 0;
  // Down to [batch, n] or [n] ...
  int64_t rest = 1;
  for (int64_t size : type.getShape().drop_front(keep))
    rest *= size;
  Value flat = input;
  bool onlyBatch = keep == 1 && (type.getRank() == 1 || from.getRank() == 1);
  if (type.getRank() == 0)
    return tensor::CollapseShapeOp::create(b, loc, type, input, ArrayRef<ReassociationIndices>{});
  if (onlyBatch && from.getRank() > 1)
    return tensor::CollapseShapeOp::create(b, loc, type, input, groupTrailing(from.getRank(), 0));
  if (from.getRank() > keep + 1) {
    SmallVector<int64_t> shape(from.getShape().take_front(keep));
    shape.push_back(rest);
    flat = tensor::CollapseShapeOp::create(b, loc, RankedTensorType::get(shape, from.getElementType()), input,
                                           groupTrailing(from.getRank(), keep));
  }
  // ... and up again.
  return expand(b, loc, flat, type, keep);
}
