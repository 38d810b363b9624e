#include "SafetensorsHeader.h"
#include "mimoc/Data/Refuse.h"

#include "llvm/ADT/StringSet.h"

#include <algorithm>

namespace mimoc {

namespace {

constexpr std::pair<llvm::StringLiteral, Element> kTypes[] = {
    {"BOOL", Element::Bool}, {"U8", Element::U8},   {"I8", Element::I8},   {"U16", Element::U16}, {"I16", Element::I16},
    {"U32", Element::U32},   {"I32", Element::I32}, {"U64", Element::U64}, {"I64", Element::I64}, {"F16", Element::F16},
    {"BF16", Element::BF16}, {"F32", Element::F32}, {"F64", Element::F64}};
constexpr unsigned kDepth = 3; // { "name": { "shape": [ ] } }

// llvm::json recurses without a limit and lets the last of two equal keys win, so both are looked for beforehand.
class Scanner {
public:
  explicit Scanner(llvm::StringRef text) : text(text) {}

  llvm::Error scan() {
    for (size_t i = 0; i < text.size(); ++i) {
      char c = text[i];
      if (c == '"')
        i = skipString(i);
      else if (c == '{' || c == '[')
        ++depth;
      else if ((c == '}' || c == ']') && depth > 0)
        --depth;
      else if (c == ':')
        ++members;
      if (depth > kDepth)
        return refuse("is damaged: its header is nested too deeply");
    }
    return llvm::Error::success();
  }

  size_t members = 0; ///< of all objects together, equal keys counted each time

private:
  size_t skipString(size_t i) {
    for (++i; i < text.size() && text[i] != '"'; ++i)
      if (text[i] == '\\')
        ++i;
    return i;
  }

  llvm::StringRef text;
  unsigned depth = 0;
};

size_t countMembers(const llvm::json::Object &object) {
  size_t count = object.size();
  for (const auto &[key, value] : object)
    if (const auto *inner = value.getAsObject())
      count += countMembers(*inner);
  return count;
}

llvm::Expected<std::vector<int64_t>> wholeNumbers(const llvm::json::Object &tensor, llvm::StringRef key) {
  std::vector<int64_t> numbers;
  const llvm::json::Array *list = tensor.getArray(key);
  for (size_t i = 0; list && i < list->size(); ++i) {
    auto number = (*list)[i].getAsInteger();
    if (!number || *number < 0) {
      list = nullptr;
      break;
    }
    numbers.push_back(*number);
  }
  if (!list)
    return refuse("'{}' is not a list of whole numbers", key.str());
  return numbers;
}

llvm::Expected<Element> elementOf(const llvm::json::Object &tensor) {
  auto name = tensor.getString("dtype");
  if (!name)
    return refuse("has no 'dtype'");
  for (auto [code, type] : kTypes)
    if (*name == code)
      return type;
  return refuse("has the element type '{}'; BOOL, U8 to U64, I8 to I64, F16, BF16, F32 and F64 are read", name->str());
}

llvm::Expected<TensorEntry> parseTensor(llvm::StringRef name, const llvm::json::Value &value, uint64_t dataBytes) {
  const llvm::json::Object *tensor = value.getAsObject();
  if (!tensor || tensor->size() != 3)
    return refuse("needs dtype, shape and data_offsets and nothing else");
  auto type = elementOf(*tensor);
  if (!type)
    return type.takeError();
  auto shape = wholeNumbers(*tensor, "shape");
  if (!shape)
    return shape.takeError();
  auto offsets = wholeNumbers(*tensor, "data_offsets");
  if (!offsets)
    return offsets.takeError();
  auto count = elementCount(*shape);
  if (!count)
    return refuse("claims the shape {}, which is too large for any memory", shapeText(*shape));
  if (offsets->size() != 2 || (*offsets)[0] > (*offsets)[1] || uint64_t((*offsets)[1]) > dataBytes)
    return refuse("data_offsets {} lie outside the {} bytes of data", shapeText(*offsets), dataBytes);
  uint64_t needed = uint64_t(*count) * byteSize(*type), found = uint64_t((*offsets)[1] - (*offsets)[0]);
  if (needed != found)
    return refuse("{} of shape {} takes {} bytes and data_offsets {} hold {}", safetensorsName(*type).str(),
                  shapeText(*shape), needed, shapeText(*offsets), found);
  return TensorEntry{name.str(), *type, std::move(*shape), uint64_t((*offsets)[0]), uint64_t((*offsets)[1])};
}

llvm::Error parseMetadata(const llvm::json::Value &value, std::map<std::string, std::string> &metadata) {
  const llvm::json::Object *object = value.getAsObject();
  if (!object)
    return refuse("is damaged: __metadata__ is not an object");
  for (const auto &[key, field] : *object) {
    auto text = field.getAsString();
    if (!text)
      return refuse("is damaged: '{}' of __metadata__ is not a text", llvm::StringRef(key).str());
    metadata[llvm::StringRef(key).str()] = text->str();
  }
  return llvm::Error::success();
}

// The data must be covered exactly: no overlap, no gap, nothing after the last tensor.
llvm::Error checkCovered(const std::vector<TensorEntry> &tensors, uint64_t dataBytes) {
  uint64_t end = 0;
  for (const TensorEntry &tensor : tensors) {
    if (tensor.begin != end)
      return refuse("is damaged: tensor '{}' begins at {} and the one before it ends at {}", tensor.name, tensor.begin,
                    end);
    end = tensor.end;
  }
  if (end != dataBytes)
    return refuse("is damaged: the tensors take {} bytes and {} are there", end, dataBytes);
  return llvm::Error::success();
}

llvm::Expected<llvm::json::Value> parseJsonSafely(llvm::StringRef text) {
  Scanner scanner(text);
  if (auto error = scanner.scan())
    return std::move(error);
  auto value = llvm::json::parse(text);
  if (!value)
    return refuse("is damaged: its header is not JSON: {}", llvm::toString(value.takeError()));
  const llvm::json::Object *object = value->getAsObject();
  if (!object)
    return refuse("is damaged: its header is not a JSON object");
  if (countMembers(*object) != scanner.members)
    return refuse("is damaged: its header has two equal names");
  return value;
}

} // namespace

llvm::StringRef safetensorsName(Element type) {
  for (auto [code, known] : kTypes)
    if (known == type)
      return code;
  return "";
}

llvm::Expected<SafetensorsLayout> parseSafetensorsHeader(llvm::StringRef json, uint64_t dataBytes) {
  auto value = parseJsonSafely(json);
  if (!value)
    return value.takeError();
  SafetensorsLayout layout;
  for (const auto &[key, field] : *value->getAsObject()) {
    llvm::StringRef name = key;
    if (name == "__metadata__") {
      if (auto error = parseMetadata(field, layout.metadata))
        return std::move(error);
      continue;
    }
    auto tensor = parseTensor(name, field, dataBytes);
    if (!tensor)
      return at(fmt::format("tensor '{}'", name.str()), tensor.takeError());
    layout.tensors.push_back(std::move(*tensor));
  }
  llvm::sort(layout.tensors, [](const TensorEntry &a, const TensorEntry &b) {
    return std::tie(a.begin, a.end, a.name) < std::tie(b.begin, b.end, b.name);
  });
  if (auto error = checkCovered(layout.tensors, dataBytes))
    return std::move(error);
  return layout;
}

} // namespace mimoc
