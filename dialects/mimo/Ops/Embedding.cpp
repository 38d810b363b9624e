#include "mimo/Ops/Embedding.h"
#include "mimo/IR/Expr.h"
#include "mimo/IR/IndexLoops.h"
#include "mimo/IR/Inference.h"
#include "mimo/Ops/Indexing.h"
#include <limits>

using namespace mlir;
using namespace mlir::mimo;

static RankedTensorType tensorType(Value value) { return cast<RankedTensorType>(value.getType()); }

//===- embedding ------------------------------------------------------------------------------------------------===//

Signature EmbeddingOp::getSignature() {
  return {{"ids", FormalKind::Tensor},
          {"count", FormalKind::Integer},
          {"size", FormalKind::Integer},
          {"init", FormalKind::Initializer, {}, /*optional=*/true},
          {"padding", FormalKind::Integer, {}, /*optional=*/true},
          {"sparse", FormalKind::Flag, false}};
}

/// The row that gets no gradient, counted from 0; -1 if there is none.
static FailureOr<int64_t> readPadding(CallSite &call, int64_t count) {
  std::optional<int64_t> padding = call.integer("padding");
  if (!padding)
    return -1;
  if (*padding >= -count && *padding < count)
    return *padding < 0 ? *padding + count : *padding;
  return mlir::emitError(call.locOf("padding")) << call.callee() << ": the padding id " << *padding << " is none of " << count << " rows";
}

/// The table [count, dim] of a call; nn.Embedding's start is N(0, 1), and zeros in the row of the padding.
static FailureOr<Value> makeTable(CallSite &call, int64_t padding) {
  int64_t count = *call.integer("count"), dim = *call.integer("size");
  Initializer init = call.initializer("init").value_or(Initializer{"pytorch", {}});
  if (init.rule == "pytorch")
    init = {"normal", {{"", 0, ""}, {"", 1, ""}}};
  FailureOr<Value> table = call.parameter("weight", {count, dim}, init, /*fanIn=*/dim, /*fanOut=*/count);
  if (failed(table))
    return failure();
  auto parameter = cast<ParamOp>(table->getDefiningOp());
  if (padding >= 0)
    parameter.setZeroRow(padding);
  if (call.flag("sparse"))
    parameter.setSparseRows(true);
  return table;
}

/// What embedding and embedding_bag are called with: the table, and the padding's row.
struct Lookup {
  Value table;
  int64_t padding;
};

static FailureOr<Lookup> readLookup(CallSite &call) {
  for (StringRef number : {"count", "size"})
    if (*call.integer(number) < 1)
      return mlir::emitError(call.locOf(number)) << call.callee() << ": a " << number << " of " << *call.integer(number) << "; there must be at least 1";
  FailureOr<int64_t> padding = readPadding(call, *call.integer("count"));
  if (failed(padding))
    return failure();
  RankedTensorType ids = tensorType(call.tensor("ids"));
  if (!ids.getElementType().isInteger(32) && !ids.getElementType().isInteger(64))
    return emitCallError(call) << "takes ids (i32 or i64), not " << describe(ids);
  FailureOr<Value> table = makeTable(call, *padding);
  if (failed(table))
    return failure();
  return Lookup{*table, *padding};
}

static LogicalResult verifyLookup(std::optional<Location> loc, StringRef op, Value ids, Value weight, int64_t padding) {
  RankedTensorType type = tensorType(ids), table = tensorType(weight);
  if (!type.getElementType().isInteger(32) && !type.getElementType().isInteger(64))
    return refuse(loc, op, "takes ids (i32 or i64), not " + describe(type), ids);
  if (table.getRank() != 2 || !table.hasStaticShape() || !isa<FloatType>(table.getElementType()))
    return refuse(loc, op, "a table is [count, dim] of floating-point numbers, not " + describe(table), weight);
  if (padding < -1 || padding >= table.getDimSize(0))
    return refuse(loc, op, "the padding id " + Twine(padding) + " is none of " + Twine(table.getDimSize(0)) + " rows");
  return success();
}

FailureOr<Value> EmbeddingOp::buildFromCall(CallSite &call) {
  FailureOr<Lookup> lookup = readLookup(call);
  if (failed(lookup))
    return failure();
  OpBuilder &b = call.builder();
  return buildOp(b, call.loc(), getOperationName(), {call.tensor("ids"), lookup->table},
                 b.getNamedAttr("padding", b.getI64IntegerAttr(lookup->padding)));
}

