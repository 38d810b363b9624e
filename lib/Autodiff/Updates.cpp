#include "Updates.h"
#include "mimo/IR/RowUpdate.h"
#include "mimo/IR/Updates.h"

using namespace mlir;

namespace mimoc {

namespace {

/// Of one phase: what all of its parameters are updated with.
class Updates {
public:
  Updates(EntryBuilder &entry, const ModelInfo &info, const PhaseInfo &phase, mimo::OptimizerOp optimizer)
      : entry(entry), info(info), phase(phase), optimizer(optimizer), rng(randomState()) {
    for (size_t k = 0; k < phase.options.size(); ++k)
      options.push_back(nullptr);
    settings.push_back(optimizer.getSettings());
    for (auto group : optimizer->getBlock()->getOps<mimo::GroupOp>())
      settings.push_back(group.getSettings());
  }

  void limit(ArrayRef<mimo::ParamOp> parameters, MutableArrayRef<Value> gradients);
  void update(mimo::ParamOp parameter, const TrainedInfo &trained, Value gradient);
  /// Of a state of the element at `offset` of its block.
  Place statePlace(StringRef state, int64_t offset) const;

private:
  Value randomState();
  Value option(size_t k);
  Value ownUpdate(mimo::ParamOp parameter, Value gradient);
  Value ruleUpdate(mimo::ParamOp parameter, const TrainedInfo &trained, Value gradient);
  void average(mimo::ParamOp parameter, int64_t offset, Value updated);

