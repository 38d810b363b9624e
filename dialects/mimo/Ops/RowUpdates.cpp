#include "mimo/IR/RowUpdate.h"
#include "mimo/IR/IndexLoops.h"
#include "mimo/IR/Inference.h"
#include "mimo/IR/Scalar.h"
#include "mimo/Ops/RowUpdates.h"

using namespace mlir;
using namespace mlir::mimo;

static RankedTensorType tensorType(Value value) { return cast<RankedTensorType>(value.getType()); }

LogicalResult UpdateRowsOp::inferReturnTypes(MLIRContext *, std::optional<Location>, Adaptor op, SmallVectorImpl<Type> &types) {
  types.assign(1 + op.getState().size(), op.getParameter().getType());
  return success();
}

LogicalResult UpdateRowsOp::verify() {
  RankedTensorType table = tensorType(getParameter());
  auto rule = RegisteredOperationName::lookup(("mimo." + getRule()).str(), getContext());
  auto *optimizer = rule ? rule->getInterface<OptimizerRule>() : nullptr;
  if (!optimizer || !optimizer->isElementwise())
    return refuse(getLoc(), "update_rows", "'" + getRule() + "' is no optimizer that can update a row alone");
  if (table.getRank() < 1)
    return refuse(getLoc(), "update_rows", "a parameter " + describe(table) + " has no rows", getParameter());
  if ((getGradient() != nullptr) == !getIndices().empty())
    return refuse(getLoc(), "update_rows", "the gradient is one tensor, or the rows of lookups");
  for (Value tensor : llvm::concat<Value>(SmallVector<Value>{getGradient() ? getGradient() : getParameter()}, SmallVector<Value>(getState())))
    if (tensor.getType() != table)
      return refuse(getLoc(), "update_rows", "a parameter " + describe(table) + " cannot be updated with " + describe(tensor.getType()));
  if (getIndices().size() != getValues().size() || getIndices().size() != getIgnored().size())
    return refuse(getLoc(), "update_rows", "a lookup is indices, values, and an index to be ignored");
  for (auto [indices, values] : llvm::zip_equal(getIndices(), getValues())) {
    SmallVector<int64_t> shape(tensorType(indices).getShape());
    llvm::append_range(shape, table.getShape().drop_front());
    if (!tensorType(indices).getElementType().isInteger() || tensorType(values) != withRunTimeDim(table.clone(shape), runTimeDim(indices.getType())))
      return refuse(getLoc(), "update_rows", describe(values.getType()) + " at " + describe(indices.getType()) + " are no rows of " + describe(table));
  }
  return success();
}

Operation *mimo::buildRowUpdate(OpBuilder &builder, Location loc, const Update &update) {
  SmallVector<Value> indices, values;
  SmallVector<int64_t> ignored;
  Value rest = update.gradient;
  while (auto rows = rest ? rest.getDefiningOp<SparseRows>() : nullptr) {
    if (!rows.getRowIndices())
      break;
    indices.insert(indices.begin(), rows.getRowIndices());
    values.insert(values.begin(), rows.getRowValues());
    ignored.insert(ignored.begin(), rows.getIgnoredRow());
    rest = rows.getRowsBase();
  }
  if (rest) { // something else takes part
    indices.clear();
    values.clear();
    ignored.clear();
  }
  SmallVector<Type> types(1 + update.state.size(), update.parameter.getType());
  return UpdateRowsOp::create(builder, loc, types, update.rule, update.settings, ignored, update.parameter, rest ? update.gradient : Value(),
                              indices, values, update.state, update.learningRate, update.rng);
}

namespace {

/// Places in a tensor [batch, width, ...] that are numbered from 0: as many as the lookups have ids.
struct Places {
  int64_t width;

  SmallVector<Value> at(OpBuilder &b, Location loc, Value number) const {
    Value size = arith::ConstantIndexOp::create(b, loc, width);
    return {arith::DivUIOp::create(b, loc, number, size), arith::RemUIOp::create(b, loc, number, size)};
  }
};

/// The distinct rows of all lookups, in the order in which they are met first, and their summed gradients.
struct DistinctRows {
  Places places;
  Value count; ///< index
  Value rows;  ///< i64 [batch, width]
  Value sums;  ///< [batch, width, ...]
};

/// Writes the updates of rows; `op` says of what.
class RowUpdate {
public:
  RowUpdate(UpdateRowsOp op, OpBuilder &b) : op(op), b(b), loc(op.getLoc()), table(tensorType(op.getParameter())) {}

