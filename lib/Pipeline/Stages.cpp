// The only ordered list of stages. Reading it top to bottom is reading the compiler.

#include "mimoc/Autodiff.h"
#include "mimoc/Bufferization.h"
#include "mimoc/Fusion.h"
#include "mimoc/LinalgToVector.h"
#include "mimoc/MemoryPlanning.h"
#include "mimoc/MimoToLinalg.h"
#include "mimoc/Outlining.h"
#include "mimoc/Pipeline.h"
#include "mimoc/VectorToLLVM.h"
#include "mlir/Pass/PassRegistry.h"
#include "mlir/Transforms/Passes.h"

using namespace mlir;

namespace mimoc {

using Options = const StageOptions &;

// clang-format off
static const Stage kStages[] = {
  {"Frontend",       "ast",          "the syntax tree; every error of grammar reported", Form::Tree, nullptr},
  {"AstToMimo",      "mimo",         "one mimo.model: names resolved, shapes inferred, parameters named", Form::Module, nullptr},
  // Before lowering, so that gradients are written in the same ops and optimised by the same passes.
  {"Autodiff",       "grad",         "one pure function an entry point: forward, evaluate, backward, vjp, apply, step, ...", Form::Module,
   [](OpPassManager &pm, Options) { buildAutodiffPipeline(pm); }},
  {"MimoToLinalg",   "linalg",       "linalg on tensors; no mimo op is left", Form::Module,
   [](OpPassManager &pm, Options) { buildMimoToLinalgPipeline(pm); }},
  // On tensors, where producers and consumers are plain to see.
  {"Fusion",         "fused",        "elementwise work rides in the op that consumes it", Form::Module,
   [](OpPassManager &pm, Options) { buildFusionPipeline(pm); }},
  {"Bufferization",  "buffers",      "memrefs: the caller's blocks, updated in place, and temporary buffers", Form::Module,
   [](OpPassManager &pm, Options) { buildBufferizationPipeline(pm); }},
  // After fusion, before tiling: a kernel is one fused group, which CPU and GPU lower in their own ways from here on.
  {"Outlining",      "kernels",      "one function a distinct linalg op, shared by all entry points", Form::Module,
   [](OpPassManager &pm, Options) { buildOutliningPipeline(pm); }},
  // After outlining, when every temporary and its lifetime is known.
  {"MemoryPlanning", "plan",         "no allocation is left: one planned workspace an entry point", Form::Module,
   [](OpPassManager &pm, Options) { buildMemoryPlanningPipeline(pm); }},
  {"LinalgToVector", "vector",       "loops of vector ops, register-tiled products; no linalg op is left", Form::Module,
   [](OpPassManager &pm, Options o) { buildLinalgToVectorPipeline(pm, o.target); }},
  {"VectorToLLVM",   "llvm-dialect", "the LLVM dialect; every entry point is void(ptr slots, i64 batch)", Form::Module,
   [](OpPassManager &pm, Options o) { buildVectorToLLVMPipeline(pm, o.target); buildLLVMToObjectPipeline(pm, o.object); }},
  {"LLVMToObject",   "llvm",         "LLVM IR, optimised together with the run-time support", Form::LlvmIr, nullptr},
  {"LLVMToObject",   "asm",          "assembly", Form::Machine, nullptr},
  {"LLVMToObject",   "obj",          "a relocatable object file", Form::Machine, nullptr},
  {"ObjectToLibrary","header",       "the shared library and its C header", Form::Files, nullptr},
};
// clang-format on

ArrayRef<Stage> stages() { return kStages; }

void registerPassesAndPipelines() {
  registerTransformsPasses();
  registerAutodiffStagePasses();
  registerMimoToLinalgStagePasses();
  registerFusionPasses();
  registerBufferizationPasses();
  registerOutliningPasses();
  registerMemoryPlanningPasses();
  registerLinalgToVectorPasses();
  registerVectorToLLVMPasses();
  for (const Stage &stage : stages()) {
    if (!stage.build)
      continue;
    // The registry keeps its arguments for the life of the program.
    static std::deque<std::string> names;
    names.push_back(("mimoc-stage-" + stage.name).str());
    registerPassPipeline(
        names.back(), stage.ensures,
        [&stage](OpPassManager &pm, StringRef, function_ref<LogicalResult(const Twine &)> fail) -> LogicalResult {
          StageOptions options;
          llvm::Expected<Target> host = resolveTarget("", "native");
          if (!host)
            return fail(llvm::toString(host.takeError()));
          options.target = *host;
          stage.build(pm, options);
          return success();
        },
        [](function_ref<void(const detail::PassOptions &)>) {});
  }
}

} // namespace mimoc
