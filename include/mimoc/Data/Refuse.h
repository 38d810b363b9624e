// The one way in which the tool's libraries say no: an llvm::Error that carries one finished sentence.
#pragma once

#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"
#include <fmt/format.h>

#include <string>
#include <utility>

namespace mimoc {

/// A refusal; the text follows fmt's rules.
template <typename... Args>
llvm::Error refuse(fmt::format_string<Args...> text, Args &&...args) {
  return llvm::createStringError(llvm::inconvertibleErrorCode(),
                                 "%s", fmt::format(text, std::forward<Args>(args)...).c_str());
}

/// Puts the place in front of a refusal: `digits.npz: member 'left': ...`.
inline llvm::Error at(llvm::StringRef place, llvm::Error error) {
  return refuse("{}: {}", place.str(), llvm::toString(std::move(error)));
}

} // namespace mimoc
