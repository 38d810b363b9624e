// The header of a .npy file is a Python dictionary:
//   {'descr': '<f4', 'fortran_order': False, 'shape': (3, 4), }
// with exactly these keys, padded with spaces up to a newline.
#include "mimoc/Data/Npy.h"
#include "mimoc/Data/Refuse.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/Endian.h"

namespace mimoc {

namespace {

constexpr llvm::StringLiteral kMagic("\x93NUMPY");
constexpr size_t kMaxRank = 32; // NumPy's own limit

struct Header {
  std::optional<Element> type;
  std::optional<bool> fortranOrder;
  std::optional<std::vector<int64_t>> shape;
};

llvm::Expected<Element> elementOf(llvm::StringRef descr) {
  static constexpr std::pair<llvm::StringLiteral, Element> known[] = {
      {"b1", Element::Bool}, {"u1", Element::U8},  {"i1", Element::I8},  {"u2", Element::U16}, {"i2", Element::I16},
      {"u4", Element::U32},  {"i4", Element::I32}, {"u8", Element::U64}, {"i8", Element::I64}, {"f2", Element::F16},
      {"f4", Element::F32},  {"f8", Element::F64}};
  if (descr.starts_with("|O"))
    return refuse("holds Python objects, which are not read as that would run code; save plain numbers");
  llvm::StringRef name = descr.ltrim("<>|=");
  for (auto [code, type] : known) {
    if (name != code)
      continue;
    if (descr.starts_with(">") && byteSize(type) > 1)
      return refuse("is big-endian ('{0}'); save it with .astype('<{1}')", descr.str(), name.str());
    if (descr.size() == name.size() + 1)
      return type;
  }
  return refuse("has the element type '{}'; bool, integers and floats of 8 to 64 bits are read", descr.str());
}

// Walks over the header. A step that finds something else than it looks for returns false or nothing.
class Cursor {
public:
  explicit Cursor(llvm::StringRef text) : rest(text) {}

  bool eat(llvm::StringRef token) {
    rest = rest.ltrim(" \t\n\f");
    return rest.consume_front(token);
  }
  bool atEnd() { return rest.ltrim(" \t\n\f").empty(); }

  std::optional<llvm::StringRef> quoted() {
    char quote = eat("'") ? '\'' : eat("\"") ? '"' : '\0';
    size_t end = quote ? rest.find(quote) : llvm::StringRef::npos;
    if (end == llvm::StringRef::npos || rest.take_front(end).contains('\\'))
      return std::nullopt;
    llvm::StringRef text = rest.take_front(end);
    rest = rest.drop_front(end + 1);
    return text;
  }

  std::optional<bool> boolean() {
    if (eat("True"))
      return true;
    return eat("False") ? std::optional(false) : std::nullopt;
  }

