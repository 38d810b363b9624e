#include "mimoc/Data/File.h"
#include "mimoc/Data/Array.h"
#include "mimoc/Data/Refuse.h"

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

namespace mimoc {

namespace {

struct OpenFile {
  int file;
  ~OpenFile() {
    if (file >= 0)
      ::close(file);
  }
};

// How many bytes came, which is less than `size` where the file became shorter meanwhile; -1 with errno set.
ssize_t readAll(int file, char *bytes, size_t size) {
  size_t done = 0;
  while (done < size) {
    ssize_t got = ::read(file, bytes + done, std::min(size - done, size_t(1) << 30));
    if (got < 0 && errno == EINTR)
      continue;
    if (got < 0)
      return -1;
    if (got == 0)
      break;
    done += size_t(got);
  }
  return ssize_t(done);
}

} // namespace

llvm::Expected<FileBytes> readFile(llvm::StringRef path) {
  std::string name = path.str();
  // Without O_NONBLOCK, opening a pipe that nobody writes to would wait for ever.
  OpenFile input{::open(name.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK)};
  struct stat facts;
  if (input.file < 0 || ::fstat(input.file, &facts) != 0)
    return refuse("{}: {}", name, std::strerror(errno));
  if (!S_ISREG(facts.st_mode))
    return refuse("{}: is {}, not a file", name, S_ISDIR(facts.st_mode) ? "a folder" : "a device or pipe");
  auto memory = allocateBytes(size_t(facts.st_size) + 1);
  if (!memory)
    return refuse("{}: not enough memory for its {} bytes", name, facts.st_size);
  ssize_t got = readAll(input.file, memory.get(), size_t(facts.st_size));
  if (got < 0)
    return refuse("{}: cannot be read: {}", name, std::strerror(errno));
  memory.get()[got] = 0;
  return FileBytes{std::move(memory), size_t(got)};
}

llvm::Expected<FolderLock> FolderLock::acquire(llvm::StringRef folder) {
  std::string path = (folder + "/.lock").str();
  int file = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0666);
  if (file < 0)
    return refuse("{}: cannot be opened: {}", path, std::strerror(errno));
  if (::flock(file, LOCK_EX | LOCK_NB) == 0)
    return FolderLock(file);
  int error = errno;
  ::close(file);
  if (error == EWOULDBLOCK)
    return refuse("{}: another 'mimo train' is writing to this folder; choose another one with --out", folder.str());
  return refuse("{}: cannot be locked: {}", path, std::strerror(error));
}

FolderLock::~FolderLock() {
  if (file >= 0)
    ::close(file);
}

} // namespace mimoc