  SmallVector<Value> emit() {
    if (Value gradient = op.getGradient()) {
      Value count = arith::ConstantIndexOp::create(b, loc, table.getDimSize(0));
      return updateWhere(count, rowIsNotZero(gradient, 1), [&](OpBuilder &inner, Value number) {
        return Source{number, rowAt(inner, gradient, {number})};
      });
    }
    DistinctRows distinct = collect();
    return updateWhere(distinct.count, rowIsNotZero(distinct.sums, 2), [&](OpBuilder &inner, Value number) {
      SmallVector<Value> place = distinct.places.at(inner, loc, number);
      Value row = tensor::ExtractOp::create(inner, loc, distinct.rows, place);
      return Source{arith::IndexCastOp::create(inner, loc, inner.getIndexType(), row), rowAt(inner, distinct.sums, place)};
    }, distinct.places);
  }

private:
  /// Where an update goes and its gradient.
  struct Source {
    Value row, gradient;
  };

  /// What stands in a tensor behind its first dimensions at `place`: a row.
  Value rowAt(OpBuilder &inner, Value tensor, ArrayRef<Value> place) {
    return extractBox(inner, loc, tensor, offsetsAt(inner, tensor, place), dropped(tensor, place.size()));
  }
  Value withRow(OpBuilder &inner, Value row, Value tensor, ArrayRef<Value> place) {
    return insertBox(inner, loc, row, tensor, offsetsAt(inner, tensor, place), dropped(tensor, place.size()));
  }
  static SmallVector<OpFoldResult> offsetsAt(OpBuilder &inner, Value tensor, ArrayRef<Value> place) {
    SmallVector<OpFoldResult> offsets(place);
    offsets.resize(tensorType(tensor).getRank(), inner.getIndexAttr(0));
    return offsets;
  }
  static SmallVector<bool> dropped(Value tensor, size_t leading) {
    SmallVector<bool> drop(tensorType(tensor).getRank(), false);
    std::fill_n(drop.begin(), leading, true);
    return drop;
  }

  /// 1 for each row (what stands behind the first `leading` dimensions) with an element other than 0; NaN is other than 0.
  Value rowIsNotZero(Value tensor, int64_t leading) {
    Type i32 = b.getI32Type();
    Value elements = elementwise(b, loc, tensorType(tensor).clone(i32), tensor, [&](OpBuilder &inner, Location where, ValueRange args) -> Value {
      Scalar x(inner, where, args[0]);
      return arith::ExtUIOp::create(inner, where, i32, notEqual(x, x.constant(0)));
    });
    SmallVector<int64_t> axes = llvm::to_vector(llvm::seq<int64_t>(leading, tensorType(tensor).getRank()));
    return reduce(b, loc, elements, axes, i32, 0, [](OpBuilder &inner, Location where, ValueRange args) -> Value {
      return arith::MaxSIOp::create(inner, where, args[1], args[0]);
    });
  }

  /// The tensors [batch, width, ...] that hold as many rows as the lookups have ids.
  DistinctRows makeRoom() {
    int64_t width = 0, rows = 1;
    for (Value indices : op.getIndices()) {
      ArrayRef<int64_t> shape = tensorType(indices).getShape();
      bool hasBatch = !shape.empty() && ShapedType::isDynamic(shape[0]);
      rows = hasBatch ? ShapedType::kDynamic : rows;
      width += std::accumulate(shape.begin() + hasBatch, shape.end(), int64_t(1), std::multiplies<int64_t>());
    }
    SmallVector<int64_t> sumsShape{rows, width};
    llvm::append_range(sumsShape, table.getShape().drop_front());
    Value rowList = emptyTensor(b, loc, RankedTensorType::get({rows, width}, b.getI64Type()), op.getIndices());
    Value sums = emptyTensor(b, loc, table.clone(sumsShape), op.getIndices());
    return {{width}, arith::ConstantIndexOp::create(b, loc, 0), rowList, sums};
  }

  /// Adds up the rows of all lookups, in their order. `slot` says where a row of the table stands in the list, or anything at
  /// all: what it says is true only if that place is taken and holds the row. So nothing as long as the table is written
  /// before. (Briggs and Torczon, "An Efficient Representation for Sparse Sets", 1993.)
  DistinctRows collect() {
    DistinctRows distinct = makeRoom();
    Value slot = emptyTensor(b, loc, RankedTensorType::get(table.getShape().take_front(1), b.getI64Type()), {});
    SmallVector<Value> state{distinct.count, distinct.rows, slot, distinct.sums};
    for (auto [indices, values, ignored] : llvm::zip_equal(op.getIndices(), op.getValues(), op.getIgnored()))
      state = loopOver(b, loc, mixedSizes(b, loc, tensorType(indices), indices), state,
                       [&](OpBuilder &inner, Location, ValueRange positions, ValueRange carried) {
                         Value index = tensor::ExtractOp::create(inner, loc, indices, positions);
                         Value ignore = ignored < 0 ? Value() : equals(inner, index, ignored);
                         return addRow(inner, distinct.places, index, ignore, rowAt(inner, values, SmallVector<Value>(positions)), carried);
                       });
    return {distinct.places, state[0], state[1], state[3]};
  }

