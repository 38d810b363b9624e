// lld in process. Its inputs are files of memory only, so nothing of them is left on disk however mimoc ends.
#include "Link.h"
#include "StubLibraries.h"

#include "lld/Common/Driver.h"
#include "llvm/Support/raw_ostream.h"

#include <mutex>
#include <sys/mman.h>
#include <unistd.h>

using namespace mimoc;

LLD_HAS_DRIVER(elf)

namespace {

/// A file in memory with a path that lld can open.
class MemoryFile {
public:
  MemoryFile(llvm::StringRef name, llvm::StringRef contents) : name(name) {
    descriptor = memfd_create(this->name.c_str(), MFD_CLOEXEC);
    if (descriptor >= 0)
      write(contents);
  }
  ~MemoryFile() {
    if (descriptor >= 0)
      close(descriptor);
  }
  MemoryFile(const MemoryFile &) = delete;

  bool isGood() const { return descriptor >= 0 && isComplete; }
  std::string path() const { return "/proc/self/fd/" + std::to_string(descriptor); }

  const std::string name;

private:
  void write(llvm::StringRef contents) {
    while (!contents.empty()) {
      ssize_t count = ::write(descriptor, contents.data(), contents.size());
      if (count < 0 && errno == EINTR)
        continue;
      if (count <= 0)
        return;
      contents = contents.drop_front(size_t(count));
    }
    isComplete = true;
  }

  int descriptor = -1;
  bool isComplete = false;
};

} // namespace

static llvm::Error runLinker(const std::vector<std::string> &arguments, std::string &messages) {
  // lld keeps its state in globals: one link at a time, and none after a crash inside it.
  static std::mutex mutex;
  static bool canRun = true;
  std::lock_guard<std::mutex> lock(mutex);
  if (!canRun)
    return llvm::createStringError("the linker crashed before in this process and cannot run again");
  std::vector<const char *> pointers;
  for (const std::string &argument : arguments)
    pointers.push_back(argument.c_str());
  llvm::raw_string_ostream stream(messages);
  lld::Result result = lld::lldMain(pointers, stream, stream, {{lld::Gnu, &lld::elf::link}});
  canRun = result.canRunAgain;
  if (result.retCode == 0)
    return llvm::Error::success();
  return llvm::createStringError(messages);
}

/// Hardened: read-only relocations, all symbols bound at load, no executable stack, no relocations in code, nothing
/// undefined beyond libc and libm. Reproducible: no build id, one thread, no path in the output.
static std::vector<std::string> linkerArguments(const llvm::Triple &triple, llvm::StringRef soname,
                                                llvm::StringRef output) {
  return {"ld.lld", "-shared", "-m", triple.isX86() ? "elf_x86_64" : "aarch64linux",
          "-z", "relro", "-z", "now", "-z", "noexecstack", "-z", "text", "-z", "defs",
          "--hash-style=gnu", "--build-id=none", "--threads=1", "--as-needed", "--gc-sections",
          "--color-diagnostics=never", "-soname", soname.str(), "-o", output.str()};
}

llvm::Error mimoc::linkSharedLibrary(llvm::MemoryBufferRef object, const ModelInfo &info, llvm::StringRef soname,
                                     llvm::StringRef output) {
  llvm::Triple triple(info.target);
  StubLibraries stubs = stubLibraries(triple);
  if (stubs.libc.empty())
    return llvm::createStringError("shared libraries can be made for Linux on x86-64 and aarch64, not for " +
                                   triple.str() + "; write an object file (-o NAME.o) and link it there");

  MemoryFile code(info.prefix + ".o", object.getBuffer()), libm("libm.so.6", stubs.libm), libc("libc.so.6", stubs.libc);
  MemoryFile exports("exports", "{ global: " + info.prefix + "_*; local: *; };\n");
  std::vector<std::string> arguments = linkerArguments(triple, soname, output);
  arguments.push_back("--version-script=" + exports.path());
  for (const MemoryFile *file : {&code, &libm, &libc, &exports}) {
    if (!file->isGood())
      return llvm::createStringError("not enough memory to link the library");
    if (file != &exports)
      arguments.push_back(file->path());
  }

  std::string messages;
  llvm::Error error = runLinker(arguments, messages);
  if (!error)
    return error;
  std::string text = llvm::toString(std::move(error));
  for (const MemoryFile *file : {&code, &libm, &libc, &exports})
    for (size_t at; (at = text.find(file->path())) != std::string::npos;)
      text.replace(at, file->path().size(), file->name);
  return llvm::createStringError("linking failed: " + text);
}
