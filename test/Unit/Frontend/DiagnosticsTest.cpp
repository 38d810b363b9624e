#include "ParseHelpers.h"
#include "llvm/Support/FileSystem.h"

using namespace mimoc;

namespace {

std::string printed(const Diagnostics &diagnostics) {
  std::string text;
  llvm::raw_string_ostream os(text);
  diagnostics.print(os);
  return text;
}

SourceRange rangeOf(const SourceFile &file, llvm::StringRef part) {
  size_t begin = file.text().find(part);
  return {&file, static_cast<uint32_t>(begin), static_cast<uint32_t>(begin + part.size())};
}

} // namespace

TEST(Diagnostics, TheFormatOfTheLanguageNotes) {
  SourceFile file("model.mimo", "\n\n  target score: f32[batch]\n  head logits = image -> linear(classes)\n");
  Diagnostics diagnostics;
  diagnostics.error(rangeOf(file, "linear"), "linear: input is f32[batch, 32, 13, 13] (an image tensor)")
      .note("insert 'flatten' or 'global_avgpool' before 'linear'")
      .note("target declared", rangeOf(file, "score"));
  EXPECT_EQ(printed(diagnostics),
            "model.mimo:4:26: error: linear: input is f32[batch, 32, 13, 13] (an image tensor)\n"
            "    4 |   head logits = image -> linear(classes)\n"
            "      |                          ^^^^^^\n"
            "      = note: insert 'flatten' or 'global_avgpool' before 'linear'\n"
            "      = note: target declared at line 3\n");
}

TEST(Diagnostics, SortedByPlaceAndEachOnce) {
  SourceFile first("a.mimo", "one two\n"), second("b.mimo", "three\n");
  Diagnostics diagnostics;
  diagnostics.error(rangeOf(first, "two"), "late");
  diagnostics.error(rangeOf(second, "three"), "other file").note("see", rangeOf(first, "one"));
  diagnostics.warning(rangeOf(first, "one"), "early");
  diagnostics.error(rangeOf(first, "two"), "late");
  std::string text = printed(diagnostics);
  size_t early = text.find("a.mimo:1:1: warning: early"), late = text.find("a.mimo:1:5: error: late");
  size_t other = text.find("b.mimo:1:1: error: other file");
  EXPECT_LT(early, late);
  EXPECT_LT(late, other);
  EXPECT_NE(other, std::string::npos);
  EXPECT_EQ(text.find("late", late + 30), std::string::npos);
  EXPECT_NE(text.find("= note: see at a.mimo:1\n"), std::string::npos);
}

TEST(Diagnostics, Limit) {
  SourceFile file("a.mimo", std::string(30, '\n'));
  Diagnostics diagnostics(3);
  for (uint32_t i = 0; i < 3; ++i)
    diagnostics.error({&file, i, i}, "wrong");
  EXPECT_TRUE(diagnostics.full());
  EXPECT_EQ(printed(diagnostics).find("too many"), std::string::npos);
  diagnostics.error({&file, 4, 4}, "one more").note("that nobody sees");
  EXPECT_EQ(diagnostics.all().size(), 3u);
  EXPECT_NE(printed(diagnostics).find("error: too many errors; only the first 3 are shown\n"), std::string::npos);
  EXPECT_EQ(printed(diagnostics).find("nobody"), std::string::npos);
}

TEST(Diagnostics, TabsWideAndUnprintableCharacters) {
  SourceFile file("a.mimo", "\t\"日本é\" x \x1b[31m y\n");
  Diagnostics diagnostics;
  diagnostics.error(rangeOf(file, "x"), "here");
  diagnostics.error(rangeOf(file, "y"), "there");
  EXPECT_EQ(printed(diagnostics), "a.mimo:1:8: error: here\n"
                                  "    1 |     \"日本é\" x ?[31m y\n"
                                  "      |             ^\n"
                                  "a.mimo:1:16: error: there\n"
                                  "    1 |     \"日本é\" x ?[31m y\n"
                                  "      |                     ^\n");
}

