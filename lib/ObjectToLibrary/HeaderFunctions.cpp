// The functions of the C header, with what a caller must know of each.
#include "Exports.h"
#include "Header.h"
#include "Names.h"

#include "llvm/ADT/StringExtras.h"
#include <fmt/format.h>

using namespace mimoc;

namespace {

/// Function declarations in which {p}, {P} and {real} stand for the model's prefix, its macros' and its number type.
class FunctionWriter {
public:
  FunctionWriter(const ModelInfo &info) : info(info) {}

  /// Declares `result prefix_name(parameters)` under its documentation.
  void declare(const char *documentation, const std::string &result, const std::string &name,
               const std::string &parameters) {
    text += "/* " + filled(documentation) + " */\n";
    std::string start = filled(result) + info.prefix + "_" + name + "(";
    text += start + wrapped(filled(parameters), start.size()) + ");\n\n";
  }
  void status(const char *documentation, const std::string &name, const std::string &parameters) {
    declare(documentation, "{p}_status ", name, parameters);
  }
  void line(const std::string &line) { text += line + "\n"; }

  std::string text;

private:
  std::string filled(const std::string &pattern) {
    return fmt::format(fmt::runtime(pattern), fmt::arg("p", info.prefix), fmt::arg("P", macroPrefix(info)),
                       fmt::arg("real", cType(info.precision)));
  }

  /// Breaks a parameter list after commas so that lines keep within 120 characters.
  static std::string wrapped(const std::string &parameters, size_t indent) {
    std::string result;
    size_t column = indent;
    for (size_t at = 0; at < parameters.size();) {
      size_t comma = parameters.find(", ", at);
      size_t end = comma == std::string::npos ? parameters.size() : comma + 1;
      std::string parameter = parameters.substr(at, end - at);
      if (at > 0 && column + 1 + parameter.size() > 118) {
        column = indent > 60 ? 4 : indent;
        result += "\n" + std::string(column, ' ');
      } else if (at > 0) {
        result += " ";
        ++column;
      }
      result += parameter;
      column += parameter.size();
      at = end == parameters.size() ? end : end + 1;
    }
    return result;
  }

  const ModelInfo &info;
};

} // namespace

/// " of the train block heads"; nothing for the model itself.
static std::string ofPhase(const PhaseInfo &phase) { return phase.name.empty() ? "" : " of the train block " + phase.name; }
static std::string inPhase(const PhaseInfo &phase) { return phase.name.empty() ? "" : " in the train block " + phase.name; }

static const std::string workspace = ", int64_t batch, void *workspace, uint64_t workspace_bytes";

static void writeContext(FunctionWriter &functions, const std::string &contextInit, const ModelInfo &info) {
  functions.line("/* Functions. All refuse, and name what is at fault: a context that is not ready, null pointers,\n"
                 " * wrong alignment. Those that compute also refuse a batch that is less than 1 or too large, a\n"
                 " * workspace that is too small, and values out of range. Nothing has been computed then. */\n");
  // A header of another layout maps context_init to a name that this library does not have.
  functions.line("/* The number stands for this layout: a program does not link with a library of another. */");
  functions.line(fmt::format("#define {}_context_init {}\n", info.prefix, contextInit));
  functions.status("Prepares a context; first of all calls. options may be null. Refuses a processor that the code "
                   "does not run on;\n * {p}_message() works after that, nothing else does.",
                   "context_init", "{p}_context *context, const {p}_context_options *options");
  functions.declare("Ends the use of a context. Its memory is yours.", "void ", "context_destroy",
                    "{p}_context *context");
  functions.declare("Why the last refused call was refused, with names and values; \"\" if none was. Valid until the "
                    "next refusal.", "const char *", "message", "const {p}_context *context");
  functions.declare("A status in words.", "const char *", "status_text", "{p}_status status");
  functions.declare("The model described in JSON, for generic tools.", "const char *", "describe", "void");
  functions.declare("Bytes of workspace that a function needs for this many rows: purpose is {P}_FOR_ANY or "
                    "another\n * {P}_FOR_... A multiple of {P}_BLOCK_ALIGNMENT; 0 where batch is less than 1 or too "
                    "large.\n * The workspace carries nothing from call to call.",
                    "uint64_t ", "workspace_bytes", "int64_t purpose, int64_t batch");
}

static void writeInitialisers(FunctionWriter &functions, const ModelInfo &info) {
  functions.status("Draws the first values of all parameters. The same seed gives the same values on every processor.",
                   "init_parameters", "{p}_context *context, {real} *parameters, uint64_t seed");
  for (const PhaseInfo &phase : info.phases)
    if (!phase.optimizer.empty())
      functions.status(("The state that the optimizer" + ofPhase(phase) + " starts from.").c_str(), "init_state" + phaseSuffix(phase),
                       "{p}_context *context, {real} *state");
}

