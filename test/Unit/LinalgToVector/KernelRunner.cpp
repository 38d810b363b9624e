#include "KernelRunner.h"

#include "mimoc/LLVMToObject.h"
#include "mimoc/LinalgToVector.h"
#include "mimoc/VectorToLLVM.h"

#include "mlir/Dialect/Affine/IR/AffineOps.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Parser/Parser.h"
#include "mlir/Pass/PassManager.h"
#include "llvm/ExecutionEngine/Orc/LLJIT.h"

#include <chrono>
#include <stdexcept>

using namespace mlir;

namespace mimoc::test {

struct Kernel::State {
  std::unique_ptr<llvm::orc::LLJIT> jit;
  void (*run)(void **, int64_t) = nullptr;
  double milliseconds = 0;
};

namespace {

template <typename T> T check(llvm::Expected<T> value) {
  if (!value)
    throw std::runtime_error(llvm::toString(value.takeError()));
  return std::move(*value);
}

void check(llvm::Error error) {
  if (error)
    throw std::runtime_error(llvm::toString(std::move(error)));
}

std::unique_ptr<llvm::MemoryBuffer> compile(const std::string &text, const Target &target) {
  DialectRegistry registry;
  registry.insert<affine::AffineDialect, arith::ArithDialect, func::FuncDialect, linalg::LinalgDialect,
                  math::MathDialect, memref::MemRefDialect, scf::SCFDialect>();
  registerLLVMTranslations(registry);
  MLIRContext context(registry, MLIRContext::Threading::DISABLED);
  std::string diagnostics;
  ScopedDiagnosticHandler handler(&context, [&](Diagnostic &diagnostic) {
    diagnostics += diagnostic.str() + "\n";
    return success();
  });
  OwningOpRef<ModuleOp> module = parseSourceString<ModuleOp>(text, &context);
  PassManager passes(&context);
  ObjectOptions options;
  buildLinalgToVectorPipeline(passes, target);
  buildVectorToLLVMPipeline(passes, target);
  buildLLVMToObjectPipeline(passes, options);
  if (!module || failed(passes.run(*module)))
    throw std::runtime_error(diagnostics);
  llvm::LLVMContext llvmContext;
  auto ir = check(translateToLLVM(*module, llvmContext, target, options));
  auto object = check(emitObject(*ir, target, options));
  return llvm::MemoryBuffer::getMemBufferCopy(llvm::StringRef(object.data(), object.size()), "kernel.o");
}

} // namespace

Target hostTarget(unsigned vectorBits) {
  Target target = check(resolveTarget("", "native"));
  if (vectorBits == 0 || vectorBits >= target.vectorBits)
    return target;
  return check(resolveTarget("", vectorBits == 256 ? "x86-64-v3" : "x86-64-v2"));
}

Kernel::Kernel(const std::string &text, const Target &target) : state(std::make_unique<State>()) {
  auto start = std::chrono::steady_clock::now();
  std::unique_ptr<llvm::MemoryBuffer> object = compile(text, target);
  state->milliseconds = std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - start).count();
  state->jit = check(llvm::orc::LLJITBuilder().create());
  check(state->jit->addObjectFile(std::move(object)));
  state->run = check(state->jit->lookup("run")).toPtr<void (*)(void **, int64_t)>();
}

Kernel::~Kernel() = default;

void Kernel::operator()(const std::vector<void *> &slots, int64_t batch) const {
  state->run(const_cast<void **>(slots.data()), batch);
}

double Kernel::compileMilliseconds() const { return state->milliseconds; }

std::string moduleOf(const std::vector<std::string> &types, const std::string &body) {
  std::string arguments = "%batch: index", names;
  for (size_t index = 0; index < types.size(); ++index) {
    arguments += ", %a" + std::to_string(index) + ": " + types[index];
    names += (index ? ", \"" : "\"") + std::to_string(index) + "\"";
  }
  return "func.func @run(" + arguments + ") attributes {mimo.entry = \"forward\", mimo.slots = [" + names + "]} {\n" +
         body + "\n  return\n}\n";
}

} // namespace mimoc::test
