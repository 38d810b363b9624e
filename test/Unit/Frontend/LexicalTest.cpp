#include "ParseHelpers.h"

using namespace mimoc;
using namespace mimoc::testing;
using Errors = std::vector<std::string>;

TEST(Lexical, Numbers) {
  EXPECT_EQ(understood("[0, 42, 0.5, 1e-3, 1.5E+10, 2e5]"), "[0, 42, 0.5, 1e-3, 1.5E+10, 2e5]");
  EXPECT_EQ(understood("9223372036854775807"), "9223372036854775807");
  EXPECT_EQ(Parsed("const c = 9223372036854775808\n").errors(),
            Errors{"1:11 this integer does not fit in 64 bits"});
  EXPECT_EQ(Parsed("const c = 1e999\n").errors(), Errors{"1:11 this number is larger than a 64-bit float can be"});
  EXPECT_EQ(Parsed("const c = 1.\n").errors(), Errors{"1:11 a number has digits on both sides of its point"});
  EXPECT_EQ(Parsed("const c = .5\n").errors(), Errors{"1:11 a number has digits on both sides of its point"});
  EXPECT_EQ(Parsed("const c = 3x\n").errors(), Errors{"1:11 '3x' is neither a number nor a name"});
  EXPECT_EQ(Parsed("const c = 1e\n").errors(), Errors{"1:11 '1e' is neither a number nor a name"});
}

TEST(Lexical, Strings) {
  Parsed parsed("import \"a\\\"b\\\\c\\n\\t#é\"\n");
  ASSERT_TRUE(parsed.file) << parsed.messages();
  EXPECT_EQ(llvm::cast<ast::ImportStmt>(*parsed.file->items[0]).path, "a\"b\\c\n\t#é");
  EXPECT_EQ(Parsed("import \"abc\nmodel M {\n}\n").errors(),
            Errors{"1:8 this string is not closed before the end of the line"});
  EXPECT_EQ(Parsed("import \"abc").errors(), Errors{"1:8 this string is not closed before the end of the line"});
  EXPECT_EQ(Parsed("import \"abc\\").errors(), Errors{"1:8 this string is not closed before the end of the line"});
  EXPECT_EQ(Parsed("import \"a\\qb\"\n").errors(), Errors{"1:10 unknown escape in a string"});
}

TEST(Lexical, CommentsAndLineEnds) {
  EXPECT_EQ(Parsed("# é comment\r\nconst c = 1 # more\r\n\r\n  # last, with no line end").dump(), "const c = 1\n");
  EXPECT_EQ(Parsed("\xEF\xBB\xBF" "const c = 1\n").dump(), "const c = 1\n");
  EXPECT_EQ(Parsed("const c = 1").dump(), "const c = 1\n");
  EXPECT_EQ(Parsed("").dump(), "");
  EXPECT_EQ(Parsed("const c = 1\rconst d = 2\n").errors(), Errors{"1:12 unexpected character (U+000D)"});
}

TEST(Lexical, CharactersThatNobodyCanRead) {
  EXPECT_EQ(Parsed("const é = 1\n").errors(), Errors{"1:7 unexpected character 'é' (U+00E9)"});
  EXPECT_EQ(Parsed("const naïve = 1\n").errors(), Errors{"1:7 unexpected character 'ï' (U+00EF)"});
  EXPECT_EQ(Parsed("const c = a && b\n").errors(), Errors{"1:13 unexpected character '&' (U+0026)"});
  EXPECT_NE(Parsed("const c = a || b\n").messages().find("note: the operator is spelt 'or'"), std::string::npos);
  EXPECT_EQ(Parsed("const c = 1\xC2\xA0+ 2\n").errors(), Errors{"1:12 unexpected character (U+00A0)"});
}

TEST(Lexical, NotText) {
  EXPECT_EQ(Parsed(std::string("const c = 1\0\n", 13)).errors(), Errors{"1:12 the source holds a NUL byte"});
  EXPECT_EQ(Parsed("# \xFF\n").errors(), Errors{"1:3 the source is not valid UTF-8 here"});
  EXPECT_EQ(Parsed("# cut off \xC3").errors(), Errors{"1:11 the source is not valid UTF-8 here"});
  EXPECT_EQ(Parsed("# surrogate \xED\xA0\x80\n").errors(), Errors{"1:13 the source is not valid UTF-8 here"});
}

TEST(Lexical, NewlinesThatDoNotCount) {
  EXPECT_EQ(understood("f(\n  a,\n\n  b\n)"), "f(a, b)");
  EXPECT_EQ(understood("[a,\n b]"), "[a, b]");
  EXPECT_EQ(understood("\n  a +\n b"), "a + b");
  EXPECT_EQ(understood("a\n  + b\n  and c"), "(a + b) and c");
  EXPECT_EQ(understood("a # why\n  -> relu\n\n  -> tanh"), "a\n    -> relu\n    -> tanh");
  EXPECT_EQ(understood("a ->\n relu"), "a\n    -> relu");
  EXPECT_EQ(understood("a if b\n else c"), "a if b else c");
}

TEST(Lexical, NewlinesThatDo) {
  EXPECT_EQ(Parsed("const c = f\n(a)\n").errors().front(),
            "2:1 expected 'model', 'block', 'const', 'default' or 'import', found '('");
  EXPECT_EQ(Parsed("const c = a if\n b else c\n").errors().front(), "1:15 expected an expression, found the end of the line");
  Parsed path(inModel("freeze a.*\nseed 1"));
  EXPECT_EQ(path.dump(), "model M {\n  freeze a.*\n  seed 1\n}\n") << "the star of a path is no operator";
  EXPECT_EQ(Parsed(inModel("freeze *\nseed 1")).dump(), "model M {\n  freeze *\n  seed 1\n}\n");
}

TEST(Lexical, ClauseWordsAtTheStartOfALine) {
  EXPECT_EQ(Parsed(inModel("loss l = f(a, b)\n  where m\n  weight w\n  reduce sum")).dump(),
            inModel("  loss l = f(a, b)\n      where m\n      weight w\n      reduce sum"));
  EXPECT_EQ(Parsed(inModel("loss l = f(a, b)\nweight = 3\nwhere, with = g")).dump(),
            inModel("  loss l = f(a, b)\n  weight = 3\n  where, with = g"));
  EXPECT_EQ(Parsed(inModel("optimizer sgd(lr = 0.1)\n with a(lr = 1), **.bias(weight_decay = 0)")).dump(),
            inModel("  optimizer sgd(lr = 0.1)\n      with a(lr = 1), **.bias(weight_decay = 0)"));
}
