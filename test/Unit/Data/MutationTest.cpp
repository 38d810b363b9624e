// Every truncation of a small file, and every byte of it changed to three other values: refused, or the contents are
// what the bytes say. Where the format carries a checksum, an accepted file must have the original's contents.
#include "TestFiles.h"
#include "mimoc/Data/Npy.h"
#include "mimoc/Data/Npz.h"
#include "mimoc/Data/Safetensors.h"

#include <functional>

using namespace mimoc;
using namespace mimoc::testing;

namespace {

// The contents as one text, or nothing where the file is refused.
using Reader = std::function<std::optional<std::string>(const std::string &bytes)>;

enum class Checksummed { No, Yes };

std::string serialised(const Array &array) { return npyHeader(array) + array.raw().str(); }

void mutateAll(const std::string &name, Checksummed checksummed, const Reader &read) {
  const std::string original = bytesOf(input(name));
  auto contents = read(original);
  ASSERT_TRUE(contents) << name;
  for (size_t length = 0; length < original.size(); ++length)
    EXPECT_FALSE(read(original.substr(0, length))) << name << " cut to " << length;
  for (size_t place = 0; place < original.size(); ++place) {
    for (char change : {char(1), char(0x80), char(0xff)}) {
      std::string mutant = original;
      mutant[place] ^= change;
      auto result = read(mutant);
      if (result && checksummed == Checksummed::Yes)
        EXPECT_EQ(*result, *contents) << name << " byte " << place << " ^ " << int(change);
    }
  }
}

std::optional<std::string> readNpyBytes(const std::string &bytes) {
  auto array = parseNpy(inMemory(bytes));
  if (array)
    return serialised(*array);
  llvm::consumeError(array.takeError());
  return std::nullopt;
}

std::optional<std::string> readTensors(const std::string &bytes) {
  auto contents = parseSafetensors(inMemory(bytes));
  if (!contents) {
    llvm::consumeError(contents.takeError());
    return std::nullopt;
  }
  return safetensorsHeader(*contents) + contents->tensors.front().array.raw().str();
}

std::optional<std::string> readArchive(const std::string &path) {
  auto archive = NpzReader::open(path);
  if (!archive) {
    llvm::consumeError(archive.takeError());
    return std::nullopt;
  }
  std::string contents;
  for (const char *member : {"image", "label"}) {
    auto array = archive->read(member);
    if (!array) {
      llvm::consumeError(array.takeError());
      return std::nullopt;
    }
    contents += serialised(*array);
  }
  return contents;
}

TEST(Mutation, Npy) {
  for (const char *name : {"cube.npy", "fortran.npy", "version2.npy", "scalar.npy", "f2.npy"})
    mutateAll(name, Checksummed::No, readNpyBytes);
}

TEST(Mutation, ForeignSafetensors) { mutateAll("foreign.safetensors", Checksummed::No, readTensors); }

TEST(Mutation, CheckpointSafetensors) {
  Safetensors contents;
  contents.tensors.push_back({"w", arrayOf<float>(Element::F32, {2}, {1, 2})});
  contents.metadata = {{"mimoc.step", "12"}, {"mimoc.seed", "7"}};
  std::string original = safetensorsHeader(contents) + contents.tensors[0].array.raw().str();
  ASSERT_TRUE(readTensors(original));
  for (size_t place = 0; place < original.size(); ++place)
    for (int value = 0; value < 256; ++value) {
      std::string mutant = original;
      mutant[place] = char(value);
      // A change of the checksum's own key leaves a file without checksum, whose other contents are untouched.
      if (auto result = readTensors(mutant); result && mutant.find(kChecksumKey.str()) != std::string::npos)
        EXPECT_EQ(mutant, original) << "byte " << place << " = " << value;
    }
}

TEST(Mutation, Npz) {
  Folder folder;
  std::string path = folder.file("mutant.npz");
  auto read = [&](const std::string &bytes) {
    std::ofstream(path, std::ios::binary) << bytes;
    return readArchive(path);
  };
  mutateAll("stored.npz", Checksummed::Yes, read);
  mutateAll("deflated.npz", Checksummed::Yes, read);
}

} // namespace
