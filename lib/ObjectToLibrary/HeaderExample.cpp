// The comment that opens the C header: a complete program for this very model. A test compiles and runs it.
#include "Exports.h"
#include "Header.h"
#include "Names.h"
#include "mimoc/ObjectToLibrary.h"

#include "llvm/ADT/StringExtras.h"
#include <fmt/format.h>

using namespace mimoc;

namespace {

/// Lines of C in which {p}, {P} and {real} are filled in.
class ExampleWriter {
public:
  ExampleWriter(const ModelInfo &info) : info(info) {}

  void line(const std::string &pattern) {
    text += fmt::format(fmt::runtime(pattern), fmt::arg("p", info.prefix), fmt::arg("P", macroPrefix(info)),
                        fmt::arg("real", cType(info.precision))) + "\n";
  }

  std::string text;

private:
  const ModelInfo &info;
};

} // namespace

/// "batch * 256".
static std::string elementCount(const TensorInfo &tensor) {
  std::string text;
  for (int64_t size : tensor.shape)
    if (size != 1)
      text += (text.empty() ? "" : " * ") + (size == kRunTimeSize ? toCName(tensor.dim) : std::to_string(size));
  return text.empty() ? "1" : text;
}

static void declareTensors(ExampleWriter &example, const std::vector<TensorInfo> &tensors, const char *comment) {
  std::vector<std::string> names = cNamesOf(tensors);
  for (size_t i = 0; i < tensors.size(); ++i)
    example.line(fmt::format("  static {} {}_data[{}];{}", cType(tensors[i].type), names[i], elementCount(tensors[i]),
                             i == 0 ? comment : ""));
}

static void declareStruct(ExampleWriter &example, const char *name, const std::vector<TensorInfo> &tensors,
                          const std::vector<std::string> &sizes = {}) {
  std::vector<std::string> fields;
  for (const std::string &field : cNamesOf(tensors))
    fields.push_back(fmt::format(".{0} = {0}_data", field));
  for (const std::string &size : sizes)
    fields.push_back(fmt::format(".{0} = {0}", size));
  if (fields.empty())
    fields.push_back("NULL");
  example.line(fmt::format("  {{p}}_{0} {0} = {{{{{1}}}}};", name, llvm::join(fields, ", ")));
}

/// The first phase that has a step; null where none has.
static const PhaseInfo *firstTraining(const ModelInfo &info) {
  for (const PhaseInfo &phase : info.phases)
    if (findEntry(info, "step", phase.name))
      return &phase;
  return nullptr;
}

static void writeSetUp(ExampleWriter &example, const ModelInfo &info, const PhaseInfo *trains) {
  example.line("  {p}_context context;");
  example.line("  if ({p}_context_init(&context, NULL) != {P}_OK) return complain(&context);");
  example.line("  uint64_t bytes = {p}_workspace_bytes({P}_FOR_ANY, batch);");
  example.line("  void *workspace = aligned_alloc({P}_BLOCK_ALIGNMENT, bytes);");
  example.line("  {real} *parameters = aligned_alloc({P}_BLOCK_ALIGNMENT, {P}_PARAM_BYTES);");
  if (trains && !trains->stateNames.empty())
    example.line("  {real} *state = aligned_alloc({P}_BLOCK_ALIGNMENT, {P}_STATE_BYTES" + macroSuffix(*trains) + ");");
  else if (trains)
    example.line("  {real} *state = NULL; // this optimizer keeps none");
  example.line(trains && !trains->stateNames.empty() ? "  if (!workspace || !parameters || !state) return 1;"
                                                   : "  if (!workspace || !parameters) return 1;");
  example.line(fmt::format("  uint64_t seed = UINT64_C({});", info.seed));
  example.line("  if ({p}_init_parameters(&context, parameters, seed) != {P}_OK) return complain(&context);");
  if (trains)
    example.line("  if ({p}_init_state" + phaseSuffix(*trains) + "(&context, state) != {P}_OK) return complain(&context);");
}

