// The pieces of the generated C header.
#pragma once

#include "mimoc/ModelInfo.h"

#include <string>

namespace mimoc {

/// The opening comment: what the model is, and a complete program that trains and runs it.
std::string headerExample(const ModelInfo &info);

/// Declarations of all exported functions with their documentation. `contextInit` is what context_init is called.
std::string headerFunctions(const ModelInfo &info, const std::string &contextInit);

/// "MULTI_INPUT_OUTPUT": what the macros start with.
std::string macroPrefix(const ModelInfo &info);

/// What follows names of this phase's own: "_heads" and, of macros, "_HEADS".
std::string macroSuffix(const PhaseInfo &phase);

/// "float", "int64_t", ...
const char *cType(DType type);

/// "[batch, 256]".
std::string shapeText(const std::vector<int64_t> &shape, const std::string &dim = {});

/// Targets, losses and metrics go together: with none of them, the functions that use them are not there either.
inline bool canEvaluate(const ModelInfo &info) {
  return !info.targets.empty() || !info.losses.empty() || !info.metrics.empty();
}

/// A name of the model in a comment: the language admits no "*/", but a description may come from anywhere.
std::string commentText(const std::string &text);

/// The number as C writes it: shortest digits that give the same value back, and always a double.
std::string cNumber(double value);

} // namespace mimoc
