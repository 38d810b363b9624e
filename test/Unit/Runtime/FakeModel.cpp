#include "FakeModel.h"
#include "mimoc/ObjectToLibrary.h"

#include "llvm/ADT/SmallString.h"
#include "llvm/Bitcode/BitcodeReader.h"
#include "llvm/IR/LegacyPassManager.h"
#include "llvm/IR/Verifier.h"
#include "llvm/MC/TargetRegistry.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/TargetSelect.h"
#include "llvm/Target/TargetMachine.h"
#include "llvm/TargetParser/Host.h"
#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

using namespace mimoc;

ModelInfo fake::modelInfo() {
  ModelInfo info;
  info.name = "FakeNet";
  info.prefix = "fake_net";
  info.seed = 18446744073709551615u;
  info.inputs = {{"x", DType::F32, {kRunTimeSize, 3}, "input", 2}, {"ids", DType::I32, {kRunTimeSize, 2}, "input", 3}};
  info.targets = {{"label", DType::I64, {kRunTimeSize}, "target", 4}};
  info.heads = {{"y", DType::F32, {kRunTimeSize, 2}, "head", 6}, {"class", DType::F32, {kRunTimeSize}, "output", 7}};
  for (auto *tensors : {&info.inputs, &info.targets, &info.heads})
    for (TensorInfo &tensor : *tensors)
      tensor.dim = kBatchName;
  info.parameters = {{"y.weight", {3, 2}, 0, 6, {"uniform", -0.25, 0.75}},
                     {"y.bias", {2}, 6, 2, {"constant", 0.01, 0}},
                     {"big", {FAKE_BIG}, 8, FAKE_BIG, {"normal", 1, 2}}};
  info.parameterElements = FAKE_PARAMETERS;
  info.losses = {{"ce", "loss"}, {"l2_all", "penalty"}};
  info.metrics = {{"accuracy", "metric"}};
  PhaseInfo &phase = info.phases.front();
  phase.seed = info.seed;
  phase.options = {{"learning_rate", 1e-3, "learning_rate"}, {"ce", 1}, {"l2_all", 1e-4}};
  phase.optimizer = "sgd";
  phase.groups = {{"", 0, {{"momentum", 0.9}}, {0}}};
  phase.stateNames = {"momentum_buffer"};
  phase.trained = {{0, 0, 0}, {1, 6, 0}, {2, 8, 0}};
  phase.gradientElements = FAKE_PARAMETERS;
  info.checks = {{"ids", 5, 3}, {"label", 4, 4}};
  const SlotInfo x{"input", "x"}, ids{"input", "ids"}, label{"target", "label"}, y{"head", "y"}, sum{"head", "class"},
      params{"params", ""}, gradients{"gradients", ""}, state{"state", ""}, losses{"losses", ""}, states{"states", ""},
      checks{"checks", ""}, options{"options", ""}, rng{"rng", ""}, workspace{"workspace", ""};
  info.entries = {
      {"forward", "", {}, "fake_forward", {x, params, y, sum, workspace}, FAKE_STATIC, FAKE_ROW},
      {"forward_head", "y", {}, "fake_forward_y", {x, params, y}, 0, 0},
      {"evaluate", "", {}, "fake_evaluate", {x, label, params, losses, states}, 0, 8},
      {"backward", "", {}, "fake_backward", {x, label, params, options, rng, losses, gradients, workspace}, FAKE_STATIC,
       FAKE_ROW},
      {"backward_loss", "ce", {}, "fake_backward", {x, label, params, options, rng, losses, gradients, workspace},
       FAKE_STATIC, FAKE_ROW},
      {"vjp", "", {}, "fake_vjp",
       {x, params, rng, {"cotangent", "y"}, {"cotangent", "class"}, gradients, {"input_gradient", "x"}}, 0, 0},
      {"apply", "", {}, "fake_apply", {params, gradients, state, options}, 0, 0},
      {"step", "", {}, "fake_step", {x, label, params, state, options, rng, losses}, 0, 16},
      {"check", "inputs", {}, "fake_check_inputs", {ids, checks}, 0, 0},
      {"check", "targets", {}, "fake_check_targets", {label, checks}, 0, 0},
  };
  info.target = llvm::sys::getDefaultTargetTriple();
  info.sourceName = "fake.mimo";
  info.compilerVersion = "mimoc 0.0.0";
  return info;
}

std::string fake::compileObject(const ModelInfo &info) {
  llvm::InitializeAllTargetInfos();
  llvm::InitializeAllTargets();
  llvm::InitializeAllTargetMCs();
  llvm::InitializeAllAsmPrinters();
  llvm::InitializeAllAsmParsers();
  llvm::LLVMContext context;
  auto bitcode = llvm::MemoryBuffer::getFile(FAKE_ENTRIES_BITCODE);
  auto module = llvm::cantFail(llvm::parseBitcodeFile((*bitcode)->getMemBufferRef(), context));
  module->setSourceFileName(info.sourceName);
  llvm::Triple triple(info.target);
  module->setTargetTriple(triple);
  for (llvm::Function &function : *module) { // clang wrote the processor of this machine's architecture into them
    function.removeFnAttr("target-cpu");
    function.removeFnAttr("target-features");
  }
  std::string problem;
  const llvm::Target *target = llvm::TargetRegistry::lookupTarget(triple, problem);
  std::unique_ptr<llvm::TargetMachine> machine(
      target->createTargetMachine(triple, "", "", llvm::TargetOptions(), llvm::Reloc::PIC_));
  module->setDataLayout(machine->createDataLayout());
  if (llvm::Error error = linkRuntime(*module, info)) {
    ADD_FAILURE() << llvm::toString(std::move(error));
    return "";
  }
  EXPECT_FALSE(llvm::verifyModule(*module));
  llvm::SmallString<0> object;
  llvm::raw_svector_ostream stream(object);
  llvm::legacy::PassManager passes;
  machine->addPassesToEmitFile(passes, stream, nullptr, llvm::CodeGenFileType::ObjectFile);
  passes.run(*module);
  return object.str().str();
}

