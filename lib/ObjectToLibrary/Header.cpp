// The C header: sizes, parameter table, status codes and structs. The opening comment and the functions have files of
// their own.
#include "Header.h"
#include "Exports.h"
#include "Layout.h"
#include "Names.h"
#include "mimoc/ObjectToLibrary.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/xxhash.h"
#include <fmt/format.h>

using namespace mimoc;

std::string mimoc::macroPrefix(const ModelInfo &info) { return llvm::StringRef(info.prefix).upper(); }

std::string mimoc::macroSuffix(const PhaseInfo &phase) { return llvm::StringRef(phaseSuffix(phase)).upper(); }

const char *mimoc::cType(DType type) {
  switch (type) {
  case DType::F32: return "float";
  case DType::F64: return "double";
  case DType::I32: return "int32_t";
  case DType::I64: return "int64_t";
  case DType::I1: return "unsigned char";
  }
  return "";
}

std::string mimoc::shapeText(const std::vector<int64_t> &shape, const std::string &dim) {
  std::string text;
  for (int64_t size : shape)
    text += (text.empty() ? "" : ", ") + (size == kRunTimeSize ? dim : std::to_string(size));
  return "[" + text + "]";
}

std::string mimoc::commentText(const std::string &text) {
  std::string result;
  for (char c : text)
    result += c == '/' && !result.empty() && result.back() == '*' ? '_' : llvm::isPrint(c) ? c : '?';
  return result;
}

std::string mimoc::cNumber(double value) {
  std::string text = fmt::format("{}", value);
  return llvm::StringRef(text).find_first_of(".en") == llvm::StringRef::npos ? text + ".0" : text;
}

static std::string stateText(const ModelInfo &info, const PhaseInfo &phase) {
  if (phase.optimizer.empty())
    return info.phases.size() == 1 ? "the model has no optimizer" : "this phase has no optimizer";
  if (phase.stateNames.empty())
    return phase.optimizer + " keeps no state: a null pointer will do";
  std::string start = phase.average ? "the first is a block of averaged parameters: pass state where parameters are read; " : "";
  return start + phase.optimizer + " keeps, one block each: " + llvm::join(phase.stateNames, ", ");
}

/// Whether gradients have the layout of the parameter block.
static bool trainsAll(const ModelInfo &info, const PhaseInfo &phase) { return phase.trained.size() == info.parameters.size(); }

static std::string gradientText(const ModelInfo &info, const PhaseInfo &phase) {
  return trainsAll(info, phase) ? "laid out as the parameters" : fmt::format("{} numbers, those that are trained", phase.gradientElements);
}

static std::string sizes(const ModelInfo &info) {
  std::string P = macroPrefix(info);
  std::string text = fmt::format(R"(/* Sizes. Blocks start on {P}_BLOCK_ALIGNMENT bytes; allocate *_BYTES for them. */
#define {P}_ABI_VERSION {abi}
#define {P}_BLOCK_ALIGNMENT {alignment}
#define {P}_PARAM_COUNT {count} /* trained numbers of type {real}: the parameter block begins with them */
#define {P}_PARAM_BYTES {bytes}
)",
                                 fmt::arg("P", P), fmt::arg("abi", MIMOC_ABI_VERSION),
                                 fmt::arg("alignment", MIMOC_BLOCK_ALIGNMENT), fmt::arg("count", info.parameterElements - bufferElements(info)),
                                 fmt::arg("real", cType(info.precision)), fmt::arg("bytes", allocationBytes(parameterBytes(info))));
  for (const PhaseInfo &phase : info.phases) {
    text += fmt::format("#define {}_GRADIENT_BYTES{} {} /* {} */\n", P, macroSuffix(phase), allocationBytes(gradientBytes(info, phase)),
                        gradientText(info, phase));
    if (!phase.optimizer.empty() || info.phases.size() == 1)
      text += fmt::format("#define {}_STATE_BYTES{} {} /* {} */\n", P, macroSuffix(phase), allocationBytes(stateBytes(info, phase)),
                          stateText(info, phase));
  }
  return text + "\n";
}

