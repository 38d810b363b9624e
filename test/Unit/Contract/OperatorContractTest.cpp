// What every operator of the dialect owes. An operator that is added without one of these fails here by name.
#include "mimo/IR/Mimo.h"
#include "mlir/IR/MLIRContext.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/Regex.h"

#include <gtest/gtest.h>
#include <map>

using namespace mlir;

namespace {

/// What a model consists of; they compute nothing (dialects/mimo/IR/Model.td).
const std::set<std::string> kStructural = {"model", "input", "target",    "param", "next", "rng",      "dim",  "head",
                                           "loss",  "metric", "objective", "balance", "check", "optimizer", "group", "entry", "phase"};

/// Computing ops without a gradient, and why none is needed.
const std::map<std::string, std::string> kNoGradient = {
    {"constant", "has no operands"},
    {"zeros", "the values of its operand are not read"},
    {"size", "the values of its operand are not read"},
    {"one_hot", "takes class indices"},
    {"degree", "takes indices"},
    {"update_rows", "an update: the end of the gradients"},
    {"first_out_of_range", "takes and gives whole numbers"},
    {"accuracy", "a metric"},
    {"mae", "a metric"},
    {"argmax", "gives whole numbers"},
    {"argmin", "gives whole numbers"},
    {"one_hot_like", "takes class indices"},
    {"contrastive_vjp", "a gradient: losses are differentiated once"},
    {"max_places", "gives whole numbers"},
    {"max_unpool", "a gradient: pooling is differentiated once"},
    {"top_k", "a metric"},
    {"precision", "a metric"},
    {"recall", "a metric"},
    {"f1", "a metric"},
    {"rmse", "a metric"},
    {"r2", "a metric"},
    {"confusion", "a metric"},
    {"randn", "the values of its operand are not read"},
    {"eq", "gives bool"},
    {"ne", "gives bool"},
    {"lt", "gives bool"},
    {"le", "gives bool"},
    {"gt", "gives bool"},
    {"ge", "gives bool"},
    {"and", "takes and gives bool"},
    {"or", "takes and gives bool"},
    {"not", "takes and gives bool"},
    {"isnan", "gives bool"},
    {"pcgrad", "its weights count as constants"},
    {"mgda", "its weights count as constants"},
    {"upgrad", "its weights count as constants"},
    {"dwa_history", "an update rule: the end of the gradients"},
    {"isinf", "gives bool"},
    {"detach", "a constant for gradients: that is what it is for"},
    {"float", "of whole numbers and conditions"},
    {"isfinite", "gives bool"},
    {"any", "gives bool"},
    {"all", "gives bool"},
    {"sgd", "an update rule: the end of the gradients"},
    {"adam", "an update rule: the end of the gradients"},
    {"adamw", "an update rule: the end of the gradients"},
    {"nadam", "an update rule: the end of the gradients"},
    {"rmsprop", "an update rule: the end of the gradients"},
    {"adagrad", "an update rule: the end of the gradients"},
};

std::string allModels() {
  std::string text;
  std::error_code failure;
  for (llvm::sys::fs::recursive_directory_iterator file(MIMOC_TEST_ROOT "/Execution/Inputs", failure), end;
       file != end && !failure; file.increment(failure))
    if (llvm::sys::path::extension(file->path()) == ".mimo")
      if (auto contents = llvm::MemoryBuffer::getFile(file->path()))
        text += (*contents)->getBuffer();
  return text;
}

bool mentions(llvm::StringRef text, llvm::StringRef word) {
  return llvm::Regex(("(^|[^A-Za-z0-9_])" + word + "([^A-Za-z0-9_]|$)").str()).match(text);
}

class OperatorContract : public testing::Test {
protected:
  OperatorContract() { context.loadDialect<mimo::MimoDialect>(); }

  llvm::ArrayRef<RegisteredOperationName> operators() { return context.getRegisteredOperationsByDialect("mimo"); }
  static std::string mnemonicOf(OperationName op) { return op.stripDialect().str(); }

