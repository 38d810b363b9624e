// What the world outside the compiler needs to know of a model: the names, shapes, blocks and entry points that the
// header, the JSON self-description and the run-time descriptor are written from. Plain data, no MLIR.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace mimoc {

enum class DType { F32, F64, I32, I64, I1 };

/// Bytes of one element.
inline int64_t byteSize(DType type) {
  switch (type) {
  case DType::F32: case DType::I32: return 4;
  case DType::F64: case DType::I64: return 8;
  case DType::I1: return 1;
  }
  return 0;
}

/// In a shape: a size that is known at run time only. It is the first one; TensorInfo::dim is its name.
inline constexpr int64_t kRunTimeSize = -1;

/// What the number of samples is called; the model declares all other run-time sizes (DimInfo).
inline constexpr const char *kBatchName = "batch";

/// An input, target, head or output: what the caller hands in or gets back whole.
struct TensorInfo {
  std::string name;
  DType type = DType::F32;
  std::vector<int64_t> shape; ///< kRunTimeSize where the size is known at run time only
  std::string kind;           ///< "input", "target", "head" or "output"
  int64_t line = 0;           ///< line of the source that declared it, for refusals
  std::string dim = {};       ///< the name of the run-time size, "batch" for instance; empty where there is none

  bool hasBatch() const { return dim == kBatchName; }
};

/// A run-time size that the model declares: `dim nodes <= 1000`. The caller hands it in with the inputs.
struct DimInfo {
  std::string name;
  int64_t bound = 0; ///< the most that it may be, for which memory is planned
  int64_t least = 0;
  int64_t line = 0;
};

/// How a parameter starts. `kind` is one of "constant", "uniform" (a, b = bounds), "normal" (a, b = mean, deviation),
/// "truncated_normal" (the same in [low, high]), "orthogonal" (a = gain) and "identity".
/// The fan-dependent rules (PyTorch's default, xavier_uniform) are resolved to these by the compiler.
struct InitInfo {
  std::string kind = "constant";
  double a = 0, b = 0;
  double low = 0, high = 0;
  int64_t zeroBegin = 0, zeroEnd = 0; ///< elements that start from 0 nevertheless: the row of a padding id
};

/// One parameter: a slice of the parameter block. Buffers lie behind the parameters.
struct ParameterInfo {
  std::string name;           ///< PyTorch's name, e.g. "image_fc.0.weight"
  std::vector<int64_t> shape; ///< PyTorch's layout
  int64_t offset = 0;         ///< in elements, from the start of the block
  int64_t elements = 0;
  InitInfo init;
  bool whole = false; ///< of a buffer: counts something; kept as a number of the model's type, saved as i64
};

/// Numbers (f64) of which every one is a sum over the rows of a batch.
struct StateInfo {
  std::string name;
  std::vector<int64_t> shape; ///< empty for a single number

  int64_t numbers() const {
    int64_t count = 1;
    for (int64_t size : shape)
      count *= size;
    return count;
  }
};

/// A loss or a metric. Its states of batches are added, and the figure is made of the totals, so that it is exact for a whole
/// epoch, however that is cut into batches.
struct FigureInfo {
  std::string name;
  std::string kind; ///< "loss", "penalty" or "metric"
  std::string rule = "ratio"; ///< how the figure is made; Descriptor.h of the run-time support lists the rules
  std::vector<StateInfo> state = {{"sum", {}}, {"divisor", {}}};
};

/// A run-time field of the options: `learning_rate` first, then one coefficient per term of `minimize`, then learning rates of
/// parameter groups, then the limit of the gradients.
struct OptionInfo {
  std::string name;
  double value = 0;
  std::string kind = "coefficient"; ///< "learning_rate", "coefficient" or "limit"
};

/// What the optimizer does with some of the parameters. Group 0 is all that no `with` names.
struct GroupInfo {
  std::string name;     ///< the paths that it comes from, "features, **.bias"; empty for group 0
  int64_t rateOption = 0; ///< which of the options is its learning rate
  std::vector<std::pair<std::string, double>> settings;
  std::vector<double> stateStarts; ///< what the states hold before the first step, as ModelInfo::stateNames lists them
};

