#include "Descriptor.h"
#include "Exports.h"
#include "mimoc/ObjectToLibrary.h"
#include "mimoc/RuntimeBitcode.h"

#include "llvm/ADT/StringSet.h"
#include "llvm/Bitcode/BitcodeReader.h"
#include "llvm/IR/IRBuilder.h"
#include "llvm/Linker/Linker.h"

using namespace mimoc;

static llvm::Error linkBitcode(llvm::Module &module) {
  llvm::Triple triple = module.getTargetTriple();
  llvm::MemoryBufferRef bitcode = runtimeBitcode(triple);
  if (bitcode.getBufferSize() == 0)
    return llvm::createStringError("there is no run-time support for " + triple.str() +
                                   "; models can be compiled for x86_64 and aarch64");
  auto support = llvm::parseBitcodeFile(bitcode, module.getContext());
  if (!support)
    return support.takeError();
  // They differ in the vendor or the version of the system at most.
  (*support)->setTargetTriple(triple);
  (*support)->setDataLayout(module.getDataLayout());
  if (llvm::Linker::linkModules(module, std::move(*support)))
    return llvm::createStringError("the run-time support does not link with the model's code");
  return llvm::Error::success();
}

static llvm::Type *typeFor(llvm::LLVMContext &context, char code) {
  switch (code) {
  case 'p': return llvm::PointerType::get(context, 0);
  case 'l': return llvm::Type::getInt64Ty(context);
  case 'i': return llvm::Type::getInt32Ty(context);
  default: return llvm::Type::getVoidTy(context);
  }
}

static llvm::FunctionType *functionType(llvm::LLVMContext &context, llvm::StringRef codes) {
  std::vector<llvm::Type *> parameters;
  for (char code : codes.drop_front())
    parameters.push_back(typeFor(context, code));
  return llvm::FunctionType::get(typeFor(context, codes.front()), parameters, /*isVarArg=*/false);
}

/// Defines one exported function: it calls that of the run-time support with the descriptor and, where it runs compiled
/// code, the place of the entry point (or that of the phase) in front of its own arguments.
static llvm::Error emitExport(llvm::Module &module, const ModelInfo &info, const Export &exported,
                              llvm::Constant *descriptor) {
  llvm::Function *runtime = module.getFunction(exported.runtime);
  std::string name = info.prefix + "_" + exported.name;
  if (!runtime)
    return llvm::createStringError(std::string("the run-time support lacks ") + exported.runtime);
  if (module.getNamedValue(name))
    return llvm::createStringError("two exported functions would be called '" + name + "'; rename a head or loss");

  llvm::LLVMContext &context = module.getContext();
  auto *function = llvm::Function::Create(functionType(context, exported.type), llvm::GlobalValue::ExternalLinkage,
                                          name, module);
  // The same attributes, above all the baseline processor: what runs before the check of the processor must run on all.
  function->addFnAttrs(llvm::AttrBuilder(context, runtime->getAttributes().getFnAttrs()));
  llvm::IRBuilder<> builder(llvm::BasicBlock::Create(context, "", function));
  std::vector<llvm::Value *> arguments = {descriptor};
  for (int64_t place : {exported.entry, exported.phase})
    if (place >= 0)
      arguments.push_back(builder.getInt64(uint64_t(place)));
  for (llvm::Argument &argument : function->args())
    arguments.push_back(&argument);
  if (runtime->arg_size() != arguments.size())
    return llvm::createStringError(std::string("the run-time support has another ") + exported.runtime);
  llvm::CallInst *call = builder.CreateCall(runtime, arguments);
  call->setTailCallKind(llvm::CallInst::TCK_Tail);
  if (function->getReturnType()->isVoidTy())
    builder.CreateRetVoid();
  else
    builder.CreateRet(call);
  return llvm::Error::success();
}

static void internalise(llvm::Module &module, const llvm::StringSet<> &exported) {
  for (llvm::GlobalValue &value : module.global_values()) {
    if (value.isDeclaration() || value.getName().starts_with("llvm."))
      continue;
    value.setVisibility(llvm::GlobalValue::DefaultVisibility);
    value.setLinkage(exported.contains(value.getName()) ? llvm::GlobalValue::ExternalLinkage
                                                        : llvm::GlobalValue::InternalLinkage);
  }
}

llvm::Error mimoc::linkRuntime(llvm::Module &module, const ModelInfo &info) {
  if (!isPrefix(info.prefix))
    return llvm::createStringError("names in C cannot start with '" + info.prefix +
                                   "'; a prefix is made of letters, digits and '_' and starts with no digit");
  if (llvm::Error error = linkBitcode(module))
    return error;
  auto descriptor = emitDescriptor(module, info);
  if (!descriptor)
    return descriptor.takeError();
  llvm::StringSet<> exported = {descriptionSymbol(info)};
  for (const Export &function : exportsOf(info)) {
    if (llvm::Error error = emitExport(module, info, function, *descriptor))
      return error;
    exported.insert(info.prefix + "_" + function.name);
  }
  internalise(module, exported);
  return llvm::Error::success();
}
