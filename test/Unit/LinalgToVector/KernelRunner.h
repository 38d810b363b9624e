// Compiles a module of linalg ops on buffers through the last three stages of the compiler, into this process.
#pragma once

#include "mimoc/Target.h"

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace mimoc::test {

/// This machine, or less of it: 256 or 128 bits leave out what newer processors have.
Target hostTarget(unsigned vectorBits = 0);

class Kernel {
public:
  /// `text` is a module with one function @run that has mimo.entry and mimo.slots. Throws std::runtime_error with the
  /// diagnostics where it does not compile.
  Kernel(const std::string &text, const Target &target);
  ~Kernel();
  void operator()(const std::vector<void *> &slots, int64_t batch) const;
  double compileMilliseconds() const;

private:
  struct State;
  std::unique_ptr<State> state;
};

/// `body` as the body of @run, which takes %batch and then %0 : types[0], %1 : types[1], ... as arguments %a0, %a1, ...
std::string moduleOf(const std::vector<std::string> &types, const std::string &body);

} // namespace mimoc::test