  MLIRContext context;
};

TEST_F(OperatorContract, ThereAreOperators) { EXPECT_GT(operators().size(), 40u); }

TEST_F(OperatorContract, ComputingOperatorsLowerThemselves) {
  for (RegisteredOperationName op : operators())
    EXPECT_NE(kStructural.count(mnemonicOf(op)) != 0, op.hasInterface<mimo::LowersToLinalg>())
        << op.getStringRef().str() << " computes and so must implement LowersToLinalg; or it is structural and listed here";
}

TEST_F(OperatorContract, ComputingOperatorsHaveAGradientOrAReason) {
  for (RegisteredOperationName op : operators()) {
    if (kStructural.count(mnemonicOf(op)))
      continue;
    EXPECT_NE(kNoGradient.count(mnemonicOf(op)) != 0, op.hasInterface<mimo::Differentiable>())
        << op.getStringRef().str() << " must implement Differentiable, or be listed here with the reason why it need not";
  }
}

TEST_F(OperatorContract, ComputingOperatorsArePure) {
  for (RegisteredOperationName op : operators())
    if (op.hasInterface<mimo::LowersToLinalg>()) {
      EXPECT_TRUE(op.hasInterface<MemoryEffectOpInterface>()) << op.getStringRef().str();
    }
}

TEST_F(OperatorContract, ListsNameOperatorsThatExist) {
  std::set<std::string> registered;
  for (RegisteredOperationName op : operators())
    registered.insert(mnemonicOf(op));
  for (const std::string &name : kStructural)
    EXPECT_TRUE(registered.count(name)) << name;
  for (const auto &[name, reason] : kNoGradient)
    EXPECT_TRUE(registered.count(name)) << name;
}

/// What the language can call is compared with PyTorch in at least one model of test/Execution.
TEST_F(OperatorContract, CallableOperatorsHaveAnExecutionCase) {
  std::string models = allModels();
  ASSERT_FALSE(models.empty());
  for (RegisteredOperationName op : operators()) {
    if (op.hasInterface<mimo::FromSource>() || op.hasInterface<mimo::OptimizerRule>() ||
        op.hasInterface<mimo::BalancingRule>()) {
      EXPECT_TRUE(mentions(models, mnemonicOf(op)))
          << "no model below test/Execution/Inputs uses '" << mnemonicOf(op) << "'; add a case (test/Execution/make_cases.py)";
    }
  }
}

TEST_F(OperatorContract, CallableOperatorsAreDocumented) {
  auto document = llvm::MemoryBuffer::getFile(MIMOC_DOCUMENTS "/language.md");
  ASSERT_TRUE(bool(document));
  for (RegisteredOperationName op : operators()) {
    if (op.hasInterface<mimo::FromSource>() || op.hasInterface<mimo::OptimizerRule>() ||
        op.hasInterface<mimo::BalancingRule>()) {
      EXPECT_TRUE(mentions((*document)->getBuffer(), mnemonicOf(op)) || mnemonicOf(op).size() == 2)
          << "docs/language.md does not name '" << mnemonicOf(op) << "'";
    }
  }
}

/// A formal is what users write by name: there is one of each name, and required ones come before optional ones.
TEST_F(OperatorContract, SignaturesCanBeCalled) {
  for (RegisteredOperationName op : operators()) {
    auto *source = op.getInterface<mimo::FromSource>();
    if (!source)
      continue;
    std::set<std::string> names;
    bool optionalSeen = false;
    for (const mimo::Formal &formal : source->getSignature()) {
      EXPECT_TRUE(names.insert(formal.name.str()).second) << op.getStringRef().str() << " has two arguments " << formal.name.str();
      bool optional = formal.optional || !std::holds_alternative<std::monostate>(formal.fallback);
      EXPECT_FALSE(optionalSeen && !optional) << op.getStringRef().str() << ": " << formal.name.str()
                                              << " must be given but stands after what may be left out";
      optionalSeen |= optional;
    }
    EXPECT_FALSE(names.empty()) << op.getStringRef().str();
  }
}

} // namespace
