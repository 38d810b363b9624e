#include "mimo/Std/StandardLibrary.h"

namespace mimoc {

static constexpr StandardFile kFiles[] = {
#include "mimo/Std/Files.inc"
};

llvm::ArrayRef<StandardFile> standardLibrary() { return kFiles; }

} // namespace mimoc
