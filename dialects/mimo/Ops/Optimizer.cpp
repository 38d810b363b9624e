#include "mimo/Ops/Optimizer.h"
#include "mimo/IR/Expr.h"
#include "mimo/IR/Inference.h"
#include "mimo/IR/Scalar.h"
#include <cmath>

using namespace mlir;
using namespace mlir::mimo;

namespace {
/// The elements of one update: what is read and what is written.
struct Elements {
  Scalar parameter, gradient;
  SmallVector<Scalar> state;
};
/// A number per call: the learning rate, or what follows from it and the step. f64 until it meets the elements.
struct Rates {
  Scalar learningRate, t;
};
} // namespace

using UpdateBody = llvm::function_ref<SmallVector<Scalar>(Elements)>;

/// One pass over a parameter and its state, in place.
static SmallVector<Value> updateElements(OpBuilder &b, Location loc, Value gradient, ValueRange written, UpdateBody body) {
  auto type = cast<RankedTensorType>(gradient.getType());
  AffineMap identity = b.getMultiDimIdentityMap(type.getRank());
  SmallVector<AffineMap> maps(1 + written.size(), identity);
  SmallVector<utils::IteratorType> parallel(type.getRank(), utils::IteratorType::parallel);
  auto generic = linalg::GenericOp::create(
      b, loc, TypeRange(written), gradient, written, maps, parallel, [&](OpBuilder &inner, Location where, ValueRange args) {
        Elements elements{Scalar(inner, where, args[1]), Scalar(inner, where, args[0]), {}};
        for (Value state : args.drop_front(2))
          elements.state.emplace_back(inner, where, state);
        SmallVector<Value> results;
        for (const Scalar &updated : body(elements))
          results.push_back(updated);
        linalg::YieldOp::create(inner, where, results);
      });
  return SmallVector<Value>(generic.getResults());
}

template <typename Op> static Rates readRates(Op op, OpBuilder &b) {
  Location loc = op.getLoc();
  Value one = arith::ConstantIndexOp::create(b, loc, 1);
  Value step = tensor::ExtractOp::create(b, loc, op.getRng(), one);
  // The step counts from 0, the t of the papers from 1.
  Value t = arith::SIToFPOp::create(b, loc, b.getF64Type(), step);
  Scalar learningRate(b, loc, tensor::ExtractOp::create(b, loc, op.getLearningRate(), ValueRange{}));
  return {learningRate, Scalar(b, loc, t) + 1.0};
}

/// A per-call number in the elements' type.
static Scalar narrow(Scalar number, Type element) {
  if (element.isF64())
    return number;
  return number.with(arith::TruncFOp::create(*number.builder, number.loc, element, number.value));
}

template <typename Op> static SmallVector<Value> writtenBy(Op op) {
  SmallVector<Value> written{op.getParameter()};
  llvm::append_range(written, op.getState());
  return written;
}

template <typename Op> static Type elementOf(Op op) {
  return cast<RankedTensorType>(op.getParameter().getType()).getElementType();
}

//===- verification ----------------------------------------------------------------------------------------------===//

/// What the types alone do not say: everything has the parameter's shape, and there are as many moments as the settings need.
template <typename Op> static LogicalResult verifyUpdate(Op op) {
  DictionaryAttr settings = op->getAttrDictionary();
  if (failed(Op::verifySettings(op.getLoc(), settings)))
    return failure();
  StringRef rule = op->getName().stripDialect();
  Type type = op.getParameter().getType();
  for (Value tensor : llvm::concat<Value>(SmallVector<Value>{op.getGradient()}, SmallVector<Value>(op.getState())))
    if (tensor.getType() != type)
      return refuse(op.getLoc(), rule, "a parameter " + describe(type) + " cannot be updated with " + describe(tensor.getType()));
  size_t needed = Op::getStateNames(settings).size(), given = op.getState().size();
  if (needed != given)
    return refuse(op.getLoc(), rule, "these settings need " + Twine(needed) + (needed == 1 ? " state tensor" : " state tensors") + ", not " + Twine(given));
  return success();
}

