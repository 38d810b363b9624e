#include "mimoc/LLVMToObject.h"

#include "TargetMachine.h"

#include "llvm/IR/LegacyPassManager.h"
#include "llvm/Support/raw_ostream.h"

using namespace llvm;

namespace mimoc {

static Expected<SmallVector<char, 0>> emit(Module &module, const Target &target, const ObjectOptions &options,
                                           CodeGenFileType kind) {
  Expected<std::unique_ptr<TargetMachine>> machine = createTargetMachine(target, options.optimization);
  if (!machine)
    return machine.takeError();
  SmallVector<char, 0> buffer;
  raw_svector_ostream stream(buffer);
  legacy::PassManager passes;
  if ((*machine)->addPassesToEmitFile(passes, stream, nullptr, kind))
    return createStringError("target '" + target.triple + "' cannot write this kind of file");
  passes.run(module);
  return std::move(buffer);
}

Expected<SmallVector<char, 0>> emitAssembly(Module &module, const Target &target, const ObjectOptions &options) {
  return emit(module, target, options, CodeGenFileType::AssemblyFile);
}

Expected<SmallVector<char, 0>> emitObject(Module &module, const Target &target, const ObjectOptions &options) {
  return emit(module, target, options, CodeGenFileType::ObjectFile);
}

} // namespace mimoc
