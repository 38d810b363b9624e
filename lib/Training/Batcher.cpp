#include "mimoc/Data/Refuse.h"
#include "mimoc/Training/Dataset.h"

#include "llvm/ADT/STLExtras.h"

#include <numeric>
#include <system_error>

namespace mimoc {

static std::vector<int64_t> rowsOf(int64_t first, int64_t rows) {
  std::vector<int64_t> which(static_cast<size_t>(rows));
  std::iota(which.begin(), which.end(), first);
  return which;
}

Batcher::Batcher(const Dataset &data) : data(&data) {
  for (const Column *column : columns())
    if (column->pictures)
      pictures.push_back(column);
}

std::vector<const Column *> Batcher::columns() const {
  std::vector<const Column *> all;
  for (const auto *list : {&data->inputs, &data->targets})
    for (const Column &column : *list)
      all.push_back(&column);
  return all;
}

llvm::Expected<Batcher> Batcher::create(const Dataset &data, int64_t mostRows) {
  Batcher batcher(data);
  for (const Column *column : batcher.columns()) {
    batcher.buffers.emplace_back();
    if (!column->pictures && column->dim == Column::kSamples && !batcher.buffers.back().reserve(size_t(mostRows) * column->rowBytes))
      return refuse("not enough memory for batches of {} rows", mostRows);
  }
  batcher.batch.inputs.resize(data.inputs.size() + data.dims.size());
  batcher.batch.targets.resize(data.targets.size());
  return batcher;
}

bool Batcher::Buffer::reserve(size_t needed) {
  if (!bytes || size < needed) {
    bytes = allocateBytes(needed);
    size = bytes ? needed : 0;
  }
  return bytes != nullptr;
}

template <class T> static void moveOn(char *bytes, size_t count, int64_t by) {
  for (size_t i = 0; i < count; ++i)
    if (T number = loadAs<T>(bytes + i * sizeof(T)); number >= 0) { // a negative one is a target that is missing
      number = T(number + by);
      std::memcpy(bytes + i * sizeof(T), &number, sizeof(T));
    }
}

static size_t bytesOfSamples(const Dataset &data, const Column &column, llvm::ArrayRef<int64_t> which) {
  size_t bytes = 0;
  for (int64_t sample : which) {
    auto [first, end] = data.rowsOfSample(column, sample);
    bytes += size_t(end - first) * column.rowBytes;
  }
  return bytes;
}

llvm::Expected<const void *> Batcher::copy(size_t place, const Column &column, llvm::ArrayRef<int64_t> which) {
  if (!buffers[place].reserve(bytesOfSamples(*data, column, which)))
    return refuse("not enough memory for '{}' of {} samples", column.name, which.size());
  char *to = buffers[place].bytes.get();
  int64_t before = 0; // rows that the column counts off, in the samples that are there already
  for (int64_t sample : which) {
    auto [first, end] = data->rowsOfSample(column, sample);
    size_t bytes = size_t(end - first) * column.rowBytes;
    std::memcpy(to, column.array.data.get() + size_t(first) * column.rowBytes, bytes);
    if (column.counts && column.array.type == Element::I32)
      moveOn<int32_t>(to, bytes / sizeof(int32_t), before);
    else if (column.counts)
      moveOn<int64_t>(to, bytes / sizeof(int64_t), before);
    if (column.counts)
      before += *column.counts == Column::kSamples ? 1 : data->dims[size_t(*column.counts)].rowsOf(sample, 1);
    to += bytes;
  }
  return buffers[place].bytes.get();
}

// Run-time sizes stand behind the pointers of the inputs, as 64-bit numbers.
void Batcher::setSizes(llvm::ArrayRef<int64_t> which) {
  for (auto [i, dim] : llvm::enumerate(data->dims)) {
    int64_t size = 0;
    for (int64_t sample : which)
      size += dim.rowsOf(sample, 1);
    batch.inputs[data->inputs.size() + i] = reinterpret_cast<const void *>(static_cast<intptr_t>(size));
  }
}

// Starts a thread that reads the pictures of a batch into the slot.
llvm::Error Batcher::begin(Slot &slot, llvm::ArrayRef<int64_t> which, const Augmentation &augmentation) {
  if (slot.reading.valid())
    slot.reading.get();
  slot.which.assign(which.begin(), which.end());
  slot.augmentation = augmentation;
  slot.buffers.resize(pictures.size());
  slot.sizes.resize(pictures.size());
  std::vector<char *> places;
  for (size_t i = 0; i < pictures.size(); ++i) {
    size_t needed = which.size() * pictures[i]->rowBytes;
    if (slot.sizes[i] < needed) {
      slot.buffers[i] = allocateBytes(needed);
      slot.sizes[i] = slot.buffers[i] ? needed : 0;
    }
    if (!slot.buffers[i] && needed)
      return refuse("not enough memory for the pictures of {} rows; use a smaller --batch", which.size());
    places.push_back(slot.buffers[i].get());
  }
  auto read = [columns = pictures, places, rows = slot.which, augmentation, threads = data->threads]() -> std::string {
    for (size_t i = 0; i < columns.size(); ++i)
      if (auto error = columns[i]->pictures->load(rows, augmentation, threads, places[i]))
        return llvm::toString(std::move(error));
    return "";
  };
  try {
    slot.reading = std::async(std::launch::async, read);
  } catch (const std::system_error &) { // no thread to be had: the batch is read when it is asked for
    slot.reading = std::async(std::launch::deferred, read);
  }
  return llvm::Error::success();
}

// Leaves the pictures in the first slot: those that were prepared, if it is they.
llvm::Error Batcher::readPictures(llvm::ArrayRef<int64_t> which, const Augmentation &augmentation) {
  Slot &ahead = slots[1];
  bool prepared = ahead.reading.valid() && llvm::ArrayRef(ahead.which) == which && ahead.augmentation == augmentation;
  if (!prepared)
    if (auto error = begin(ahead, which, augmentation))
      return error;
  std::string refusal = ahead.reading.get();
  if (!refusal.empty())
    return refuse("{}", refusal);
  std::swap(slots[0], slots[1]);
  return llvm::Error::success();
}

void Batcher::prepare(llvm::ArrayRef<int64_t> which, const Augmentation &augmentation) {
  if (pictures.empty() || which.empty())
    return;
  if (auto error = begin(slots[1], which, augmentation))
    llvm::consumeError(std::move(error)); // is said when the batch is asked for
}

void Batcher::prepareRange(int64_t first, int64_t rows) {
  rows = std::min(rows, data->rows - first);
  if (!pictures.empty() && rows > 0)
    prepare(rowsOf(first, rows), Augmentation());
}

llvm::Expected<const Batch *> Batcher::gather(llvm::ArrayRef<int64_t> which, const Augmentation &augmentation) {
  return fill(which, augmentation, [](const Column &column) { return column.rowBytes == 0 ? std::optional(column.array.data.get()) : std::nullopt; });
}

llvm::Expected<const Batch *> Batcher::range(int64_t first, int64_t rows) {
  return fill(rowsOf(first, rows), Augmentation(), [&](const Column &column) {
    const char *start = column.array.data.get() + size_t(data->rowsOfSample(column, first).first) * column.rowBytes;
    return column.counts ? std::nullopt : std::optional(start);
  });
}

llvm::Expected<const Batch *> Batcher::fill(llvm::ArrayRef<int64_t> which, const Augmentation &augmentation,
                                            llvm::function_ref<std::optional<const char *>(const Column &)> inPlace) {
  if (!pictures.empty())
    if (auto error = readPictures(which, augmentation))
      return std::move(error);
  size_t inputs = data->inputs.size(), picture = 0;
  for (auto [place, column] : llvm::enumerate(columns())) {
    const void *&result = place < inputs ? batch.inputs[place] : batch.targets[place - inputs];
    if (column->pictures)
      result = slots[0].buffers[picture++].get();
    else if (std::optional<const char *> rows = inPlace(*column))
      result = *rows;
    else if (auto copied = copy(place, *column, which))
      result = *copied;
    else
      return copied.takeError();
  }
  setSizes(which);
  batch.rows = int64_t(which.size());
  return &batch;
}

} // namespace mimoc