/// Terms of `minimize` that a rule weighs against one another.
struct BalanceInfo {
  std::string rule;
  std::vector<std::string> losses;
  std::vector<TensorInfo> shared; ///< where a rule of gradients compares them; of kind "shared"
};

/// A parameter that a phase trains.
struct TrainedInfo {
  int64_t parameter = 0; ///< place in ModelInfo::parameters
  int64_t offset = 0;    ///< in elements: where its gradient starts in the gradient block, and each of its moments
  int64_t group = 0;     ///< of the optimizer
};

/// One way of training: what is minimised, by which optimizer, and which parameters it moves. A gradient block and every moment
/// hold the trained parameters one after the other; what is frozen has no place in them.
struct PhaseInfo {
  std::string name; ///< of the train block; empty for what stands in the model itself
  uint64_t seed = 0;
  std::vector<OptionInfo> options; ///< empty for a model itself that has train blocks
  std::string optimizer;         ///< "adam", ...; empty where there is none
  std::vector<GroupInfo> groups; ///< empty where there is no optimizer
  std::optional<double> average; ///< decay of the moving average of the parameters, or kEqualAverage; it is then the first state
  std::vector<std::string> stateNames; ///< e.g. "exp_avg", "exp_avg_sq": the state block holds these one after the other
  std::vector<BalanceInfo> balances;
  std::vector<TrainedInfo> trained;
  int64_t gradientElements = 0; ///< trained numbers, with which the gradient block begins; of every moment
};

/// A check on integer values that is made before anything is written.
struct CheckInfo {
  std::string tensor; ///< input or target
  int64_t bound = 0;  ///< values must lie in [0, bound)
  int64_t line = 0;
  std::string dim = {}; ///< or below the run-time size of this name, if there is one
  bool whole = true;    ///< all of the tensor's values, not just a part or what is computed from them
};

/// What an entry point's k-th pointer argument is; see "Entry points" in docs/architecture.md.
struct SlotInfo {
  std::string kind; ///< "input", "target", "head", "cotangent", "input_gradient", "params", "gradients", "state",
                    ///< "losses", "states", "checks", "options", "rng", "sizes" or "workspace"
  std::string name; ///< which, for input, target, head, cotangent and input_gradient; empty for blocks
};

/// What a run-time size must be at least in one function.
struct LeastSize {
  std::string dim;
  int64_t least = 1;
  int64_t line = 0; ///< of the source, which asks for it
};

/// One compiled function. It has the type void(void **slots, int64_t batch).
struct EntryInfo {
  std::string kind;   ///< "forward", "forward_head", "forward_entry", "evaluate", "backward", "backward_loss", "vjp", "apply", "step", "check"
  std::string name;   ///< the head, entry or loss, where the kind has one; of backward, apply and step the train block
  std::vector<std::string> heads; ///< of forward_entry: the fields that it fills
  std::string symbol; ///< the function's symbol in the object, internal
  std::vector<SlotInfo> slots;
  int64_t workspaceStatic = 0; ///< bytes, whatever the batch
  int64_t workspacePerRow = 0; ///< bytes a row; rows are rounded up to kRowRounding
  int64_t workspacePerPair = 0; ///< bytes a pair of rows, rounded likewise
  int64_t flopsStatic = 0;     ///< floating-point operations, whatever the batch
  int64_t flopsPerRow = 0;     ///< floating-point operations a row
  int64_t flopsPerPair = 0;    ///< floating-point operations a pair of rows
  std::vector<LeastSize> leastSizes; ///< where 1 of the batch, or what the declaration of another size allows, is too few
};

/// The planner rounds the batch up to this many rows, so that every per-row buffer starts on a 64-byte boundary.
inline constexpr int64_t kRowRounding = 4;

/// Stands for the decay of an average that weighs all steps alike.
inline constexpr double kEqualAverage = 1;

