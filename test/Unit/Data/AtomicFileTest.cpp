// A reader sees the old contents or the new, whichever system call fails.
#include "TestFiles.h"

#include <cerrno>
#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

using namespace mimoc;
using namespace mimoc::testing;

namespace {

/// Lets the k-th call fail with the given error, and records the order of the calls.
class FaultyFileSystem : public FileSystem {
public:
  FaultyFileSystem(int failing, int error) : failing(failing), error(error) {}

  int open(const char *path, int flags, mode_t mode) override {
    return fails("open") ? -1 : FileSystem::open(path, flags, mode);
  }
  ssize_t write(int file, const void *bytes, size_t count) override {
    return fails("write") ? -1 : FileSystem::write(file, bytes, std::min<size_t>(count, 5)); // short writes are legal
  }
  int fsync(int file) override { return fails("fsync") ? -1 : FileSystem::fsync(file); }
  int close(int file) override { // as on Linux, the descriptor is gone in any case
    bool failure = fails("close");
    int result = FileSystem::close(file);
    if (failure)
      errno = error;
    return failure ? -1 : result;
  }
  int rename(const char *from, const char *to) override { return fails("rename") ? -1 : FileSystem::rename(from, to); }
  int unlink(const char *path) override { return FileSystem::unlink(path); }

  std::vector<std::string> calls;

private:
  bool fails(const char *call) {
    calls.push_back(call);
    if (int(calls.size()) - 1 != failing)
      return false;
    errno = error;
    return true;
  }
  int failing, error;
};

constexpr const char *kOld = "old contents", *kNew = "new contents!";

TEST(AtomicFile, OrderOfCalls) {
  Folder folder;
  FaultyFileSystem system(-1, 0);
  llvm::cantFail(writeFileAtomically(folder.file("x"), kNew, system));
  EXPECT_EQ(system.calls, (std::vector<std::string>{"open", "write", "write", "write", "fsync", "rename", "close",
                                                    "open", "fsync", "close"}));
  EXPECT_EQ(bytesOf(folder.file("x")), kNew);
}

TEST(AtomicFile, AnyCallMayFail) {
  for (int error : {ENOSPC, EIO, EDQUOT})
    for (int failing = 0; failing < 10; ++failing) {
      Folder folder;
      llvm::cantFail(writeFileAtomically(folder.file("x"), kOld));
      FaultyFileSystem system(failing, error);
      std::string text = llvm::toString(writeFileAtomically(folder.file("x"), kNew, system));
      std::string contents = bytesOf(folder.file("x"));
      EXPECT_TRUE(contents == kOld || contents == kNew) << failing;
      EXPECT_EQ(folder.count(), 1u) << "a temporary file stays after call " << failing;
      if (failing < 9) // closing a folder that was only synced cannot lose anything
        EXPECT_CONTAINS(text, std::strerror(error)) << failing;
      llvm::cantFail(writeFileAtomically(folder.file("x"), kNew)); // the next call works
    }
}

TEST(AtomicFile, InterruptedCallsAreRepeated) {
  for (int failing = 0; failing < 10; ++failing) {
    Folder folder;
    FaultyFileSystem system(failing, EINTR);
    llvm::Error error = writeFileAtomically(folder.file("x"), kNew, system);
    if (system.calls[failing] == "rename") // POSIX knows no interrupted rename
      llvm::consumeError(std::move(error));
    else
      EXPECT_FALSE(bool(error)) << failing;
  }
}

TEST(AtomicFile, AbandonedLeavesNothing) {
  Folder folder;
  {
    auto file = llvm::cantFail(AtomicFile::create(folder.file("x")));
    llvm::cantFail(file.write("part"));
  }
  EXPECT_EQ(folder.count(), 0u);
}

TEST(AtomicFile, LeftoversOfAKilledProcessAreRemoved) {
  Folder folder;
  pid_t child = ::fork();
  if (child == 0) {
    auto file = llvm::cantFail(AtomicFile::create(folder.file("x")));
    llvm::cantFail(file.write("part"));
    ::_exit(0); // no destructor runs, as after kill -9
  }
  ::waitpid(child, nullptr, 0);
  EXPECT_EQ(folder.count(), 1u);
  auto alive = llvm::cantFail(AtomicFile::create(folder.file("y")));
  EXPECT_EQ(removeLeftovers(folder.path), 1u);
  llvm::cantFail(alive.write(kNew));
  llvm::cantFail(alive.commit());
  EXPECT_EQ(bytesOf(folder.file("y")), kNew);
  EXPECT_EQ(folder.count(), 1u);
}

TEST(AtomicFile, WritesThroughALinkAndNeverOverADevice) {
  Folder folder;
  llvm::cantFail(writeFileAtomically(folder.file("real"), kOld));
  std::filesystem::create_symlink("real", folder.file("link"));
  llvm::cantFail(writeFileAtomically(folder.file("link"), kNew));
  EXPECT_EQ(bytesOf(folder.file("real")), kNew);
  EXPECT_TRUE(std::filesystem::is_symlink(folder.file("link")));
  EXPECT_CONTAINS(llvm::toString(writeFileAtomically("/dev/null", kNew)), "exists and is not a file");
  EXPECT_CONTAINS(llvm::toString(writeFileAtomically(folder.file("none/x"), kNew)), "No such file");
}

TEST(FolderLock, OneProcessAtATime) {
  Folder folder;
  auto lock = llvm::cantFail(FolderLock::acquire(folder.path));
  auto second = FolderLock::acquire(folder.path);
  ASSERT_FALSE(bool(second));
  EXPECT_CONTAINS(llvm::toString(second.takeError()), "another 'mimo train'");
}

} // namespace
