#include "Scope.h"

#include "llvm/ADT/STLExtras.h"

namespace mimoc {

Naming Naming::inner() const {
  Naming result = *this;
  if (weights == Weights::InSteps)
    result.weights = Weights::UnderLabels;
  return result;
}

Naming Naming::element(size_t number, bool ofComprehension) const {
  Naming result = *this;
  std::string place = std::to_string(number);
  bool labelsBelow = weights == Weights::InSteps && labelPath == stepPath;
  if (weights == Weights::InSteps)
    result.stepPath = joinPath(stepPath, place);
  if (labelsBelow)
    result.labelPath = result.stepPath;
  else if (ofComprehension)
    result.index = joinPath(index, place);
  return result;
}

std::string joinPath(llvm::StringRef path, llvm::StringRef leaf) {
  if (path.empty() || leaf.empty())
    return (path + leaf).str();
  return (path + "." + leaf).str();
}

llvm::StringRef describe(NameKind kind) {
  switch (kind) {
  case NameKind::Constant: return "a constant";
  case NameKind::Dim: return "a run-time size";
  case NameKind::Input: return "an input";
  case NameKind::Target: return "a target";
  case NameKind::Plain: return "a binding";
  case NameKind::Part: return "a part of the network";
  case NameKind::Head: return "a head";
  case NameKind::Output: return "an output";
  case NameKind::Loss: return "a loss";
  case NameKind::Metric: return "a metric";
  }
  return "a name";
}

NamedDatum *Scope::find(llvm::StringRef name) {
  for (Scope *scope = this; scope; scope = scope->parent)
    if (auto it = scope->values.find(name); it != scope->values.end())
      return &it->second;
  return nullptr;
}

Layer *Scope::findLayer(llvm::StringRef name) {
  for (Scope *scope = this; scope; scope = scope->parent)
    if (auto it = scope->layers.find(name); it != scope->layers.end())
      return &it->second;
  return nullptr;
}

const Scope &Scope::ofFile() const {
  const Scope *scope = this;
  while (scope->parent)
    scope = scope->parent;
  return *scope;
}

const Block *Scope::findBlock(llvm::StringRef name) const {
  const llvm::StringMap<Block> &known = ofFile().blocks;
  auto it = known.find(name);
  return it == known.end() ? nullptr : &it->second;
}

const DefaultOption *Scope::findDefault(llvm::StringRef callee, llvm::StringRef formal, SourceRange place) const {
  for (const Scope *scope = this; scope; scope = scope->parent)
    for (const DefaultOption &option : llvm::reverse(scope->defaults))
      if (option.callee == callee && option.formal == formal && option.place.begin < place.begin)
        return &option;
  return nullptr;
}

std::vector<llvm::StringRef> Scope::names() const {
  std::vector<llvm::StringRef> result;
  for (const Scope *scope = this; scope; scope = scope->parent)
    for (const auto &[name, datum] : scope->values)
      result.push_back(name);
  return result;
}

std::vector<llvm::StringRef> Scope::layerNames() const {
  std::vector<llvm::StringRef> result;
  for (const Scope *scope = this; scope; scope = scope->parent)
    for (const auto &layer : scope->layers)
      result.push_back(layer.getKey());
  return result;
}

std::vector<llvm::StringRef> Scope::blockNames() const {
  return {ofFile().blocks.keys().begin(), ofFile().blocks.keys().end()};
}

} // namespace mimoc