static double numberOf(DictionaryAttr settings, StringRef name) {
  auto number = settings.getAs<FloatAttr>(name);
  return number ? number.getValueAsDouble() : 0;
}

static bool flagOf(DictionaryAttr settings, StringRef name) {
  auto flag = settings.getAs<BoolAttr>(name);
  return flag && flag.getValue();
}

static LogicalResult requireNotNegative(Location loc, StringRef rule, DictionaryAttr settings, ArrayRef<StringRef> names) {
  for (StringRef name : names)
    if (double number = numberOf(settings, name); !(number >= 0))
      return refuse(loc, rule, name + " must not be negative, but is " + describe(number));
  return success();
}

//===- sgd ------------------------------------------------------------------------------------------------------===//

Signature SgdOp::getSettings() {
  return {{"lr", FormalKind::Number}, {"momentum", FormalKind::Number, 0.0}, {"dampening", FormalKind::Number, 0.0},
          {"weight_decay", FormalKind::Number, 0.0}, {"nesterov", FormalKind::Flag, false}};
}

SmallVector<StringRef> SgdOp::getStateNames(DictionaryAttr settings) {
  if (numberOf(settings, "momentum") != 0)
    return {"momentum_buffer"};
  return {};
}

LogicalResult SgdOp::verifySettings(Location loc, DictionaryAttr settings) {
  if (failed(requireNotNegative(loc, "sgd", settings, {"momentum", "weight_decay"})))
    return failure();
  if (flagOf(settings, "nesterov") && (numberOf(settings, "momentum") == 0 || numberOf(settings, "dampening") != 0))
    return refuse(loc, "sgd", "nesterov needs a momentum, and no dampening");
  return success();
}

// b = mu b + (1 - dampening) g (b = g in the first step);  p -= lr (nesterov ? g + mu b : b)
SmallVector<Value> SgdOp::emitLinalg(OpBuilder &b) {
  Rates rates = readRates(*this, b);
  Type element = elementOf(*this);
  Scalar lr = narrow(rates.learningRate, element);
  Scalar isFirst = rates.t <= 1.0;
  double momentum = getMomentum().convertToDouble(), dampening = getDampening().convertToDouble();
  double decay = getWeightDecay().convertToDouble();
  return updateElements(b, getLoc(), getGradient(), writtenBy(*this), [&](Elements e) -> SmallVector<Scalar> {
    Scalar g = decay != 0 ? e.gradient + e.parameter * decay : e.gradient;
    if (e.state.empty())
      return {e.parameter - g * g.with(lr)};
    Scalar buffer = e.state[0] * momentum + g * (1 - dampening);
    if (dampening != 0)
      buffer = select(buffer.with(isFirst), g, buffer);
    Scalar direction = getNesterov() ? g + buffer * momentum : buffer;
    return {e.parameter - direction * g.with(lr), buffer};
  });
}

//===- adam, adamw ----------------------------------------------------------------------------------------------===//

static Signature adamSettings(double weightDecay) {
  return {{"lr", FormalKind::Number, 1e-3}, {"betas", FormalKind::Numbers, SmallVector<double>{0.9, 0.999}},
          {"eps", FormalKind::Number, 1e-8}, {"weight_decay", FormalKind::Number, weightDecay},
          {"amsgrad", FormalKind::Flag, false}};
}
static SmallVector<StringRef> adamStates(DictionaryAttr settings) {
  if (flagOf(settings, "amsgrad"))
    return {"exp_avg", "exp_avg_sq", "max_exp_avg_sq"};
  return {"exp_avg", "exp_avg_sq"};
}
Signature AdamOp::getSettings() { return adamSettings(0); }
Signature AdamWOp::getSettings() { return adamSettings(1e-2); }
SmallVector<StringRef> AdamOp::getStateNames(DictionaryAttr settings) { return adamStates(settings); }
SmallVector<StringRef> AdamWOp::getStateNames(DictionaryAttr settings) { return adamStates(settings); }