  Value equals(OpBuilder &inner, Value index, int64_t number) {
    Value other = arith::ConstantIntOp::create(inner, loc, index.getType(), number);
    return arith::CmpIOp::create(inner, loc, arith::CmpIPredicate::eq, index, other);
  }

  SmallVector<Value> addRow(OpBuilder &inner, Places places, Value index, Value ignore, Value values, ValueRange state) {
    Value count = state[0], rows = state[1], slot = state[2], sums = state[3];
    Type indexType = inner.getIndexType(), i64 = inner.getI64Type();
    Value row = clampIndex(inner, loc, index, table.getDimSize(0));
    Value claimed = arith::IndexCastOp::create(inner, loc, indexType, tensor::ExtractOp::create(inner, loc, slot, row));
    Value isTaken = arith::CmpIOp::create(inner, loc, arith::CmpIPredicate::ult, claimed, count);
    Value zero = arith::ConstantIndexOp::create(inner, loc, 0), one = arith::ConstantIndexOp::create(inner, loc, 1);
    Value safe = arith::SelectOp::create(inner, loc, isTaken, claimed, zero);
    Value listed = tensor::ExtractOp::create(inner, loc, rows, places.at(inner, loc, safe));
    Value rowNumber = arith::IndexCastOp::create(inner, loc, i64, row);
    Value isIt = arith::CmpIOp::create(inner, loc, arith::CmpIPredicate::eq, listed, rowNumber);
    Value known = arith::AndIOp::create(inner, loc, isTaken, isIt);
    Value number = arith::SelectOp::create(inner, loc, known, claimed, count);
    SmallVector<Value> place = places.at(inner, loc, number);
    Value sum = combineInto(inner, loc, rowAt(inner, sums, place), values, [&](OpBuilder &body, Location where, ValueRange args) -> Value {
      Scalar before(body, where, args[0]), added(body, where, args[1]);
      Scalar start = select(before.with(known), before, 0.0);
      return ignore ? select(before.with(ignore), start, start + added) : start + added;
    });
    Value next = arith::SelectOp::create(inner, loc, known, count, arith::AddIOp::create(inner, loc, count, one));
    Value numberInSlot = arith::IndexCastOp::create(inner, loc, i64, number);
    return {next, tensor::InsertOp::create(inner, loc, rowNumber, rows, place), tensor::InsertOp::create(inner, loc, numberInSlot, slot, row),
            withRow(inner, sum, sums, place)};
  }

  /// Updates the parameter and its state from `count` sources whose flag is not 0. Flags lie in `places`.
  SmallVector<Value> updateWhere(Value count, Value flags, llvm::function_ref<Source(OpBuilder &, Value)> sourceOf,
                                 std::optional<Places> places = {}) {
    SmallVector<Value> state{op.getParameter()};
    llvm::append_range(state, op.getState());
    auto update = [&](OpBuilder &inner, Location, ValueRange positions, ValueRange before) -> SmallVector<Value> {
      SmallVector<Value> place = places ? places->at(inner, loc, positions[0]) : SmallVector<Value>(positions);
      // A loop of one iteration or none: what an update computes once a call moves out of it, as it would not out of an if.
      Value times = arith::IndexCastOp::create(inner, loc, inner.getIndexType(), tensor::ExtractOp::create(inner, loc, flags, place));
      return loopOver(inner, loc, OpFoldResult(times), before, [&](OpBuilder &body, Location, ValueRange, ValueRange rows) {
        return updateRow(body, sourceOf(body, positions[0]), rows);
      });
    };
    return loopOver(b, loc, OpFoldResult(count), state, update);
  }

  SmallVector<Value> updateRow(OpBuilder &inner, Source source, ValueRange before) {
    SmallVector<Value> operands{rowAt(inner, before[0], source.row), source.gradient};
    for (Value moment : before.drop_front())
      operands.push_back(rowAt(inner, moment, source.row));
    operands.append({op.getLearningRate(), op.getRng()});
    SmallVector<Type> types(before.size(), operands[0].getType());
    OperationState rule(loc, ("mimo." + op.getRule()).str(), operands, types, op.getSettings().getValue());
    SmallVector<Value> after;
    for (auto [row, tensor] : llvm::zip_equal(inner.create(rule)->getResults(), before))
      after.push_back(withRow(inner, row, tensor, source.row));
    return after;
  }

  UpdateRowsOp op;
  OpBuilder &b;
  Location loc;
  RankedTensorType table;
};

} // namespace

SmallVector<Value> UpdateRowsOp::emitLinalg(OpBuilder &builder) { return RowUpdate(*this, builder).emit(); }

#define GET_OP_CLASSES
#include "mimo/Ops/RowUpdates.cpp.inc"
