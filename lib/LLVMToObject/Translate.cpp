#include "mimoc/LLVMToObject.h"

#include "CompleteLocations.h"
#include "Optimize.h"
#include "TargetMachine.h"

#include "mlir/Dialect/LLVMIR/Transforms/Passes.h"
#include "mlir/Pass/PassManager.h"
#include "mlir/Target/LLVMIR/Dialect/Builtin/BuiltinToLLVMIRTranslation.h"
#include "mlir/Target/LLVMIR/Dialect/LLVMIR/LLVMToLLVMIRTranslation.h"
#include "mlir/Target/LLVMIR/Export.h"

using namespace llvm;

namespace mimoc {

void registerLLVMTranslations(mlir::DialectRegistry &registry) {
  mlir::registerBuiltinDialectTranslation(registry);
  mlir::registerLLVMDialectTranslation(registry);
}

void buildLLVMToObjectPipeline(mlir::OpPassManager &passes, const ObjectOptions &options) {
  if (!options.debugInfo)
    return;
  passes.addPass(createCompleteLocations());
  passes.addPass(mlir::LLVM::createDIScopeForLLVMFuncOpPass());
}

namespace {

void setFunctionTargets(Module &module, const Target &target) {
  std::string width = std::to_string(target.vectorBits);
  for (Function &function : module) {
    if (function.isDeclaration())
      continue;
    function.addFnAttr("target-cpu", target.cpu);
    if (!target.features.empty())
      function.addFnAttr("target-features", target.features);
    else
      function.removeFnAttr("target-features");
    // Without these LLVM splits 512-bit vectors on cpus that it thinks slow with them.
    function.addFnAttr("prefer-vector-width", width);
    function.addFnAttr("min-legal-vector-width", width);
  }
}

/// The passes of a sanitizer skip functions without its attribute: without this they would check nothing, silently.
void requestSanitizer(Module &module, Sanitizer sanitizer) {
  if (sanitizer == Sanitizer::None)
    return;
  Attribute::AttrKind attribute = sanitizer == Sanitizer::Address ? Attribute::SanitizeAddress : Attribute::SanitizeThread;
  for (Function &function : module)
    if (!function.isDeclaration())
      function.addFnAttr(attribute);
}

} // namespace

Expected<std::unique_ptr<Module>> translateToLLVM(mlir::ModuleOp module, LLVMContext &context, const Target &target,
                                                  const ObjectOptions &options) {
  Expected<std::unique_ptr<TargetMachine>> machine = createTargetMachine(target, options.optimization);
  if (!machine)
    return machine.takeError();
  std::unique_ptr<Module> result = mlir::translateModuleToLLVMIR(module, context, module.getName().value_or("model"));
  if (!result)
    return createStringError("the module could not be translated to LLVM IR");
  result->setTargetTriple(Triple(target.triple));
  result->setDataLayout((*machine)->createDataLayout());
  result->setPICLevel(PICLevel::BigPIC);
  setFunctionTargets(*result, target);
  // What is linked in brings targets of its own: the check of the processor must run on every processor.
  if (options.link)
    if (Error error = options.link(*result))
      return std::move(error);
  requestSanitizer(*result, options.sanitizer);
  optimize(*result, **machine, options);
  return std::move(result);
}

} // namespace mimoc
