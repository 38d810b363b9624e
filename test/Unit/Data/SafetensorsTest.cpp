#include "TestFiles.h"
#include "mimoc/Data/Safetensors.h"

using namespace mimoc;
using namespace mimoc::testing;

namespace {

std::string file(const std::string &header, size_t dataBytes = 0) {
  std::string length(8, '\0');
  for (int i = 0; i < 8; ++i)
    length[i] = char(header.size() >> 8 * i & 255);
  return length + header + std::string(dataBytes, '\1');
}

std::string refused(const std::string &header, size_t dataBytes = 0) {
  return refusal(parseSafetensors(inMemory(file(header, dataBytes))));
}

std::string tensor(const std::string &name, const std::string &type, const std::string &shape, const std::string &at) {
  return "\"" + name + "\":{\"dtype\":\"" + type + "\",\"shape\":" + shape + ",\"data_offsets\":" + at + "}";
}

TEST(Safetensors, ReadsAForeignFile) {
  Safetensors contents = llvm::cantFail(readSafetensors(input("foreign.safetensors")));
  ASSERT_EQ(contents.tensors.size(), 2u);
  EXPECT_EQ(contents.metadata, (std::map<std::string, std::string>{{"format", "pt"}}));
  EXPECT_EQ(contents.find("fc.weight")->shape, (std::vector<int64_t>{2, 3}));
  EXPECT_EQ(valuesOf<double>(*contents.find("fc.bias")), (std::vector<double>{1.5, -2.5}));
  EXPECT_EQ(contents.find("fc"), nullptr);
}

TEST(Safetensors, RoundTrip) {
  Safetensors contents;
  contents.tensors.push_back({"a \"quoted\" name", arrayOf<float>(Element::F32, {2}, {1, 2})});
  contents.tensors.push_back({"empty", arrayOf<float>(Element::F32, {0, 3}, {})});
  contents.tensors.push_back({"flag", arrayOf<uint8_t>(Element::Bool, {}, {1})});
  contents.metadata = {{"note", "line\nbreak"}, {"step", "12"}};
  Folder folder;
  llvm::cantFail(writeSafetensors(folder.file("x.safetensors"), contents));
  Safetensors back = llvm::cantFail(readSafetensors(folder.file("x.safetensors")));
  ASSERT_EQ(back.tensors.size(), 3u);
  for (const NamedArray &written : contents.tensors) {
    const Array *read = back.find(written.name);
    ASSERT_NE(read, nullptr) << written.name;
    EXPECT_EQ(read->raw(), written.array.raw());
    EXPECT_EQ(read->shape, written.array.shape);
  }
  EXPECT_EQ(back.metadata.erase(kChecksumKey.str()), 1u);
  EXPECT_EQ(back.metadata, contents.metadata);
}

TEST(Safetensors, RefusesBrokenHeaders) {
  EXPECT_CONTAINS(refusal(parseSafetensors(inMemory("1234567"))), "it has 7 bytes");
  EXPECT_CONTAINS(refusal(parseSafetensors(inMemory(std::string(8, '\xff')))), "claims 18446744073709551615 bytes");
  EXPECT_CONTAINS(refused("[]"), "does not begin with a brace");
  EXPECT_CONTAINS(refused("{"), "is not JSON");
  EXPECT_CONTAINS(refused("{}x"), "is not JSON");
  EXPECT_CONTAINS(refused("{\"a\":{\"b\":[" + std::string(100000, '[')), "nested too deeply");
  EXPECT_CONTAINS(refused("{\"a\":1}"), "tensor 'a': needs dtype, shape and data_offsets");
  EXPECT_CONTAINS(refused("{\"__metadata__\":{\"step\":1}}"), "'step' of __metadata__ is not a text");
  EXPECT_CONTAINS(refused("{\"__metadata__\":[]}"), "__metadata__ is not an object");
}

TEST(Safetensors, RefusesEqualNamesHoweverTheyAreSpelt) {
  std::string a = tensor("a", "U8", "[0]", "[0,0]"), b = tensor("\\u0061", "U8", "[0]", "[0,0]");
  EXPECT_CONTAINS(refused("{" + a + "," + a + "}"), "two equal names");
  EXPECT_CONTAINS(refused("{" + a + "," + b + "}"), "two equal names");
  EXPECT_CONTAINS(refused("{\"__metadata__\":{\"x\":\"1\",\"x\":\"2\"}}"), "two equal names");
}

TEST(Safetensors, RefusesWrongOffsets) {
  EXPECT_CONTAINS(refused("{" + tensor("a", "F32", "[2]", "[0,8]") + "}", 7), "lie outside the 7 bytes");
  EXPECT_CONTAINS(refused("{" + tensor("a", "F32", "[2]", "[8,0]") + "}", 8), "lie outside");
  EXPECT_CONTAINS(refused("{" + tensor("a", "F32", "[2]", "[0,4]") + "}", 4), "takes 8 bytes");
  EXPECT_CONTAINS(refused("{" + tensor("a", "F32", "[1]", "[0,4]") + "}", 8), "take 4 bytes and 8 are there");
  EXPECT_CONTAINS(refused("{" + tensor("a", "F32", "[1]", "[4,8]") + "}", 8), "begins at 4");
  EXPECT_CONTAINS(refused("{" + tensor("a", "F32", "[1]", "[0,4]") + "," + tensor("b", "F32", "[1]", "[2,6]") + "}", 6),
                  "begins at 2 and the one before it ends at 4");
}

TEST(Safetensors, RefusesWrongTensors) {
  EXPECT_CONTAINS(refused("{" + tensor("a", "F8_E4M3", "[1]", "[0,1]") + "}", 1), "element type 'F8_E4M3'");
  EXPECT_CONTAINS(refused("{" + tensor("a", "F32", "[-1]", "[0,0]") + "}"), "'shape' is not a list of whole numbers");
  EXPECT_CONTAINS(refused("{" + tensor("a", "F32", "[1.5]", "[0,0]") + "}"), "'shape' is not a list of whole numbers");
  EXPECT_CONTAINS(refused("{" + tensor("a", "F32", "[4294967296,4294967296]", "[0,0]") + "}"), "too large");
  EXPECT_CONTAINS(refused("{" + tensor("a", "F32", "{}", "[0,0]") + "}"), "'shape' is not a list");
}

TEST(Safetensors, ChecksumSeesEveryChange) {
  Safetensors contents;
  contents.tensors.push_back({"w", arrayOf<float>(Element::F32, {1}, {1})});
  contents.metadata = {{"step", "12"}};
  std::string bytes = safetensorsHeader(contents) + contents.tensors[0].array.raw().str();
  ASSERT_TRUE(bool(parseSafetensors(inMemory(bytes))));
  std::string step = bytes;
  step[step.find("\"12\"") + 1] = '2';
  EXPECT_CONTAINS(refusal(parseSafetensors(inMemory(step))), "checksum does not match");
  bytes.back() ^= 1;
  EXPECT_CONTAINS(refusal(parseSafetensors(inMemory(bytes))), "checksum does not match");
}

} // namespace
