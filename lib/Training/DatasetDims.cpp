#include "DatasetDims.h"
#include "mimoc/Data/Refuse.h"

#include "llvm/ADT/STLExtras.h"

#include <set>

namespace mimoc {

int64_t dimOf(const ModelInfo &info, const TensorInfo &tensor) {
  auto found = llvm::find_if(info.dims, [&](const DimInfo &dim) { return dim.name == tensor.dim; });
  return found == info.dims.end() ? Column::kSamples : found - info.dims.begin();
}

static std::string nameOfDim(const ModelInfo &info, int64_t dim) { return dim == Column::kSamples ? kBatchName : info.dims[size_t(dim)].name; }

llvm::Error RowCounts::add(const Column &column, const ModelInfo &info) {
  int64_t rows = column.array.rows();
  auto [before, fresh] = byDim.try_emplace(column.dim, Count{column.name, rows});
  if (before->second.rows != rows)
    return refuse("'{}' has {} rows and '{}' has {}; all inputs and targets{} need the same number", before->second.from, before->second.rows,
                  column.name, rows, info.dims.empty() ? "" : " along '" + nameOfDim(info, column.dim) + "'");
  if (rows == 0 && column.dim == Column::kSamples)
    return refuse("'{}' has no rows", column.name);
  return llvm::Error::success();
}

//===- Offsets ------------------------------------------------------------------------------------------------------===//

namespace {

/// Whole numbers that begin with 0 and never fall.
llvm::Expected<std::vector<int64_t>> readOffsets(const GivenOffsets &given) {
  if (isFloat(given.array.type) || given.array.shape.size() != 1)
    return refuse("{}: must be a list of whole numbers and is {}{}", given.where, numpyName(given.array.type).str(), shapeText(given.array.shape));
  auto whole = convert(given.array, Element::I64);
  if (!whole)
    return at(given.where, whole.takeError());
  std::vector<int64_t> offsets;
  for (int64_t i = 0; i < whole->rows(); ++i)
    offsets.push_back(loadAs<int64_t>(whole->data.get() + size_t(i) * sizeof(int64_t)));
  if (offsets.size() < 2 || offsets.front() != 0)
    return refuse("{}: must begin with 0 and have a number more than there are samples; it has {} numbers{}", given.where, offsets.size(),
                  offsets.empty() ? "" : fmt::format(" and begins with {}", offsets.front()));
  for (size_t i = 1; i < offsets.size(); ++i)
    if (offsets[i] < offsets[i - 1])
      return refuse("{}: number {} is {} and the one before it {}; the rows of a sample cannot end before they begin", given.where, i, offsets[i],
                    offsets[i - 1]);
  return offsets;
}

/// The number of samples, and what has said so.
struct Samples {
  std::string from;
  int64_t count = 0; ///< 0: nothing has said it yet

