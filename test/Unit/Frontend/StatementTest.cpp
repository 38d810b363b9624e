#include "ParseHelpers.h"

using namespace mimoc;
using namespace mimoc::testing;
using Errors = std::vector<std::string>;

namespace {

/// Text that is its own dump.
void expectUnchanged(const std::string &text) {
  Parsed parsed(text);
  EXPECT_EQ(parsed.dump(), text) << parsed.messages();
}

} // namespace

TEST(Statement, OfAFile) {
  expectUnchanged("mimo 1\nimport \"std:resnet\"\nconst n = 3\ndefault linear(bias = false)\n");
  expectUnchanged("block f = linear(3)\n    -> relu\n");
  expectUnchanged("block f(a, b = 2) = out: g(a, k = b)\n");
  expectUnchanged("block f(a, b = 2)(x, y) {\n  default conv2d(pad = 1)\n  z = x + y\n  return z, x\n}\n");
  expectUnchanged("model M(a = 1, b) {\n}\n");
}

TEST(Statement, BlockWithTensorsOnly) {
  Parsed parsed("block f(x) { return relu(x) }\n");
  auto &block = llvm::cast<ast::BlockStmt>(*parsed.file->items[0]);
  EXPECT_TRUE(block.parameters.empty());
  ASSERT_EQ(block.inputs.size(), 1u);
  EXPECT_EQ(block.inputs[0].text, "x");
  EXPECT_EQ(block.results.size(), 1u);
  EXPECT_FALSE(block.chain);
}

TEST(Statement, OfAModel) {
  expectUnchanged(inModel("  input a, b: f32[batch, n + 1]\n  target t: i64[batch] < classes\n  input s: f64[]"));
  expectUnchanged(inModel("  dim n\n  dim m <= 4 * k\n  entry e = h1, h2\n  output y\n  output p, q = f(x)"));
  expectUnchanged(inModel("  branch a = x\n      -> relu\n  trunk b = x\n  head c, d = f(x)\n  e, f = g(x)"));
  expectUnchanged(inModel("  layer tower = linear(3)\n      -> relu\n  assert n > 0\n  assert n > 1 : \"n\""));
  expectUnchanged(inModel("  loss l = mse(a, b)\n      where t == 0\n      weight w\n      reduce sum\n  metric m = mae(a, b)"));
  expectUnchanged(inModel("  train warm {\n    minimize l + (0.5 * m)\n    optimizer adam\n    freeze a, b.0.*\n    seed 3\n  }"));
}

TEST(Statement, ContextualKeywordsAreNames) {
  expectUnchanged(inModel("  input input: f32[batch]\n  target weight, head: f32[batch]\n  input = layer + target\n"
                          "  head, loss = metric(where)\n  output output = input\n      -> with(reduce = trunk)"));
}

TEST(Statement, ScoreKeepsThePlacesOfItsClauses) {
  Parsed parsed(inModel("loss l = mse(a, b) weight w where m reduce batch_mean"));
  auto &loss = llvm::cast<ast::ScoreStmt>(*modelBody(parsed)[0]);
  EXPECT_EQ(loss.keyword.text(), "loss");
  EXPECT_EQ(loss.whereKeyword.start().column, 29u);
  EXPECT_EQ(loss.weightKeyword.text(), "weight");
  EXPECT_EQ(loss.reduction->text, "batch_mean");
  EXPECT_EQ(loss.range.text(), "loss l = mse(a, b) weight w where m reduce batch_mean");
}

TEST(Statement, BraceEndsAStatement) {
  EXPECT_EQ(Parsed("model M { input x: f32[batch] }").dump(), "model M {\n  input x: f32[batch]\n}\n");
  EXPECT_EQ(Parsed("block f(x) { return x }").dump(), "block f(x) {\n  return x\n}\n");
  EXPECT_EQ(Parsed(inModel("train t { seed 1 }")).dump(), inModel("  train t {\n    seed 1\n  }"));
  EXPECT_EQ(Parsed("model M { seed 1 } model N { }").errors(),
            Errors{"1:20 expected the end of the line, found the keyword 'model'"});
}

TEST(Statement, Version) {
  EXPECT_EQ(Parsed("mimo 1\n").file->version, 1);
  EXPECT_EQ(Parsed("mimo 2\n").errors(), Errors{"1:6 this file needs language version 2, this compiler knows version 1"});
  EXPECT_EQ(Parsed("mimo 0\n").errors(), Errors{"1:6 there is no language version 0; the first one is 1"});
  EXPECT_EQ(Parsed("const c = 1\nmimo 1\n").errors(),
            Errors{"2:1 the line with the language version stands first in the file"});
}

TEST(Statement, InTheWrongPlace) {
  EXPECT_EQ(Parsed("input x: f32[batch]\n").errors(), Errors{"1:1 'input' cannot stand outside of models"});
  EXPECT_EQ(Parsed("x = 3\n").errors(), Errors{"1:1 a binding cannot stand outside of models"});
  EXPECT_EQ(Parsed("block f(x) {\n head y = x\n return y\n}\n").errors(), Errors{"2:2 'head' cannot stand in a block"});
  EXPECT_EQ(Parsed(inModel("return x")).errors(), Errors{"2:1 'return' stands at the end of a block only"});
  EXPECT_EQ(Parsed(inModel("const c = 1")).errors(), Errors{"2:1 'const' cannot stand in a model"});
}

TEST(Statement, Types) {
  EXPECT_EQ(Parsed(inModel("input x: float32[batch]")).errors(), Errors{"2:10 unknown element type 'float32'"});
  EXPECT_NE(Parsed(inModel("input x: float32[batch]")).messages().find("did you mean 'f32'?"), std::string::npos);
  EXPECT_EQ(Parsed(inModel("input x: f32[1,1,1,1,1,1,1,1,1]")).errors(),
            Errors{"2:10 a tensor has at most 8 dimensions, this one has 9"});
  EXPECT_EQ(Parsed(inModel("input x: f32")).errors(),
            Errors{"2:13 expected '[' and the dimensions of the tensor, found the end of the line"});
}
