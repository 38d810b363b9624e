// From files to a data set: finds the array of each name, checks its shape and converts it.
#include "DatasetDims.h"
#include "DatasetTable.h"
#include "mimoc/Data/Names.h"
#include "mimoc/Data/Npy.h"
#include "mimoc/Data/Npz.h"
#include "mimoc/Data/Refuse.h"
#include "mimoc/Training/Dataset.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FileSystem.h"

#include <map>
#include <optional>

namespace mimoc {

namespace {

/// Where the values of one name stand: a .npy file, a member of an archive, a column of a table, or pictures in a folder.
struct Place {
  std::string file;
  std::string member;           ///< or column; empty for a .npy file and for pictures
  NpzReader *archive = nullptr;
  const Table *table = nullptr;
  bool pictures = false;

  std::string text() const {
    return member.empty() ? file : fmt::format("{}: {} '{}'", file, table ? "column" : "member", member);
  }
  llvm::Expected<Array> read() const {
    if (!archive)
      return readNpy(file);
    auto array = archive->read(member);
    return array ? std::move(array) : at(file, array.takeError());
  }
};

class Sources {
public:
  Sources(const ModelInfo &info, const PictureTexts &texts) : info(info), texts(texts) {}

  llvm::Error add(llvm::StringRef source);
  bool has(const TensorInfo &tensor) const { return places.count(tensor.name) != 0; }
  llvm::Expected<Column> column(const TensorInfo &tensor);
  /// The arrays `<dim>.offsets` that there are, by dim.
  llvm::Expected<std::map<std::string, GivenOffsets>> offsets();
  /// What a message about values of the tensor begins with.
  std::string where(const TensorInfo &tensor) const { return fmt::format("{}: {} '{}'", places.at(tensor.name).text(), tensor.kind, tensor.name); }
  void warnOfUnused(const Warn &warn) const;
  /// Refuses transforms of what is no picture.
  llvm::Error checkTexts() const;

private:
  llvm::Error addFile(llvm::StringRef name, llvm::StringRef file);
  llvm::Error addArchive(llvm::StringRef file);
  llvm::Error addTable(llvm::StringRef file);
  llvm::Expected<NpzReader *> open(llvm::StringRef file);
  llvm::Expected<const Table *> openTable(llvm::StringRef file);
  llvm::Expected<Column> arrayColumn(const TensorInfo &tensor, const Place &place, const std::string &where) const;
  llvm::Expected<Column> picturesColumn(const TensorInfo &tensor, Pictures pictures) const;
  llvm::Error put(const std::string &name, Place place);
  std::vector<std::string> wanted(bool targetsToo) const;
  std::vector<std::string> offsetNames() const;

