// Any text is a self-description: it is refused with a reason, or what was read survives being written and read again.
#include "mimoc/ObjectToLibrary.h"

#include <cstdlib>

using namespace mimoc;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  llvm::Expected<ModelInfo> info = parseJson(llvm::StringRef(reinterpret_cast<const char *>(data), size));
  if (!info) {
    if (llvm::toString(info.takeError()).empty())
      std::abort();
    return 0;
  }
  std::string text = emitJson(*info);
  llvm::Expected<ModelInfo> again = parseJson(text);
  if (!again || emitJson(*again) != text)
    std::abort();
  return 0;
}