static void writeTraining(ExampleWriter &example, const ModelInfo &info, const PhaseInfo &phase) {
  example.line("");
  example.line("  {p}_options" + phaseSuffix(phase) + " options = {P}_DEFAULT_OPTIONS" + macroSuffix(phase) + ";");
  example.line("  {p}_losses losses;");
  example.line("  for (; options.step < 100; options.step++) {{ // with the next batch in the data each time");
  example.line("    if ({p}_step" + phaseSuffix(phase) + "(&context, parameters, state, &inputs, &targets, &options, &losses, batch,");
  example.line("        workspace, bytes) != {P}_OK)");
  example.line("      return complain(&context);");
  std::vector<std::string> names = figureFields(info);
  for (size_t i = 0; i < info.losses.size(); ++i)
    example.line(fmt::format("    printf(\"{0} %g{1}\", losses.{0});", names[i],
                             i + 1 == info.losses.size() ? "\\n" : " "));
  example.line("  }}");
}

static void writeForward(ExampleWriter &example, const ModelInfo &info) {
  example.line("");
  declareStruct(example, "heads", info.heads);
  example.line("  if ({p}_forward(&context, parameters, &inputs, &heads, batch, workspace, bytes) != {P}_OK)");
  example.line("    return complain(&context);");
  bool isInteger = info.heads[0].type == DType::I32 || info.heads[0].type == DType::I64;
  example.line(fmt::format("  printf(\"{0}[0] = {1}\\n\", {2}{0}_data[0]);", cNamesOf(info.heads)[0],
                           isInteger ? "%lld" : "%g", isInteger ? "(long long)" : ""));
}

static std::string program(const ModelInfo &info) {
  const PhaseInfo *trains = firstTraining(info);
  bool predicts = findEntry(info, "forward") && !info.heads.empty();
  ExampleWriter example(info);
  for (const char *header : {"\"{p}.h\" // this file", "<stdio.h>", "<stdlib.h>"})
    example.line(std::string("#include ") + header);
  example.line("");
  example.line("static int complain(const {p}_context *context) {{");
  example.line("  fprintf(stderr, \"%s\\n\", {p}_message(context));");
  example.line("  return 1;");
  example.line("}}");
  example.line("");
  example.line("int main(void) {{");
  std::string sizes = "batch = 32";
  std::vector<std::string> dims = dimFields(info);
  for (size_t i = 0; i < dims.size(); ++i)
    sizes += fmt::format(", {} = {}", dims[i], std::min<int64_t>(info.dims[i].bound, 32));
  example.line("  enum {{ " + sizes + " }};");
  declareTensors(example, info.inputs, " // fill these with your data");
  if (trains)
    declareTensors(example, info.targets, "");
  if (predicts)
    declareTensors(example, info.heads, "");
  writeSetUp(example, info, trains);
  example.line("");
  declareStruct(example, "inputs", info.inputs, dimFields(info));
  if (trains) {
    declareStruct(example, "targets", info.targets);
    writeTraining(example, info, *trains);
  }
  if (predicts)
    writeForward(example, info);
  example.line("");
  if (trains)
    example.line("  free(state);");
  example.line("  free(parameters);");
  example.line("  free(workspace);");
  example.line("  {p}_context_destroy(&context);");
  example.line("  return 0;");
  example.line("}}");
  return example.text;
}

std::string mimoc::headerExample(const ModelInfo &info) {
  std::string text = fmt::format(
      R"(Model {name}, compiled from {source} by {version} for {cpu} ({target}).

Everything here starts with {p}_ or {P}_. Memory is yours: blocks of parameters, gradients and optimizer
state, the tensors, a workspace that calls compute in. Nothing is allocated, printed or kept between calls, and calls
with different contexts may run at the same time. Every call returns a status; one that is not {P}_OK has
changed no tensor and no block, and {p}_message() says why.

A complete program, in C11 (aligned_alloc); the header itself is C99 and C++:

{program})",
      fmt::arg("name", info.name), fmt::arg("source", info.sourceName), fmt::arg("version", info.compilerVersion),
      fmt::arg("cpu", info.cpu), fmt::arg("target", info.target), fmt::arg("p", info.prefix),
      fmt::arg("P", macroPrefix(info)), fmt::arg("program", program(info)));
  std::string comment;
  llvm::StringRef rest = text;
  while (!rest.empty()) {
    auto [line, after] = rest.split('\n');
    comment += (comment.empty() ? "/*" : " *") + (line.empty() ? "" : " " + commentText(line.str())) + "\n";
    rest = after;
  }
  return comment + " */\n";
}