  const ModelInfo &info;
  const PictureTexts &texts;
  std::map<std::string, std::unique_ptr<Table>> tables;
  std::map<std::string, std::unique_ptr<NpzReader>> archives;
  std::map<std::string, Place> places;
  std::map<std::string, bool> used;
};

bool isName(llvm::StringRef text) {
  text.consume_back(".offsets");
  return !text.empty() && !llvm::isDigit(text.front()) &&
         llvm::all_of(text, [](char c) { return llvm::isAlnum(c) || c == '_'; });
}

std::vector<std::string> Sources::wanted(bool targetsToo) const {
  std::vector<std::string> names;
  for (const TensorInfo &input : info.inputs)
    names.push_back(input.name);
  for (const TensorInfo &target : info.targets)
    if (targetsToo)
      names.push_back(target.name);
  return names;
}

llvm::Error Sources::put(const std::string &name, Place place) {
  auto [before, fresh] = places.try_emplace(name, place);
  if (!fresh)
    return refuse("'{}' is given twice: by {} and by {}", name, before->second.text(), place.text());
  return llvm::Error::success();
}

llvm::Expected<NpzReader *> Sources::open(llvm::StringRef file) {
  auto &archive = archives[file.str()];
  if (!archive) {
    auto opened = NpzReader::open(file);
    if (!opened)
      return opened.takeError();
    archive = std::make_unique<NpzReader>(std::move(*opened));
  }
  return archive.get();
}

llvm::Expected<const Table *> Sources::openTable(llvm::StringRef file) {
  auto &table = tables[file.str()];
  if (!table) {
    auto csv = readCsv(file);
    if (!csv)
      return csv.takeError();
    table = std::make_unique<Table>(Table{file.str(), std::move(*csv)});
  }
  return table.get();
}

// Columns `tags.0`, `tags.1`, ... belong to the name `tags`.
llvm::Error Sources::addTable(llvm::StringRef file) {
  auto table = openTable(file);
  if (!table)
    return table.takeError();
  auto names = wanted(/*targetsToo=*/true);
  for (llvm::StringRef column : (*table)->csv.columns) {
    auto [name, number] = column.rsplit('.');
    bool numbered = !number.empty() && llvm::all_of(number, llvm::isDigit) && llvm::is_contained(names, name);
    auto before = places.find(name.str());
    if (numbered && before != places.end() && before->second.table == *table)
      continue;
    if (auto error = put(numbered ? name.str() : column.str(), {file.str(), numbered ? name.str() : column.str(), nullptr, *table}))
      return error;
  }
  return llvm::Error::success();
}

llvm::Error Sources::addArchive(llvm::StringRef file) {
  auto archive = open(file);
  if (!archive)
    return archive.takeError();
  for (const std::string &name : (*archive)->names())
    if (auto error = put(name, {file.str(), name, *archive, nullptr}))
      return error;
  return llvm::Error::success();
}

std::vector<std::string> Sources::offsetNames() const {
  std::vector<std::string> names;
  for (const DimInfo &dim : info.dims)
    names.push_back(dim.name + ".offsets");
  return names;
}

llvm::Expected<std::map<std::string, GivenOffsets>> Sources::offsets() {
  std::map<std::string, GivenOffsets> all;
  for (const DimInfo &dim : info.dims) {
    auto found = places.find(dim.name + ".offsets");
    if (found == places.end())
      continue;
    used[found->first] = true;
    std::string where = found->second.text();
    if (found->second.table || found->second.pictures)
      return refuse("{}: '{}' must be an array, .npy or in an .npz", where, found->first);
    auto array = found->second.read();
    if (!array)
      return array.takeError();
    all[dim.name] = {where, std::move(*array)};
  }
  return all;
}

// `name=file.npy` or `name=file.npz:member`.
llvm::Error Sources::addFile(llvm::StringRef name, llvm::StringRef file) {
  auto names = wanted(/*targetsToo=*/true);
  llvm::append_range(names, offsetNames());
  if (!llvm::is_contained(names, name))
    return refuse("--data {0}={1}: the model has no input or target '{0}'{2} (it has {3})", name.str(), file.str(),
                  didYouMean(name, names), listNames(names));
  if (size_t colon = file.rfind(".csv:"); colon != llvm::StringRef::npos) {
    auto table = openTable(file.take_front(colon + 4));
    return table ? put(name.str(), {(*table)->path, file.drop_front(colon + 5).str(), nullptr, *table}) : table.takeError();
  }
  if (llvm::sys::fs::is_directory(file) || file.ends_with_insensitive(".png") || file.ends_with_insensitive(".jpg") ||
      file.ends_with_insensitive(".jpeg"))
    return put(name.str(), {file.str(), "", nullptr, nullptr, /*pictures=*/true});
  size_t colon = file.rfind(".npz:");
  if (colon == llvm::StringRef::npos)
    return put(name.str(), {file.str(), "", nullptr, nullptr});
  llvm::StringRef path = file.take_front(colon + 4), member = file.drop_front(colon + 5);
  auto archive = open(path);
  if (!archive)
    return archive.takeError();
  if (!llvm::is_contained((*archive)->names(), member))
    return refuse("{}: has no member '{}'{} (it has {})", path.str(), member.str(),
                  didYouMean(member, (*archive)->names()), listNames((*archive)->names()));
  return put(name.str(), {path.str(), member.str(), *archive, nullptr});
}

llvm::Error Sources::add(llvm::StringRef source) {
  auto [name, file] = source.split('=');
  if (isName(name) && source.contains('='))
    return addFile(name, file);
  if (source.ends_with(".csv"))
    return addTable(source);
  if (source.ends_with(".npy"))
    return refuse("{0}: say which input or target this file holds: --data NAME={0}, where NAME is one of {1}",
                  source.str(), listNames(wanted(/*targetsToo=*/true)));
  return addArchive(source);
}

std::string expectedShape(const TensorInfo &tensor) {
  std::vector<std::string> sizes;
  for (int64_t size : tensor.shape)
    sizes.push_back(size == kRunTimeSize ? tensor.dim : std::to_string(size));
  return fmt::format("{}[{}]", numpyName(elementOf(tensor.type)).str(), fmt::join(sizes, ", "));
}

bool sameShape(llvm::ArrayRef<int64_t> found, llvm::ArrayRef<int64_t> expected) {
  if (found.size() != expected.size())
    return false;
  for (size_t i = 0; i < found.size(); ++i)
    if (expected[i] != kRunTimeSize && expected[i] != found[i])
      return false;
  return true;
}

/// 0 where all sizes are known: then every batch gets the whole.
size_t rowBytesOf(const TensorInfo &tensor) {
  if (tensor.dim.empty())
    return 0;
  return size_t(*elementCount(llvm::ArrayRef(tensor.shape).drop_front())) * byteSize(elementOf(tensor.type));
}

// The usual slips are a column against a vector, an image against its pixels in a row, and channels that stand last.
std::string reshapeHint(const Array &array, const TensorInfo &tensor) {
  if (array.shape.size() == 4 && tensor.shape.size() == 4 &&
      sameShape({array.shape[0], array.shape[3], array.shape[1], array.shape[2]}, tensor.shape))
    return "; its channels stand last: save it with .transpose(0, 3, 1, 2)";
  int64_t perRow = 1;
  std::vector<std::string> sizes;
  for (int64_t size : tensor.shape) {
    perRow *= size == kRunTimeSize ? 1 : size;
    sizes.push_back(size == kRunTimeSize ? "-1" : std::to_string(size));
  }
  bool fits = array.rows() > 0 && perRow > 0 && array.elements() == array.rows() * perRow;
  return fits ? fmt::format("; save it with .reshape({})", fmt::join(sizes, ", ")) : "";
}

llvm::Expected<Column> Sources::column(const TensorInfo &tensor) {
  auto found = places.find(tensor.name);
  if (found == places.end()) {
    std::vector<std::string> free;
    auto names = wanted(/*targetsToo=*/true);
    for (const auto &[name, place] : places)
      if (!llvm::is_contained(names, name))
        free.push_back(name);
    return refuse("the data has no {} '{}'{}", tensor.kind, tensor.name,
                  free.empty() ? std::string()
                               : didYouMean(tensor.name, free) + fmt::format(" (not bound: {})", listNames(free)));
  }
  used[tensor.name] = true;
  const Place &place = found->second;
  std::string where = this->where(tensor);
  if (!isPicture(tensor) && place.pictures)
    return refuse("{} must be {} and pictures are float32[batch, channels, height, width]", where, expectedShape(tensor));
  if (!place.table && !place.pictures)
    return arrayColumn(tensor, place, where);
  if (isPicture(tensor)) {
    auto pictures = place.table ? picturesOf(*place.table, place.member, tensor) : picturesOf(place.file);
    return pictures ? picturesColumn(tensor, std::move(*pictures)) : pictures.takeError();
  }
  auto numbers = numbersOf(*place.table, place.member, tensor, info);
  if (!numbers)
    return numbers.takeError();
  return Column{tensor.name, std::move(*numbers), rowBytesOf(tensor), nullptr, dimOf(info, tensor)};
}

// Parses the transforms of a tensor, and reads its first picture so that what never fits is said at once.
llvm::Expected<Column> Sources::picturesColumn(const TensorInfo &tensor, Pictures pictures) const {
  auto transform = texts.transform.find(tensor.name), augment = texts.augment.find(tensor.name);
  std::string evaluated = transform != texts.transform.end() ? transform->second : augment != texts.augment.end() ? augment->second : "";
  std::string trained = augment != texts.augment.end() ? augment->second : evaluated;
  auto evaluation = Transforms::parse("transforms of '" + tensor.name + "'", evaluated);
  auto train = Transforms::parse("transforms of '" + tensor.name + "'", trained);
  if (!evaluation || !train)
    return llvm::joinErrors(evaluation.takeError(), train.takeError());
  if (auto error = pictures.checkFiles())
    return std::move(error);
  Column column = pictureColumn(std::move(pictures), tensor, std::move(*train), std::move(*evaluation));
  auto room = allocateBytes(column.rowBytes);
  if (!room)
    return refuse("not enough memory for a picture of {} bytes", column.rowBytes);
  for (bool random : {false, true})
    if (auto error = column.pictures->load({0}, {random, 0, 0}, 1, room.get()))
      return std::move(error);
  return column;
}

llvm::Expected<Column> Sources::arrayColumn(const TensorInfo &tensor, const Place &place, const std::string &where) const {
  auto array = place.read();
  if (!array)
    return array.takeError();
  bool transformed = texts.augment.count(tensor.name) || texts.transform.count(tensor.name);
  if (transformed && isPicture(tensor) && array->shape.size() == 4 && array->rows() > 0 && array->elements() > 0) {
    Pictures pictures;
    auto values = array->type == Element::U8 || array->type == Element::F64 ? *array : convert(*array, Element::F32);
    if (!values)
      return at(where, values.takeError());
    pictures.array = std::move(*values);
    return picturesColumn(tensor, std::move(pictures));
  }
  if (!sameShape(array->shape, tensor.shape))
    return refuse("{} must be {} and is {}{}{}", where, expectedShape(tensor), numpyName(array->type).str(),
                  shapeText(array->shape), reshapeHint(*array, tensor));
  auto converted = convert(*array, elementOf(tensor.type));
  if (!converted)
    return at(where, converted.takeError());
  return Column{tensor.name, std::move(*converted), rowBytesOf(tensor), nullptr, dimOf(info, tensor)};
}

void Sources::warnOfUnused(const Warn &warn) const {
  auto known = wanted(/*targetsToo=*/true);
  for (const auto &[name, place] : places)
    if (!used.count(name) && !llvm::is_contained(known, name))
      warn(fmt::format("{}: not used, as the model has no input or target of this name", place.text()));
}

llvm::Error Sources::checkTexts() const {
  std::vector<std::string> pictures;
  for (const auto *list : {&info.inputs, &info.targets})
    for (const TensorInfo &tensor : *list)
      if (isPicture(tensor))
        pictures.push_back(tensor.name);
  for (const auto &[map, option] : {std::pair{&texts.augment, "--augment"}, std::pair{&texts.transform, "--transform"}})
    for (const auto &[name, text] : *map)
      if (!llvm::is_contained(pictures, name))
        return refuse("{} '{}: ...': the model has no input or target '{}' of pictures, float32[batch, channels, height, width]{} (it has "
                      "{})", option, name, name, didYouMean(name, pictures), listNames(pictures));
  return llvm::Error::success();
}

/// Reads the columns of one list, in its order; those that only say which sample a row belongs to are left for later, without values.
llvm::Error addColumns(Sources &sources, const ModelInfo &info, llvm::ArrayRef<TensorInfo> tensors, RowCounts &counts, std::vector<Column> &columns) {
  for (const TensorInfo &tensor : tensors) {
    if (tensor.kind == "input" && saysSample(info, tensor) && !sources.has(tensor)) {
      columns.push_back({tensor.name, {}, 0, nullptr});
      continue;
    }
    auto column = sources.column(tensor);
    if (!column)
      return column.takeError();
    if (!tensor.dim.empty())
      if (auto error = counts.add(*column, info))
        return error;
    columns.push_back(std::move(*column));
  }
  return llvm::Error::success();
}

llvm::Error finishColumns(const Sources &sources, const ModelInfo &info, llvm::ArrayRef<TensorInfo> tensors, const Dataset &data,
                          std::vector<Column> &columns) {
  for (auto [tensor, column] : llvm::zip_equal(tensors, columns)) {
    if (sources.has(tensor)) {
      if (auto error = setCounts(data, info, tensor, sources.where(tensor), column))
        return error;
      continue;
    }
    auto made = sampleColumn(data, info, tensor);
    if (!made)
      return made.takeError();
    column = std::move(*made);
  }
  return llvm::Error::success();
}

} // namespace

llvm::Expected<Dataset> loadDataset(llvm::ArrayRef<std::string> names, const ModelInfo &info, Needs needs,
                                    const PictureRules &pictures, const Warn &warn) {
  Sources sources(info, pictures.texts);
  if (auto error = sources.checkTexts())
    return std::move(error);
  for (const std::string &name : names)
    if (auto error = sources.add(name))
      return std::move(error);
  Dataset data;
  data.threads = pictures.threads;
  RowCounts counts;
  llvm::ArrayRef<TensorInfo> targets = info.targets;
  if (needs == Needs::Inputs)
    targets = {};
  for (auto [tensors, columns] : {std::pair{llvm::ArrayRef(info.inputs), &data.inputs}, std::pair{targets, &data.targets}})
    if (auto error = addColumns(sources, info, tensors, counts, *columns))
      return std::move(error);
  auto offsets = sources.offsets();
  if (!offsets)
    return offsets.takeError();
  if (counts.byDim.empty() && offsets->empty())
    return refuse("no input of the model has a batch dimension, so there are no rows to run over");
  if (auto error = setOffsets(data, info, counts, *offsets))
    return std::move(error);
  for (auto [tensors, columns] : {std::pair{llvm::ArrayRef(info.inputs), &data.inputs}, std::pair{targets, &data.targets}})
    if (auto error = finishColumns(sources, info, tensors, data, *columns))
      return std::move(error);
  sources.warnOfUnused(warn);
  return data;
}

} // namespace mimoc
