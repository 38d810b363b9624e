#include "StubLibraries.h"

namespace {

alignas(8) const unsigned char libcX86_64[] = {
#include "libc.x86_64.inc"
};
alignas(8) const unsigned char libmX86_64[] = {
#include "libm.x86_64.inc"
};
alignas(8) const unsigned char libcAArch64[] = {
#include "libc.aarch64.inc"
};
alignas(8) const unsigned char libmAArch64[] = {
#include "libm.aarch64.inc"
};

template <size_t size> llvm::StringRef textOf(const unsigned char (&bytes)[size]) {
  return {reinterpret_cast<const char *>(bytes), size};
}

} // namespace

mimoc::StubLibraries mimoc::stubLibraries(const llvm::Triple &triple) {
  if (!triple.isOSLinux())
    return {};
  switch (triple.getArch()) {
  case llvm::Triple::x86_64: return {textOf(libcX86_64), textOf(libmX86_64)};
  case llvm::Triple::aarch64: return {textOf(libcAArch64), textOf(libmAArch64)};
  default: return {};
  }
}
