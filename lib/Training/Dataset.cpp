#include "mimoc/Training/Dataset.h"
#include "mimoc/Data/Refuse.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/Sequence.h"
#include "llvm/Support/xxhash.h"

#include <functional>
#include <numeric>

namespace mimoc {

namespace {

llvm::Expected<Column> selectColumn(const Dataset &data, const Column &column, llvm::ArrayRef<int64_t> which) {
  Column selected = column;
  if (column.pictures) {
    selected.array.shape.front() = int64_t(which.size());
    selected.pictures = std::make_shared<Pictures>(column.pictures->select(which));
    return selected;
  }
  if (column.rowBytes == 0)
    return column;
  std::vector<int64_t> shape = column.array.shape;
  shape.front() = 0;
  for (int64_t sample : which) {
    auto [first, end] = data.rowsOfSample(column, sample);
    shape.front() += end - first;
  }
  auto fresh = makeArray(column.array.type, std::move(shape));
  if (!fresh)
    return fresh.takeError();
  char *to = fresh->bytes;
  for (int64_t sample : which) {
    auto [first, end] = data.rowsOfSample(column, sample);
    size_t bytes = size_t(end - first) * column.rowBytes;
    std::memcpy(to, column.array.data.get() + size_t(first) * column.rowBytes, bytes);
    to += bytes;
  }
  selected.array = std::move(fresh->array);
  return selected;
}

DatasetDim selectDim(const DatasetDim &dim, llvm::ArrayRef<int64_t> which) {
  DatasetDim result{dim.name, dim.bound, {0}};
  for (int64_t sample : which)
    result.offsets.push_back(result.offsets.back() + dim.rowsOf(sample, 1));
  return result;
}

/// The rows that the first so many samples of an order by size have together.
template <class Order> int64_t rowsOfFirst(const DatasetDim &dim, int64_t samples, Order order) {
  std::vector<int64_t> sizes;
  for (int64_t sample : llvm::seq<int64_t>(0, int64_t(dim.offsets.size()) - 1))
    sizes.push_back(dim.rowsOf(sample, 1));
  llvm::sort(sizes, order);
  sizes.resize(std::min(sizes.size(), size_t(samples)));
  return std::accumulate(sizes.begin(), sizes.end(), int64_t(0));
}

} // namespace

uint64_t Dataset::fingerprint() const {
  std::string hashes;
  for (const auto *columns : {&inputs, &targets})
    for (const Column &column : *columns)
      hashes += column.pictures ? fmt::format("{} {:x}\n", column.name, llvm::xxh3_64bits(llvm::StringRef(column.pictures->fingerprint())))
                                : fmt::format("{} {} {} {:x}\n", column.name, numpyName(column.array.type).str(),
                                              shapeText(column.array.shape), llvm::xxh3_64bits(column.array.raw()));
  for (const DatasetDim &dim : dims)
    hashes += fmt::format("{} {}\n", dim.name, fmt::join(dim.offsets, " "));
  return llvm::xxh3_64bits(llvm::StringRef(hashes));
}

int64_t Dataset::rowsOf(llvm::StringRef dim, int64_t first, int64_t samples) const {
  auto known = llvm::find_if(dims, [&](const DatasetDim &candidate) { return candidate.name == dim; });
  return known == dims.end() ? samples : known->rowsOf(first, samples);
}

std::pair<int64_t, int64_t> Dataset::rowsOfSample(const Column &column, int64_t sample) const {
  if (column.dim == Column::kSamples)
    return {sample, sample + 1};
  const std::vector<int64_t> &offsets = dims[size_t(column.dim)].offsets;
  return {offsets[size_t(sample)], offsets[size_t(sample) + 1]};
}

int64_t Dataset::samplesThatFit(int64_t first, int64_t most) const {
  int64_t count = std::min(most, rows - first);
  for (const DatasetDim &dim : dims)
    while (count > 1 && dim.rowsOf(first, count) > dim.bound)
      --count;
  return count;
}

llvm::Error Dataset::checkFits(int64_t samples) const {
  for (const DatasetDim &dim : dims)
    if (int64_t most = rowsOfFirst(dim, samples, std::greater<int64_t>()); most > dim.bound)
      return refuse("the {0} largest samples have {1} {2} together, and the model takes {3} in a batch: use a smaller --batch, or compile with "
                    "'dim {2} <= {1}'", std::min(samples, rows), most, dim.name, dim.bound);
  return llvm::Error::success();
}

int64_t Dataset::fewestRows(llvm::StringRef dim, int64_t samples) const {
  for (const DatasetDim &known : dims)
    if (known.name == dim)
      return rowsOfFirst(known, samples, std::less<int64_t>());
  return samples;
}

const Column *Dataset::find(llvm::StringRef name) const {
  for (const auto *columns : {&targets, &inputs})
    for (const Column &column : *columns)
      if (column.name == name)
        return &column;
  return nullptr;
}

DataPlace Dataset::placeOf(const Column &column, int64_t row, llvm::ArrayRef<int64_t> samples) const {
  for (int64_t sample : samples) {
    auto [first, end] = rowsOfSample(column, sample);
    if (row < end - first)
      return {originOf(sample), row};
    row -= end - first;
  }
  return {originOf(samples.back()), row};
}

llvm::Expected<Dataset> Dataset::select(llvm::ArrayRef<int64_t> which) const {
  Dataset result;
  result.rows = int64_t(which.size());
  result.threads = threads;
  result.origin.assign(which.begin(), which.end());
  for (const DatasetDim &dim : dims)
    result.dims.push_back(selectDim(dim, which));
  for (auto [from, to] : {std::pair{&inputs, &result.inputs}, std::pair{&targets, &result.targets}})
    for (const Column &column : *from) {
      auto selected = selectColumn(*this, column, which);
      if (!selected)
        return selected.takeError();
      to->push_back(std::move(*selected));
    }
  return result;
}

} // namespace mimoc
