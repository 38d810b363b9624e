#include "Interrupt.h"

namespace mimoc {

// A signal handler can reach nothing but a global.
static volatile std::sig_atomic_t receivedSignal = 0;

static void note(int signal) { receivedSignal = signal; }

InterruptGuard::InterruptGuard() {
  receivedSignal = 0;
  struct sigaction action = {};
  action.sa_handler = note;
  action.sa_flags = SA_RESTART | SA_RESETHAND; // the second time the default applies
  sigemptyset(&action.sa_mask);
  sigaction(SIGINT, &action, &oldInterrupt);
  sigaction(SIGTERM, &action, &oldTerminate);
}

InterruptGuard::~InterruptGuard() {
  sigaction(SIGINT, &oldInterrupt, nullptr);
  sigaction(SIGTERM, &oldTerminate, nullptr);
}

int InterruptGuard::received() { return receivedSignal; }

} // namespace mimoc
