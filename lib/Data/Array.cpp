#include "mimoc/Data/Array.h"
#include "mimoc/Data/Refuse.h"

#include "llvm/ADT/bit.h"

#include <cmath>
#include <limits>
#include <new>
#include <type_traits>
#include <utility>

namespace mimoc {

size_t byteSize(Element type) {
  switch (type) {
  case Element::Bool: case Element::U8: case Element::I8: return 1;
  case Element::U16: case Element::I16: case Element::F16: case Element::BF16: return 2;
  case Element::U32: case Element::I32: case Element::F32: return 4;
  case Element::U64: case Element::I64: case Element::F64: return 8;
  }
  return 0;
}

bool isFloat(Element type) {
  return type == Element::F16 || type == Element::BF16 || type == Element::F32 || type == Element::F64;
}

llvm::StringRef numpyName(Element type) {
  switch (type) {
  case Element::Bool: return "bool";
  case Element::U8: return "uint8";
  case Element::I8: return "int8";
  case Element::U16: return "uint16";
  case Element::I16: return "int16";
  case Element::U32: return "uint32";
  case Element::I32: return "int32";
  case Element::U64: return "uint64";
  case Element::I64: return "int64";
  case Element::F16: return "float16";
  case Element::BF16: return "bfloat16";
  case Element::F32: return "float32";
  case Element::F64: return "float64";
  }
  return "";
}

std::string shapeText(llvm::ArrayRef<int64_t> shape) {
  return fmt::format("[{}]", fmt::join(shape.begin(), shape.end(), ", "));
}

std::optional<int64_t> elementCount(llvm::ArrayRef<int64_t> shape) {
  // Zeros are left out of the product, so that [0, 2^62, 2^62] is refused as well.
  constexpr int64_t limit = std::numeric_limits<int64_t>::max() / 8;
  int64_t product = 1;
  bool empty = false;
  for (int64_t size : shape) {
    if (size < 0)
      return std::nullopt;
    if (size == 0)
      empty = true;
    else if (__builtin_mul_overflow(product, size, &product) || product > limit)
      return std::nullopt;
  }
  return empty ? 0 : product;
}

std::shared_ptr<char> allocateBytes(size_t bytes) {
  constexpr std::align_val_t alignment{64};
  auto *memory = static_cast<char *>(::operator new(bytes ? bytes : 1, alignment, std::nothrow));
  if (!memory)
    return nullptr;
  return {memory, [](char *pointer) { ::operator delete(pointer, alignment); }};
}

llvm::Expected<NewArray> makeArray(Element type, std::vector<int64_t> shape) {
  auto count = elementCount(shape);
  if (!count)
    return refuse("an array of shape {} is too large", shapeText(shape));
  auto memory = allocateBytes(size_t(*count) * byteSize(type));
  if (!memory)
    return refuse("not enough memory for {} {} values of shape {}", *count, numpyName(type).str(), shapeText(shape));
  char *bytes = memory.get();
  return NewArray{Array{type, std::move(shape), std::move(memory)}, bytes};
}

namespace {

// The two 16-bit formats are only read, as the float that they stand for.
struct Half { uint16_t bits; };
struct Bfloat { uint16_t bits; };
struct Boolean { uint8_t byte; }; // NumPy writes 0 and 1; another byte is damage, which fits() sees

float widen(Bfloat value) { return llvm::bit_cast<float>(uint32_t(value.bits) << 16); }

float widen(Half value) {
  uint32_t sign = uint32_t(value.bits & 0x8000) << 16, exponent = value.bits >> 10 & 31, mantissa = value.bits & 1023;
  if (exponent == 31)
    return llvm::bit_cast<float>(sign | 0x7f800000 | mantissa << 13);
  if (exponent == 0) // subnormal: mantissa * 2^-24, exact in float
    return std::copysign(float(mantissa) * 0x1p-24f, llvm::bit_cast<float>(sign | 0x3f800000));
  return llvm::bit_cast<float>(sign | (exponent + 112) << 23 | mantissa << 13);
}

float plain(Half value) { return widen(value); }
float plain(Bfloat value) { return widen(value); }
uint8_t plain(Boolean value) { return value.byte; }
template <typename T> T plain(T value) { return value; }

template <typename Fn> decltype(auto) withType(Element type, Fn &&fn) {
  switch (type) {
  case Element::Bool: return fn(Boolean{});
  case Element::U8: return fn(uint8_t{});
  case Element::I8: return fn(int8_t{});
  case Element::U16: return fn(uint16_t{});
  case Element::I16: return fn(int16_t{});
  case Element::U32: return fn(uint32_t{});
  case Element::I32: return fn(int32_t{});
  case Element::U64: return fn(uint64_t{});
  case Element::I64: return fn(int64_t{});
  case Element::F16: return fn(Half{});
  case Element::BF16: return fn(Bfloat{});
  case Element::F32: return fn(float{});
  case Element::F64: return fn(double{});
  }
  llvm_unreachable("all element types are listed");
}

template <typename To, typename From> bool fits(From value) {
  if constexpr (std::is_same_v<To, bool>)
    return value == From(0) || value == From(1);
  else if constexpr (std::is_floating_point_v<To> && std::is_integral_v<From>) {
    // 2^digits is the first bound beyond which whole numbers get lost.
    constexpr int64_t bound = int64_t(1) << std::numeric_limits<To>::digits;
    return std::is_signed_v<From> ? int64_t(value) <= bound && int64_t(value) >= -bound
                                  : uint64_t(value) <= uint64_t(bound);
  } else if constexpr (std::is_integral_v<To> && std::is_integral_v<From>)
    return std::in_range<To>(value);
  else // rounding is no loss, a number that becomes infinite is
    return std::isfinite(To(value)) || !std::isfinite(value);
}

std::string placeOf(int64_t index, llvm::ArrayRef<int64_t> shape) {
  std::vector<int64_t> place(shape.size());
  for (size_t axis = shape.size(); axis-- > 0; index /= shape[axis])
    place[axis] = index % shape[axis];
  return shapeText(place);
}

template <typename From, typename To>
llvm::Error convertAll(const Array &from, Element to, char *bytes) {
  for (int64_t i = 0, count = from.elements(); i < count; ++i) {
    auto value = plain(loadAs<From>(from.data.get() + i * sizeof(From)));
    if (!fits<To>(value))
      return refuse("the value {} at {} does not fit {}", value, placeOf(i, from.shape), numpyName(to).str());
    To converted = To(value);
    std::memcpy(bytes + i * sizeof(To), &converted, sizeof(To));
  }
  return llvm::Error::success();
}

llvm::Error convertTo(const Array &from, Element to, char *bytes) {
  return withType(from.type, [&](auto sample) -> llvm::Error {
    using From = decltype(sample);
    switch (to) {
    case Element::Bool: return convertAll<From, bool>(from, to, bytes);
    case Element::I32: return convertAll<From, int32_t>(from, to, bytes);
    case Element::I64: return convertAll<From, int64_t>(from, to, bytes);
    case Element::F32: return convertAll<From, float>(from, to, bytes);
    case Element::F64: return convertAll<From, double>(from, to, bytes);
    default: return refuse("values cannot be converted to {}", numpyName(to).str());
    }
  });
}

} // namespace

llvm::Expected<Array> convert(const Array &from, Element to) {
  bool inPlace = reinterpret_cast<uintptr_t>(from.data.get()) % byteSize(to) == 0;
  if (from.type == to && inPlace && to != Element::Bool)
    return from;
  if (isFloat(from.type) && !isFloat(to))
    return refuse("{0} values where {1} is expected; if they are whole numbers, save them with .astype('{1}')",
                  numpyName(from.type).str(), numpyName(to).str());
  auto result = makeArray(to, from.shape);
  if (!result)
    return result.takeError();
  if (auto error = convertTo(from, to, result->bytes))
    return std::move(error);
  return result->array;
}

} // namespace mimoc
