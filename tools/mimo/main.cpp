#include "mimoc/Tool.h"

int main(int argc, char **argv) {
  llvm::raw_fd_ostream out(1, /*shouldClose=*/false), err(2, /*shouldClose=*/false, /*unbuffered=*/true);
  int status = mimoc::runMimo(argc, argv, out, err);
  out.flush();
  bool lost = out.has_error(); // a full disk behind a redirection; said through the status, as nothing can be printed
  out.clear_error();
  err.clear_error();
  return lost && status == 0 ? 1 : status;
}