fake::Folder::Folder() {
  llvm::SmallString<128> unique;
  llvm::sys::fs::createUniqueDirectory("mimoc-test", unique);
  path = unique.str();
}

fake::Folder::~Folder() { llvm::sys::fs::remove_directories(path); }

std::vector<std::string> fake::Folder::files() const {
  std::vector<std::string> names;
  std::error_code error;
  for (llvm::sys::fs::directory_iterator at(path, error), end; at != end && !error; at.increment(error))
    names.push_back(llvm::sys::path::filename(at->path()).str());
  llvm::sort(names);
  return names;
}

std::string fake::readFile(const std::string &path) {
  std::ifstream stream(path, std::ios::binary);
  std::stringstream contents;
  contents << stream.rdbuf();
  return contents.str();
}

void fake::writeFile(const std::string &path, const std::string &contents) {
  std::ofstream(path, std::ios::binary) << contents;
}

std::string fake::run(const std::string &command, int &status) {
  std::string output;
  FILE *pipe = popen((command + " 2>&1").c_str(), "r");
  char buffer[4096];
  while (size_t count = fread(buffer, 1, sizeof buffer, pipe))
    output.append(buffer, count);
  status = pclose(pipe);
  return output;
}

fake::Library::Library() {
  path = folder / "fake.so";
  std::string object = compileObject(info);
  llvm::Error error = writeLibrary(llvm::MemoryBufferRef(object, "fake.o"), info, path);
  EXPECT_FALSE(bool(error)) << llvm::toString(std::move(error));
  handle = dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL);
  EXPECT_TRUE(handle) << dlerror();
}

fake::Library &fake::Library::get() {
  static Library library;
  return library;
}

mimoc_context_init_fn *fake::Library::contextInit() {
  return reinterpret_cast<mimoc_context_init_fn *>(dlsym(handle, contextInitSymbol(info).c_str()));
}

fake::Call::Call()
    : x(3 * batch), y(2 * batch, -77), outputs(batch, -77), cotangentY(2 * batch, 1), xGradient(3 * batch, -77),
      ids(2 * batch, 4), label(batch), losses(2, -77), states(6, -77), inputs{x.data(), ids.data()},
      targets{label.data()}, cotangents{cotangentY.data(), nullptr}, heads{y.data(), outputs.data()},
      inputGradients{xGradient.data()}, lossesPointer(losses.data()), statesPointer(states.data()),
      inputsPointer(inputs.data()), workspace(library.find<mimoc_workspace_bytes_fn>("workspace_bytes")(0, batch)),
      workspaceBytes(workspace.count) {
  for (size_t i = 0; i < x.size(); ++i)
    x[i] = float(i);
  for (size_t i = 0; i < label.size(); ++i)
    label[i] = int64_t(i % 4);
  EXPECT_EQ(library.contextInit()(&context, nullptr), MIMOC_OK);
}

mimoc_status fake::Call::forward() {
  return library.find<mimoc_forward_fn>("forward")(contextPointer, parametersPointer, inputsPointer, heads.data(), rows,
                                                   workspacePointer, workspaceBytes);
}

mimoc_status fake::Call::forwardHead() {
  return library.find<mimoc_forward_head_fn>("forward_y")(contextPointer, parametersPointer, inputsPointer, heads[0],
                                                          rows, workspacePointer, workspaceBytes);
}

mimoc_status fake::Call::evaluate() {
  return library.find<mimoc_evaluate_fn>("evaluate")(contextPointer, parametersPointer, inputsPointer, targets.data(),
                                                     lossesPointer, statesPointer, rows, workspacePointer,
                                                     workspaceBytes);
}

mimoc_status fake::Call::backward(int64_t accumulate) {
  return library.find<mimoc_backward_fn>("backward")(contextPointer, parametersPointer, inputsPointer, targets.data(),
                                                     optionsPointer, lossesPointer, gradientsPointer, accumulate, rows,
                                                     workspacePointer, workspaceBytes);
}

mimoc_status fake::Call::vjp() {
  return library.find<mimoc_vjp_fn>("vjp")(contextPointer, parametersPointer, inputsPointer, optionsPointer,
                                           cotangents.data(), gradientsPointer, inputGradients.data(), rows,
                                           workspacePointer, workspaceBytes);
}

mimoc_status fake::Call::apply() {
  return library.find<mimoc_apply_fn>("apply")(contextPointer, parametersPointer, statePointer, gradientsPointer,
                                               optionsPointer, workspacePointer, workspaceBytes);
}

mimoc_status fake::Call::step() {
  return library.find<mimoc_step_fn>("step")(contextPointer, parametersPointer, statePointer, inputsPointer,
                                             targets.data(), optionsPointer, lossesPointer, rows, workspacePointer,
                                             workspaceBytes);
}
