#include "VectorAccess.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/Utils/StaticValueUtils.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

using namespace mlir;

namespace mimoc {

Type laneType(Type scalar, unsigned count) {
  return count == 1 ? scalar : VectorType::get({static_cast<int64_t>(count)}, scalar);
}

Value splat(ImplicitLocOpBuilder &builder, Value scalar, unsigned count) {
  if (count == 1)
    return scalar;
  return vector::BroadcastOp::create(builder, laneType(scalar.getType(), count), scalar);
}

Value splatConstant(ImplicitLocOpBuilder &builder, TypedAttr scalar, unsigned count) {
  if (count == 1)
    return arith::ConstantOp::create(builder, scalar);
  auto type = cast<VectorType>(laneType(scalar.getType(), count));
  return arith::ConstantOp::create(builder, DenseElementsAttr::get(type, {Attribute(scalar)}));
}

Lanes firstLanes(ImplicitLocOpBuilder &builder, unsigned count, OpFoldResult active) {
  if (isKnown(active, count))
    return {count, {}};
  auto type = VectorType::get({static_cast<int64_t>(count)}, builder.getI1Type());
  if (auto known = getConstantIntValue(active))
    return {count, vector::ConstantMaskOp::create(builder, type, ArrayRef<int64_t>{*known})};
  return {count, vector::CreateMaskOp::create(builder, type, ValueRange{IndexMath{builder}.value(active)})};
}

namespace {

/// 0, stride, 2 * stride, ... The short type lets the machine gather as many lanes as it has elements.
Value laneOffsets(ImplicitLocOpBuilder &builder, OpFoldResult stride, unsigned count) {
  IndexMath math{builder};
  auto known = getConstantIntValue(stride);
  if (known && std::abs(*known) < (int64_t(1) << 24)) {
    SmallVector<int32_t> offsets;
    for (unsigned lane = 0; lane < count; ++lane)
      offsets.push_back(lane * *known);
    return arith::ConstantOp::create(builder, builder.getI32VectorAttr(offsets));
  }
  auto type = VectorType::get({static_cast<int64_t>(count)}, builder.getIndexType());
  Value steps = vector::StepOp::create(builder, type);
  return arith::MulIOp::create(builder, steps, splat(builder, math.value(stride), count));
}

Value maskOf(ImplicitLocOpBuilder &builder, const Lanes &lanes) {
  if (lanes.mask)
    return lanes.mask;
  return splatConstant(builder, builder.getBoolAttr(true), lanes.count);
}

} // namespace

Value gatherLanes(ImplicitLocOpBuilder &builder, const Access &access, OpFoldResult index, Value offsets,
                  const Lanes &lanes) {
  auto type = cast<VectorType>(laneType(access.elementType, lanes.count));
  Value zero = arith::ConstantOp::create(builder, builder.getZeroAttr(type));
  return vector::GatherOp::create(builder, type, access.buffer, ValueRange{IndexMath{builder}.value(index)}, offsets,
                                  maskOf(builder, lanes), zero);
}

Value loadLanes(ImplicitLocOpBuilder &builder, const Access &access, OpFoldResult index, OpFoldResult stride,
                const Lanes &lanes) {
  if (!access.buffer)
    return splat(builder, access.scalar, lanes.count);
  Value at = IndexMath{builder}.value(index);
  if (lanes.count == 1 || isKnown(stride, 0)) {
    Value loaded = memref::LoadOp::create(builder, access.buffer, ValueRange{at});
    return splat(builder, loaded, lanes.count);
  }
  auto type = cast<VectorType>(laneType(access.elementType, lanes.count));
  Value loaded;
  if (isKnown(stride, 1) && !lanes.mask) {
    loaded = vector::LoadOp::create(builder, type, access.buffer, ValueRange{at});
  } else {
    Value zero = arith::ConstantOp::create(builder, builder.getZeroAttr(type));
    if (isKnown(stride, 1))
      loaded = vector::MaskedLoadOp::create(builder, type, access.buffer, ValueRange{at}, lanes.mask, zero);
    else
      loaded = gatherLanes(builder, access, index, laneOffsets(builder, stride, lanes.count), lanes);
  }
  return loaded;
}

void storeLanes(ImplicitLocOpBuilder &builder, Value value, const Access &access, OpFoldResult index,
                OpFoldResult stride, const Lanes &lanes) {
  Value at = IndexMath{builder}.value(index);
  if (lanes.count == 1)
    memref::StoreOp::create(builder, value, access.buffer, ValueRange{at});
  else if (isKnown(stride, 1) && !lanes.mask)
    vector::StoreOp::create(builder, value, access.buffer, ValueRange{at});
  else if (isKnown(stride, 1))
    vector::MaskedStoreOp::create(builder, access.buffer, ValueRange{at}, lanes.mask, value);
  else
    vector::ScatterOp::create(builder, /*resultType=*/Type(), access.buffer, ValueRange{at},
                              laneOffsets(builder, stride, lanes.count), maskOf(builder, lanes), value);
}

} // namespace mimoc
