#include "TestFiles.h"
#include "mimoc/Data/Npz.h"

using namespace mimoc;
using namespace mimoc::testing;

namespace {

TEST(Npz, ReadsStoredAndDeflatedMembers) {
  for (const char *name : {"stored.npz", "deflated.npz"}) {
    auto archive = llvm::cantFail(NpzReader::open(input(name)));
    EXPECT_EQ(archive.names(), (std::vector<std::string>{"image", "label"}));
    Array image = llvm::cantFail(archive.read("image"));
    EXPECT_EQ(image.shape, (std::vector<int64_t>{2, 3, 4}));
    EXPECT_EQ(valuesOf<int32_t>(image)[23], 23);
    EXPECT_EQ(valuesOf<int32_t>(llvm::cantFail(archive.read("label"))), (std::vector<int32_t>{0, 1, 2, 3, 4}));
    EXPECT_CONTAINS(refusal(archive.read("lable")), "no member 'lable'");
  }
}

TEST(Npz, RoundTripAndSameBytes) {
  Array a = arrayOf<float>(Element::F32, {2, 2}, {1, 2, 3, 4}), b = arrayOf<int64_t>(Element::I64, {}, {9});
  std::string bytes = llvm::cantFail(npzBytes({{"classifier", a}, {"n", b}}));
  EXPECT_EQ(bytes, llvm::cantFail(npzBytes({{"classifier", a}, {"n", b}})));
  Folder folder;
  llvm::cantFail(writeFileAtomically(folder.file("out.npz"), bytes));
  auto archive = llvm::cantFail(NpzReader::open(folder.file("out.npz")));
  EXPECT_EQ(llvm::cantFail(archive.read("classifier")).raw(), a.raw());
  EXPECT_EQ(llvm::cantFail(archive.read("n")).shape, std::vector<int64_t>{});
}

TEST(Npz, RefusesOtherFiles) {
  EXPECT_CONTAINS(refusal(NpzReader::open(input("f4.npy"))), "is not an .npz archive");
  EXPECT_CONTAINS(refusal(NpzReader::open(input("missing.npz"))), "No such file");
  EXPECT_CONTAINS(refusal(NpzReader::open(input(""))), "is not a file");
}

TEST(Npz, LegitimateCompressionIsReadInFull) {
  auto archive = llvm::cantFail(NpzReader::open(input("bomb.npz")));
  EXPECT_EQ(llvm::cantFail(archive.read("zeros")).elements(), 1'000'000);
}

// A directory entry that claims more than the compressed bytes can hold must not lead to an allocation of that size.
TEST(Npz, DirectoryThatLiesIsRefused) {
  std::string bytes = bytesOf(input("deflated.npz"));
  size_t entry = bytes.find("PK\x01\x02");
  ASSERT_NE(entry, std::string::npos);
  bytes.replace(entry + 24, 4, std::string("\xf0\xff\xff\x7f", 4));
  Folder folder;
  llvm::cantFail(writeFileAtomically(folder.file("liar.npz"), bytes));
  auto archive = NpzReader::open(folder.file("liar.npz"));
  if (archive)
    EXPECT_CONTAINS(refusal(archive->read("image")), "is damaged");
  else
    EXPECT_CONTAINS(llvm::toString(archive.takeError()), "damaged");
}

} // namespace