  EntryBuilder &entry;
  const ModelInfo &info;
  const PhaseInfo &phase;
  mimo::OptimizerOp optimizer;
  Value rng;
  SmallVector<DictionaryAttr> settings; ///< of each group
  SmallVector<Value> options;           ///< those that were asked for
};

} // namespace

Value Updates::randomState() {
  for (mimo::RngOp op : optimizer->getParentOfType<mimo::ModelOp>().getBody().getOps<mimo::RngOp>())
    if (entry.has(op))
      return entry.at(op);
  return entry.argument(RankedTensorType::get({3}, entry.builder.getI64Type()), {"rng", 0});
}

Value Updates::option(size_t k) {
  if (!options[k])
    options[k] = entry.argument(RankedTensorType::get({}, entry.builder.getF64Type()), {"options", static_cast<int64_t>(k) * 8});
  return options[k];
}

Place Updates::statePlace(StringRef state, int64_t offset) const {
  int64_t place = llvm::find(phase.stateNames, state.str()) - phase.stateNames.begin();
  return {"state", (stateOffset(info, phase, place) + offset) * byteSize(info.precision)};
}

/// Of the weights of the network: what a balancing rule keeps has gradients of another kind.
void Updates::limit(ArrayRef<mimo::ParamOp> parameters, MutableArrayRef<Value> gradients) {
  auto field = llvm::find_if(phase.options, [](const OptionInfo &option) { return option.kind == "limit"; });
  if (field == phase.options.end())
    return;
  Value limit = option(field - phase.options.begin());
  SmallVector<size_t> places;
  for (size_t i = 0; i < parameters.size(); ++i)
    if (!mimo::ParamOp(parameters[i]).getUpdate())
      places.push_back(i);
  SmallVector<Value> whole = llvm::map_to_vector(places, [&](size_t i) { return gradients[i]; });
  OpBuilder &b = entry.builder;
  Location loc = optimizer.getLoc();
  if (optimizer.getClipNorm())
    whole = mimo::clipByNorm(b, loc, whole, limit);
  else
    whole = llvm::map_to_vector(whole, [&](Value gradient) { return mimo::clipByValue(b, loc, gradient, limit); });
  for (auto [i, gradient] : llvm::zip_equal(places, whole))
    gradients[i] = gradient;
}

/// With the op that updates what a balancing rule keeps, and the rule's settings; the optimizer's state of it stays as it is.
Value Updates::ownUpdate(mimo::ParamOp parameter, Value gradient) {
  auto balances = optimizer->getBlock()->getOps<mimo::BalanceOp>();
  mimo::BalanceOp balance = *llvm::find_if(balances, [&](mimo::BalanceOp op) { return llvm::is_contained(op.getState(), parameter.getOut()); });
  OperationState call(balance.getLoc(), "mimo." + parameter.getUpdate()->str(), {entry.at(parameter), gradient}, parameter.getType(),
                      balance.getSettings().getValue());
  return entry.builder.create(call)->getResult(0);
}

/// The update of all elements of a parameter, or of the rows that have a gradient.
static Operation *emitUpdate(OpBuilder &b, mimo::ParamOp parameter, const mimo::Update &update) {
  if (parameter.getSparseRows())
    return mimo::buildRowUpdate(b, parameter.getLoc(), update);
  SmallVector<Value> operands{update.parameter, update.gradient};
  llvm::append_range(operands, update.state);
  operands.append({update.learningRate, update.rng});
  SmallVector<Type> types(1 + update.state.size(), update.parameter.getType());
  return b.create(OperationState(parameter.getLoc(), "mimo." + update.rule.str(), operands, types, update.settings.getValue()));
}

/// With the optimizer's rule and the settings of the parameter's group; its state, too. Gives the new parameter.
Value Updates::ruleUpdate(mimo::ParamOp parameter, const TrainedInfo &trained, Value gradient) {
  const mimo::OptimizerRule::Concept &rule = *optimizer.findRule();
  DictionaryAttr of = settings[trained.group];
  if (parameter.getUpdate())
    of = rule.withoutDecay(of);
  SmallVector<Value> state;
  SmallVector<Place> places;
  for (StringRef name : rule.getStateNames(of)) {
    places.push_back(statePlace(name, trained.offset));
    state.push_back(entry.argument(parameter.getType(), places.back()));
  }
  Value rate = option(phase.groups[trained.group].rateOption);
  Operation *made = emitUpdate(entry.builder, parameter, {optimizer.getRule(), of, entry.at(parameter), gradient, state, rate, rng});
  for (auto [value, place] : llvm::zip_equal(made->getResults().drop_front(), places))
    entry.result(value, place);
  return made->getResult(0);
}

void Updates::update(mimo::ParamOp parameter, const TrainedInfo &trained, Value gradient) {
  int64_t offset = info.parameters[trained.parameter].offset;
  StringRef own = parameter.getUpdate().value_or("plain");
  Value updated = own == "plain" ? ruleUpdate(parameter, trained, gradient) : ownUpdate(parameter, gradient);
  entry.result(updated, {"params", offset * byteSize(info.precision)});
  if (phase.average)
    average(parameter, offset, updated);
}

void Updates::average(mimo::ParamOp parameter, int64_t offset, Value updated) {
  Place place = statePlace("average", offset);
  Value before = entry.argument(parameter.getType(), place);
  Value after = phase.average == kEqualAverage ? mimo::equalAverage(entry.builder, parameter.getLoc(), before, updated, rng)
                                               : mimo::movingAverage(entry.builder, parameter.getLoc(), before, updated, rng, *phase.average);
  entry.result(after, place);
}

void applyOptimizer(EntryBuilder &entry, const ModelInfo &info, const PhaseInfo &phase, mimo::OptimizerOp optimizer,
                    ArrayRef<mimo::ParamOp> parameters, ArrayRef<Value> gradients) {
  Updates updates(entry, info, phase, optimizer);
  SmallVector<Value> limited(gradients);
  SmallVector<mimo::ParamOp> trained =
      llvm::map_to_vector(phase.trained, [&](const TrainedInfo &place) -> mimo::ParamOp { return parameters[place.parameter]; });
  updates.limit(trained, limited);
  for (auto [parameter, place, gradient] : llvm::zip_equal(trained, phase.trained, limited))
    updates.update(parameter, place, gradient);
  if (!phase.average)
    return;
  // An average is read as a whole parameter block: what is frozen stands in it as it is.
  for (auto [place, described] : llvm::zip_equal(parameters, info.parameters)) {
    mimo::ParamOp parameter = place;
    if (llvm::is_contained(trained, parameter))
      continue;
    entry.require(parameter.getOut());
    entry.result(entry.at(parameter), updates.statePlace("average", described.offset));
  }
}

} // namespace mimoc
