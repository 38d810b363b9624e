#include "ParseHelpers.h"

using namespace mimoc;
using namespace mimoc::testing;
using Errors = std::vector<std::string>;

TEST(Expression, PrecedenceFromLooseToTight) {
  EXPECT_EQ(understood("a or b and not c == d"), "a or (b and (not (c == d)))");
  EXPECT_EQ(understood("a + b * c - d"), "(a + (b * c)) - d");
  EXPECT_EQ(understood("a / b // c % d"), "((a / b) // c) % d");
  EXPECT_EQ(understood("a < b + 1"), "a < (b + 1)");
}

TEST(Expression, PowerBindsToTheRightAndTighterThanMinus) {
  EXPECT_EQ(understood("-x ** 2"), "-(x ** 2)");
  EXPECT_EQ(understood("2 ** 3 ** 4"), "2 ** (3 ** 4)");
  EXPECT_EQ(understood("2 ** -x * y"), "(2 ** (-x)) * y");
  EXPECT_EQ(understood("--x"), "-(-x)");
}

TEST(Expression, PipeBindsLoosestBeforeConditional) {
  EXPECT_EQ(understood("a + b -> relu"), "a + b\n    -> relu");
  EXPECT_EQ(understood("x if s == 1 else x -> f(2) -> g"), "x if s == 1 else x -> f(2) -> g");
  EXPECT_EQ(understood("a if b else c if d else e"), "a if b else c if d else e");
  EXPECT_EQ(understood("(x -> f) + 1"), "(x -> f) + 1");
}

TEST(Expression, Suffixes) {
  EXPECT_EQ(understood("x.shape[1]"), "x.shape[1]");
  EXPECT_EQ(understood("x[:, 1:2, :3, 4:, -1]"), "x[:, 1:2, :3, 4:, -1]");
  EXPECT_EQ(understood("f(a, b = 2)(c)[0].d"), "f(a, b = 2)(c)[0].d");
  EXPECT_EQ(understood("f()"), "f()");
}

TEST(Expression, Lists) {
  EXPECT_EQ(understood("[1, 2.5, \"a\", true, false]"), "[1, 2.5, \"a\", true, false]");
  EXPECT_EQ(understood("[f(i) for i in 0..n + 1]"), "[f(i) for i in 0 .. (n + 1)]");
  EXPECT_EQ(understood("(a, b)"), "(a, b)");
  EXPECT_EQ(understood("[(a, b), (c, d)]"), "[(a, b), (c, d)]");
}

TEST(Expression, PathsOfParametersAsArguments) {
  EXPECT_EQ(understood("l2(trunk.0.weight)"), "l2(trunk.0.weight)");
  EXPECT_EQ(understood("l2(**.weight) + l1(*)"), "l2(**.weight) + l1(*)");
  EXPECT_EQ(understood("l2(layer1.0.1.*)"), "l2(layer1.0.1.*)");

  Parsed parsed("const c = l2(a.0.**)\n");
  auto &call = llvm::cast<ast::CallExpr>(*llvm::cast<ast::ConstStmt>(*parsed.file->items[0]).value);
  std::optional<ast::Path> path = ast::asPath(*call.arguments[0].value);
  ASSERT_TRUE(path);
  EXPECT_EQ(path->str(), "a.0.**");
  EXPECT_TRUE(path->hasWildcard());
  EXPECT_FALSE(ast::asPath(call));
}

TEST(Expression, LabelsInSteps) {
  Parsed parsed(inModel("y = x -> conv1: conv2d(3, k = 1) -> relu"));
  auto &pipe = llvm::cast<ast::PipeExpr>(*llvm::cast<ast::BindingStmt>(*modelBody(parsed)[0]).value);
  ASSERT_EQ(pipe.steps.size(), 2u);
  EXPECT_EQ(pipe.steps[0].label->text, "conv1");
  EXPECT_EQ(pipe.steps[0].range.text(), "conv1: conv2d(3, k = 1)");
  EXPECT_EQ(pipe.steps[0].call.callee.range.text(), "conv2d");
  EXPECT_EQ(pipe.steps[0].call.arguments[1].range.text(), "k = 1");
  EXPECT_TRUE(pipe.steps[0].call.hasBrackets);
  EXPECT_FALSE(pipe.steps[1].label);
  EXPECT_FALSE(pipe.steps[1].call.hasBrackets);
}

TEST(Expression, ColonInAnIndexIsASlice) {
  EXPECT_EQ(understood("a[x -> f:g]"), "a[x -> f:g]");
  Parsed slice("const c = a[x -> f:g]\n");
  auto &index = llvm::cast<ast::IndexExpr>(*llvm::cast<ast::ConstStmt>(*slice.file->items[0]).value);
  EXPECT_TRUE(index.items[0].isSlice);
  Parsed label("const c = a[(x -> f:g)]\n");
  auto &labelled = llvm::cast<ast::IndexExpr>(*llvm::cast<ast::ConstStmt>(*label.file->items[0]).value);
  EXPECT_FALSE(labelled.items[0].isSlice);
}

TEST(Expression, RangesHoldTheBrackets) {
  Parsed parsed("const c = (a + b) * -c\n");
  auto &product = llvm::cast<ast::BinaryExpr>(*llvm::cast<ast::ConstStmt>(*parsed.file->items[0]).value);
  EXPECT_EQ(product.range.text(), "(a + b) * -c");
  EXPECT_EQ(product.opRange.text(), "*");
  EXPECT_EQ(product.left->range.text(), "(a + b)");
  EXPECT_TRUE(product.left->inBrackets);
  EXPECT_EQ(product.right->range.text(), "-c");
}

TEST(Expression, Refusals) {
  EXPECT_EQ(Parsed("const c = a < b < c\n").errors(), Errors{"1:17 comparisons do not chain"});
  EXPECT_EQ(Parsed("const c = f(a = 1, a = 2)\n").errors(), Errors{"1:20 'a' is given twice in one call"});
  EXPECT_EQ(Parsed("const c = f(a = 1, 2)\n").errors(),
            Errors{"1:20 an argument without a name stands after one with a name"});
  EXPECT_EQ(Parsed("const c = f(a,)\n").errors(), Errors{"1:15 expected an expression, found ')'"});
  EXPECT_EQ(Parsed("const c = []\n").errors(), Errors{"1:12 expected an expression, found ']'"});
  EXPECT_EQ(Parsed("const c = a if b\n").errors(), Errors{"1:17 expected 'else', found the end of the line"});
  EXPECT_EQ(Parsed("const c = [i for i in 3]\n").errors(),
            Errors{"1:24 expected '..' and the end of the range, found ']'"});
  EXPECT_EQ(Parsed("const c = x -> 3\n").errors(),
            Errors{"1:16 expected the name of an operator, a block or a part, found '3'"});
  EXPECT_EQ(Parsed("const c = f(train = true)\n").errors(),
            Errors{"1:13 expected the name of an argument, found the keyword 'train'"});
}
