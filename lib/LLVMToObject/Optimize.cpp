#include "Optimize.h"

#include "llvm/Passes/PassBuilder.h"
#include "llvm/Transforms/Instrumentation/AddressSanitizer.h"
#include "llvm/Transforms/Instrumentation/ThreadSanitizer.h"

using namespace llvm;

namespace mimoc {

/// The kernels come vectorised, tiled and with their invariants outside of the loops, so LLVM's own -O3, which is made
/// for source code, would spend two thirds of its time on finding nothing. This is what still pays, in order.
static constexpr StringLiteral kPipeline =
    // Sizes and strides are passed as constants to most kernels; the rest of a buffer's descriptor is never read.
    "ipsccp<no-func-spec>,deadargelim,globaldce,"
    // The run-time support is small functions in C; kernels that are used once go into their entry.
    "cgscc(inline,function<eager-inv>(sroa,early-cse<memssa>,simplifycfg,instcombine<no-verify-fixpoint>)),"
    "function<eager-inv>("
    "loop-simplify,lcssa,loop-mssa(loop-rotate,licm),"
    "early-cse<memssa>,instcombine<no-verify-fixpoint>,simplifycfg,dse,adce),"
    "deadargelim,globaldce";

/// Last, so that it checks the accesses that the code makes and not those that optimisation removes.
static void addSanitizer(ModulePassManager &passes, Sanitizer sanitizer) {
  switch (sanitizer) {
  case Sanitizer::None:
    return;
  case Sanitizer::Address:
    passes.addPass(AddressSanitizerPass(AddressSanitizerOptions()));
    return;
  case Sanitizer::Thread:
    passes.addPass(ModuleThreadSanitizerPass());
    passes.addPass(createModuleToFunctionPassAdaptor(ThreadSanitizerPass()));
    return;
  }
}

void optimize(Module &module, TargetMachine &machine, const ObjectOptions &options) {
  PipelineTuningOptions tuning;
  tuning.LoopVectorization = false;
  tuning.SLPVectorization = false;
  PassBuilder builder(&machine, tuning);
  LoopAnalysisManager loops;
  FunctionAnalysisManager functions;
  CGSCCAnalysisManager components;
  ModuleAnalysisManager modules;
  builder.registerModuleAnalyses(modules);
  builder.registerCGSCCAnalyses(components);
  builder.registerFunctionAnalyses(functions);
  builder.registerLoopAnalyses(loops);
  builder.crossRegisterProxies(loops, functions, components, modules);
  ModulePassManager passes;
  if (options.optimization == 0)
    passes = builder.buildO0DefaultPipeline(OptimizationLevel::O0);
  else
    cantFail(builder.parsePassPipeline(passes, kPipeline));
  addSanitizer(passes, options.sanitizer);
  passes.run(module, modules);
}

} // namespace mimoc
