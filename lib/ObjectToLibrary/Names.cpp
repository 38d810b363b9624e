#include "Names.h"
#include "mimoc/ObjectToLibrary.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringSet.h"

using namespace mimoc;

// Keywords of C and C++ up to C23 and C++23, and what GNU compilers or the two included headers define.
static const llvm::StringSet<> &reservedNames() {
  static const llvm::StringSet<> names = {
      "alignas", "alignof", "and", "and_eq", "asm", "auto", "bitand", "bitor", "bool", "break", "case", "catch", "char",
      "char8_t", "char16_t", "char32_t", "class", "co_await", "co_return", "co_yield", "compl", "concept", "const",
      "const_cast", "consteval", "constexpr", "constinit", "continue", "decltype", "default", "delete", "do", "double",
      "dynamic_cast", "else", "enum", "explicit", "export", "extern", "false", "float", "for", "friend", "goto", "i386",
      "if", "inline", "int", "linux", "long", "mutable", "namespace", "new", "noexcept", "not", "not_eq", "nullptr",
      "operator", "or", "or_eq", "private", "protected", "public", "register", "reinterpret_cast", "requires",
      "restrict", "return", "short", "signed", "sizeof", "static", "static_assert", "static_cast", "struct", "switch",
      "template", "this", "thread_local", "throw", "true", "try", "typedef", "typeid", "typename", "typeof",
      "typeof_unqual", "union", "unix", "unsigned", "using", "virtual", "void", "volatile", "wchar_t", "while", "xor",
      "xor_eq", "NULL", "offsetof", "errno", "assert", "stdin", "stdout", "stderr", "EOF", "complex", "I", "size_t", "ptrdiff_t",
      "max_align_t", "nullptr_t"};
  return names;
}

/// Types, limits and constants of <stdint.h> and <stddef.h>, by their pattern: int64_t, UINT_FAST8_MAX, SIZE_WIDTH.
static bool isOfStandardHeaders(llvm::StringRef name) {
  if (name.ends_with("_t") && (name.starts_with("int") || name.starts_with("uint")))
    return true;
  llvm::StringRef stem = name.rsplit('_').first, end = name.rsplit('_').second;
  bool isLimit = end == "MAX" || end == "MIN" || end == "WIDTH" || end == "C";
  return isLimit && (stem.starts_with("INT") || stem.starts_with("UINT") || stem == "SIZE" || stem == "PTRDIFF" ||
                     stem == "SIG_ATOMIC" || stem == "WCHAR" || stem == "WINT");
}

/// What the language keeps for compilers: _Bool, __FILE__.
static bool isOfCompilers(llvm::StringRef name) {
  return name.size() > 1 && name[0] == '_' && (name[1] == '_' || llvm::isUpper(name[1]));
}

static bool isReserved(llvm::StringRef name) {
  return reservedNames().contains(name) || isOfStandardHeaders(name) || isOfCompilers(name);
}

std::string mimoc::toCName(llvm::StringRef name) {
  std::string result;
  for (char c : name)
    result += llvm::isAlnum(c) ? c : '_';
  if (result.empty() || llvm::isDigit(result.front()))
    result.insert(0, "_");
  if (isReserved(result))
    result += '_';
  return result;
}

std::vector<std::string> mimoc::toCNames(const std::vector<std::string> &names) {
  llvm::StringSet<> taken;
  std::vector<std::string> result;
  for (const std::string &name : names) {
    std::string base = toCName(name), unique = base;
    for (int count = 2; !taken.insert(unique).second; ++count)
      unique = base + "_" + std::to_string(count);
    result.push_back(unique);
  }
  return result;
}

std::string mimoc::phaseSuffix(const PhaseInfo &phase) { return phase.name.empty() ? "" : "_" + toCName(phase.name); }

std::vector<std::string> mimoc::optionFields(const PhaseInfo &phase) {
  std::vector<std::string> names;
  for (const OptionInfo &option : phase.options)
    names.push_back(option.name);
  // The struct's own fields keep their names whatever a loss is called, so they come first in the search for clashes.
  names.insert(names.begin(), {"seed", "step", "random"});
  names = toCNames(names);
  std::rotate(names.begin(), names.begin() + 3, names.end());
  return names;
}

std::vector<std::string> mimoc::dimFields(const ModelInfo &info) {
  std::vector<std::string> names;
  for (const TensorInfo &input : info.inputs)
    names.push_back(input.name);
  for (const DimInfo &dim : info.dims)
    names.push_back(dim.name);
  names = toCNames(names);
  return {names.begin() + std::ptrdiff_t(info.inputs.size()), names.end()};
}

std::vector<std::string> mimoc::figureFields(const ModelInfo &info) {
  std::vector<std::string> names;
  for (const FigureInfo &loss : info.losses)
    names.push_back(loss.name);
  for (const FigureInfo &metric : info.metrics)
    names.push_back(metric.name);
  return toCNames(names);
}

std::vector<size_t> mimoc::differentiableInputs(const ModelInfo &info) {
  std::vector<size_t> places;
  for (size_t i = 0; i < info.inputs.size(); ++i)
    if (info.inputs[i].type == DType::F32 || info.inputs[i].type == DType::F64)
      places.push_back(i);
  return places;
}

bool mimoc::isPrefix(llvm::StringRef text) {
  auto isNameCharacter = [](char c) { return llvm::isAlnum(c) || c == '_'; };
  return !text.empty() && !llvm::isDigit(text.front()) && llvm::all_of(text, isNameCharacter);
}