static LogicalResult verifyAdamSettings(Location loc, StringRef rule, DictionaryAttr settings, ArrayRef<StringRef> notNegative) {
  auto betas = settings.getAs<DenseF64ArrayAttr>("betas");
  if (!betas || betas.size() != 2)
    return refuse(loc, rule, "betas are two numbers, not " + Twine(betas ? betas.size() : 0));
  for (double beta : betas.asArrayRef())
    if (!(beta >= 0 && beta < 1))
      return refuse(loc, rule, "a beta of " + describe(beta) + " is outside [0, 1)");
  return requireNotNegative(loc, rule, settings, notNegative);
}
LogicalResult AdamOp::verifySettings(Location loc, DictionaryAttr settings) {
  return verifyAdamSettings(loc, "adam", settings, {"eps", "weight_decay"});
}
LogicalResult AdamWOp::verifySettings(Location loc, DictionaryAttr settings) {
  return verifyAdamSettings(loc, "adamw", settings, {"eps", "weight_decay"});
}

/// 1 - beta^t
static Scalar biasCorrection(const Rates &rates, double beta) {
  Scalar base = rates.t.constant(beta);
  return 1.0 - base.with(math::PowFOp::create(*base.builder, base.loc, base.value, rates.t.value));
}

// m = m + (1 - b1)(g - m),  v = b2 v + (1 - b2) g^2,  p -= lr / (1 - b1^t) m / (sqrt(v) / sqrt(1 - b2^t) + eps)
// where adam adds decay p to g and adamw multiplies p by 1 - lr decay first; amsgrad takes the largest v so far.
template <typename Op> static SmallVector<Value> emitAdam(Op op, OpBuilder &b, bool decoupled) {
  Rates rates = readRates(op, b);
  Type element = elementOf(op);
  double beta1 = op.getBetas()[0], beta2 = op.getBetas()[1];
  double decay = op.getWeightDecay().convertToDouble(), eps = op.getEps().convertToDouble();
  Scalar stepSize = narrow(rates.learningRate / biasCorrection(rates, beta1), element);
  Scalar correction = narrow(sqrt(biasCorrection(rates, beta2)), element);
  Scalar shrink = narrow(1.0 - rates.learningRate * decay, element);
  return updateElements(b, op.getLoc(), op.getGradient(), writtenBy(op), [&](Elements e) -> SmallVector<Scalar> {
    Scalar p = e.parameter, g = e.gradient;
    if (decoupled && decay != 0)
      p = p * p.with(shrink);
    if (!decoupled && decay != 0)
      g = g + p * decay;
    Scalar m = e.state[0] + (g - e.state[0]) * (1 - beta1);
    Scalar v = e.state[1] * beta2 + g * g * (1 - beta2);
    SmallVector<Scalar> updated{p, m, v};
    if (op.getAmsgrad())
      updated.push_back(maximum(e.state[2], v));
    Scalar denominator = sqrt(updated.back()) / p.with(correction) + eps;
    updated[0] = p - p.with(stepSize) * (m / denominator);
    return updated;
  });
}

SmallVector<Value> AdamOp::emitLinalg(OpBuilder &b) { return emitAdam(*this, b, /*decoupled=*/false); }
SmallVector<Value> AdamWOp::emitLinalg(OpBuilder &b) { return emitAdam(*this, b, /*decoupled=*/true); }

//===- nadam ----------------------------------------------------------------------------------------------------===//

Signature NAdamOp::getSettings() {
  return {{"lr", FormalKind::Number, 2e-3}, {"betas", FormalKind::Numbers, SmallVector<double>{0.9, 0.999}},
          {"eps", FormalKind::Number, 1e-8}, {"weight_decay", FormalKind::Number, 0.0},
          {"momentum_decay", FormalKind::Number, 4e-3}, {"decoupled_weight_decay", FormalKind::Flag, false}};
}
SmallVector<StringRef> NAdamOp::getStateNames(DictionaryAttr) { return {"exp_avg", "exp_avg_sq"}; }
LogicalResult NAdamOp::verifySettings(Location loc, DictionaryAttr settings) {
  return verifyAdamSettings(loc, "nadam", settings, {"eps", "weight_decay", "momentum_decay"});
}

