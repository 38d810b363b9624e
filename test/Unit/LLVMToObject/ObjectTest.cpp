#include "mimoc/LLVMToObject.h"

#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Parser/Parser.h"
#include "mlir/Pass/PassManager.h"
#include "llvm/IR/IRBuilder.h"
#include "llvm/Object/ELFObjectFile.h"

#include <gtest/gtest.h>

#include <set>

using namespace mimoc;

namespace {

const char *const kModule = R"(
  llvm.func @helper(f64) -> f64
  llvm.func internal @kernel(%p: !llvm.ptr) attributes {no_inline} {
    %v = llvm.load %p : !llvm.ptr -> f64
    %e = llvm.intr.exp(%v) : (f64) -> f64
    %h = llvm.call @helper(%e) : (f64) -> f64
    llvm.store %h, %p : f64, !llvm.ptr
    llvm.return
  }
  llvm.func @entry(%slots: !llvm.ptr, %batch: i64) {
    %p = llvm.load %slots : !llvm.ptr -> !llvm.ptr
    llvm.call @kernel(%p) : (!llvm.ptr) -> () loc(unknown)
    llvm.return
  }
  llvm.func @second(%slots: !llvm.ptr, %batch: i64) {
    llvm.call @kernel(%slots) : (!llvm.ptr) -> () loc(unknown)
    llvm.return
  } loc(unknown)
)";

template <typename T> T take(llvm::Expected<T> value) {
  if (!value)
    throw std::runtime_error(llvm::toString(value.takeError()));
  return std::move(*value);
}

std::string compile(const Target &target, const ObjectOptions &options) {
  mlir::DialectRegistry registry;
  registry.insert<mlir::LLVM::LLVMDialect>();
  registerLLVMTranslations(registry);
  mlir::MLIRContext context(registry);
  auto module = mlir::parseSourceString<mlir::ModuleOp>(kModule, &context, "model.mimo");
  mlir::PassManager passes(&context);
  buildLLVMToObjectPipeline(passes, options);
  EXPECT_TRUE(succeeded(passes.run(*module)));
  llvm::LLVMContext llvmContext;
  auto ir = take(translateToLLVM(*module, llvmContext, target, options));
  auto object = take(emitObject(*ir, target, options));
  return std::string(object.data(), object.size());
}

struct Symbols {
  std::set<std::string> defined, undefined, sections;
};

Symbols symbolsOf(const std::string &object) {
  auto file = take(llvm::object::ObjectFile::createObjectFile(llvm::MemoryBufferRef(object, "object")));
  Symbols result;
  for (const auto &symbol : file->symbols()) {
    uint32_t flags = take(symbol.getFlags());
    std::string name = take(symbol.getName()).str();
    if (flags & llvm::object::SymbolRef::SF_Undefined)
      result.undefined.insert(name);
    else if (flags & llvm::object::SymbolRef::SF_Global)
      result.defined.insert(name);
  }
  for (const auto &section : file->sections())
    result.sections.insert(take(section.getName()).str());
  result.undefined.erase("");
  result.undefined.erase("_GLOBAL_OFFSET_TABLE_");
  return result;
}

TEST(Object, SameBytesFromTheSameInput) {
  Target target = take(resolveTarget("", "native"));
  EXPECT_EQ(compile(target, {}), compile(target, {}));
}

TEST(Object, NeedsNothingButTheMathematicalLibrary) {
  Symbols symbols = symbolsOf(compile(take(resolveTarget("", "x86-64-v2")), {}));
  EXPECT_EQ(symbols.undefined, (std::set<std::string>{"exp", "helper"}));
  EXPECT_EQ(symbols.defined, (std::set<std::string>{"entry", "second"}));
  EXPECT_TRUE(symbols.sections.contains(".text.entry"));
}

/// What is linked in is optimised with the model: helper(x) = x + 1 leaves no call behind.
TEST(Object, LinkedFunctionsAreInlined) {
  ObjectOptions options;
  options.link = [](llvm::Module &module) -> llvm::Error {
    llvm::Function *helper = module.getFunction("helper");
    llvm::IRBuilder<> builder(llvm::BasicBlock::Create(module.getContext(), "", helper));
    builder.CreateRet(builder.CreateFAdd(helper->getArg(0), llvm::ConstantFP::get(builder.getDoubleTy(), 1)));
    helper->setLinkage(llvm::GlobalValue::InternalLinkage);
    return llvm::Error::success();
  };
  Symbols symbols = symbolsOf(compile(take(resolveTarget("", "native")), options));
  EXPECT_EQ(symbols.undefined, (std::set<std::string>{"exp"}));
  EXPECT_EQ(symbols.defined, (std::set<std::string>{"entry", "second"}));
}

TEST(Object, FailureToLinkIsReported) {
  ObjectOptions options;
  options.link = [](llvm::Module &) { return llvm::createStringError("no such library"); };
  EXPECT_THROW(compile(take(resolveTarget("", "native")), options), std::runtime_error);
}

TEST(Object, EveryLevelCompiles) {
  for (unsigned level : {0u, 1u, 2u, 3u}) {
    ObjectOptions options;
    options.optimization = level;
    EXPECT_TRUE(symbolsOf(compile(take(resolveTarget("", "native")), options)).defined.contains("entry"));
  }
}

TEST(Object, OtherArchitecture) {
  std::string object = compile(take(resolveTarget("aarch64-linux-gnu", "generic")), {});
  auto file = take(llvm::object::ObjectFile::createObjectFile(llvm::MemoryBufferRef(object, "object")));
  EXPECT_EQ(file->getArch(), llvm::Triple::aarch64);
}

TEST(Object, LineTables) {
  ObjectOptions options;
  options.debugInfo = true;
  Target target = take(resolveTarget("", "native"));
  EXPECT_TRUE(symbolsOf(compile(target, options)).sections.contains(".debug_line"));
  EXPECT_FALSE(symbolsOf(compile(target, {})).sections.contains(".debug_line"));
}

} // namespace
