// The LLVM dialect becomes LLVM IR, and that assembly or an object: position independent, one section per function,
// the same bytes from the same input.
#pragma once

#include "mimoc/Target.h"

#include "mlir/IR/BuiltinOps.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/IR/Module.h"
#include "llvm/Support/MemoryBufferRef.h"

#include <optional>

namespace mlir {
class DialectRegistry;
class OpPassManager;
} // namespace mlir

namespace mimoc {

struct ObjectOptions {
  unsigned optimization = 3;                    ///< 0 to 3, as of -O
  bool debugInfo = false;                       ///< line tables that point into the model's source
  std::optional<llvm::MemoryBufferRef> runtime; ///< bitcode that is linked in and optimised with the model
  /// The only symbols that stay visible to the linker; everything is kept as it is where the list is empty.
  llvm::SmallVector<std::string> exported;
};

/// What a context needs to turn the llvm dialect into LLVM IR.
void registerLLVMTranslations(mlir::DialectRegistry &registry);

/// Gives functions debug scopes from their locations; empty without debugInfo.
void buildLLVMToObjectPipeline(mlir::OpPassManager &passes, const ObjectOptions &options);

/// Translates `module`, links the runtime in, and optimises for `target`.
llvm::Expected<std::unique_ptr<llvm::Module>> translateToLLVM(mlir::ModuleOp module, llvm::LLVMContext &context,
                                                              const Target &target, const ObjectOptions &options);

llvm::Expected<llvm::SmallVector<char, 0>> emitAssembly(llvm::Module &module, const Target &target,
                                                        const ObjectOptions &options);
llvm::Expected<llvm::SmallVector<char, 0>> emitObject(llvm::Module &module, const Target &target,
                                                      const ObjectOptions &options);

} // namespace mimoc
