// The JSON part of a safetensors file, private to this folder.
#pragma once

#include "mimoc/Data/Array.h"

#include "llvm/Support/JSON.h"

#include <map>

namespace mimoc {

struct TensorEntry {
  std::string name;
  Element type;
  std::vector<int64_t> shape;
  uint64_t begin = 0, end = 0; ///< in the bytes after the header
};

struct SafetensorsLayout {
  std::vector<TensorEntry> tensors; ///< by `begin`
  std::map<std::string, std::string> metadata;
};

llvm::StringRef safetensorsName(Element type);

/// Checks everything that the header alone can get wrong, given how many bytes of data follow it.
llvm::Expected<SafetensorsLayout> parseSafetensorsHeader(llvm::StringRef json, uint64_t dataBytes);

} // namespace mimoc
