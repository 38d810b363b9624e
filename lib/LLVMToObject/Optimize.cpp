#include "Optimize.h"

#include "llvm/Passes/PassBuilder.h"

using namespace llvm;

namespace mimoc {

static OptimizationLevel levelOf(unsigned optimization) {
  switch (optimization) {
  case 0: return OptimizationLevel::O0;
  case 1: return OptimizationLevel::O1;
  case 2: return OptimizationLevel::O2;
  default: return OptimizationLevel::O3;
  }
}

void optimize(Module &module, TargetMachine &machine, const ObjectOptions &options) {
  PipelineTuningOptions tuning;
  // The kernels come vectorised and unrolled as far as it pays; what is left for LLVM is clean-up.
  tuning.LoopVectorization = false;
  tuning.SLPVectorization = false;
  tuning.LoopInterleaving = false;
  tuning.LoopUnrolling = false;
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
  OptimizationLevel level = levelOf(options.optimization);
  ModulePassManager passes = level == OptimizationLevel::O0 ? builder.buildO0DefaultPipeline(level)
                                                            : builder.buildPerModuleDefaultPipeline(level);
  passes.run(module, modules);
}

} // namespace mimoc
