// A compiled model as a shared library in this process. Private to this folder.
#pragma once

#include "mimoc/ModelInfo.h"
#include "mimoc/Runtime.h"
#include "mimoc/Training/Model.h"

#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"

#include <map>
#include <memory>
#include <string>

namespace mimoc {

/// Compiles `source` to the shared library `library`. The only place that knows the compiler's driver.
llvm::Error compileModel(llvm::StringRef source, const CompileChoices &choices, llvm::StringRef library);

/// The exported functions. Null where the model has none of the kind.
struct ModelFunctions {
  mimoc_status_text_fn *statusText = nullptr;
  mimoc_context_init_fn *contextInit = nullptr;
  mimoc_context_destroy_fn *contextDestroy = nullptr;
  mimoc_message_fn *message = nullptr;
  mimoc_workspace_bytes_fn *workspaceBytes = nullptr;
  mimoc_init_parameters_fn *initParameters = nullptr;
  mimoc_forward_fn *forward = nullptr;
  mimoc_evaluate_fn *evaluate = nullptr;
  mimoc_metrics_add_fn *metricsAdd = nullptr;
  mimoc_metrics_finalise_fn *metricsFinalise = nullptr;
};

class ModelLibrary {
public:
  static llvm::Expected<ModelLibrary> open(llvm::StringRef path, const CompileChoices &choices);

  ModelInfo info;
  std::string json;
  ModelFunctions functions;

  /// The function of a head, loss or phase, e.g. "forward_head" of "classifier", "step" of "" (the model itself); null where
  /// there is none.
  void *findEntry(const std::string &kind, const std::string &name) const;

private:
  static llvm::Expected<ModelLibrary> load(const std::string &path);
  llvm::Error readSymbols();
  llvm::Error findFunctions();

  std::shared_ptr<void> handle;
  std::string contextInit; ///< symbol
  std::map<std::pair<std::string, std::string>, std::string> entries; ///< kind and name to symbol
};

} // namespace mimoc
