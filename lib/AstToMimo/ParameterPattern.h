// Paths of parameter groups: `features`, `**.bias`, `encoder.*.weight`, `vectors`. Private to AstToMimo.
#pragma once

#include "mimoc/Ast.h"

#include <string>
#include <utility>

namespace mimoc {

/// Which parameters a path stands for: those at it and below it. `*` is one component of a name, `**` any number.
class ParameterPattern {
public:
  explicit ParameterPattern(const ast::Path &path);

  bool matches(llvm::StringRef parameter) const;
  /// Paths that say more names win, then those with more `*`.
  std::pair<size_t, size_t> specificity() const { return {names, stars}; }
  /// What its run-time field is called: the path without wildcards, "features_weight"; "all" where nothing is left.
  std::string fieldName() const;

private:
  llvm::SmallVector<std::string> components;
  size_t names = 0, stars = 0;
};

} // namespace mimoc