static std::string placeTable(const ModelInfo &info, const char *what, const std::vector<ParameterInfo> &list, const char *comment) {
  if (list.empty())
    return "";
  std::string text = comment;
  std::vector<std::string> names = cNamesOf(list);
  for (size_t i = 0; i < names.size(); ++i)
    text += fmt::format("#define {}_{}_{} {} /* {} {} */\n", macroPrefix(info), what, names[i], list[i].offset, commentText(list[i].name),
                        shapeText(list[i].shape));
  return text + "\n";
}

/// Of phases that do not train everything: where gradients and moments lie.
static std::string trainedTables(const ModelInfo &info) {
  std::string text;
  std::vector<std::string> names = cNamesOf(info.parameters);
  for (const PhaseInfo &phase : info.phases) {
    if (trainsAll(info, phase))
      continue;
    text += fmt::format("/* Where the gradient of each parameter that {} starts, and each of its moments, in elements. */\n",
                        phase.name.empty() ? "is not frozen" : phase.name + " trains");
    for (const TrainedInfo &trained : phase.trained)
      text += fmt::format("#define {}_TRAINED{}_{} {}\n", macroPrefix(info), macroSuffix(phase), names[size_t(trained.parameter)], trained.offset);
    text += "\n";
  }
  return text;
}

static std::string parameterTable(const ModelInfo &info) {
  return placeTable(info, "PARAM", info.parameters,
                    "/* Where each parameter starts in the block, in elements. Layouts are PyTorch's. */\n") +
         trainedTables(info) +
         placeTable(info, "BUFFER", info.buffers,
                    "/* Where each buffer starts, behind the parameters. It has no gradient: behind the gradients backward adds up what\n"
                    "   each buffer becomes, and behind these, a number each, how many passes it was, for apply. */\n");
}

static std::string statusCodes(const ModelInfo &info) {
  return fmt::format(R"(/* What every call returns. {p}_message() tells more. */
typedef int32_t {p}_status;
enum {{
  {P}_OK = 0,
  {P}_INVALID_CONTEXT = 1,     /* null, not initialised, destroyed, or another model's */
  {P}_NULL_POINTER = 2,        /* a pointer that must be set is null */
  {P}_INVALID_BATCH = 3,       /* less than 1, or more than any memory can hold */
  {P}_MISALIGNED = 4,          /* a pointer is not aligned as it must be */
  {P}_WORKSPACE_TOO_SMALL = 5, /* less than {p}_workspace_bytes() says */
  {P}_VALUE_OUT_OF_RANGE = 6,  /* a value of an input or target lies outside its declared range */
  {P}_UNSUPPORTED_CPU = 7,     /* the processor lacks an instruction set that the model was compiled for */
  {P}_INVALID_OPTION = 8,      /* an option of the context has a value that it cannot have */
  {P}_INVALID_SIZE = 9         /* a run-time size of the inputs is less or more than the model allows */
}};

/* What a workspace is for, see {p}_workspace_bytes(). ANY: large enough for every function. */
enum {{
  {P}_FOR_ANY = 0,
  {P}_FOR_FORWARD = 1,
  {P}_FOR_FORWARD_HEAD = 2,
  {P}_FOR_EVALUATE = 3,
  {P}_FOR_BACKWARD = 4,
  {P}_FOR_BACKWARD_LOSS = 5,
  {P}_FOR_VJP = 6,
  {P}_FOR_APPLY = 7,
  {P}_FOR_STEP = 8
}};

/* Yours to place, the model's to fill. One for each thread that calls the model at the same time as others. */
typedef struct {p}_context {{
  uint64_t opaque[{words}];
}} {p}_context;

/* Initialise with {{0}} and set what is wanted; a null pointer instead of it means the same as {{0}}. */
typedef struct {p}_context_options {{
  int64_t threads; /* 0 = 1; this version computes on the calling thread whatever is asked for */
  void (*parallel_for)(void *data, int64_t count, void (*body)(void *body_data, int64_t i),
                       void *body_data); /* your own thread pool; this version does not call it */
  void *parallel_for_data;
}} {p}_context_options;

)",
                     fmt::arg("P", macroPrefix(info)), fmt::arg("p", info.prefix),
                     fmt::arg("words", MIMOC_CONTEXT_WORDS));
}

