// write -> fsync(file) -> rename -> fsync(folder), every return value checked. The temporary file is locked while it is
// written: a lock vanishes with its process, so what can be locked was left over by a killed one.
#include "mimoc/Data/File.h"
#include "mimoc/Data/Refuse.h"

#include "llvm/Support/Path.h"

#include <atomic>
#include <cerrno>
#include <climits>
#include <cstdlib>
#include <cstring>
#include <dirent.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

namespace mimoc {

int FileSystem::open(const char *path, int flags, mode_t mode) { return ::open(path, flags, mode); }
ssize_t FileSystem::write(int file, const void *bytes, size_t count) { return ::write(file, bytes, count); }
int FileSystem::fsync(int file) { return ::fsync(file); }
int FileSystem::close(int file) { return ::close(file); }
int FileSystem::rename(const char *from, const char *to) { return ::rename(from, to); }
int FileSystem::unlink(const char *path) { return ::unlink(path); }

FileSystem &FileSystem::real() {
  static FileSystem system;
  return system;
}

namespace {

constexpr llvm::StringLiteral kTemporarySuffix = ".mimo-tmp";

std::string folderOf(llvm::StringRef path) {
  llvm::StringRef parent = llvm::sys::path::parent_path(path);
  return parent.empty() ? "." : parent.str();
}

// `.name.PID-N.mimo-tmp` in the target's own folder: rename works within a file system only.
std::string temporaryName(llvm::StringRef target) {
  static std::atomic<unsigned> count{0};
  return fmt::format("{}/.{}.{}-{}{}", folderOf(target), llvm::sys::path::filename(target).str(), ::getpid(),
                     count.fetch_add(1), kTemporarySuffix.str());
}

// What a symbolic link points to is replaced, not the link; a device such as /dev/stdout is never renamed over.
llvm::Expected<std::string> realTarget(llvm::StringRef path) {
  struct stat facts;
  std::string name = path.str();
  if (::stat(name.c_str(), &facts) != 0)
    return name;
  if (!S_ISREG(facts.st_mode))
    return refuse("{}: exists and is not a file; name a file to write to", name);
  char resolved[PATH_MAX];
  return ::realpath(name.c_str(), resolved) ? std::string(resolved) : name;
}

template <typename Call> auto retried(Call &&call) {
  auto result = call();
  while (result < 0 && errno == EINTR)
    result = call();
  return result;
}

} // namespace

llvm::Expected<AtomicFile> AtomicFile::create(llvm::StringRef path, FileSystem &system) {
  auto target = realTarget(path);
  if (!target)
    return target.takeError();
  AtomicFile result(system);
  result.target = std::move(*target);
  result.temporary = temporaryName(result.target);
  result.file = retried([&] {
    return system.open(result.temporary.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
  });
  if (result.file < 0)
    return refuse("{}: cannot be written: {}", result.target, std::strerror(errno));
  // A file system without locks only loses the cleaning-up of left-overs by others.
  (void)::flock(result.file, LOCK_EX | LOCK_NB);
  return result;
}

AtomicFile::AtomicFile(AtomicFile &&other) noexcept
    : system(other.system), target(std::move(other.target)), temporary(std::move(other.temporary)), file(other.file) {
  other.file = -1;
  other.temporary.clear();
}

AtomicFile::~AtomicFile() {
  if (file >= 0)
    (void)system.close(file);
  if (file >= 0 && !temporary.empty())
    (void)system.unlink(temporary.c_str());
}

llvm::Error AtomicFile::failed(const char *what, int error) {
  if (file >= 0)
    (void)system.close(file);
  file = -1;
  (void)system.unlink(temporary.c_str());
  temporary.clear();
  return refuse("{}: cannot be {}: {}; the old contents, if any, are unchanged", target, what, std::strerror(error));
}

llvm::Error AtomicFile::write(llvm::StringRef bytes) {
  while (!bytes.empty()) {
    size_t part = std::min(bytes.size(), size_t(1) << 30);
    ssize_t written = retried([&] { return system.write(file, bytes.data(), part); });
    if (written <= 0)
      return failed("written", written < 0 ? errno : ENOSPC);
    bytes = bytes.drop_front(size_t(written));
  }
  return llvm::Error::success();
}

llvm::Error AtomicFile::commit() {
  if (retried([&] { return system.fsync(file); }) != 0)
    return failed("written", errno);
  // Linux frees the descriptor whatever close returns; EINTR is no failure after fsync. The lock goes with it, and a
  // cleaner may then take the file for left over: rename first.
  if (system.rename(temporary.c_str(), target.c_str()) != 0)
    return failed("replaced", errno);
  temporary.clear();
  int closing = system.close(file) != 0 && errno != EINTR ? errno : 0;
  file = -1;
  if (closing)
    return refuse("{}: cannot be closed: {}", target, std::strerror(closing));

  std::string folder = folderOf(target);
  int directory = retried([&] { return system.open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC, 0); });
  if (directory < 0)
    return refuse("{}: cannot be opened to make '{}' durable: {}", folder, target, std::strerror(errno));
  int syncing = retried([&] { return system.fsync(directory); }) != 0 ? errno : 0;
  (void)system.close(directory);
  // Some network file systems cannot sync a folder and say EINVAL.
  if (syncing && syncing != EINVAL)
    return refuse("{}: cannot be synced to disk: {}", folder, std::strerror(syncing));
  return llvm::Error::success();
}

llvm::Error writeFileAtomically(llvm::StringRef path, llvm::StringRef bytes, FileSystem &system) {
  auto file = AtomicFile::create(path, system);
  if (!file)
    return file.takeError();
  if (auto error = file->write(bytes))
    return error;
  return file->commit();
}

unsigned removeLeftovers(llvm::StringRef folder) {
  unsigned removed = 0;
  DIR *listing = ::opendir(folder.str().c_str());
  if (!listing)
    return 0;
  while (dirent *entry = ::readdir(listing)) {
    llvm::StringRef name = entry->d_name;
    if (!name.starts_with(".") || !name.ends_with(kTemporarySuffix))
      continue;
    int file = ::openat(::dirfd(listing), entry->d_name, O_WRONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
    if (file < 0)
      continue;
    if (::flock(file, LOCK_EX | LOCK_NB) == 0 && ::unlinkat(::dirfd(listing), entry->d_name, 0) == 0)
      ++removed;
    ::close(file);
  }
  ::closedir(listing);
  return removed;
}

} // namespace mimoc
