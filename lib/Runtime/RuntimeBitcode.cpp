#include "mimoc/RuntimeBitcode.h"

namespace {

// Bitcode is read in units of four bytes.
alignas(8) const unsigned char x86_64[] = {
#include "Runtime.x86_64.inc"
};
alignas(8) const unsigned char aarch64[] = {
#include "Runtime.aarch64.inc"
};

template <size_t size> llvm::MemoryBufferRef bufferOf(const unsigned char (&bytes)[size]) {
  return {llvm::StringRef(reinterpret_cast<const char *>(bytes), size), "mimoc-runtime"};
}

} // namespace

llvm::MemoryBufferRef mimoc::runtimeBitcode(const llvm::Triple &triple) {
  switch (triple.getArch()) {
  case llvm::Triple::x86_64: return bufferOf(x86_64);
  case llvm::Triple::aarch64: return bufferOf(aarch64);
  default: return {};
  }
}
