// Sources that try to exhaust the stack, the memory or the patience of the parser.
#include "ParseHelpers.h"

using namespace mimoc;
using namespace mimoc::testing;

namespace {

std::string repeated(const std::string &part, size_t times) {
  std::string text;
  text.reserve(part.size() * times);
  for (size_t i = 0; i < times; ++i)
    text += part;
  return text;
}

void expectTooDeep(const std::string &text) {
  Parsed parsed(text);
  EXPECT_EQ(parsed.file, nullptr);
  ASSERT_EQ(parsed.diagnostics.all().size(), 1u) << parsed.messages().substr(0, 2000);
  EXPECT_NE(parsed.diagnostics.all().front().text.find("deeper than 256 levels"), std::string::npos);
}

} // namespace

TEST(Limits, NestingOfEveryKind) {
  constexpr size_t kMany = 100000;
  for (const char *opening : {"(", "[", "-", "not ", "f(", "x[", "x ** ", "a if b else ", "x -> f(", "(x, ",
                              "[i for i in (", "x[:"})
    expectTooDeep("const c = " + repeated(opening, kMany) + "x\n");
  for (const char *suffix : {" + 1", " * 2", " and y", ".y", "(1)", "[0]", " - -1"})
    expectTooDeep("const c = x" + repeated(suffix, kMany) + "\n");
}

TEST(Limits, NestedBodies) {
  Parsed models(repeated("model M {\n", 100000));
  EXPECT_TRUE(models.diagnostics.hasErrors());
  Parsed blocks(repeated("block f(x) {\n", 100000));
  EXPECT_TRUE(blocks.diagnostics.hasErrors());
  Parsed trains(inModel(repeated("train t {\n", 100000)));
  EXPECT_TRUE(trains.diagnostics.hasErrors());
  Parsed braces(repeated("model ) {", 100000));
  EXPECT_TRUE(braces.diagnostics.hasErrors());
}

TEST(Limits, NestingThatIsAllowed) {
  EXPECT_TRUE(Parsed("const c = " + repeated("(", 100) + "x" + repeated(")", 100) + "\n").file);
  EXPECT_TRUE(Parsed("const c = x" + repeated(" + 1", 250) + "\n").file);
  EXPECT_TRUE(Parsed("const c = x" + repeated(" -> relu", 50000) + "\n").file) << "a pipe is flat";
  EXPECT_TRUE(Parsed("const c = [x" + repeated(", x", 50000) + "]\n").file) << "so is a list";
}

TEST(Limits, SourceSize) {
  Parsed parsed("#" + std::string(kMaxSourceBytes, ' '));
  ASSERT_EQ(parsed.errors().size(), 1u);
  EXPECT_EQ(parsed.errors()[0], "1:1 the source is larger than 16 MiB, the largest that is read");
  EXPECT_TRUE(Parsed("#" + std::string(kMaxSourceBytes - 1, ' ')).file);
}

TEST(Limits, MegabytesOfNonsense) {
  constexpr size_t kMany = 1 << 20;
  for (const char *part : {"}", "{", "é", "\"", "\"\n", "x", "x\n", "= ", "1.", ",", ")\n", "where\n", "model\n", "block f", "\\", "-> "}) {
    Parsed parsed(repeated(part, kMany));
    EXPECT_EQ(parsed.file, nullptr) << part;
    EXPECT_LE(parsed.diagnostics.errorCount(), Diagnostics::kDefaultErrorLimit);
    EXPECT_LT(parsed.messages().size(), 20000u) << part;
  }
}

TEST(Limits, ManyNamedArguments) {
  std::string text = "const c = f(a0 = 0";
  for (int i = 1; i < 100000; ++i)
    text += ", a" + std::to_string(i) + " = 1";
  EXPECT_TRUE(Parsed(text + ")\n").file);
}
