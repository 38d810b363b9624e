// The safetensors format: eight bytes of header length, a JSON header, the tensors' bytes without gaps or overlaps.
#pragma once

#include "mimoc/Data/Array.h"
#include "mimoc/Data/File.h"

#include <map>

namespace mimoc {

struct NamedArray {
  std::string name;
  Array array;
};

/// The contents of a file. Names are unique; the order is that of the data.
struct Safetensors {
  std::vector<NamedArray> tensors;
  std::map<std::string, std::string> metadata;

  const Array *find(llvm::StringRef name) const;
};

/// The metadata field under which `safetensorsParts` stores a checksum of everything else, and which is verified where
/// it is present.
inline constexpr llvm::StringLiteral kChecksumKey = "mimoc.checksum";

/// The refusal does not name the file. The arrays share the bytes.
llvm::Expected<Safetensors> parseSafetensors(const FileBytes &bytes);
llvm::Expected<Safetensors> readSafetensors(llvm::StringRef path);

/// The header, with length and checksum; the tensors' bytes follow it in the order of `contents.tensors`.
std::string safetensorsHeader(const Safetensors &contents);
llvm::Error writeSafetensors(llvm::StringRef path, const Safetensors &contents,
                             FileSystem &system = FileSystem::real());

} // namespace mimoc
