#include "ResumeCommand.h"
#include "Session.h"

namespace mimoc {

namespace {

// What must not be said twice: where the parameters came from, and the limit that ended the run.
enum class Dropped { No, Alone, WithValue };

Dropped isDropped(llvm::StringRef argument) {
  if (argument == "--overwrite")
    return Dropped::Alone;
  for (llvm::StringRef option : {"--resume", "--load", "--load-ignore", "--load-fresh", "--load-channels", "--steps"}) {
    if (argument == option)
      return Dropped::WithValue;
    if (argument.starts_with(option.str() + "="))
      return Dropped::Alone;
  }
  return Dropped::No;
}

} // namespace

std::string resumeCommand(llvm::ArrayRef<std::string> arguments, const std::string &checkpoint) {
  std::string command;
  for (size_t i = 0; i < arguments.size(); ++i) {
    Dropped dropped = isDropped(arguments[i]);
    if (dropped == Dropped::WithValue)
      ++i;
    if (dropped == Dropped::No)
      command += shellQuoted(arguments[i]) + " ";
  }
  return command + "--resume " + shellQuoted(checkpoint);
}

} // namespace mimoc
