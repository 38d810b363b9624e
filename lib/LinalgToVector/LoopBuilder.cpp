#include "LoopBuilder.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Utils/StaticValueUtils.h"

using namespace mlir;

namespace mimoc {

Position startOf(const LoopNest &nest) {
  Position result;
  result.indices.resize(nest.dims.size());
  for (const Access &access : nest.inputs)
    result.inputs.push_back(access.start);
  for (const Access &access : nest.outputs)
    result.outputs.push_back(access.start);
  return result;
}

Position advance(const LoopNest &nest, IndexMath math, const Position &from, unsigned dim, OpFoldResult step) {
  Position result = from;
  result.indices[dim] = from.indices[dim] ? math.add(from.indices[dim], step) : step;
  for (auto [index, access] : llvm::zip(result.inputs, nest.inputs))
    index = math.add(index, math.mul(step, access.strides[dim]));
  for (auto [index, access] : llvm::zip(result.outputs, nest.outputs))
    index = math.add(index, math.mul(step, access.strides[dim]));
  return result;
}

SmallVector<Value> emitLoop(ImplicitLocOpBuilder &builder, OpFoldResult from, OpFoldResult to, int64_t step,
                            ValueRange carried, LoopBody body) {
  IndexMath math{builder};
  auto first = getConstantIntValue(from), end = getConstantIntValue(to);
  if (first && end && *first >= *end)
    return llvm::to_vector(carried);
  if (first && end && *first + step >= *end)
    return body(from, carried);
  auto loop = scf::ForOp::create(builder, math.value(from), math.value(to), math.value(math.constant(step)), carried);
  OpBuilder::InsertionGuard guard(builder);
  // A loop without carried values has its terminator already.
  if (carried.empty())
    builder.setInsertionPoint(loop.getBody()->getTerminator());
  else
    builder.setInsertionPointToStart(loop.getBody());
  SmallVector<Value> next = body(loop.getInductionVar(), loop.getRegionIterArgs());
  if (!carried.empty())
    scf::YieldOp::create(builder, next);
  return llvm::to_vector(ValueRange(loop.getResults()));
}

SmallVector<Value> emitIfPositive(ImplicitLocOpBuilder &builder, OpFoldResult size, ValueRange carried,
                                  function_ref<SmallVector<Value>()> body) {
  IndexMath math{builder};
  if (auto known = getConstantIntValue(size))
    return *known > 0 ? body() : llvm::to_vector(carried);
  Value condition = arith::CmpIOp::create(builder, arith::CmpIPredicate::sgt, math.value(size),
                                          math.value(math.constant(0)));
  auto choice = scf::IfOp::create(builder, TypeRange(carried), condition, /*withElseRegion=*/!carried.empty());
  OpBuilder::InsertionGuard guard(builder);
  if (carried.empty()) {
    builder.setInsertionPoint(choice.thenBlock()->getTerminator());
    body();
    return {};
  }
  builder.setInsertionPointToStart(choice.thenBlock());
  scf::YieldOp::create(builder, body());
  builder.setInsertionPointToStart(choice.elseBlock());
  scf::YieldOp::create(builder, carried);
  return llvm::to_vector(ValueRange(choice.getResults()));
}

void emitLoops(ImplicitLocOpBuilder &builder, const LoopNest &nest, ArrayRef<unsigned> dims, const Position &at,
               function_ref<void(const Position &)> body) {
  emitCarryingLoops(builder, nest, dims, at, {}, [&](const Position &inner, ValueRange) {
    body(inner);
    return SmallVector<Value>();
  });
}

SmallVector<Value>
emitCarryingLoops(ImplicitLocOpBuilder &builder, const LoopNest &nest, ArrayRef<unsigned> dims, const Position &at,
                  ValueRange carried, function_ref<SmallVector<Value>(const Position &, ValueRange)> body) {
  if (dims.empty())
    return body(at, carried);
  IndexMath math{builder};
  return emitLoop(builder, math.constant(0), nest.dims[dims.front()].size, 1, carried,
                  [&](OpFoldResult index, ValueRange inner) {
                    Position next = advance(nest, math, at, dims.front(), index);
                    return emitCarryingLoops(builder, nest, dims.drop_front(), next, inner, body);
                  });
}

} // namespace mimoc
