// Did-you-mean for names that a user wrote.
#pragma once

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"

#include <string>
#include <vector>

namespace mimoc {

/// The candidate nearest to the name by edit distance, empty where none is near.
std::string nearestName(llvm::StringRef name, llvm::ArrayRef<std::string> candidates);

/// `; did you mean 'image'?`, or nothing where no candidate is near.
std::string didYouMean(llvm::StringRef name, llvm::ArrayRef<std::string> candidates);

/// `'a', 'b', 'c'`, at most twelve and then `and 30 more`; "none" for an empty list.
std::string listNames(llvm::ArrayRef<std::string> names);

} // namespace mimoc
