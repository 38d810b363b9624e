// Comma-separated values as RFC 4180 describes them: the first line names the columns.
#pragma once

#include "mimoc/Data/File.h"

#include <cstdint>
#include <optional>
#include <vector>

namespace mimoc {

struct CsvTable {
  std::vector<std::string> columns;
  std::vector<std::string> cells; ///< row by row, without quotes and without blanks around them
  std::vector<int64_t> lines;     ///< of the file, counted from 1, on which each row begins

  int64_t rows() const { return int64_t(lines.size()); }
  const std::string &cell(int64_t row, size_t column) const { return cells[size_t(row) * columns.size() + column]; }
  std::optional<size_t> find(llvm::StringRef column) const;
};

/// Refuses rows of another length than the first line, names that are empty or there twice, quotes that do not end, and files without
/// rows. The refusal names the line, and not the file.
llvm::Expected<CsvTable> parseCsv(const FileBytes &bytes);
llvm::Expected<CsvTable> readCsv(llvm::StringRef path);

} // namespace mimoc
