#include "TestFiles.h"
#include "mimoc/Data/Csv.h"

using namespace mimoc;
using namespace mimoc::testing;

namespace {

CsvTable parse(const std::string &text) { return llvm::cantFail(parseCsv(inMemory(text))); }
std::string refusal(const std::string &text) {
  auto table = parseCsv(inMemory(text));
  return table ? "accepted" : llvm::toString(table.takeError());
}
using Cells = std::vector<std::string>;

TEST(Csv, ReadsLineEndsAndMarks) {
  EXPECT_EQ(parse("\xEF\xBB\xBF" "a,b\r\n1,2\r\n\r\n").cells, (Cells{"1", "2"}));
  EXPECT_EQ(parse("a,b\n1,2").cells, (Cells{"1", "2"}));
  EXPECT_EQ(parse("a , b\n 1 ,\t2 \n").columns, (Cells{"a", "b"}));
  EXPECT_EQ(parse("a , b\n 1 ,\t2 \n").cells, (Cells{"1", "2"}));
}

TEST(Csv, ReadsQuotes) {
  CsvTable table = parse("name,\"a \"\"b\"\"\"\n\"x, y\",\"\"\n \"two\nlines\" ,3\n4,5\n");
  EXPECT_EQ(table.columns, (Cells{"name", "a \"b\""}));
  EXPECT_EQ(table.cells, (Cells{"x, y", "", "two\nlines", "3", "4", "5"}));
  EXPECT_EQ(table.lines, (std::vector<int64_t>{2, 3, 5}));
  EXPECT_EQ(table.find("name"), 0u);
  EXPECT_FALSE(table.find("nam"));
}

TEST(Csv, KeepsEmptyCells) {
  EXPECT_EQ(parse("a,b,c\n,,\n1,,3\n").cells, (Cells{"", "", "", "1", "", "3"}));
  EXPECT_EQ(parse("a\n1\n\n2\n").cells, (Cells{"1", "", "2"}));
}

TEST(Csv, RefusesWithLines) {
  EXPECT_EQ(refusal(""), "is empty; the first line names the columns");
  EXPECT_EQ(refusal("a,b\n"), "has no rows below its first line");
  EXPECT_EQ(refusal("a,,b\n1,2,3\n"), "line 1: column 2 has no name");
  EXPECT_EQ(refusal("a,a\n1,2\n"), "line 1: two columns are named 'a'");
  EXPECT_EQ(refusal("a,b\n1,2\n3\n"), "line 3: has 1 cells, and the first line names 2 columns");
  EXPECT_EQ(refusal("a,b\n\"1\n\n2,3\n"), "line 2: a quote is opened and never closed");
  EXPECT_EQ(refusal("a,b\n\"1\"x,3\n"), "line 2: after a closing quote a comma or the end of the line is expected");
  EXPECT_EQ(refusal("a,b\n1\"x,3\n"), "line 2: a quote or a zero byte stands inside a cell that does not begin with a quote");
  EXPECT_EQ(refusal(std::string("a,b\n1\0x,3\n", 10)), "line 2: a quote or a zero byte stands inside a cell that does not begin with a quote");
}

} // namespace
