#include "ParameterPattern.h"

#include "llvm/ADT/SmallVector.h"

namespace mimoc {

ParameterPattern::ParameterPattern(const ast::Path &path) {
  for (const ast::Name &part : path.parts) {
    components.push_back(part.text.str());
    names += !part.text.starts_with("*");
    stars += part.text == "*";
  }
}

/// Whether the pattern is used up by some first components of the name.
static bool matchFrom(llvm::ArrayRef<std::string> pattern, llvm::ArrayRef<llvm::StringRef> name) {
  if (pattern.empty())
    return true;
  if (pattern.front() == "**")
    return matchFrom(pattern.drop_front(), name) || (!name.empty() && matchFrom(pattern, name.drop_front()));
  bool fits = !name.empty() && (pattern.front() == "*" || pattern.front() == name.front());
  return fits && matchFrom(pattern.drop_front(), name.drop_front());
}

bool ParameterPattern::matches(llvm::StringRef parameter) const {
  llvm::SmallVector<llvm::StringRef> parts;
  parameter.split(parts, '.');
  return matchFrom(components, parts);
}

std::string ParameterPattern::fieldName() const {
  std::string name;
  for (llvm::StringRef component : components)
    if (!component.starts_with("*"))
      name += (name.empty() ? "" : "_") + component.str();
  return name.empty() ? "all" : name;
}

} // namespace mimoc
