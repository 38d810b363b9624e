// The functions that a model exports, as one list: the header documents them, the JSON lists them, the module has them.
#pragma once

#include "mimoc/ModelInfo.h"

#include <string>
#include <vector>

namespace mimoc {

struct Export {
  std::string name;    ///< without the prefix: "step", "forward_classifier", "context_init_<hash>"
  const char *runtime; ///< the function of the run-time support behind it
  /// Result, then parameters: 'p' pointer, 'l' 64-bit integer, 'i' 32-bit integer, 'v' nothing.
  const char *type;
  int64_t entry = -1; ///< place in ModelInfo::entries of the compiled code that it runs
  int64_t phase = -1; ///< place in ModelInfo::phases of what it is for, where no entry says that
};

std::vector<Export> exportsOf(const ModelInfo &info);

/// The entry of this kind and name, null where the model has none.
const EntryInfo *findEntry(const ModelInfo &info, const char *kind, const std::string &name = "");

/// The exported constant that holds the JSON text, for tools that read files without running their code.
std::string descriptionSymbol(const ModelInfo &info);

} // namespace mimoc
