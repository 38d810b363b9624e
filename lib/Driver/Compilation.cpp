#include "Compilation.h"

#include "mimo/Std/StandardLibrary.h"
#include "mimoc/AstToMimo.h"
#include "mimoc/DescribeModel.h"
#include "mimoc/ObjectToLibrary.h"
#include "mlir/IR/Verifier.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/Path.h"

using namespace mlir;

namespace mimoc {

static constexpr llvm::StringLiteral kVersion = "0.1.0";

Compilation::Compilation(const CompileOptions &options, llvm::raw_ostream &out, llvm::raw_ostream &err)
    : options(options), out(out), err(err), context(MLIRContext::Threading::DISABLED) {
  DialectRegistry registry;
  registerDialects(registry);
  context.appendDialectRegistry(registry);
  context.loadAllAvailableDialects();
}

bool Compilation::fail(const llvm::Twine &message) {
  err << "error: " << message << "\n";
  status = CompileStatus::InternalFailure;
  return false;
}

llvm::Error Compilation::prepare() {
  if (!options.prefix.empty() && !isPrefix(options.prefix))
    return llvm::createStringError("--prefix=" + options.prefix + " cannot begin names in C: use letters, digits and '_', no digit first");
  llvm::Expected<Target> target = resolveTarget(options.target, options.march);
  if (!target)
    return target.takeError();
  stageOptions.target = *target;
  // Of vector accesses ThreadSanitizer checks those of 16 bytes and passes over wider ones without a word.
  if (options.sanitizer == Sanitizer::Thread)
    stageOptions.target.vectorBits = std::min(stageOptions.target.vectorBits, 128u);
  stageOptions.object.optimization = options.optimize;
  stageOptions.object.debugInfo = options.debugInfo;
  stageOptions.object.sanitizer = options.sanitizer;
  if (options.sanitizer != Sanitizer::None && options.emit.empty() && !llvm::StringRef(options.output).ends_with(".o"))
    return llvm::createStringError("--sanitize needs -o FILE.o: the program that links the object brings the sanitizer's library");
  stageOptions.object.link = [this](llvm::Module &compiled) { return linkRuntime(compiled, info); };
  if (!options.dumpStages.empty())
    if (std::error_code code = llvm::sys::fs::create_directories(options.dumpStages))
      return llvm::createStringError("cannot make the folder '" + options.dumpStages + "': " + code.message());
  return llvm::Error::success();
}

//===- the stages -----------------------------------------------------------------------------------------------===//

/// What is written must not take the place of a source.
bool Compilation::keepsSources() {
  llvm::SmallString<128> header(options.output);
  llvm::sys::path::replace_extension(header, "h");
  for (const auto &source : program.sources)
    for (llvm::StringRef written : {llvm::StringRef(options.output), options.emit.empty() ? header.str() : llvm::StringRef()})
      if (bool same = false; !written.empty() && !llvm::sys::fs::equivalent(written, source->name(), same) && same) {
        err << "error: writing '" << written << "' would overwrite the source '" << source->name() << "'; give another name with -o\n";
        status = CompileStatus::BadUsage;
        return false;
      }
  return true;
}

bool Compilation::parse(llvm::StringRef path) {
  std::unique_ptr<SourceFile> source = SourceFile::read(path, diagnostics);
  if (!source)
    return false;
  return parseProgram(std::move(source), standardLibrary(), program, diagnostics) && keepsSources();
}

bool Compilation::lowerToDialect() {
  AstToMimoOptions choices;
  choices.precision = options.precision == DType::F64 ? Precision::F64 : Precision::F32;
  choices.model = options.model;
  choices.prefix = options.prefix;
  module = lowerToMimo(program, diagnostics, context, choices);
  if (!module)
    return false;
  auto models = module->getOps<mimo::ModelOp>();
  info = describeModel(*models.begin());
  info.target = stageOptions.target.triple;
  info.cpu = stageOptions.target.cpu;
  info.features = stageOptions.target.features;
  info.sourceName = llvm::sys::path::filename(program.mainSource().name()).str();
  info.compilerVersion = ("mimoc " + kVersion).str();
  return true;
}

bool Compilation::runModuleStage(const Stage &stage) {
  PassManager manager(&context);
  // Verified once a stage rather than after each pass, which would be a seventh of the time.
  manager.enableVerifier(false);
  stage.build(manager, stageOptions);
  bool done = succeeded(manager.run(*module)) && succeeded(verify(*module));
  return done || fail("the passes of this stage did not succeed");
}

bool Compilation::generateLlvm() {
  describeEntries(*module, info);
  auto translated = translateToLLVM(*module, llvmContext, stageOptions.target, stageOptions.object);
  if (!translated)
    return fail(translated.takeError());
  llvmModule = std::move(*translated);
  return true;
}

bool Compilation::generateMachineCode(const Stage &stage) {
  // Assembly is made only where somebody looks at it.
  bool isAssembly = stage.name == "asm";
  if (isAssembly && options.emit != "asm" && options.dumpStages.empty())
    return true;
  auto code = isAssembly ? emitAssembly(*llvmModule, stageOptions.target, stageOptions.object)
                         : emitObject(*llvmModule, stageOptions.target, stageOptions.object);
  if (!code)
    return fail(code.takeError());
  (isAssembly ? assembly : object) = std::move(*code);
  return true;
}

bool Compilation::writeFiles() {
  if (!options.emit.empty())
    return true;
  llvm::MemoryBufferRef code(llvm::StringRef(object.data(), object.size()), "model");
  if (llvm::Error error = writeLibrary(code, info, options.output)) {
    err << "error: " << llvm::toString(std::move(error)) << "\n";
    status = CompileStatus::BadUsage;
    return false;
  }
  return true;
}

bool Compilation::runStage(const Stage &stage) {
  if (options.failIn == stage.name)
    return fail("a failure was asked for");
  if (options.failIn == ("crash:" + stage.name).str())
    LLVM_BUILTIN_TRAP;
  switch (stage.form) {
  case Form::Tree: return parse(sourcePath);
  case Form::Module: return stage.build ? runModuleStage(stage) : lowerToDialect();
  case Form::LlvmIr: return generateLlvm();
  case Form::Machine: return generateMachineCode(stage);
  case Form::Files: return writeFiles();
  }
  llvm_unreachable("all forms are handled");
}

void Compilation::printSources(llvm::raw_ostream &os) const {
  for (const auto &source : program.sources) {
    if (source == program.sources.front()) {
      os << source->text();
      continue;
    }
    os << "\n# imported: " << source->name() << "\n";
    for (llvm::StringRef line : llvm::split(source->text(), '\n'))
      os << "#   " << line << "\n";
  }
}

//===- what is shown on the way ---------------------------------------------------------------------------------===//

void Compilation::print(const Stage &stage, llvm::raw_ostream &os) {
  switch (stage.form) {
  case Form::Tree: dumpAst(program.mainFile(), os); return;
  case Form::Module: module->print(os, OpPrintingFlags().enableDebugInfo(options.debugInfo)); os << "\n"; return;
  case Form::LlvmIr: llvmModule->print(os, nullptr); return;
  case Form::Machine: os.write((stage.name == "asm" ? assembly : object).data(), (stage.name == "asm" ? assembly : object).size()); return;
  case Form::Files: os << emitHeader(info); return;
  }
}

/// Writes `text` to `path` whole or not at all.
static llvm::Error writeWhole(llvm::StringRef path, llvm::function_ref<void(llvm::raw_ostream &)> print) {
  return llvm::writeToOutput(path, [&](llvm::raw_ostream &os) {
    print(os);
    return llvm::Error::success();
  });
}

bool Compilation::emit(const Stage &stage) {
  if (options.output.empty() || options.output == "-") {
    print(stage, out);
    return true;
  }
  if (llvm::Error error = writeWhole(options.output, [&](llvm::raw_ostream &os) { print(stage, os); })) {
    err << "error: cannot write '" << options.output << "': " << llvm::toString(std::move(error)) << "\n";
    status = CompileStatus::BadUsage;
    return false;
  }
  return true;
}

bool Compilation::dump(const Stage &stage, unsigned index) {
  llvm::StringRef ending = stage.name == "ast" ? "mimo" : stage.form == Form::Module ? "mlir" : stage.form == Form::LlvmIr ? "ll"
                           : stage.name == "asm" ? "s" : stage.name == "obj" ? "o" : "h";
  llvm::SmallString<128> path(options.dumpStages);
  llvm::sys::path::append(path, llvm::formatv("{0:02}-{1}.{2}", index, stage.name, ending).str());
  if (llvm::Error error = writeWhole(path, [&](llvm::raw_ostream &os) { print(stage, os); })) {
    err << "error: cannot write '" << path << "': " << llvm::toString(std::move(error)) << "\n";
    status = CompileStatus::BadUsage;
    return false;
  }
  return true;
}

Compilation::Next Compilation::afterStage(const Stage &stage, unsigned index) {
  if (!options.dumpStages.empty() && !dump(stage, index))
    return Next::Stop;
  if (options.emit != stage.name)
    return Next::GoOn;
  emit(stage);
  return Next::Stop;
}

void Compilation::reportTiming() {
  double total = 0;
  for (auto [name, time] : seconds)
    total += time;
  err << "stage             ms      %\n";
  for (auto [name, time] : seconds)
    err << llvm::formatv("{0,-14}{1,7:f1}{2,7:f1}\n", name, time * 1e3, total > 0 ? time / total * 100 : 0.0);
  err << llvm::formatv("{0,-14}{1,7:f1}\n", "total", total * 1e3);
}

CompileStatus Compilation::run(llvm::StringRef path) {
  sourcePath = path.str();
  if (llvm::Error error = prepare()) {
    err << "error: " << llvm::toString(std::move(error)) << "\n";
    return CompileStatus::BadUsage;
  }
  for (auto [index, stage] : llvm::enumerate(stages())) {
    stageName = stage.name;
    auto start = std::chrono::steady_clock::now();
    bool done = runStage(stage);
    seconds.emplace_back(stage.name, std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count());
    if (!done && status == CompileStatus::Success)
      status = diagnostics.hasErrors() ? CompileStatus::RefusedSource : CompileStatus::InternalFailure;
    if (!done || afterStage(stage, index) == Next::Stop)
      break;
  }
  diagnostics.print(err);
  if (options.timing)
    reportTiming();
  return status;
}

} // namespace mimoc
