#include "mimoc/Data/Csv.h"
#include "mimoc/Data/Refuse.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringSet.h"

namespace mimoc {

namespace {

class Parser {
public:
  explicit Parser(llvm::StringRef text) : rest(text) { rest.consume_front("\xEF\xBB\xBF"); }

  llvm::Expected<CsvTable> parse();

private:
  llvm::Error parseRow(std::vector<std::string> &cells);
  llvm::Error parseQuoted(std::string &cell);
  bool atLineEnd() const { return rest.empty() || rest.front() == '\n' || rest.starts_with("\r\n"); }
  void endLine() {
    if (!rest.consume_front("\r\n"))
      rest.consume_front("\n");
    ++line;
  }

  llvm::StringRef rest;
  int64_t line = 1;
};

// A quote inside is written twice. Line ends belong to the cell.
llvm::Error Parser::parseQuoted(std::string &cell) {
  int64_t begin = line;
  rest = rest.drop_front();
  for (;;) {
    size_t quote = rest.find('"');
    if (quote == llvm::StringRef::npos)
      return refuse("line {}: a quote is opened and never closed", begin);
    line += int64_t(rest.take_front(quote).count('\n'));
    cell += rest.take_front(quote);
    rest = rest.drop_front(quote + 1);
    if (!rest.consume_front("\""))
      break;
    cell += '"';
  }
  rest = rest.ltrim(" \t");
  if (!atLineEnd() && rest.front() != ',')
    return refuse("line {}: after a closing quote a comma or the end of the line is expected", line);
  return llvm::Error::success();
}

llvm::Error Parser::parseRow(std::vector<std::string> &cells) {
  do {
    std::string cell;
    rest = rest.ltrim(" \t");
    if (rest.starts_with("\"")) {
      if (auto error = parseQuoted(cell))
        return error;
    } else {
      llvm::StringRef plain = rest.take_until([](char c) { return c == ',' || c == '\n'; });
      rest = rest.drop_front(plain.size());
      if (plain.contains('"') || plain.contains('\0'))
        return refuse("line {}: a quote or a zero byte stands inside a cell that does not begin with a quote", line);
      cell = plain.rtrim(" \t\r").str();
    }
    cells.push_back(std::move(cell));
  } while (rest.consume_front(","));
  endLine();
  return llvm::Error::success();
}

llvm::Error checkNames(const std::vector<std::string> &columns) {
  llvm::StringSet<> seen;
  for (size_t i = 0; i < columns.size(); ++i) {
    if (columns[i].empty())
      return refuse("line 1: column {} has no name", i + 1);
    if (!seen.insert(columns[i]).second)
      return refuse("line 1: two columns are named '{}'", columns[i]);
  }
  return llvm::Error::success();
}

llvm::Expected<CsvTable> Parser::parse() {
  CsvTable table;
  if (rest.empty())
    return refuse("is empty; the first line names the columns");
  if (auto error = parseRow(table.columns))
    return std::move(error);
  if (auto error = checkNames(table.columns))
    return std::move(error);
  while (!rest.trim("\r\n").empty()) {
    size_t before = table.cells.size();
    table.lines.push_back(line);
    if (auto error = parseRow(table.cells))
      return std::move(error);
    if (table.cells.size() - before != table.columns.size())
      return refuse("line {}: has {} cells, and the first line names {} columns", table.lines.back(), table.cells.size() - before,
                    table.columns.size());
  }
  if (table.lines.empty())
    return refuse("has no rows below its first line");
  return table;
}

} // namespace

std::optional<size_t> CsvTable::find(llvm::StringRef column) const {
  auto found = llvm::find(columns, column);
  return found == columns.end() ? std::nullopt : std::optional<size_t>(found - columns.begin());
}

llvm::Expected<CsvTable> parseCsv(const FileBytes &bytes) { return Parser(bytes.text()).parse(); }

llvm::Expected<CsvTable> readCsv(llvm::StringRef path) {
  auto bytes = readFile(path);
  if (!bytes)
    return bytes.takeError();
  auto table = parseCsv(*bytes);
  return table ? std::move(table) : at(path, table.takeError());
}

} // namespace mimoc