LogicalResult EmbeddingOp::inferReturnTypes(MLIRContext *, std::optional<Location> loc, Adaptor op, SmallVectorImpl<Type> &types) {
  if (failed(verifyLookup(loc, "embedding", op.getIds(), op.getWeight(), op.getPadding())))
    return failure();
  RankedTensorType ids = tensorType(op.getIds()), table = tensorType(op.getWeight());
  SmallVector<int64_t> shape(ids.getShape());
  shape.push_back(table.getDimSize(1));
  types.push_back(table.clone(shape));
  return success();
}

SmallVector<IndexBound> EmbeddingOp::getIndexBounds() { return {{0, tensorType(getWeight()).getDimSize(0)}}; }

SmallVector<Value> EmbeddingOp::emitVjp(OpBuilder &builder, ValueRange cotangents, ArrayRef<bool> needed) {
  if (!needed[1])
    return {nullptr, nullptr};
  return {nullptr, AddRowsOp::create(builder, getLoc(), getWeight(), getIds(), cotangents[0], /*axis=*/0, getPadding(), /*like=*/true)};
}

SmallVector<Value> EmbeddingOp::emitLinalg(OpBuilder &b) {
  return {takeAlong(b, getLoc(), tensorType(getOut()), getWeight(), getIds(), /*axis=*/0)};
}

//===- embedding_bag --------------------------------------------------------------------------------------------===//

Signature EmbeddingBagOp::getSignature() {
  Signature signature = EmbeddingOp::getSignature();
  signature.push_back({"mode", FormalKind::Word, std::string("mean"), /*optional=*/false, {"sum", "mean", "max"}});
  signature.push_back({"weights", FormalKind::Tensor, {}, /*optional=*/true});
  return signature;
}

FailureOr<Value> EmbeddingBagOp::buildFromCall(CallSite &call) {
  FailureOr<Lookup> lookup = readLookup(call);
  if (failed(lookup))
    return failure();
  SmallVector<Value> operands{call.tensor("ids"), lookup->table};
  if (Value weights = call.tensor("weights"))
    operands.push_back(weights);
  OpBuilder &b = call.builder();
  return buildOp(b, call.loc(), getOperationName(), operands,
                 {b.getNamedAttr("mode", b.getStringAttr(call.text("mode"))), b.getNamedAttr("padding", b.getI64IntegerAttr(lookup->padding))});
}

LogicalResult EmbeddingBagOp::inferReturnTypes(MLIRContext *, std::optional<Location> loc, Adaptor op, SmallVectorImpl<Type> &types) {
  if (failed(verifyLookup(loc, "embedding_bag", op.getIds(), op.getWeight(), op.getPadding())))
    return failure();
  RankedTensorType ids = tensorType(op.getIds()), table = tensorType(op.getWeight());
  if (ids.getRank() < 1 || ids.isDynamicDim(ids.getRank() - 1))
    return refuse(loc, "embedding_bag", "a bag is the last axis of the ids: [batch, n], not " + describe(ids), op.getIds());
  if (op.getMode() != "sum" && op.getMode() != "mean" && op.getMode() != "max")
    return refuse(loc, "embedding_bag", "unknown mode '" + op.getMode() + "'; there are sum, mean and max");
  if (Value weights = op.getSampleWeights()) {
    if (op.getMode() != "sum")
      return refuse(loc, "embedding_bag", "weights are for mode = sum, not " + op.getMode(), weights);
    if (RankedTensorType wanted = withRunTimeDim(table.clone(ids.getShape()), runTimeDim(ids)); tensorType(weights) != wanted)
      return refuse(loc, "embedding_bag", "there is a weight for every id: " + describe(wanted) + ", not " +
                                              describe(weights.getType()), weights);
  }
  SmallVector<int64_t> shape(ids.getShape().drop_back());
  shape.push_back(table.getDimSize(1));
  types.push_back(table.clone(shape));
  return success();
}

SmallVector<IndexBound> EmbeddingBagOp::getIndexBounds() { return {{0, tensorType(getWeight()).getDimSize(0)}}; }

namespace {
/// The parts that a bag and its gradients are made of.
struct Bag {
  Bag(OpBuilder &b, EmbeddingBagOp op) : op(op), ids(b, op.getLoc(), op.getIds()), axis(ids.type().getRank() - 1) {}

