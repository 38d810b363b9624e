#include "mimoc/LLVMToObject.h"

#include "Optimize.h"
#include "TargetMachine.h"

#include "mlir/Dialect/LLVMIR/Transforms/Passes.h"
#include "mlir/Pass/PassManager.h"
#include "mlir/Target/LLVMIR/Dialect/Builtin/BuiltinToLLVMIRTranslation.h"
#include "mlir/Target/LLVMIR/Dialect/LLVMIR/LLVMToLLVMIRTranslation.h"
#include "mlir/Target/LLVMIR/Export.h"
#include "llvm/ADT/StringSet.h"
#include "llvm/Bitcode/BitcodeReader.h"
#include "llvm/Linker/Linker.h"

using namespace llvm;

namespace mimoc {

void registerLLVMTranslations(mlir::DialectRegistry &registry) {
  mlir::registerBuiltinDialectTranslation(registry);
  mlir::registerLLVMDialectTranslation(registry);
}

void buildLLVMToObjectPipeline(mlir::OpPassManager &passes, const ObjectOptions &options) {
  if (options.debugInfo)
    passes.addPass(mlir::LLVM::createDIScopeForLLVMFuncOpPass());
}

namespace {

Error linkRuntime(Module &module, MemoryBufferRef bitcode) {
  Expected<std::unique_ptr<Module>> runtime = parseBitcodeFile(bitcode, module.getContext());
  if (!runtime)
    return runtime.takeError();
  // The run-time library is compiled once, for no particular cpu; here it becomes code for this one.
  (*runtime)->setTargetTriple(module.getTargetTriple());
  (*runtime)->setDataLayout(module.getDataLayout());
  if (Linker::linkModules(module, std::move(*runtime)))
    return createStringError("the run-time library does not link with the compiled model");
  return Error::success();
}

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

void hideAllBut(Module &module, ArrayRef<std::string> exported) {
  StringSet<> keep;
  for (const std::string &name : exported)
    keep.insert(name);
  for (GlobalValue &value : module.global_values()) {
    if (value.isDeclaration() || value.getName().starts_with("llvm."))
      continue;
    if (keep.contains(value.getName()))
      value.setVisibility(GlobalValue::DefaultVisibility);
    else
      value.setLinkage(GlobalValue::InternalLinkage);
  }
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
  if (options.runtime)
    if (Error error = linkRuntime(*result, *options.runtime))
      return std::move(error);
  if (!options.exported.empty())
    hideAllBut(*result, options.exported);
  setFunctionTargets(*result, target);
  optimize(*result, **machine, options);
  return std::move(result);
}

} // namespace mimoc
