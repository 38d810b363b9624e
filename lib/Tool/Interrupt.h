// Ctrl-C as a wish to stop soon. Private to this folder.
#pragma once

#include <csignal>

namespace mimoc {

/// While it lives, the first SIGINT or SIGTERM is noted; the second ends the process, as if nobody had asked.
class InterruptGuard {
public:
  InterruptGuard();
  ~InterruptGuard();
  InterruptGuard(const InterruptGuard &) = delete;
  InterruptGuard &operator=(const InterruptGuard &) = delete;

  /// The signal, 0 where none came.
  static int received();

private:
  struct sigaction oldInterrupt, oldTerminate;
};

} // namespace mimoc