static void writeForward(FunctionWriter &functions, const ModelInfo &info) {
  const std::string from = "{p}_context *context, const {real} *parameters, const {p}_inputs *inputs, ";
  if (findEntry(info, "forward"))
    functions.status("All heads and outputs, without dropout. No field of heads may be null.", "forward",
                     from + "const {p}_heads *heads" + workspace);
  for (const TensorInfo &head : info.heads) {
    if (!findEntry(info, "forward_head", head.name))
      continue;
    std::string documentation =
        fmt::format("The {} {} {} alone: computes, and reads of the inputs, only what it needs.", head.kind,
                    commentText(head.name), shapeText(head.shape, head.dim));
    functions.status(documentation.c_str(), "forward_" + toCName(head.name),
                     from + cType(head.type) + " *head" + workspace);
  }
  for (const EntryInfo &entry : info.entries) {
    if (entry.kind != "forward_entry")
      continue;
    std::string documentation = fmt::format("{} alone, for which heads has the pointers: computes, and reads of the inputs, only what "
                                            "it needs.", commentText(llvm::join(entry.heads, ", ")));
    functions.status(documentation.c_str(), "forward_" + toCName(entry.name), from + "const {p}_heads *heads" + workspace);
  }
}

static void writeEvaluate(FunctionWriter &functions, const ModelInfo &info) {
  if (findEntry(info, "evaluate"))
    functions.status("Losses and metrics of a batch, without dropout. losses or states may be null: not wanted.",
                     "evaluate",
                     "{p}_context *context, const {real} *parameters, const {p}_inputs *inputs, "
                     "const {p}_targets *targets, {p}_losses *losses, {p}_states *states" + workspace);
  if (info.losses.empty() && info.metrics.empty())
    return;
  functions.status("Figures over many batches: reset once, add every batch's states, finalise at the end.",
                   "metrics_reset", "{p}_context *context, {p}_states *total");
  functions.status("total += states of a batch.", "metrics_add",
                   "{p}_context *context, {p}_states *total, const {p}_states *states");
  functions.status("total += the total of another worker.", "metrics_merge",
                   "{p}_context *context, {p}_states *total, const {p}_states *other");
  functions.status("Figures of the totals. A loss over nothing is 0, a metric over nothing is NaN.", "metrics_finalise",
                   "{p}_context *context, const {p}_states *total, {p}_figures *figures");
}

static void writeBackward(FunctionWriter &functions, const ModelInfo &info) {
  auto parameters = [](const PhaseInfo &phase) {
    return "{p}_context *context, const {real} *parameters, const {p}_inputs *inputs, const {p}_targets *targets, "
           "const {p}_options" + phaseSuffix(phase) + " *options, {p}_losses *losses, {real} *gradients, int64_t accumulate" + workspace;
  };
  for (const PhaseInfo &phase : info.phases)
    if (findEntry(info, "backward", phase.name))
      functions.status(("Forward and backward: gradients of what is minimised" + inPhase(phase) + ", with the coefficients of options.\n"
                        " * accumulate = 0 overwrites gradients, anything else adds to them. losses may be null.").c_str(),
                       "backward" + phaseSuffix(phase), parameters(phase));
  for (const FigureInfo &loss : info.losses)
    if (findEntry(info, "backward_loss", loss.name)) {
      std::string documentation = fmt::format("The same for the {} {} alone, with coefficient 1. Of losses, it writes "
                                              "this field.", loss.kind, commentText(loss.name));
      functions.status(documentation.c_str(), "backward_" + toCName(loss.name), parameters(info.phases.front()));
    }
  if (findEntry(info, "vjp"))
    functions.status("Backward from cotangents of the heads. gradients and input_gradients may be null: not wanted.\n"
                     " * options may be null: no dropout. This is what a torch.autograd.Function needs.",
                     "vjp",
                     "{p}_context *context, const {real} *parameters, const {p}_inputs *inputs, "
                     "const {p}_options *options, const {p}_cotangents *cotangents, {real} *gradients, "
                     "const {p}_input_gradients *input_gradients" + workspace);
}

static void writeTraining(FunctionWriter &functions, const ModelInfo &info) {
  for (const PhaseInfo &phase : info.phases) {
    std::string options = "const {p}_options" + phaseSuffix(phase) + " *options";
    if (findEntry(info, "apply", phase.name))
      functions.status(("The optimizer" + ofPhase(phase) + " alone: updates parameters and state from gradients.").c_str(),
                       "apply" + phaseSuffix(phase),
                       "{p}_context *context, {real} *parameters, {real} *state, const {real} *gradients, " + options +
                           ", void *workspace, uint64_t workspace_bytes");
    if (findEntry(info, "step", phase.name))
      functions.status(("One training step" + inPhase(phase) + ": the same bits as backward and apply, in one. losses may be null.").c_str(),
                       "step" + phaseSuffix(phase),
                       "{p}_context *context, {real} *parameters, {real} *state, const {p}_inputs *inputs, "
                       "const {p}_targets *targets, " + options + ", {p}_losses *losses" + workspace);
  }
}

std::string mimoc::headerFunctions(const ModelInfo &info, const std::string &contextInit) {
  FunctionWriter functions(info);
  writeContext(functions, contextInit, info);
  writeInitialisers(functions, info);
  writeForward(functions, info);
  writeEvaluate(functions, info);
  writeBackward(functions, info);
  writeTraining(functions, info);
  return functions.text;
}
