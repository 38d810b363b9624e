#include "BodyVectorizer.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "mlir/IR/IRMapping.h"
#include "mlir/IR/Matchers.h"

using namespace mlir;

namespace mimoc {

bool isBodyVectorizable(Block &body) {
  return llvm::all_of(body.without_terminator(), [](Operation &inner) {
    return isa<arith::ConstantOp, linalg::IndexOp>(inner) ||
           (OpTrait::hasElementwiseMappableTraits(&inner) && inner.getNumResults() == 1);
  });
}

unsigned widestElementBits(const LoopNest &nest) {
  unsigned widest = 32;
  auto visit = [&](Type type) {
    widest = std::max(widest, type.isIndex() ? 64 : type.isIntOrFloat() ? type.getIntOrFloatBitWidth() : 64);
  };
  for (BlockArgument argument : nest.body->getArguments())
    visit(argument.getType());
  for (Operation &inner : nest.body->without_terminator())
    // Constants take no part in the lane count: they are converted, or of the type of an op that counts.
    if (!isa<arith::ConstantOp>(inner))
      for (Type type : inner.getResultTypes())
        visit(type);
  return widest;
}

std::optional<Combiner> findCombiner(const LoopNest &nest, unsigned index) {
  BlockArgument accumulator = nest.body->getArgument(nest.inputs.size() + index);
  if (!accumulator.hasOneUse())
    return std::nullopt;
  Operation *combine = *accumulator.getUsers().begin();
  Operation *yield = nest.body->getTerminator();
  if (combine->getNumOperands() != 2 || combine->getNumResults() != 1 || !combine->getResult(0).hasOneUse() ||
      yield->getOperand(index) != combine->getResult(0))
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
  Operation *op = builder.clone(*combiner.op);
  op->setOperands({a, b});
  op->getResult(0).setType(a.getType());
  return op->getResult(0);
}

namespace {

unsigned laneCount(Value value) {
  auto type = dyn_cast<VectorType>(value.getType());
  return type ? type.getNumElements() : 1;
}

class BodyCloner {
public:
  BodyCloner(ImplicitLocOpBuilder &builder, unsigned lanes, LoopIndex indexOf)
      : builder(builder), lanes(lanes), indexOf(indexOf) {}

  void map(Value from, Value to) { mapping.map(from, to); }

  void clone(Operation &inner) {
    if (auto index = dyn_cast<linalg::IndexOp>(inner))
      return mapping.map(index.getResult(), widened(indexOf(index.getDim())));
    Attribute constant;
    if (lanes > 1 && matchPattern(&inner, m_Constant(&constant)))
      return mapping.map(inner.getResult(0), splatConstant(builder, cast<TypedAttr>(constant), lanes));
    for (Value operand : inner.getOperands())
      lookup(operand);
    Operation *copy = builder.clone(inner, mapping);
    for (Value result : copy->getResults())
      result.setType(laneType(result.getType(), lanes));
  }

  Value lookup(Value value) {
    if (Value known = mapping.lookupOrNull(value))
      return known;
    // Defined outside of the body: the same in every lane.
    Attribute constant;
    Value wide = matchPattern(value, m_Constant(&constant))
                     ? splatConstant(builder, cast<TypedAttr>(constant), lanes)
                     : splat(builder, value, lanes);
    mapping.map(value, wide);
    return wide;
  }

private:
  Value widened(Value value) { return laneCount(value) == lanes ? value : splat(builder, value, lanes); }

  ImplicitLocOpBuilder &builder;
  unsigned lanes;
  LoopIndex indexOf;
  IRMapping mapping;
};

} // namespace

SmallVector<Value> emitBody(ImplicitLocOpBuilder &builder, Block &body, unsigned lanes, ValueRange arguments,
                            LoopIndex indexOf) {
  BodyCloner cloner(builder, lanes, indexOf);
  for (auto [parameter, argument] : llvm::zip_equal(body.getArguments(), arguments))
    cloner.map(parameter, argument);
  for (Operation &inner : body.without_terminator())
    cloner.clone(inner);
  SmallVector<Value> results;
  for (Value yielded : body.getTerminator()->getOperands())
    results.push_back(cloner.lookup(yielded));
  return results;
}

} // namespace mimoc
