// The __metadata__ of a checkpoint as typed fields. Private to this folder.
#pragma once

#include "mimoc/Data/Refuse.h"

#include <charconv>
#include <map>
#include <string>
#include <vector>

namespace mimoc {

/// Reads fields one after another; the first that is missing or malformed is kept as the refusal.
class CheckpointFields {
public:
  explicit CheckpointFields(const std::map<std::string, std::string> &metadata) : metadata(metadata) {}

  std::string text(const std::string &key) {
    auto found = metadata.find("mimoc." + key);
    if (found != metadata.end())
      return found->second;
    note(key, "is missing");
    return "";
  }

  /// Numbers as fmt's `{}` writes them: the shortest text that gives the same bits.
  template <typename T> T number(const std::string &key) {
    std::vector<T> values = numbers<T>(key);
    if (values.size() == 1)
      return values.front();
    note(key, "is not one number");
    return T{};
  }

  template <typename T> std::vector<T> numbers(const std::string &key) {
    std::string list = text(key);
    std::vector<T> values;
    const char *place = list.data(), *end = place + list.size();
    while (place < end) {
      T value{};
      auto [rest, failure] = std::from_chars(place, end, value);
      if (failure != std::errc() || (rest != end && *rest != ' ')) {
        note(key, "is not a list of numbers");
        return {};
      }
      values.push_back(value);
      place = rest == end ? end : rest + 1;
    }
    return values;
  }

  llvm::Error takeError() {
    return refusal.empty() ? llvm::Error::success() : refuse("{}", refusal);
  }

private:
  void note(const std::string &key, const char *what) {
    if (refusal.empty())
      refusal = fmt::format("the field 'mimoc.{}' of its __metadata__ {}", key, what);
  }

  const std::map<std::string, std::string> &metadata;
  std::string refusal;
};

} // namespace mimoc