  /// [..., n, dim]
  Expr rows() {
    return ids.emit("mimo.embedding", {op.getIds(), op.getWeight()}, ids.builder->getNamedAttr("padding", op.getPaddingAttr()));
  }
  /// `values` [..., n] or [..., n, dim] with `filler` where the id is the padding.
  Expr withoutPadding(Expr values, double filler = 0) {
    if (op.getPadding() < 0)
      return values;
    Expr hit = ids.emit("mimo.eq", {ids.value, ids.constant(static_cast<double>(op.getPadding())).value});
    return select(appendUnitDims(hit, values.type().getRank()), filler, values);
  }
  /// How many ids [..., 1] of a bag are not the padding; of `type`.
  Expr count(Type type) {
    Expr isKept = ids.emit("mimo.ne", {ids.value, ids.constant(static_cast<double>(op.getPadding())).value});
    return sum(convert(isKept, type), {axis}, /*keepDims=*/true);
  }
  /// [..., n, 1], where there are weights.
  Expr weights() {
    Expr given(*ids.builder, ids.loc, op.getSampleWeights());
    return appendUnitDims(given, axis + 2);
  }
  /// The sum over a bag divided by what its mode says: a mean leaves the padding out, and is 0 of nothing.
  Expr normalized(Expr sums) {
    if (op.getMode() != "mean")
      return sums;
    if (op.getPadding() < 0)
      return sums / static_cast<double>(ids.type().getDimSize(axis));
    Expr kept = count(sums.type().getElementType());
    return sums / select(equal(kept, 0.0), 1.0, kept);
  }
  /// The largest of each column, or with "mimo.argmax" where it stands first; the padding is smaller than any number.
  Expr largest(StringRef reduction) {
    Builder &b = *ids.builder;
    Expr lowest = withoutPadding(rows(), -std::numeric_limits<double>::infinity());
    return lowest.emit(reduction, lowest.value, {b.getNamedAttr("axis", b.getDenseI64ArrayAttr(axis)), b.getNamedAttr("keepdim", b.getBoolAttr(false))});
  }
  Expr maximum() {
    Expr found = largest("mimo.max");
    return op.getPadding() < 0 ? found : select(equal(count(found.type().getElementType()), 0.0), 0.0, found);
  }
  /// The cotangents [..., n, dim] of the rows: g where a column's maximum stands first, 0 elsewhere. In a bag of nothing that is a padding.
  Expr atMaximum(Expr g) {
    Builder &b = *ids.builder;
    Expr like = rows();
    Expr hit = g.emit("mimo.one_hot_like", {largest("mimo.argmax").value, like.value}, b.getNamedAttr("axis", b.getI64IntegerAttr(axis)));
    return select(equal(hit, 0.0), 0.0, spread(g, like));
  }
  /// g [..., dim] for each id of the bag.
  Expr spread(Expr g, Expr like) {
    SmallVector<int64_t> dims = llvm::to_vector(llvm::seq<int64_t>(0, axis));
    dims.push_back(axis + 1);
    return broadcastLike(g, like, dims);
  }

  EmbeddingBagOp op;
  Expr ids;
  int64_t axis;
};
} // namespace

// y = sum over i of w_i table[id_i]:  dtable gets w_i g at id_i,  dw_i = <g, table[id_i]>
// y = max over i of table[id_i]:  dtable gets g at the id of each column's first maximum
SmallVector<Value> EmbeddingBagOp::emitVjp(OpBuilder &builder, ValueRange cotangents, ArrayRef<bool> needed) {
  Bag bag(builder, *this);
  Expr g = bag.normalized(Expr(builder, getLoc(), cotangents[0]));
  SmallVector<Value> result{nullptr, nullptr};
  if (needed[1]) {
    Expr values = getMode() == "max" ? bag.atMaximum(g) : bag.spread(g, bag.rows());
    if (getSampleWeights())
      values = values * bag.weights();
    result[1] = AddRowsOp::create(builder, getLoc(), getWeight(), getIds(), values, /*axis=*/0, getPadding(), /*like=*/true);
  }
  if (getSampleWeights())
    result.push_back(needed[2] ? Value(bag.withoutPadding(sum(bag.spread(g, bag.rows()) * bag.rows(), {bag.axis + 1}))) : nullptr);
  return result;
}

SmallVector<Value> EmbeddingBagOp::emitLinalg(OpBuilder &b) {
  Bag bag(b, *this);
  if (getMode() == "max")
    return {bag.maximum()};
  Expr rows = bag.rows();
  if (getSampleWeights())
    rows = rows * bag.weights();
  return {bag.normalized(sum(bag.withoutPadding(rows), {bag.axis}))};
}

#define GET_OP_CLASSES
#include "mimo/Ops/Embedding.cpp.inc"
