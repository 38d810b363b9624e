#include "mimoc/Driver.h"
#include "mimoc/Pipeline.h"
#include <CLI/CLI.hpp>

namespace mimoc {

static const char kDescription[] =
    "mimoc compiles a model of several inputs, heads and losses to a shared library with forward, backward and optimizer\n"
    "step, and a C header. The library needs no framework at run time.\n\n"
    "  mimoc model.mimo -o model.so            writes model.so and model.h\n"
    "  mimoc model.mimo -o model.o             an object file and model.h, to link into a program\n"
    "  mimoc model.mimo --emit=linalg          shows the model after that stage\n"
    "  mimo train model.mimo --data data.npz   trains a model without writing a program\n";

static std::string describeStages() {
  std::string text = "Stages for --emit, in order:\n";
  for (const Stage &stage : stages())
    text += fmt::format("  {:<14} {}\n", stage.name.str(), stage.ensures.str());
  return text + "\nExit status: 0 done, 1 the model has errors, 2 wrong usage, 70 internal failure.";
}

static std::vector<std::string> stageNames() {
  std::vector<std::string> names;
  for (const Stage &stage : stages())
    names.push_back(stage.name.str());
  return names;
}

static void addOptions(CLI::App &app, std::string &source, CompileOptions &options, bool &isF64) {
  app.add_option("model", source, "the model's source (.mimo)")->required()->type_name("FILE");
  app.add_option("-o", options.output, "what to write: FILE.so, FILE.o, or a file for --emit")->type_name("FILE");
  app.add_option("--model", options.model, "which model, where the file has several")->type_name("NAME");
  app.add_option("--prefix", options.prefix, "of exported names; the model's name in lower_snake_case by default")->type_name("NAME");
  app.add_option("--emit", options.emit, "stop after a stage and print what it made (see below)")
      ->type_name("STAGE")->check(CLI::IsMember(stageNames()));
  app.add_option("--dump-stages", options.dumpStages, "write what each stage made to a folder")->type_name("DIR");
  app.add_flag("--timing", options.timing, "report the time of each stage");
  app.add_option("--march", options.march, "processor: native, x86-64-v2, x86-64-v3, x86-64-v4 or a name LLVM knows")
      ->capture_default_str()->type_name("CPU");
  app.add_option("--target", options.target, "target triple, e.g. aarch64-linux-gnu; this machine by default")->type_name("TRIPLE");
  app.add_option_function<std::string>(
         "--precision", [&isF64](const std::string &value) { isF64 = value == "f64"; }, "of the whole model: f32 or f64")
      ->type_name("TYPE")->check(CLI::IsMember({"f32", "f64"}));
  app.add_option("-O", options.optimize, "optimisation level, 0 to 3")->capture_default_str()->type_name("N")->check(CLI::Range(0, 3));
  app.add_flag("-g", options.debugInfo, "line tables that point at the model's source");
  app.add_option_function<std::string>(
         "--sanitize", [&options](const std::string &kind) { options.sanitizer = kind == "address" ? Sanitizer::Address : Sanitizer::Thread; },
         "compile checks into FILE.o, for a program built with the same -fsanitize: address or thread")
      ->type_name("KIND")->check(CLI::IsMember({"address", "thread"}));
  app.add_option("--fail-in", options.failIn, "")->group("");
}

int runMimoc(int argc, char **argv) {
  CLI::App app{kDescription, "mimoc"};
  app.footer(describeStages());
  app.set_version_flag("--version", "mimoc 0.1.0 (LLVM " LLVM_VERSION_STRING ")");
  std::string source;
  CompileOptions options;
  bool isF64 = false;
  addOptions(app, source, options, isF64);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError &error) {
    return app.exit(error) == 0 ? 0 : static_cast<int>(CompileStatus::BadUsage);
  }
  options.precision = isF64 ? DType::F64 : DType::F32;
  if (options.output.empty() && options.emit.empty()) {
    llvm::errs() << "error: nothing to write: give -o FILE.so, -o FILE.o or --emit=STAGE (mimoc --help)\n";
    return static_cast<int>(CompileStatus::BadUsage);
  }
  return static_cast<int>(compile(source, options, llvm::outs(), llvm::errs()));
}

} // namespace mimoc