TEST(Diagnostics, InvalidBytesAreNotPrinted) {
  SourceFile file("a.mimo", "# \xff\xfe x\n");
  Diagnostics diagnostics;
  diagnostics.error(rangeOf(file, "x"), "here");
  EXPECT_EQ(printed(diagnostics), "a.mimo:1:6: error: here\n    1 | # ?? x\n      |      ^\n")
      << "every invalid byte counts as a character";
}

TEST(Diagnostics, LongLinesAreCut) {
  SourceFile file("a.mimo", std::string(100000, 'a') + " x " + std::string(100000, 'b'));
  Diagnostics diagnostics;
  diagnostics.error(rangeOf(file, "x"), "here");
  std::string text = printed(diagnostics);
  EXPECT_LT(text.size(), 600u);
  EXPECT_NE(text.find("a.mimo:1:100002: error: here\n    1 | ...aaa"), std::string::npos);
  size_t source = text.find("x bbb") - text.find("    1 |"), caret = text.find('^') - text.find("      |");
  EXPECT_EQ(source, caret);
  EXPECT_NE(text.find("bbb...\n"), std::string::npos);
}

TEST(Diagnostics, PlaceAtTheEndOfALineAndOfTheFile) {
  SourceFile file("a.mimo", "ab\r\ncd");
  Diagnostics diagnostics;
  diagnostics.error({&file, 2, 2}, "line end");
  diagnostics.error({&file, 6, 6}, "file end");
  diagnostics.error({&file, 1, 6}, "over two lines");
  EXPECT_EQ(printed(diagnostics), "a.mimo:1:2: error: over two lines\n    1 | ab\n      |  ^\n"
                                  "a.mimo:1:3: error: line end\n    1 | ab\n      |   ^\n"
                                  "a.mimo:2:3: error: file end\n    2 | cd\n      |   ^\n");
}

TEST(Diagnostics, DidYouMean) {
  EXPECT_EQ(closestName("liner", {"relu", "linear", "conv2d"}), "linear");
  EXPECT_EQ(closestName("ReLU", {"elu", "relu"}), "relu");
  EXPECT_EQ(closestName("CrossEntropy", {"cross_entropy", "mse"}), "cross_entropy");
  EXPECT_EQ(closestName("y2", {"x", "y1"}), "y1");
  EXPECT_EQ(closestName("x", {"y"}), std::nullopt);
  EXPECT_EQ(closestName("attention", {"linear", "concat"}), std::nullopt);
}

TEST(Diagnostics, PlacesThereAndBack) {
  SourceFile file("a.mimo", "é x\r\n\n日 y");
  for (llvm::StringRef part : {"é", "x", "日", "y"}) {
    SourceRange range = rangeOf(file, part);
    LineColumn start = range.start();
    EXPECT_EQ(file.offsetAt(start.line, start.column), range.begin) << part.str();
  }
  EXPECT_EQ(rangeOf(file, "y").start().line, 3u);
  EXPECT_EQ(rangeOf(file, "y").start().column, 3u);
  EXPECT_EQ(file.offsetAt(1, 99), 4u) << "clamped to the line";
  EXPECT_EQ(file.line(1), "é x");
  EXPECT_EQ(file.line(2), "");
}

TEST(Diagnostics, FilesThatCannotBeRead) {
  Diagnostics diagnostics;
  EXPECT_EQ(SourceFile::read("no/such/file.mimo", diagnostics), nullptr);
  EXPECT_EQ(SourceFile::read("/", diagnostics), nullptr);
  EXPECT_EQ(printed(diagnostics), "error: cannot read 'no/such/file.mimo': No such file or directory\n"
                                  "error: cannot read '/': it is a folder; name a .mimo file in it\n");
  if (!llvm::sys::fs::exists("/dev/zero"))
    return;
  Diagnostics endless;
  EXPECT_EQ(SourceFile::read("/dev/zero", endless), nullptr);
  EXPECT_NE(printed(endless).find("larger than 16 MiB"), std::string::npos);
}