/// mu(i) = b1 (1 - q^i / 2) for a q <= 1.
static Scalar momentumAt(Scalar i, double beta1, double logOfQ) { return (1.0 - exp(i * logOfQ) * 0.5) * beta1; }

/// mu(1) mu(2) ... mu(t), which PyTorch keeps as a state, from t alone. Its logarithm is t log b1 plus
///   sum_i log(1 - q^i / 2) = -sum_k 2^-k / k sum_i q^(k i) = -sum_k 2^-k / k  q^k (1 - q^(k t)) / (1 - q^k),
/// where 54 terms are all that f64 can tell.
static Scalar momentumProduct(Scalar t, double beta1, double logOfQ) {
  if (beta1 == 0)
    return t.constant(0);
  constexpr int kTerms = 54;
  if (logOfQ == 0)
    return exp(t * std::log(beta1 / 2));
  Scalar sum = t.constant(0);
  for (int k = kTerms; k >= 1; --k) // the small terms first
    sum = sum + expm1(t * (k * logOfQ)) * (-std::ldexp(1.0, -k) / k * std::exp(k * logOfQ) / std::expm1(k * logOfQ));
  return exp(t * std::log(beta1) + sum);
}

// m, v as adam;  p -= lr (1 - mu(t)) / (1 - mu(1)..mu(t)) g / d + lr mu(t + 1) / (1 - mu(1)..mu(t + 1)) m / d
// with d = sqrt(v / (1 - b2^t)) + eps and mu(i) = b1 (1 - 0.96^(i momentum_decay) / 2).
SmallVector<Value> NAdamOp::emitLinalg(OpBuilder &b) {
  Rates rates = readRates(*this, b);
  Type element = elementOf(*this);
  double beta1 = getBetas()[0], beta2 = getBetas()[1], logOfQ = std::log(0.96) * getMomentumDecay().convertToDouble();
  double decay = getWeightDecay().convertToDouble(), eps = getEps().convertToDouble();
  Scalar mu = momentumAt(rates.t, beta1, logOfQ), next = momentumAt(rates.t + 1.0, beta1, logOfQ);
  Scalar product = momentumProduct(rates.t, beta1, logOfQ);
  Scalar ofGradient = narrow(rates.learningRate * (1.0 - mu) / (1.0 - product), element);
  Scalar ofMoment = narrow(rates.learningRate * next / (1.0 - product * next), element);
  Scalar correction = narrow(biasCorrection(rates, beta2), element);
  Scalar shrink = narrow(1.0 - rates.learningRate * decay, element);
  return updateElements(b, getLoc(), getGradient(), writtenBy(*this), [&](Elements e) -> SmallVector<Scalar> {
    Scalar p = e.parameter, g = e.gradient;
    if (getDecoupledWeightDecay() && decay != 0)
      p = p * p.with(shrink);
    if (!getDecoupledWeightDecay() && decay != 0)
      g = g + p * decay;
    Scalar m = e.state[0] + (g - e.state[0]) * (1 - beta1);
    Scalar v = e.state[1] * beta2 + g * g * (1 - beta2);
    Scalar denominator = sqrt(v / p.with(correction)) + eps;
    p = p - p.with(ofGradient) * (g / denominator);
    return {p - p.with(ofMoment) * (m / denominator), m, v};
  });
}

//===- rmsprop --------------------------------------------------------------------------------------------------===//

Signature RMSpropOp::getSettings() {
  return {{"lr", FormalKind::Number, 1e-2}, {"alpha", FormalKind::Number, 0.99}, {"eps", FormalKind::Number, 1e-8},
          {"weight_decay", FormalKind::Number, 0.0}, {"momentum", FormalKind::Number, 0.0}, {"centered", FormalKind::Flag, false}};
}