/// A struct with one field a line; C has no empty structs, so one without fields gets one that nobody reads.
static std::string structure(const ModelInfo &info, const char *name, const char *comment,
                             const std::vector<std::string> &fields) {
  std::string text = fmt::format("/* {} */\ntypedef struct {}_{} {{\n", comment, info.prefix, name);
  for (const std::string &field : fields)
    text += "  " + field + "\n";
  if (fields.empty())
    text += "  const void *unused; /* the model has none */\n";
  return text + fmt::format("}} {}_{};\n\n", info.prefix, name);
}

/// ", values in [0, 10)" for what is checked at every call.
static std::string rangeText(const ModelInfo &info, const TensorInfo &tensor) {
  for (const CheckInfo &check : info.checks)
    if (check.tensor == tensor.name && check.whole)
      return fmt::format(", values in [0, {})", check.dim.empty() ? std::to_string(check.bound) : check.dim);
  return "";
}

static std::vector<std::string> tensorFields(const ModelInfo &info, const std::vector<TensorInfo> &tensors,
                                             const char *constness) {
  std::vector<std::string> names = cNamesOf(tensors), fields;
  for (size_t i = 0; i < tensors.size(); ++i) {
    bool isOutput = tensors[i].kind == "output";
    fields.push_back(fmt::format("{}{} *{}; /* {}{}{} */", constness, cType(tensors[i].type), names[i],
                                 isOutput ? "output " : "", shapeText(tensors[i].shape, tensors[i].dim), rangeText(info, tensors[i])));
  }
  return fields;
}

/// The inputs, and the run-time sizes of this call.
static std::vector<std::string> inputFields(const ModelInfo &info) {
  std::vector<std::string> fields = tensorFields(info, info.inputs, "const "), names = dimFields(info);
  for (size_t i = 0; i < names.size(); ++i)
    fields.push_back(fmt::format("int64_t {}; /* run-time size, {} to {} */", names[i], info.dims[i].least, info.dims[i].bound));
  return fields;
}

static std::string tensorStructs(const ModelInfo &info) {
  std::string text = structure(info, "inputs", "Row-major and dense, as everywhere. A row's results do not depend on "
                               "the batch it comes in.", inputFields(info));
  if (canEvaluate(info))
    text += structure(info, "targets", "What the losses and metrics compare with.",
                      tensorFields(info, info.targets, "const "));
  text += structure(info, "heads", "Where results go.", tensorFields(info, info.heads, ""));
  if (!findEntry(info, "vjp"))
    return text;
  text += structure(info, "cotangents", "Gradients of some function with respect to the heads; a null field counts as "
                    "zeros.", tensorFields(info, info.heads, "const "));
  std::vector<std::string> all = tensorFields(info, info.inputs, ""), gradients;
  for (size_t place : differentiableInputs(info))
    gradients.push_back(all[place]);
  return text + structure(info, "input_gradients", "Where gradients of the inputs go; a null field is not wanted.",
                          gradients);
}

/// "double f1_hits[3], f1_predicted[3];"
static std::string stateFields(const std::string &name, const FigureInfo &figure) {
  std::string text;
  for (const StateInfo &state : figure.state) {
    text += (text.empty() ? "double " : ", ") + name + "_" + state.name;
    for (int64_t size : state.shape)
      text += fmt::format("[{}]", size);
  }
  return text + ";";
}

static std::string figureStructs(const ModelInfo &info) {
  if (!canEvaluate(info))
    return "";
  std::vector<std::string> names = figureFields(info), losses, states, figures;
  for (size_t i = 0; i < names.size(); ++i) {
    bool isLoss = i < info.losses.size();
    const std::string &kind = isLoss ? info.losses[i].kind : "metric";
    states.push_back(stateFields(names[i], isLoss ? info.losses[i] : info.metrics[i - info.losses.size()]));
    figures.push_back(fmt::format("double {}; /* {} */", names[i], kind));
    if (isLoss)
      losses.push_back(figures.back());
  }
  return structure(info, "losses", "Every loss as declared, without its coefficient.", losses) +
         structure(info, "states", "What losses and metrics are made of: sums over rows, to be added over batches.", states) +
         structure(info, "figures", "Losses and metrics over everything that was added.", figures);
}

