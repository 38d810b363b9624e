// One compilation: what the stages hand on to each other, and what is dumped, timed and written on the way.
#pragma once

#include "mimoc/Diagnostics.h"
#include "mimoc/Driver.h"
#include "mimoc/Frontend.h"
#include "mimoc/Pipeline.h"
#include "llvm/IR/Module.h"
#include <chrono>

namespace mimoc {

class Compilation {
public:
  Compilation(const CompileOptions &options, llvm::raw_ostream &out, llvm::raw_ostream &err);

  CompileStatus run(llvm::StringRef sourcePath);
  /// The stage under way, for the report of a failure; its folder's name.
  llvm::StringRef currentStage() const { return stageName; }
  /// The source, and behind it as comments what it imports.
  void printSources(llvm::raw_ostream &os) const;

private:
  enum class Next { GoOn, Stop };

  llvm::Error prepare();
  bool parse(llvm::StringRef path);
  bool keepsSources();
  bool lowerToDialect();
  bool runModuleStage(const Stage &stage);
  bool generateLlvm();
  bool generateMachineCode(const Stage &stage);
  bool writeFiles();

  bool runStage(const Stage &stage);
  /// Writes the dump of a stage, and what --emit asked for.
  Next afterStage(const Stage &stage, unsigned index);
  void print(const Stage &stage, llvm::raw_ostream &os);
  bool emit(const Stage &stage);
  bool dump(const Stage &stage, unsigned index);
  void reportTiming();
  bool fail(const llvm::Twine &message);
  bool fail(llvm::Error error) { return fail(llvm::toString(std::move(error))); }

  const CompileOptions &options;
  llvm::raw_ostream &out, &err;
  StageOptions stageOptions;
  Diagnostics diagnostics;
  Program program;
  mlir::MLIRContext context;
  mlir::OwningOpRef<mlir::ModuleOp> module;
  ModelInfo info;
  llvm::LLVMContext llvmContext;
  std::unique_ptr<llvm::Module> llvmModule;
  llvm::SmallVector<char, 0> assembly, object;
  CompileStatus status = CompileStatus::Success;
  std::string sourcePath;
  llvm::StringRef stageName = "start";
  std::vector<std::pair<llvm::StringRef, double>> seconds;
};

} // namespace mimoc