SmallVector<StringRef> RMSpropOp::getStateNames(DictionaryAttr settings) {
  SmallVector<StringRef> names{"square_avg"};
  if (numberOf(settings, "momentum") != 0)
    names.push_back("momentum_buffer");
  if (flagOf(settings, "centered"))
    names.push_back("grad_avg");
  return names;
}

LogicalResult RMSpropOp::verifySettings(Location loc, DictionaryAttr settings) {
  return requireNotNegative(loc, "rmsprop", settings, {"alpha", "eps", "weight_decay", "momentum"});
}

// s = a s + (1 - a) g^2,  centered: c = c + (1 - a)(g - c),  d = sqrt(s - c^2) + eps, or else sqrt(s) + eps;
// momentum: b = mu b + g / d,  p -= lr b,  or else p -= lr g / d
SmallVector<Value> RMSpropOp::emitLinalg(OpBuilder &b) {
  Scalar lr = narrow(readRates(*this, b).learningRate, elementOf(*this));
  double alpha = getAlpha().convertToDouble(), eps = getEps().convertToDouble();
  double decay = getWeightDecay().convertToDouble(), momentum = getMomentum().convertToDouble();
  return updateElements(b, getLoc(), getGradient(), writtenBy(*this), [&](Elements e) -> SmallVector<Scalar> {
    Scalar g = decay != 0 ? e.gradient + e.parameter * decay : e.gradient;
    Scalar square = e.state[0] * alpha + g * g * (1 - alpha), spread = square;
    SmallVector<Scalar> updated{e.parameter, square};
    std::optional<Scalar> center;
    if (getCentered()) {
      center = e.state.back() + (g - e.state.back()) * (1 - alpha);
      spread = square - *center * *center;
    }
    Scalar direction = g / (sqrt(spread) + eps);
    if (momentum != 0) {
      direction = e.state[1] * momentum + direction;
      updated.push_back(direction);
    }
    if (center)
      updated.push_back(*center);
    updated[0] = e.parameter - direction * g.with(lr);
    return updated;
  });
}

//===- adagrad --------------------------------------------------------------------------------------------------===//

Signature AdagradOp::getSettings() {
  return {{"lr", FormalKind::Number, 1e-2}, {"lr_decay", FormalKind::Number, 0.0}, {"weight_decay", FormalKind::Number, 0.0},
          {"initial_accumulator_value", FormalKind::Number, 0.0}, {"eps", FormalKind::Number, 1e-10}};
}
SmallVector<StringRef> AdagradOp::getStateNames(DictionaryAttr) { return {"sum"}; }
SmallVector<double> AdagradOp::getStateStarts(DictionaryAttr settings) { return {numberOf(settings, "initial_accumulator_value")}; }
LogicalResult AdagradOp::verifySettings(Location loc, DictionaryAttr settings) {
  return requireNotNegative(loc, "adagrad", settings, {"lr_decay", "weight_decay", "initial_accumulator_value", "eps"});
}

// s = s + g^2,  p -= lr / (1 + (t - 1) lr_decay) g / (sqrt(s) + eps)
SmallVector<Value> AdagradOp::emitLinalg(OpBuilder &b) {
  Rates rates = readRates(*this, b);
  double decay = getWeightDecay().convertToDouble(), eps = getEps().convertToDouble();
  Scalar rate = narrow(rates.learningRate / (1.0 + (rates.t - 1.0) * getLrDecay().convertToDouble()), elementOf(*this));
  return updateElements(b, getLoc(), getGradient(), writtenBy(*this), [&](Elements e) -> SmallVector<Scalar> {
    Scalar g = decay != 0 ? e.gradient + e.parameter * decay : e.gradient;
    Scalar sum = e.state[0] + g * g;
    return {e.parameter - g.with(rate) * (g / (sqrt(sum) + eps)), sum};
  });
}

#define GET_OP_CLASSES
#include "mimo/Ops/Optimizer.cpp.inc"
