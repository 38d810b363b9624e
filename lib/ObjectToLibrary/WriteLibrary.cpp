// Writes the library and its header so that each appears whole or not at all.
#include "Link.h"
#include "mimoc/ObjectToLibrary.h"

#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/raw_ostream.h"

using namespace mimoc;
namespace fs = llvm::sys::fs;

static llvm::Error failure(llvm::StringRef path, const llvm::Twine &reason) {
  return llvm::createStringError("cannot write '" + path + "': " + reason);
}

static llvm::Error failure(llvm::StringRef path, llvm::Error error) {
  return failure(path, llvm::toString(std::move(error)));
}

namespace {

/// A file that is written under a temporary name beside its place and takes the place when it is complete. Destroyed
/// before that, or when a signal ends the process, it leaves nothing.
class PendingFile {
public:
  static llvm::Expected<PendingFile> create(llvm::StringRef path) {
    if (fs::exists(path) && !fs::is_regular_file(path))
      return failure(path, "it exists and is not a file");
    auto file = fs::TempFile::create(path + ".%%%%%%%%.tmp");
    if (!file)
      return failure(path, file.takeError());
    return PendingFile(path, std::move(*file));
  }
  PendingFile(PendingFile &&other) : path(std::move(other.path)), file(std::move(other.file)) { other.file.reset(); }
  ~PendingFile() {
    if (file)
      llvm::consumeError(file->discard());
  }

  llvm::StringRef temporaryPath() const { return file->TmpName; }

  llvm::Error write(llvm::StringRef contents) {
    llvm::raw_fd_ostream stream(file->FD, /*shouldClose=*/false);
    stream << contents;
    stream.flush();
    if (!stream.has_error())
      return llvm::Error::success();
    std::error_code code = stream.error();
    stream.clear_error();
    return failure(path, code.message());
  }

  llvm::Error commit() {
    llvm::Error error = file->keep(path);
    file.reset();
    return error ? failure(path, std::move(error)) : llvm::Error::success();
  }

private:
  PendingFile(llvm::StringRef path, fs::TempFile file) : path(path), file(std::move(file)) {}

  std::string path;
  std::optional<fs::TempFile> file;
};

} // namespace

llvm::Error mimoc::writeLibrary(llvm::MemoryBufferRef object, const ModelInfo &info, llvm::StringRef path) {
  bool isObject = path.ends_with(".o");
  if (!isObject && !path.ends_with(".so"))
    return failure(path, "a model becomes a shared library (.so) or an object file (.o)");
  llvm::SmallString<256> headerPath(path);
  llvm::sys::path::replace_extension(headerPath, "h");

  auto library = PendingFile::create(path);
  if (!library)
    return library.takeError();
  auto header = PendingFile::create(headerPath);
  if (!header)
    return header.takeError();
  llvm::Error written = isObject ? library->write(object.getBuffer())
                                 : linkSharedLibrary(object, info, llvm::sys::path::filename(path),
                                                     library->temporaryPath());
  if (written)
    return written;
  if (llvm::Error error = header->write(emitHeader(info)))
    return error;
  if (llvm::Error error = library->commit())
    return error;
  return header->commit();
}
