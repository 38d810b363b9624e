#include "BodyVectorizer.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "mlir/IR/IRMapping.h"
#include "mlir/IR/Matchers.h"

using namespace mlir;

namespace mimoc {

bool isBodyVectorizable(Block &body) {
  return llvm::all_of(body.without_terminator(), [](Operation &inner) {
    return isa<arith::ConstantOp, linalg::IndexOp, memref::LoadOp>(inner) ||
           (OpTrait::hasElementwiseMappableTraits(&inner) && inner.getNumResults() == 1);
  });
}

/// Whether the value serves to compute the places of loads, and nothing else.
static bool isAddress(Value value) {
  return !value.use_empty() && llvm::all_of(value.getUsers(), [](Operation *user) {
    return isa<memref::LoadOp>(user) || (user->getNumResults() == 1 && isAddress(user->getResult(0)));
  });
}

unsigned widestElementBits(const LoopNest &nest) {
  unsigned widest = 32;
  auto visit = [&](Type type) {
    widest = std::max(widest, type.isIndex() ? 64 : type.isIntOrFloat() ? type.getIntOrFloatBitWidth() : 64);
  };
  for (BlockArgument argument : nest.body->getArguments())
    if (!isAddress(argument))
      visit(argument.getType());
  for (Operation &inner : nest.body->without_terminator())
    // Constants take no part in the lane count: they are converted, or of the type of an op that counts.
    if (!isa<arith::ConstantOp>(inner))
      for (Value result : inner.getResults())
        if (!isAddress(result))
          visit(result.getType());
  return widest;
}

std::optional<Combiner> findCombiner(const LoopNest &nest, unsigned index) {
  BlockArgument accumulator = nest.body->getArgument(nest.inputs.size() + index);
  if (!accumulator.hasOneUse())
    return std::nullopt;
  Operation *combine = *accumulator.getUsers().begin();
  Operation *yield = nest.body->getTerminator();
  if (combine->getNumResults() != 1 || !combine->getResult(0).hasOneUse() || yield->getOperand(index) != combine->getResult(0))
    return std::nullopt;
  if (auto fma = dyn_cast<math::FmaOp>(combine)) { // a sum of products
    if (fma.getC() != accumulator)
      return std::nullopt;
    OpBuilder builder(fma);
    return Combiner{combine, arith::getIdentityValueAttr(arith::AtomicRMWKind::addf, fma.getType(), builder, fma.getLoc())};
  }
  if (combine->getNumOperands() != 2)
    return std::nullopt;
  // A subtraction has a neutral element too, but a tree of subtractions is not a sum.
  if (isa<arith::SubIOp, arith::SubFOp>(combine))
    return std::nullopt;
  auto neutral = arith::getNeutralElement(combine);
  if (!neutral)
    return std::nullopt;
  return Combiner{combine, *neutral};
}

Value applyCombiner(ImplicitLocOpBuilder &builder, const Combiner &combiner, Value a, Value b) {
  if (isa<math::FmaOp>(combiner.op))
    return arith::AddFOp::create(builder, a, b);
  Operation *op = builder.clone(*combiner.op);
  op->setOperands({a, b});
  op->getResult(0).setType(a.getType());
  return op->getResult(0);
}

namespace {

/// Index of a load, for all lanes: first + step * lane, plus what differs from lane to lane without a rule.
struct LinearIndex {
  OpFoldResult first, step;
  Value irregular; ///< a vector, or null
};

class BodyCloner {
public:
  BodyCloner(ImplicitLocOpBuilder &builder, const LoopNest &nest, const Lanes &lanes, LoopIndex indexOf)
      : builder(builder), math{builder}, nest(nest), lanes(lanes), indexOf(indexOf) {}

  void map(Value from, Value to) {
    mapping.map(from, to);
    auto broadcast = to ? to.getDefiningOp<vector::BroadcastOp>() : nullptr;
    if (broadcast && isInteger(from.getType()) && broadcast.getSource().getType() == from.getType())
      regular[from] = {broadcast.getSource(), 0};
  }

  void clone(Operation &inner) {
    if (auto index = dyn_cast<linalg::IndexOp>(inner)) {
      regular[index.getResult()] = indexOf(index.getDim());
      return;
    }
    if (auto load = dyn_cast<memref::LoadOp>(inner); load && lanes.count > 1)
      return map(load.getResult(), emitLoad(load));
    Attribute constant;
    if (lanes.count > 1 && matchPattern(&inner, m_Constant(&constant)))
      return mapping.map(inner.getResult(0), splatConstant(builder, cast<TypedAttr>(constant), lanes.count));
    if (lanes.count > 1 && cloneRegular(inner))
      return;
    for (Value operand : inner.getOperands())
      lookup(operand);
    Operation *copy = builder.clone(inner, mapping);
    for (Value result : copy->getResults())
      result.setType(laneType(result.getType(), lanes.count));
  }