  // (), (3,), (3, 4): a tuple of one needs its comma.
  std::optional<std::vector<int64_t>> tuple() {
    std::vector<int64_t> sizes;
    if (!eat("("))
      return std::nullopt;
    bool comma = true;
    while (!eat(")")) {
      rest = rest.ltrim(" ");
      int64_t size = 0;
      if (!comma || sizes.size() == kMaxRank || rest.empty() || !llvm::isDigit(rest.front()) ||
          rest.consumeInteger(10, size))
        return std::nullopt;
      sizes.push_back(size);
      (void)rest.consume_front("L"); // as Python 2 wrote it
      comma = eat(",");
    }
    return sizes.size() == 1 && !comma ? std::nullopt : std::optional(sizes);
  }

private:
  llvm::StringRef rest;
};

llvm::Error parseEntry(llvm::StringRef key, Cursor &cursor, Header &header) {
  auto malformed = [&] { return refuse("is damaged: '{}' of its header cannot be read", key.str()); };
  if (key == "descr" && !header.type) {
    auto descr = cursor.quoted();
    if (!descr)
      return refuse("holds records ('descr' is not a plain type); save one array per field");
    auto type = elementOf(*descr);
    if (!type)
      return type.takeError();
    header.type = *type;
    return llvm::Error::success();
  }
  if (key == "fortran_order" && !header.fortranOrder) {
    header.fortranOrder = cursor.boolean();
    return header.fortranOrder ? llvm::Error::success() : malformed();
  }
  if (key == "shape" && !header.shape) {
    header.shape = cursor.tuple();
    return header.shape ? llvm::Error::success() : malformed();
  }
  return refuse("is damaged: its header has an unknown or repeated key '{}'", key.str());
}

llvm::Expected<Header> parseDictionary(llvm::StringRef text) {
  Cursor cursor(text);
  Header header;
  bool open = cursor.eat("{"), comma = true;
  while (open && !cursor.eat("}")) {
    auto key = comma ? cursor.quoted() : std::nullopt;
    if (!key || !cursor.eat(":"))
      return refuse("is damaged: its header is not a Python dictionary");
    if (auto error = parseEntry(*key, cursor, header))
      return std::move(error);
    comma = cursor.eat(",");
  }
  if (!open || !cursor.atEnd() || !header.type || !header.fortranOrder || !header.shape)
    return refuse("is damaged: its header needs descr, fortran_order and shape and nothing else");
  return header;
}

// Copies the values of an array that lies in Fortran order, the first index running fastest, into C order.
llvm::Expected<Array> transposed(const Array &from) {
  auto result = makeArray(from.type, from.shape);
  if (!result)
    return result.takeError();
  size_t size = byteSize(from.type), rank = from.shape.size();
  std::vector<int64_t> index(rank, 0), stride(rank, 1);
  for (size_t axis = 1; axis < rank; ++axis)
    stride[axis] = stride[axis - 1] * from.shape[axis - 1];
  int64_t source = 0;
  for (int64_t i = 0, count = from.elements(); i < count; ++i) {
    std::memcpy(result->bytes + i * size, from.data.get() + source * size, size);
    for (size_t axis = rank; axis-- > 0;) {
      source += stride[axis];
      if (++index[axis] < from.shape[axis])
        break;
      source -= stride[axis] * from.shape[axis];
      index[axis] = 0;
    }
  }
  return result->array;
}

llvm::StringRef npyCode(Element type) {
  switch (type) {
  case Element::Bool: return "|b1";
  case Element::U8: return "|u1";
  case Element::I8: return "|i1";
  case Element::U16: return "<u2";
  case Element::I16: return "<i2";
  case Element::U32: return "<u4";
  case Element::I32: return "<i4";
  case Element::U64: return "<u8";
  case Element::I64: return "<i8";
  case Element::F16: case Element::BF16: return "<f2"; // NumPy has no bfloat16, and nothing here writes one
  case Element::F32: return "<f4";
  case Element::F64: return "<f8";
  }
  return "";
}

struct Layout {
  llvm::StringRef dictionary;
  size_t dataOffset;
};

llvm::Expected<Layout> findHeader(llvm::StringRef text) {
  if (!text.starts_with(kMagic))
    return refuse("is not a .npy file");
  if (text.size() < 10)
    return refuse("is cut short in its header");
  unsigned major = uint8_t(text[6]), minor = uint8_t(text[7]);
  if (major < 1 || major > 3 || minor != 0)
    return refuse("has format version {}.{}; 1.0, 2.0 and 3.0 are read", major, minor);
  size_t start = major == 1 ? 10 : 12;
  if (text.size() < start)
    return refuse("is cut short in its header");
  uint64_t length = major == 1 ? llvm::support::endian::read16le(text.data() + 8)
                               : llvm::support::endian::read32le(text.data() + 8);
  if (length > text.size() - start)
    return refuse("is cut short: its header claims {} bytes and {} are there", length, text.size() - start);
  return Layout{text.substr(start, length), start + size_t(length)};
}

} // namespace

llvm::Expected<Array> parseNpy(const FileBytes &bytes) {
  auto layout = findHeader(bytes.text());
  if (!layout)
    return layout.takeError();
  auto header = parseDictionary(layout->dictionary);
  if (!header)
    return header.takeError();
  auto count = elementCount(*header->shape);
  if (!count)
    return refuse("claims the shape {}, which is too large for any memory", shapeText(*header->shape));
  uint64_t expected = uint64_t(*count) * byteSize(*header->type), found = bytes.size - layout->dataOffset;
  if (expected != found)
    return refuse("is damaged: {} of shape {} takes {} bytes and {} are there", numpyName(*header->type).str(),
                  shapeText(*header->shape), expected, found);
  Array array{*header->type, std::move(*header->shape),
              std::shared_ptr<const char>(bytes.data, bytes.data.get() + layout->dataOffset)};
  bool reorder = *header->fortranOrder && array.shape.size() > 1;
  return reorder ? transposed(array) : array;
}

llvm::Expected<Array> readNpy(llvm::StringRef path) {
  auto bytes = readFile(path);
  if (!bytes)
    return bytes.takeError();
  auto array = parseNpy(*bytes);
  return array ? std::move(array) : at(path, array.takeError());
}

std::string npyHeader(const Array &array) {
  std::string shape = fmt::format("({}{})", fmt::join(array.shape, ", "), array.shape.size() == 1 ? "," : "");
  std::string text = fmt::format("{{'descr': '{}', 'fortran_order': False, 'shape': {}, }}",
                                 npyCode(array.type).str(), shape);
  text.append((64 - (10 + text.size() + 1) % 64) % 64, ' '); // the data starts at a multiple of 64
  text += '\n';
  std::string header = kMagic.str() + std::string("\x01\x00", 2);
  header += char(text.size() & 255);
  header += char(text.size() >> 8);
  return header + text;
}

} // namespace mimoc
