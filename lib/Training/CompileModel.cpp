#include "ModelLibrary.h"
#include "mimoc/Data/Refuse.h"
#include "mimoc/Driver.h"

namespace mimoc {

llvm::Error compileModel(llvm::StringRef source, const CompileChoices &choices, llvm::StringRef library) {
  CompileOptions options;
  options.model = choices.model;
  options.march = choices.march;
  options.precision = choices.precision == "f64" ? DType::F64 : DType::F32;
  options.optimize = choices.optimize;
  return compileToLibrary(source, options, library);
}

} // namespace mimoc