  Value lookup(Value value) {
    if (Value known = mapping.lookupOrNull(value))
      return known;
    Value wide;
    Attribute constant;
    if (auto it = regular.find(value); it != regular.end())
      wide = spread(it->second);
    else if (matchPattern(value, m_Constant(&constant))) // defined outside of the body: the same in every lane
      wide = splatConstant(builder, cast<TypedAttr>(constant), lanes.count);
    else
      wide = splat(builder, value, lanes.count);
    mapping.map(value, wide);
    return wide;
  }

private:
  static bool isInteger(Type type) { return type.isIntOrIndex(); }

  Value spread(const Progression &progression) {
    Value all = splat(builder, progression.first, lanes.count);
    if (progression.step == 0 || lanes.count == 1)
      return all;
    auto type = cast<VectorType>(all.getType());
    Value steps = vector::StepOp::create(builder, type);
    if (progression.step != 1)
      steps = arith::MulIOp::create(builder, steps, splat(builder, math.value(math.constant(progression.step)), lanes.count));
    return arith::AddIOp::create(builder, all, steps);
  }

  /// The value as a progression of lanes, where it is known to be one.
  std::optional<Progression> regularly(Value value) {
    if (auto it = regular.find(value); it != regular.end())
      return it->second;
    Attribute constant;
    if (!isInteger(value.getType()))
      return std::nullopt;
    if (matchPattern(value, m_Constant(&constant)))
      return Progression{arith::ConstantOp::create(builder, cast<TypedAttr>(constant)), 0};
    if (value.getParentBlock() != nest.body)
      return Progression{value, 0};
    return std::nullopt;
  }

  /// Integer arithmetic on values that are alike in all lanes is done once.
  bool cloneRegular(Operation &inner) {
    if (inner.getNumResults() != 1 || !isInteger(inner.getResult(0).getType()))
      return false;
    SmallVector<Progression> operands;
    for (Value operand : inner.getOperands()) {
      std::optional<Progression> known = regularly(operand);
      if (!known)
        return false;
      operands.push_back(*known);
    }
    int64_t step = 0;
    if (isa<arith::AddIOp>(inner) && inner.getResult(0).getType().isIndex())
      step = operands[0].step + operands[1].step;
    else if (llvm::any_of(operands, [](const Progression &operand) { return operand.step != 0; }))
      return false;
    Operation *copy = builder.clone(inner);
    for (auto [position, operand] : llvm::enumerate(operands))
      copy->setOperand(position, operand.first);
    regular[inner.getResult(0)] = {copy->getResult(0), step};
    return true;
  }

  LinearIndex linearIndex(memref::LoadOp load, const Access &table) {
    LinearIndex result{math.constant(0), math.constant(0), {}};
    for (auto [index, stride] : llvm::zip_equal(load.getIndices(), table.strides)) {
      if (std::optional<Progression> known = regularly(index)) {
        result.first = math.add(result.first, math.mul(known->first, stride));
        result.step = math.add(result.step, math.mul(math.constant(known->step), stride));
        continue;
      }
      Value scaled = lookup(index);
      if (!isKnown(stride, 1))
        scaled = arith::MulIOp::create(builder, scaled, splat(builder, math.value(stride), lanes.count));
      result.irregular = result.irregular ? arith::AddIOp::create(builder, result.irregular, scaled).getResult() : scaled;
    }
    return result;
  }

  Value emitLoad(memref::LoadOp load) {
    const Access &table = nest.tableOf(load.getMemRef());
    LinearIndex at = linearIndex(load, table);
    if (!at.irregular)
      return loadLanes(builder, table, at.first, at.step, lanes);
    if (!isKnown(at.step, 0)) {
      Value steps = vector::StepOp::create(builder, cast<VectorType>(at.irregular.getType()));
      steps = arith::MulIOp::create(builder, steps, splat(builder, math.value(at.step), lanes.count));
      at.irregular = arith::AddIOp::create(builder, at.irregular, steps);
    }
    return gatherLanes(builder, table, at.first, at.irregular, lanes);
  }

  ImplicitLocOpBuilder &builder;
  IndexMath math;
  const LoopNest &nest;
  Lanes lanes;
  LoopIndex indexOf;
  IRMapping mapping;
  llvm::DenseMap<Value, Progression> regular;
};

} // namespace

SmallVector<Value> emitBody(ImplicitLocOpBuilder &builder, const LoopNest &nest, const Lanes &lanes,
                            ValueRange arguments, LoopIndex indexOf) {
  BodyCloner cloner(builder, nest, lanes, indexOf);
  for (auto [parameter, argument] : llvm::zip_equal(nest.body->getArguments(), arguments))
    cloner.map(parameter, argument);
  for (Operation &inner : nest.body->without_terminator())
    cloner.clone(inner);
  SmallVector<Value> results;
  for (Value yielded : nest.body->getTerminator()->getOperands())
    results.push_back(cloner.lookup(yielded));
  return results;
}

} // namespace mimoc