static std::string optionMeaning(const PhaseInfo &phase, size_t option) {
  const OptionInfo &field = phase.options[option];
  if (field.kind == "coefficient")
    return "coefficient in what is minimised";
  if (field.kind == "limit")
    return field.name == "clip_norm" ? "largest norm of all gradients together" : "largest absolute value in the gradients";
  if (option == 0)
    return phase.optimizer.empty() ? "not used: there is no optimizer" : "of " + phase.optimizer;
  std::string groups;
  for (const GroupInfo &group : phase.groups)
    if (size_t(group.rateOption) == option)
      groups += (groups.empty() ? "" : "; ") + group.name;
  return "learning rate of the parameters of " + commentText(groups);
}

/// "; compiled in: eps = 1e-08, weight_decay = 0.01", then what differs for each group, a line each.
static std::string settingsText(const PhaseInfo &phase) {
  std::string text;
  for (const GroupInfo &group : phase.groups) {
    bool isFirst = &group == &phase.groups.front();
    std::string line;
    for (size_t i = 0; i < group.settings.size(); ++i)
      if (isFirst || group.settings[i] != phase.groups.front().settings[i])
        line += (line.empty() ? "" : ", ") + group.settings[i].first + " = " + cNumber(group.settings[i].second);
    if (!line.empty())
      text += (isFirst ? "; compiled in: " : ";\n * for " + commentText(group.name) + ": ") + line;
  }
  return text;
}

static std::string options(const ModelInfo &info, const PhaseInfo &phase) {
  std::vector<std::string> names = optionFields(phase), fields;
  std::string defaults;
  for (size_t i = 0; i < phase.options.size(); ++i) {
    std::string meaning = optionMeaning(phase, i);
    fields.push_back(fmt::format("double {}; /* {}, default {} */", names[i], meaning, cNumber(phase.options[i].value)));
    defaults += cNumber(phase.options[i].value) + ", ";
  }
  fields.push_back("uint64_t seed;  /* of dropout and other random operators */");
  fields.push_back("uint64_t step;  /* number of the step, from 0; count it up: optimizer and dropout go by it */");
  fields.push_back("int64_t random; /* 0 switches random operators off */");
  std::string calls = phase.name.empty() ? "every call" : "every call that is of " + phase.name;
  return structure(info, ("options" + phaseSuffix(phase)).c_str(), ("Read at " + calls + settingsText(phase) + ".").c_str(), fields) +
         fmt::format("#define {}_DEFAULT_OPTIONS{} {{{}UINT64_C({}), 0, 1}}\n\n", macroPrefix(info), macroSuffix(phase), defaults,
                     phase.seed);
}

static std::string allOptions(const ModelInfo &info) {
  std::string text;
  for (const PhaseInfo &phase : info.phases)
    text += options(info, phase);
  return text;
}

/// Everything between the opening comment and the end: what the layout hash covers.
static std::string declarations(const ModelInfo &info, const std::string &contextInit) {
  std::string guard = macroPrefix(info) + "_H";
  return fmt::format("#ifndef {0}\n#define {0}\n\n#include <stddef.h>\n#include <stdint.h>\n\n"
                     "#ifdef __cplusplus\nextern \"C\" {{\n#endif\n\n", guard) +
         sizes(info) + parameterTable(info) + statusCodes(info) + tensorStructs(info) + figureStructs(info) +
         allOptions(info) + headerFunctions(info, contextInit) +
         "#ifdef __cplusplus\n}\n#endif\n\n#endif\n";
}

std::string mimoc::layoutHash(const ModelInfo &info) {
  uint64_t hash = llvm::xxh3_64bits(llvm::StringRef(declarations(info, "")));
  return llvm::utohexstr(hash, /*LowerCase=*/true, /*Width=*/16);
}

std::string mimoc::contextInitSymbol(const ModelInfo &info) {
  return info.prefix + "_context_init_" + layoutHash(info);
}

std::string mimoc::emitHeader(const ModelInfo &info) {
  return headerExample(info) + declarations(info, contextInitSymbol(info));
}