struct ModelInfo {
  std::string name;   ///< as in the source
  std::string prefix; ///< of every exported symbol
  DType precision = DType::F32;
  uint64_t seed = 0;
  std::vector<TensorInfo> inputs, targets, heads; ///< declaration order; heads hold outputs too
  std::vector<DimInfo> dims;                      ///< the slot "sizes" holds the batch, then these, as i64
  std::vector<ParameterInfo> parameters;
  std::vector<ParameterInfo> buffers; ///< running statistics and counters: kept with the parameters, but not trained
  int64_t parameterElements = 0; ///< of the parameter block: parameters, then buffers
  std::vector<FigureInfo> losses;  ///< losses, then penalties: what `losses` and the first states hold, in this order
  std::vector<FigureInfo> metrics; ///< the states after those of the losses
  /// Never empty. First the model itself, to which backward of one loss and vjp belong; then its train blocks, if it has any: it
  /// trains nothing itself then.
  std::vector<PhaseInfo> phases = std::vector<PhaseInfo>(1);
  std::vector<CheckInfo> checks;
  std::vector<EntryInfo> entries;
  std::string target;   ///< LLVM triple
  std::string cpu;      ///< as given by --march
  std::string features; ///< LLVM feature string that the code needs
  std::string sourceName; ///< base name of the source file, never a path
  std::string compilerVersion;
};

/// Numbers of all buffers.
inline int64_t bufferElements(const ModelInfo &info) {
  return info.buffers.empty() ? 0 : info.parameterElements - info.buffers.front().offset;
}
/// The gradient block of a phase holds the gradients of what it trains, then, in the place of each buffer, the sum of what it became in
/// each backward pass, and behind all of them, one number for each buffer, how many passes these were.
inline int64_t gradientBlockElements(const ModelInfo &info, const PhaseInfo &phase) {
  return phase.gradientElements + bufferElements(info) + int64_t(info.buffers.size());
}
inline int64_t gradientOffset(const ModelInfo &info, const PhaseInfo &phase, const ParameterInfo &buffer) {
  return phase.gradientElements + buffer.offset - info.buffers.front().offset;
}
inline int64_t passesOffset(const ModelInfo &info, const PhaseInfo &phase, size_t buffer) {
  return phase.gradientElements + bufferElements(info) + int64_t(buffer);
}

/// Where the k-th state of a phase starts in its state block, and where the block ends, in elements. An average is a whole parameter
/// block, so that it can be handed in as one.
inline int64_t stateOffset(const ModelInfo &info, const PhaseInfo &phase, size_t k) {
  int64_t first = phase.average ? info.parameterElements : phase.gradientElements;
  return k == 0 ? 0 : first + int64_t(k - 1) * phase.gradientElements;
}
inline int64_t stateElements(const ModelInfo &info, const PhaseInfo &phase) {
  return stateOffset(info, phase, phase.stateNames.size());
}

/// The phase that an entry point belongs to, and the place of a named phase; the model itself where there is none of the name.
inline const PhaseInfo &phaseOf(const ModelInfo &info, const EntryInfo &entry) {
  for (const PhaseInfo &phase : info.phases)
    if ((entry.kind == "backward" || entry.kind == "apply" || entry.kind == "step") && phase.name == entry.name)
      return phase;
  return info.phases.front();
}

/// Whether an element of a state is read as that of a whole parameter block: the average alone.
inline bool isWholeBlock(const PhaseInfo &phase, size_t state) { return phase.average && state == 0; }

/// Numbers that the state of a figure has, and those of all figures of a model together.
inline int64_t stateNumbers(const FigureInfo &figure) {
  int64_t count = 0;
  for (const StateInfo &state : figure.state)
    count += state.numbers();
  return count;
}
inline int64_t stateNumbers(const ModelInfo &info) {
  int64_t count = 0;
  for (const auto *figures : {&info.losses, &info.metrics})
    for (const FigureInfo &figure : *figures)
      count += stateNumbers(figure);
  return count;
}

} // namespace mimoc
