#include "DatasetTable.h"
#include "mimoc/Data/Names.h"
#include "mimoc/Data/Refuse.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"

#include <charconv>
#include <limits>
#include <numeric>

namespace mimoc {

namespace {

std::string placeOf(const Table &table, int64_t row, llvm::StringRef column) {
  return fmt::format("{}: line {}, column '{}'", table.path, table.csv.lines[size_t(row)], column.str());
}

llvm::Expected<size_t> findColumn(const Table &table, llvm::StringRef column, const TensorInfo &tensor) {
  if (auto found = table.csv.find(column))
    return *found;
  return refuse("{}: has no column '{}', which the {} '{}' needs{} (it has {})", table.path, column.str(), tensor.kind, tensor.name,
                didYouMean(column, table.csv.columns), listNames(table.csv.columns));
}

/// What a number of a column must be.
struct CellRule {
  const TensorInfo &tensor;
  std::optional<int64_t> bound; ///< values must be below it
};

template <typename T> bool parseAll(llvm::StringRef text, T &value) {
  text.consume_front("+");
  auto [end, failure] = std::from_chars(text.begin(), text.end(), value);
  return failure == std::errc() && end == text.end();
}

// from_chars reads `nan` and `inf`, too, and knows no locale.
template <typename T> llvm::Expected<T> parseNumber(llvm::StringRef text, const CellRule &rule) {
  T value{};
  if (!parseAll(text, value))
    return refuse("'{}' is not {} that {} holds", text.str(), std::is_integral_v<T> ? "a whole number" : "a number",
                  numpyName(elementOf(rule.tensor.type)).str());
  if (std::is_integral_v<T> && rule.bound && double(value) >= double(*rule.bound))
    return refuse("{} is not in [0, {})", value, *rule.bound);
  return value;
}

llvm::Expected<char> parseBoolean(llvm::StringRef text) {
  if (text == "1" || text.equals_insensitive("true"))
    return 1;
  if (text == "0" || text.equals_insensitive("false"))
    return 0;
  return refuse("'{}' is not 0, 1, true or false", text.str());
}

template <typename T> llvm::Error store(llvm::Expected<T> value, char *place) {
  if (!value)
    return value.takeError();
  std::memcpy(place, &*value, sizeof(T));
  return llvm::Error::success();
}

template <typename T> T missing() { return std::is_integral_v<T> ? T(-1) : std::numeric_limits<T>::quiet_NaN(); }

template <typename T> llvm::Error storeCell(llvm::StringRef text, const CellRule &rule, char *place) {
  return store<T>(text.empty() ? llvm::Expected<T>(missing<T>()) : parseNumber<T>(text, rule), place);
}

llvm::Error parseCell(llvm::StringRef text, const CellRule &rule, char *place) {
  if (text.empty() && (rule.tensor.kind != "target" || rule.tensor.type == DType::I1))
    return refuse("is empty, and {}", rule.tensor.kind == "target" ? "a boolean target cannot be missing" : "an input cannot be missing");
  switch (rule.tensor.type) {
  case DType::F32: return storeCell<float>(text, rule, place);
  case DType::F64: return storeCell<double>(text, rule, place);
  case DType::I32: return storeCell<int32_t>(text, rule, place);
  case DType::I64: return storeCell<int64_t>(text, rule, place);
  case DType::I1: return store<char>(parseBoolean(text), place);
  }
  return llvm::Error::success();
}

std::optional<int64_t> boundOf(const ModelInfo &info, const TensorInfo &tensor) {
  std::optional<int64_t> bound;
  for (const CheckInfo &check : info.checks)
    if (check.tensor == tensor.name && check.whole)
      bound = std::min(bound.value_or(check.bound), check.bound);
  return bound;
}

bool endsAsPicture(llvm::StringRef name) {
  return name.ends_with_insensitive(".png") || name.ends_with_insensitive(".jpg") || name.ends_with_insensitive(".jpeg");
}

} // namespace

bool isPicture(const TensorInfo &tensor) {
  return tensor.shape.size() == 4 && tensor.hasBatch() && (tensor.type == DType::F32 || tensor.type == DType::F64);
}

llvm::Expected<Array> numbersOf(const Table &table, const std::string &column, const TensorInfo &tensor, const ModelInfo &info) {
  std::vector<int64_t> shape = tensor.shape;
  if (shape.empty() || shape.front() != kRunTimeSize)
    return refuse("{}: all sizes of the {} '{}' are known, so rows of a table cannot hold it", table.path, tensor.kind,
                  tensor.name);
  shape.front() = 1;
  size_t count = size_t(*elementCount(shape));
  shape.front() = table.csv.rows();
  std::vector<size_t> columns;
  for (size_t i = 0; i < count; ++i) {
    bool plain = tensor.shape.size() == 1 || (count == 1 && table.csv.find(column));
    auto found = findColumn(table, plain ? column : fmt::format("{}.{}", column, i), tensor);
    if (!found)
      return found.takeError();
    columns.push_back(*found);
  }
  auto fresh = makeArray(elementOf(tensor.type), shape);
  if (!fresh)
    return at(table.path, fresh.takeError());
  CellRule rule{tensor, boundOf(info, tensor)};
  char *place = fresh->bytes;
  for (int64_t row = 0; row < table.csv.rows(); ++row)
    for (size_t i = 0; i < count; ++i, place += byteSize(tensor.type))
      if (auto error = parseCell(table.csv.cell(row, columns[i]), rule, place))
        return at(placeOf(table, row, table.csv.columns[columns[i]]), std::move(error));
  return std::move(fresh->array);
}

llvm::Expected<Pictures> picturesOf(const Table &table, const std::string &column, const TensorInfo &tensor) {
  auto place = findColumn(table, column, tensor);
  if (!place)
    return place.takeError();
  Pictures pictures;
  for (int64_t row = 0; row < table.csv.rows(); ++row) {
    llvm::StringRef name = table.csv.cell(row, *place);
    if (name.empty() || name.contains('\0'))
      return at(placeOf(table, row, column), refuse("no file is named, and a picture cannot be missing"));
    llvm::SmallString<128> file(llvm::sys::path::parent_path(table.path));
    if (llvm::sys::path::is_absolute(name))
      file = name;
    else
      llvm::sys::path::append(file, name);
    pictures.files.push_back(file.str().str());
    pictures.names.push_back(name.str());
    pictures.places.push_back(placeOf(table, row, column));
  }
  return pictures;
}

llvm::Expected<Pictures> picturesOf(const std::string &path) {
  Pictures pictures;
  if (!llvm::sys::fs::is_directory(path)) {
    pictures.names = pictures.files = {path};
    pictures.places = {"--data"};
    return pictures;
  }
  std::error_code error;
  for (llvm::sys::fs::directory_iterator place(path, error), end; place != end && !error; place.increment(error))
    if (endsAsPicture(place->path()))
      pictures.names.push_back(llvm::sys::path::filename(place->path()).str());
  if (error)
    return refuse("{}: cannot be read: {}", path, error.message());
  if (pictures.names.empty())
    return refuse("{}: holds no files that end in .png, .jpg or .jpeg", path);
  llvm::sort(pictures.names);
  for (const std::string &name : pictures.names) {
    llvm::SmallString<128> file(path);
    llvm::sys::path::append(file, name);
    pictures.files.push_back(file.str().str());
    pictures.places.push_back(path);
  }
  return pictures;
}

Column pictureColumn(Pictures pictures, const TensorInfo &tensor, Transforms train, Transforms evaluation) {
  int64_t rows = pictures.files.empty() ? pictures.array.rows() : int64_t(pictures.files.size());
  pictures.shape.assign(tensor.shape.begin() + 1, tensor.shape.end());
  pictures.what = fmt::format("{} '{}'", tensor.kind, tensor.name);
  pictures.type = elementOf(tensor.type);
  pictures.train = std::move(train);
  pictures.evaluation = std::move(evaluation);
  pictures.samples.resize(size_t(rows));
  std::iota(pictures.samples.begin(), pictures.samples.end(), int64_t(0));
  std::vector<int64_t> shape = tensor.shape;
  shape.front() = rows;
  size_t rowBytes = pictures.rowBytes();
  return {tensor.name, {pictures.type, std::move(shape), nullptr}, rowBytes, std::make_shared<Pictures>(std::move(pictures))};
}

} // namespace mimoc
