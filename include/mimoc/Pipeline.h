// The one ordered list of stages, from the text of a model to a library. --emit, --dump-stages, --timing, mimo-opt's
// pipelines, the documents and the pipeline test all iterate it.
#pragma once

#include "mimoc/LLVMToObject.h"
#include "mimoc/Target.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/Pass/PassManager.h"

namespace mimoc {

/// What a stage leaves behind.
enum class Form {
  Tree,    ///< a syntax tree
  Module,  ///< MLIR
  LlvmIr,  ///< LLVM IR
  Machine, ///< assembly, or an object
  Files,   ///< the library and its header
};

struct StageOptions {
  Target target;
  ObjectOptions object;
};

struct Stage {
  llvm::StringRef folder;  ///< of lib/, and of its tests
  llvm::StringRef name;    ///< for --emit
  llvm::StringRef ensures; ///< what holds afterwards
  Form form;
  /// Adds the passes of a stage from MLIR to MLIR; null for stages that change the representation.
  void (*build)(mlir::OpPassManager &, const StageOptions &);
};

llvm::ArrayRef<Stage> stages();

/// The dialects and interfaces that the stages use.
void registerDialects(mlir::DialectRegistry &registry);

/// Every pass of the stages, and one pipeline a stage ("mimoc-stage-<name>"), for mimo-opt.
void registerPassesAndPipelines();

} // namespace mimoc
