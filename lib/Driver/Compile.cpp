#include "Compilation.h"
#include "llvm/Support/CrashRecoveryContext.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"

namespace mimoc {

/// Everything that is needed to see the failure again: the compiler is deterministic, so that is the source and the options.
static void writeReproducer(const Compilation &compilation, const CompileOptions &options, llvm::StringRef source, llvm::raw_ostream &err) {
  llvm::SmallString<128> path(options.output.empty() || options.output == "-" ? source : options.output);
  llvm::sys::path::replace_extension(path, "mimoc-reproducer.mimo");
  llvm::Error error = llvm::writeToOutput(path, [&](llvm::raw_ostream &os) {
    compilation.printSources(os);
    os << "\n# mimoc reproducer: an internal failure in stage '" << compilation.currentStage() << "'\n"
       << "# options: --march=" << options.march << " --precision=" << (options.precision == DType::F64 ? "f64" : "f32")
       << " -O" << options.optimize << (options.debugInfo ? " -g" : "");
    if (!options.target.empty())
      os << " --target=" << options.target;
    if (!options.model.empty())
      os << " --model=" << options.model;
    os << "\n# version: 0.1.0\n";
    return llvm::Error::success();
  });
  err << "mimoc: internal failure in stage '" << compilation.currentStage() << "'. This is a bug in mimoc, not in your model.\n";
  if (error) {
    err << "mimoc: no reproducer could be written: " << llvm::toString(std::move(error)) << "\n";
    return;
  }
  err << "mimoc: please report it with the file '" << path << "', which holds the model and the options.\n";
}

CompileStatus compile(llvm::StringRef source, const CompileOptions &options, llvm::raw_ostream &out, llvm::raw_ostream &err) {
  CompileStatus status = CompileStatus::InternalFailure;
  // Not destroyed after a crash: its parts may be in any state.
  auto *compilation = new Compilation(options, out, err);
  llvm::CrashRecoveryContext::Enable();
  llvm::CrashRecoveryContext recovery;
  bool survived = recovery.RunSafely([&] { status = compilation->run(source); });
  llvm::CrashRecoveryContext::Disable();
  if (!survived || status == CompileStatus::InternalFailure) {
    writeReproducer(*compilation, options, source, err);
    return CompileStatus::InternalFailure;
  }
  delete compilation;
  return status;
}

llvm::Error compileToLibrary(llvm::StringRef source, const CompileOptions &options, llvm::StringRef output) {
  CompileOptions complete = options;
  complete.output = output.str();
  std::string messages;
  llvm::raw_string_ostream err(messages);
  CompileStatus status = compile(source, complete, llvm::nulls(), err);
  if (status == CompileStatus::Success)
    return llvm::Error::success();
  return llvm::createStringError(llvm::StringRef(messages).rtrim("\n"));
}

} // namespace mimoc
