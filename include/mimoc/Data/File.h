// Reading whole files and writing them so that a reader sees the old contents or the new, never a part.
#pragma once

#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"

#include <sys/types.h>

#include <memory>
#include <string>

namespace mimoc {

/// A file's bytes. They start on a 64-byte boundary, and a zero byte follows them.
struct FileBytes {
  std::shared_ptr<const char> data;
  size_t size = 0;
  llvm::StringRef text() const { return {data.get(), size}; }
};

/// Reads a regular file; devices, pipes and folders are refused, as their size is not known beforehand.
llvm::Expected<FileBytes> readFile(llvm::StringRef path);

/// The system calls that AtomicFile makes, so that tests can let any of them fail. Each returns what the system call
/// of its name returns, with errno set.
class FileSystem {
public:
  virtual ~FileSystem() = default;
  virtual int open(const char *path, int flags, mode_t mode);
  virtual ssize_t write(int file, const void *bytes, size_t count);
  virtual int fsync(int file);
  virtual int close(int file);
  virtual int rename(const char *from, const char *to);
  virtual int unlink(const char *path);

  static FileSystem &real();
};

/// Writes beside the target under a temporary name, then fsync, rename, fsync of the folder. Without commit() the
/// target is as it was and the temporary file is gone.
class AtomicFile {
public:
  static llvm::Expected<AtomicFile> create(llvm::StringRef path, FileSystem &system = FileSystem::real());
  AtomicFile(AtomicFile &&other) noexcept;
  AtomicFile &operator=(AtomicFile &&) = delete;
  ~AtomicFile();

  llvm::Error write(llvm::StringRef bytes);
  llvm::Error commit();

private:
  AtomicFile(FileSystem &system) : system(system) {}
  llvm::Error failed(const char *what, int error);

  FileSystem &system;
  std::string target, temporary;
  int file = -1;
};

llvm::Error writeFileAtomically(llvm::StringRef path, llvm::StringRef bytes, FileSystem &system = FileSystem::real());

/// Deletes temporary files that a killed process left in the folder; those of a living one are locked and stay.
/// Returns how many were deleted.
unsigned removeLeftovers(llvm::StringRef folder);

/// Keeps a folder to one process; released when this object or the process ends.
class FolderLock {
public:
  static llvm::Expected<FolderLock> acquire(llvm::StringRef folder);
  FolderLock(FolderLock &&other) noexcept : file(other.file) { other.file = -1; }
  FolderLock &operator=(FolderLock &&) = delete;
  ~FolderLock();

private:
  explicit FolderLock(int file) : file(file) {}
  int file;
};

} // namespace mimoc
