// Values read from or written to a data file: an element type, a shape and the bytes, in C order and little-endian.
#pragma once

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"

#include <cstdint>
#include <cstring>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace mimoc {

enum class Element { Bool, U8, I8, U16, I16, U32, I32, U64, I64, F16, BF16, F32, F64 };

size_t byteSize(Element type);
bool isFloat(Element type);
llvm::StringRef numpyName(Element type); ///< as NumPy's users write it: "float32"

/// `[2, 3]`
std::string shapeText(llvm::ArrayRef<int64_t> shape);

/// The number of elements, or nothing where it, or eight times it, would not fit 63 bits (or a dimension is negative).
std::optional<int64_t> elementCount(llvm::ArrayRef<int64_t> shape);

/// Bytes that start on a 64-byte boundary, so that every element type may be read in place. Null where memory is short.
std::shared_ptr<char> allocateBytes(size_t bytes);

struct Array {
  Element type = Element::F32;
  std::vector<int64_t> shape;
  std::shared_ptr<const char> data; ///< may share a whole file's buffer

  int64_t elements() const { return *elementCount(shape); }
  size_t bytes() const { return size_t(elements()) * byteSize(type); }
  llvm::StringRef raw() const { return {data.get(), bytes()}; }
  int64_t rows() const { return shape.empty() ? 1 : shape.front(); }
};

/// A new array that owns uninitialised memory, and the pointer to write through.
struct NewArray {
  Array array;
  char *bytes = nullptr;
};
llvm::Expected<NewArray> makeArray(Element type, std::vector<int64_t> shape);

/// The same values, naturally aligned, with another element type: bool, int32, int64, float32 or float64. Integers and booleans must fit
/// exactly; between floating-point types values are rounded to nearest. Floats never become integers, as ids that are
/// stored as floats are a slip.
llvm::Expected<Array> convert(const Array &from, Element to);

/// One value of a buffer whose alignment is unknown.
template <typename T>
T loadAs(const char *place) {
  T value;
  std::memcpy(&value, place, sizeof value);
  return value;
}

} // namespace mimoc
