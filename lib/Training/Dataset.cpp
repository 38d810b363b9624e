#include "mimoc/Training/Dataset.h"
#include "mimoc/Data/Refuse.h"

#include "llvm/Support/xxhash.h"

namespace mimoc {

namespace {

llvm::Expected<Column> selectColumn(const Column &column, llvm::ArrayRef<int64_t> which) {
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
  return Column{column.name, std::move(fresh->array), column.rowBytes};
}

} // namespace

uint64_t Dataset::fingerprint() const {
  std::string hashes;
  for (const auto *columns : {&inputs, &targets})
    for (const Column &column : *columns)
      hashes += fmt::format("{} {} {} {:x}\n", column.name, numpyName(column.array.type).str(),
                            shapeText(column.array.shape), llvm::xxh3_64bits(column.array.raw()));
  return llvm::xxh3_64bits(llvm::StringRef(hashes));
}

llvm::Expected<Dataset> Dataset::select(llvm::ArrayRef<int64_t> which) const {
  Dataset result;
  result.rows = int64_t(which.size());
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

llvm::Expected<Batcher> Batcher::create(const Dataset &data, int64_t mostRows) {
  Batcher batcher(data);
  for (const auto *columns : {&data.inputs, &data.targets})
    for (const Column &column : *columns) {
      batcher.buffers.push_back(allocateBytes(size_t(mostRows) * column.rowBytes));
      if (!batcher.buffers.back())
        return refuse("not enough memory for batches of {} rows", mostRows);
    }
  batcher.batch.inputs.resize(data.inputs.size());
  batcher.batch.targets.resize(data.targets.size());
  return batcher;
}

const Batch &Batcher::gather(llvm::ArrayRef<int64_t> which) {
  auto fill = [&](const Column &column, char *buffer) -> const void * {
    if (column.rowBytes == 0)
      return column.array.data.get();
    for (size_t i = 0; i < which.size(); ++i)
      std::memcpy(buffer + i * column.rowBytes, column.array.data.get() + size_t(which[i]) * column.rowBytes,
                  column.rowBytes);
    return buffer;
  };
  size_t inputs = data->inputs.size();
  for (size_t i = 0; i < inputs; ++i)
    batch.inputs[i] = fill(data->inputs[i], buffers[i].get());
  for (size_t i = 0; i < data->targets.size(); ++i)
    batch.targets[i] = fill(data->targets[i], buffers[inputs + i].get());
  batch.rows = int64_t(which.size());
  return batch;
}

const Batch &Batcher::range(int64_t first, int64_t rows) {
  auto place = [&](const Column &column) { return column.array.data.get() + size_t(first) * column.rowBytes; };
  for (size_t i = 0; i < data->inputs.size(); ++i)
    batch.inputs[i] = place(data->inputs[i]);
  for (size_t i = 0; i < data->targets.size(); ++i)
    batch.targets[i] = place(data->targets[i]);
  batch.rows = rows;
  return batch;
}

} // namespace mimoc
