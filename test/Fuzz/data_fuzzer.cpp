// Feeds one input to every parser of data files. What is accepted must survive being written and read again.
#include "mimoc/Data/Csv.h"
#include "mimoc/Data/Npy.h"
#include "mimoc/Data/Npz.h"
#include "mimoc/Data/Safetensors.h"

#include "llvm/Support/ErrorHandling.h"

#include <string>
#include <sys/mman.h>
#include <unistd.h>

using namespace mimoc;

static FileBytes copyOf(llvm::StringRef bytes) {
  std::shared_ptr<char> memory(new char[bytes.size()], std::default_delete<char[]>());
  std::memcpy(memory.get(), bytes.data(), bytes.size());
  return {memory, bytes.size()};
}

static std::string written(const Array &array) { return npyHeader(array) + array.raw().str(); }

static void fuzzNpy(llvm::StringRef bytes) {
  auto array = parseNpy(copyOf(bytes));
  if (!array)
    return llvm::consumeError(array.takeError());
  auto again = parseNpy(copyOf(written(*array)));
  if (!again || written(*again) != written(*array))
    llvm::report_fatal_error("npy: writing and reading changes an accepted array");
  if (auto wide = convert(*array, Element::F64); !wide)
    llvm::consumeError(wide.takeError());
}

static std::string written(const Safetensors &contents) {
  std::string bytes = safetensorsHeader(contents);
  for (const NamedArray &tensor : contents.tensors)
    bytes += tensor.array.raw();
  return bytes;
}

static void fuzzSafetensors(llvm::StringRef bytes) {
  auto contents = parseSafetensors(copyOf(bytes));
  if (!contents)
    return llvm::consumeError(contents.takeError());
  auto again = parseSafetensors(copyOf(written(*contents)));
  if (!again || written(*again) != written(*contents))
    llvm::report_fatal_error("safetensors: writing and reading changes an accepted file");
}

static void fuzzCsv(llvm::StringRef bytes) {
  auto table = parseCsv(copyOf(bytes));
  if (!table)
    return llvm::consumeError(table.takeError());
  if (table->rows() < 1 || table->cells.size() != table->columns.size() * size_t(table->rows()))
    llvm::report_fatal_error("csv: rows of different lengths");
}

static void fuzzNpz(llvm::StringRef bytes) {
  int file = ::memfd_create("fuzz", 0);
  if (file < 0 || ::write(file, bytes.data(), bytes.size()) != ssize_t(bytes.size()))
    llvm::report_fatal_error("no memory file");
  if (auto archive = NpzReader::open("/proc/self/fd/" + std::to_string(file))) {
    for (const std::string &name : archive->names())
      if (auto array = archive->read(name); !array)
        llvm::consumeError(array.takeError());
  } else {
    llvm::consumeError(archive.takeError());
  }
  ::close(file);
}

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  llvm::StringRef bytes(reinterpret_cast<const char *>(data), size);
  fuzzNpy(bytes);
  fuzzSafetensors(bytes);
  fuzzCsv(bytes);
  if (bytes.starts_with("PK"))
    fuzzNpz(bytes);
  return 0;
}
