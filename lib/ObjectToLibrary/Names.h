// Names of the model language as names in C.
#pragma once

#include "mimoc/ModelInfo.h"
#include "llvm/ADT/StringRef.h"

#include <string>
#include <vector>

namespace mimoc {

/// A name that C and C++ accept as a struct member: other characters become '_', reserved words get a trailing '_'.
std::string toCName(llvm::StringRef name);

/// The same for a list whose names must differ from each other: "a.b" and "a_b" become a_b and a_b_2.
std::vector<std::string> toCNames(const std::vector<std::string> &names);

template <class Range> std::vector<std::string> cNamesOf(const Range &range) {
  std::vector<std::string> names;
  for (const auto &element : range)
    names.push_back(element.name);
  return toCNames(names);
}

/// "" for the model itself, "_heads" for its train block heads: the end of names that each phase has of its own.
std::string phaseSuffix(const PhaseInfo &phase);

/// Field names of the options struct: those of the phase, then seed, step and random.
std::vector<std::string> optionFields(const PhaseInfo &phase);

/// Fields of the inputs struct behind the tensors: the run-time sizes that the model declares.
std::vector<std::string> dimFields(const ModelInfo &info);

/// Losses, penalties and metrics: the fields of the figures, and, with "_" and the names of their states appended, of the states.
std::vector<std::string> figureFields(const ModelInfo &info);

/// Places in `info.inputs` of the inputs that have gradients: those of floating-point type.
std::vector<size_t> differentiableInputs(const ModelInfo &info);

} // namespace mimoc
