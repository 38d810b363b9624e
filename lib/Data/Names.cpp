#include "mimoc/Data/Names.h"

#include <algorithm>
#include <fmt/format.h>

namespace mimoc {

std::string nearestName(llvm::StringRef name, llvm::ArrayRef<std::string> candidates) {
  unsigned best = std::max<unsigned>(2, name.size() / 3) + 1;
  std::string nearest;
  for (const std::string &candidate : candidates) {
    unsigned distance = name.edit_distance_insensitive(candidate, /*AllowReplacements=*/true, best);
    if (distance < best && distance < candidate.size()) {
      best = distance;
      nearest = candidate;
    }
  }
  return nearest;
}

std::string didYouMean(llvm::StringRef name, llvm::ArrayRef<std::string> candidates) {
  std::string nearest = nearestName(name, candidates);
  return nearest.empty() ? "" : fmt::format("; did you mean '{}'?", nearest);
}

std::string listNames(llvm::ArrayRef<std::string> names) {
  constexpr size_t shown = 12;
  if (names.empty())
    return "none";
  std::string text;
  for (const std::string &name : names.take_front(shown))
    text += fmt::format("{}'{}'", text.empty() ? "" : ", ", name);
  if (names.size() > shown)
    text += fmt::format(" and {} more", names.size() - shown);
  return text;
}

} // namespace mimoc