  llvm::Error add(const std::string &what, int64_t number) {
    if (count && count != number)
      return refuse("{} has {} samples and {} has {}; all need the same number", from, count, what, number);
    *this = {what, number};
    return llvm::Error::success();
  }
};

llvm::Error checkSizes(const DatasetDim &dim, const std::string &where) {
  for (int64_t sample = 0; sample + 1 < int64_t(dim.offsets.size()); ++sample)
    if (int64_t rows = dim.rowsOf(sample, 1); rows > dim.bound)
      return refuse("{0}: sample {1} has {2} {3}, and the model takes {4}: compile with 'dim {3} <= {2}'", where, sample, rows, dim.name, dim.bound);
  return llvm::Error::success();
}

/// Where the data do not say it: all rows are of one sample.
llvm::Error setWhole(DatasetDim &dim, const Samples &samples, const RowCounts::Count *count, const ModelInfo &info) {
  bool needed = llvm::any_of(info.inputs, [&](const TensorInfo &input) { return input.dim == dim.name; }) ||
                llvm::any_of(info.heads, [&](const TensorInfo &head) { return head.dim == dim.name; });
  if (!count && needed)
    return refuse("the data do not say how many {0} there are: add the array '{0}.offsets'", dim.name);
  if (samples.count > 1)
    return refuse("{} has {} samples, and the data do not say which {} belong to each: add the array '{}.offsets'", samples.from, samples.count,
                  dim.name, dim.name);
  auto declared = llvm::find_if(info.dims, [&](const DimInfo &known) { return known.name == dim.name; });
  dim.offsets = {0, count ? count->rows : declared->least};
  return checkSizes(dim, count ? "'" + count->from + "'" : dim.name);
}

} // namespace

llvm::Error setOffsets(Dataset &data, const ModelInfo &info, const RowCounts &counts, const std::map<std::string, GivenOffsets> &given) {
  auto countOf = [&](int64_t dim) {
    auto found = counts.byDim.find(dim);
    return found == counts.byDim.end() ? nullptr : &found->second;
  };
  Samples samples;
  if (const RowCounts::Count *batch = countOf(Column::kSamples))
    samples = {"'" + batch->from + "'", batch->rows};
  for (auto [i, dim] : llvm::enumerate(info.dims)) {
    data.dims.push_back({dim.name, dim.bound, {}});
    auto found = given.find(dim.name);
    if (found == given.end())
      continue;
    auto offsets = readOffsets(found->second);
    if (!offsets)
      return offsets.takeError();
    const RowCounts::Count *count = countOf(int64_t(i));
    if (count && count->rows != offsets->back())
      return refuse("{}: ends with {} and '{}' has {} rows; they must be the same", found->second.where, offsets->back(), count->from, count->rows);
    if (auto error = samples.add(found->second.where, int64_t(offsets->size()) - 1))
      return error;
    data.dims.back().offsets = std::move(*offsets);
    if (auto error = checkSizes(data.dims.back(), found->second.where))
      return error;
  }
  for (auto [i, dim] : llvm::enumerate(data.dims))
    if (dim.offsets.empty())
      if (auto error = setWhole(dim, samples, countOf(int64_t(i)), info))
        return error;
  data.rows = std::max<int64_t>(1, samples.count);
  return llvm::Error::success();
}

//===- Indices ------------------------------------------------------------------------------------------------------===//

namespace {

/// The run-time sizes that all values of the tensor count off.
std::set<std::string> countedDims(const ModelInfo &info, const TensorInfo &tensor, bool whole) {
  std::set<std::string> dims;
  for (const CheckInfo &check : info.checks)
    if (check.tensor == tensor.name && !check.dim.empty() && check.whole == whole)
      dims.insert(check.dim);
  return dims;
}

/// Replaces numbers of samples by 0, and refuses others.
template <class T> llvm::Error makeLocal(const Dataset &data, const TensorInfo &tensor, const std::string &where, Column &column) {
  auto fresh = makeArray(column.array.type, column.array.shape);
  if (!fresh)
    return fresh.takeError();
  const char *from = column.array.data.get();
  size_t width = column.rowBytes / sizeof(T);
  for (int64_t sample = 0; sample < data.rows; ++sample) {
    auto [first, end] = data.rowsOfSample(column, sample);
    for (size_t i = size_t(first) * width; i < size_t(end) * width; ++i) {
      T number = loadAs<T>(from + i * sizeof(T)), local = tensor.kind == "target" && number < 0 ? number : T(0);
      if (local == 0 && number != sample)
        return refuse("{}: row {} of sample {} has {}; it must be the number of its sample, {}", where, i / width - size_t(first), sample, number,
                      sample);
      std::memcpy(fresh->bytes + i * sizeof(T), &local, sizeof(T));
    }
  }
  column.array = std::move(fresh->array);
  return llvm::Error::success();
}

/// Every number is one of its own sample: one too large would point into the next sample of a batch.
template <class T> llvm::Error checkLocal(const Dataset &data, const TensorInfo &tensor, const std::string &where, const Column &column) {
  const DatasetDim &counted = data.dims[size_t(*column.counts)];
  size_t width = column.rowBytes / sizeof(T);
  for (int64_t sample = 0; sample < data.rows; ++sample) {
    auto [first, end] = data.rowsOfSample(column, sample);
    int64_t bound = counted.rowsOf(sample, 1);
    for (size_t i = size_t(first) * width; i < size_t(end) * width; ++i) {
      T number = loadAs<T>(column.array.data.get() + i * sizeof(T));
      bool missing = number < 0 && tensor.kind == "target";
      if ((number < 0 && !missing) || number >= bound)
        return refuse("{}: row {} of sample {} has {}, which is not in [0, {}): numbers count the {} of their sample, which has {}", where,
                      i / width - size_t(first), sample, number, bound, counted.name, bound);
    }
  }
  return llvm::Error::success();
}

} // namespace

bool saysSample(const ModelInfo &info, const TensorInfo &tensor) {
  return !tensor.dim.empty() && !tensor.hasBatch() && countedDims(info, tensor, /*whole=*/true) == std::set<std::string>{kBatchName};
}

llvm::Expected<Column> sampleColumn(const Dataset &data, const ModelInfo &info, const TensorInfo &tensor) {
  Column column{tensor.name, {}, 0, nullptr, dimOf(info, tensor), Column::kSamples};
  std::vector<int64_t> shape = tensor.shape;
  shape.front() = data.dims[size_t(column.dim)].offsets.back();
  auto zeros = makeArray(elementOf(tensor.type), shape);
  if (!zeros)
    return zeros.takeError();
  std::memset(zeros->bytes, 0, zeros->array.bytes());
  column.array = std::move(zeros->array);
  shape.front() = 1;
  column.rowBytes = size_t(*elementCount(shape)) * byteSize(column.array.type);
  return column;
}

llvm::Error setCounts(const Dataset &data, const ModelInfo &info, const TensorInfo &tensor, const std::string &where, Column &column) {
  std::set<std::string> whole = countedDims(info, tensor, true), parts = countedDims(info, tensor, false);
  bool isInt32 = column.array.type == Element::I32;
  if (saysSample(info, tensor)) {
    column.counts = Column::kSamples;
    return isInt32 ? makeLocal<int32_t>(data, tensor, where, column) : makeLocal<int64_t>(data, tensor, where, column);
  }
  whole.erase(kBatchName); // along the batch: a number that the model itself looks at
  bool several = data.rows > 1;
  if (several && whole.empty() && !parts.empty())
    return refuse("{0}: only a part of the values counts {1}, so samples cannot be joined in a batch: declare another {2} for that part, "
                  "or the whole with '< {1}'", where, *parts.begin(), tensor.kind);
  if (several && whole.size() > 1)
    return refuse("{}: the values count {} and {}, so samples cannot be joined in a batch", where, *whole.begin(), *std::next(whole.begin()));
  if (several && !whole.empty() && column.rowBytes == 0)
    return refuse("{}: the values count {}, and all samples share them", where, *whole.begin());
  if (whole.size() != 1 || column.rowBytes == 0 || (!several && tensor.kind == "target"))
    return llvm::Error::success(); // the model checks them
  auto counted = llvm::find_if(data.dims, [&](const DatasetDim &dim) { return dim.name == *whole.begin(); });
  column.counts = counted - data.dims.begin();
  return isInt32 ? checkLocal<int32_t>(data, tensor, where, column) : checkLocal<int64_t>(data, tensor, where, column);
}

} // namespace mimoc
