// The LLVM dialect becomes LLVM IR, and that assembly or an object: position independent, one section per function,
// the same bytes from the same input.
#pragma once

#include "mimoc/Target.h"

#include "mlir/IR/BuiltinOps.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/IR/Module.h"

#include <functional>

namespace mlir {
class DialectRegistry;
class OpPassManager;
} // namespace mlir

namespace mimoc {

/// Run-time checks that are compiled into the model's code; what links the object brings the sanitizer's run-time library.
enum class Sanitizer { None, Address, Thread };

struct ObjectOptions {
  unsigned optimization = 3;                    ///< 0 to 3, as of -O
  bool debugInfo = false;                       ///< line tables that point into the model's source
  Sanitizer sanitizer = Sanitizer::None;
  /// What is linked into the model's module after its functions have their target and before it is optimised: the
  /// run-time support and the exported functions. May be null.
  std::function<llvm::Error(llvm::Module &)> link;
};

/// What a context needs to turn the llvm dialect into LLVM IR.
void registerLLVMTranslations(mlir::DialectRegistry &registry);

/// Gives functions debug scopes from their locations; empty without debugInfo.
void buildLLVMToObjectPipeline(mlir::OpPassManager &passes, const ObjectOptions &options);

/// Translates `module`, links in what `options.link` adds, and optimises for `target`.
llvm::Expected<std::unique_ptr<llvm::Module>> translateToLLVM(mlir::ModuleOp module, llvm::LLVMContext &context,
                                                              const Target &target, const ObjectOptions &options);

llvm::Expected<llvm::SmallVector<char, 0>> emitAssembly(llvm::Module &module, const Target &target,
                                                        const ObjectOptions &options);
llvm::Expected<llvm::SmallVector<char, 0>> emitObject(llvm::Module &module, const Target &target,
                                                      const ObjectOptions &options);

} // namespace mimoc
