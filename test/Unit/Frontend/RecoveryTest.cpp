// One mistake, one message; and every mistake of a file is told in one run.
#include "ParseHelpers.h"

using namespace mimoc;
using namespace mimoc::testing;
using Errors = std::vector<std::string>;

TEST(Recovery, EveryStatementIsRead) {
  EXPECT_EQ(Parsed(inModel("inptu x: f32[batch]\nhead = = 3\nhead y = relu(\n  x y,\n  z)\nloss l mse(a, b)\nseed 1 2")).errors(),
            (Errors{"2:1 expected a statement, found 'inptu'", "3:8 expected an expression, found '='",
                    "5:5 expected ',' or ')', found 'y'", "7:8 expected '=', found 'mse'",
                    "8:8 expected the end of the line, found '2'"}));
}

TEST(Recovery, UnclosedBracketEndsAtTheNextStatement) {
  Parsed parsed(inModel("head a = x -> linear(3\nhead b = x -> linear(4)\nlayer c = relu(\nminimize 3 4"));
  EXPECT_EQ(parsed.errors(),
            (Errors{"3:1 expected ',' or ')', found 'head'", "5:1 expected an expression, found the keyword 'minimize'",
                    "5:12 expected the end of the line, found '4'"}));
  EXPECT_NE(parsed.messages().find("note: '(' was opened at line 2"), std::string::npos);
}

TEST(Recovery, UnclosedBracketEndsAtTheBrace) {
  EXPECT_EQ(Parsed(inModel("a = f(x") + "model N {\n seed }\n").errors(),
            (Errors{"3:1 expected ',' or ')', found '}'", "5:7 expected an expression, found '}'"}));
}

TEST(Recovery, StrayClosingBrackets) {
  EXPECT_EQ(Parsed("const c = f(a))\nconst d = ]\n}\nconst e = 1\n").errors(),
            (Errors{"1:15 expected the end of the line, found ')'", "2:11 expected an expression, found ']'",
                    "3:1 this '}' closes nothing"}));
}

TEST(Recovery, BodyAfterABrokenHeader) {
  EXPECT_EQ(Parsed("model import {\n head = x -> 3\n}\nconst c = 1\n").errors(),
            (Errors{"1:7 expected the name of the model, found the keyword 'import'",
                    "2:14 expected the name of an operator, a block or a part, found '3'"}));
  EXPECT_EQ(Parsed("model M\n{\n seed\n}\n").errors(),
            (Errors{"1:8 expected '{' and the body of the model, found the end of the line",
                    "3:6 expected an expression, found the end of the line"}));
  EXPECT_EQ(Parsed("block f {\n return x\n}\n").errors(),
            Errors{"1:9 a block with braces names its tensors in brackets before '{'"});
  EXPECT_EQ(Parsed("block f(a)(b = 2) {\n return b\n}\n").errors(),
            Errors{"1:12 a tensor that a block takes has no default value"});
  EXPECT_EQ(Parsed(inModel("train {\n minimize l\n}\nhead y = x")).errors(),
            Errors{"2:7 expected the name of the training phase, found '{'"});
}

TEST(Recovery, ForgottenClosingBrace) {
  EXPECT_EQ(Parsed("model A {\n seed 1\nmodel B {\n seed 2\n}\n").errors(), Errors{"3:1 'model' cannot stand in a model"});
  EXPECT_EQ(Parsed(inModel("train t {\n minimize l\nmetric m = f(x)\nmetric n = f(x)")).errors(),
            Errors{"4:1 'metric' cannot stand in a train block, which holds minimize, optimizer, freeze and seed"});
  EXPECT_EQ(Parsed("model A {\n seed 1\n").errors(),
            Errors{"3:1 expected '}' at the end of this model, found the end of the file"});
}

TEST(Recovery, BlockWithoutReturn) {
  EXPECT_EQ(Parsed("block f(x) {\n y = x\n}\nconst c = 1\n").errors(),
            Errors{"3:1 expected 'return' and the result of the block, found '}'"});
}

TEST(Recovery, UnreadableTokenIsOneError) {
  EXPECT_EQ(Parsed("const c = f(a $ b)\nconst d = @\n").errors(),
            (Errors{"1:15 unexpected character '$' (U+0024)", "2:11 unexpected character '@' (U+0040)"}));
}
