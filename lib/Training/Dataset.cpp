#include "mimoc/Training/Dataset.h"
#include "mimoc/Data/Refuse.h"

#include "llvm/Support/xxhash.h"

namespace mimoc {

namespace {

llvm::Expected<Column> selectColumn(const Column &column, llvm::ArrayRef<int64_t> which) {
  if (column.pictures) {
    Array shape = column.array;
    shape.shape.front() = int64_t(which.size());
    return Column{column.name, std::move(shape), column.rowBytes, std::make_shared<Pictures>(column.pictures->select(which))};
  }
  if (column.rowBytes == 0)
    return column;
  std::vector<int64_t> shape = column.array.shape;
  shape.front() = int64_t(which.size());
  auto fresh = makeArray(column.array.type, std::move(shape));
  if (!fresh)
    return fresh.takeError();
  for (size_t i = 0; i < which.size(); ++i)
    std::memcpy(fresh->bytes + i * column.rowBytes, column.array.data.get() + size_t(which[i]) * column.rowBytes,
                column.rowBytes);
  return Column{column.name, std::move(fresh->array), column.rowBytes, nullptr};
}

} // namespace

uint64_t Dataset::fingerprint() const {
  std::string hashes;
  for (const auto *columns : {&inputs, &targets})
    for (const Column &column : *columns)
      hashes += column.pictures ? fmt::format("{} {:x}\n", column.name, llvm::xxh3_64bits(llvm::StringRef(column.pictures->fingerprint())))
                                : fmt::format("{} {} {} {:x}\n", column.name, numpyName(column.array.type).str(),
                                              shapeText(column.array.shape), llvm::xxh3_64bits(column.array.raw()));
  return llvm::xxh3_64bits(llvm::StringRef(hashes));
}

llvm::Expected<Dataset> Dataset::select(llvm::ArrayRef<int64_t> which) const {
  Dataset result;
  result.rows = int64_t(which.size());
  result.threads = threads;
  result.origin.assign(which.begin(), which.end());
  for (auto [from, to] : {std::pair{&inputs, &result.inputs}, std::pair{&targets, &result.targets}})
    for (const Column &column : *from) {
      auto selected = selectColumn(column, which);
      if (!selected)
        return selected.takeError();
      to->push_back(std::move(*selected));
    }
  return result;
}

} // namespace mimoc
