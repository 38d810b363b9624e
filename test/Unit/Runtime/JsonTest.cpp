// The self-description: written, found in files, read back, and texts that are none.
#include "FakeModel.h"
#include "mimoc/ObjectToLibrary.h"

#include "llvm/Support/JSON.h"
#include <gtest/gtest.h>

using namespace fake;
using namespace mimoc;

namespace {

std::string errorOf(llvm::StringRef json) {
  auto info = parseJson(json);
  return info ? "" : llvm::toString(info.takeError());
}

} // namespace

TEST(Json, RoundTrip) {
  ModelInfo info = modelInfo();
  auto read = parseJson(emitJson(info));
  ASSERT_TRUE(bool(read)) << llvm::toString(read.takeError());
  EXPECT_EQ(emitJson(*read), emitJson(info));
  EXPECT_EQ(emitHeader(*read), emitHeader(info));
  EXPECT_EQ(read->seed, info.seed);
  EXPECT_EQ(read->inputs[0].shape, info.inputs[0].shape);
  EXPECT_EQ(read->parameters[2].init.b, 2);
  EXPECT_EQ(read->phases[0].options[2].value, 1e-4);
  EXPECT_EQ(read->entries.size(), info.entries.size() - 2); // the checks are internal
}

TEST(Json, OffsetsForToolsWithoutTheHeader) {
  auto json = llvm::json::parse(emitJson(modelInfo()));
  ASSERT_TRUE(bool(json));
  const llvm::json::Object &object = *json->getAsObject();
  EXPECT_EQ((*object.getArray("inputs"))[1].getAsObject()->getInteger("offset"), 8);
  EXPECT_EQ((*object.getArray("metrics"))[0].getAsObject()->getInteger("offset"), 16);
  EXPECT_EQ((*object.getArray("metrics"))[0].getAsObject()->getInteger("state_offset"), 32);
  EXPECT_EQ((*object.getArray("phases"))[0].getAsObject()->getObject("random")->getInteger("seed_offset"), 24);
  EXPECT_EQ(object.getObject("bytes")->getInteger("parameters"), 4 * FAKE_PARAMETERS);
  EXPECT_EQ(object.getString("context_init")->str(), contextInitSymbol(modelInfo()));
}

TEST(Json, FoundInFilesAndReturnedByTheLibrary) {
  Library &library = Library::get();
  auto text = readDescription(library.path);
  ASSERT_TRUE(bool(text)) << llvm::toString(text.takeError());
  EXPECT_EQ(*text, emitJson(library.info));
  EXPECT_EQ(*text, library.find<mimoc_describe_fn>("describe")());
  Folder folder;
  std::string object = compileObject(library.info);
  ASSERT_FALSE(bool(writeLibrary(llvm::MemoryBufferRef(object, "x"), library.info, folder / "net.o")));
  auto fromObject = readDescription(folder / "net.o");
  ASSERT_TRUE(bool(fromObject)) << llvm::toString(fromObject.takeError());
  EXPECT_EQ(*fromObject, *text);
}

TEST(Json, FilesThatAreNoModels) {
  Folder folder;
  writeFile(folder / "text.so", "hello");
  writeFile(folder / "cut.so", readFile(Library::get().path).substr(0, 300));
  for (const std::string &path : {folder / "text.so", folder / "cut.so", folder / "none.so", std::string(TEST_CLANG)}) {
    auto text = readDescription(path);
    EXPECT_FALSE(bool(text));
    EXPECT_NE(llvm::toString(text.takeError()).find(path), std::string::npos);
  }
}

TEST(Json, TextsThatAreNoDescriptions) {
  EXPECT_NE(errorOf("{"), "");
  EXPECT_EQ(errorOf("[]"), "not the description of a model compiled by mimoc");
  EXPECT_EQ(errorOf(R"({"format": "mimoc model", "abi_version": 5})"),
            "the model has version 5 of the interface, this program knows version 4; compile the model again");
  EXPECT_NE(errorOf(R"({"format": "mimoc model", "abi_version": 4})").find("compiler_version"), std::string::npos);
}

TEST(Json, EveryFieldIsNeededAndOfItsType) {
  std::string text = emitJson(modelInfo());
  // A text that lost its end, or in which a number became a string, is refused and never crashes the reader.
  for (size_t cut = 0; cut < text.size(); cut += 7)
    EXPECT_NE(errorOf(text.substr(0, cut)), "");
  size_t at = text.find("\"elements\":6");
  ASSERT_NE(at, std::string::npos);
  text.replace(at, 12, "\"elements\":\"6\"");
  EXPECT_NE(errorOf(text).find("expected integer at description.parameters[0].elements"), std::string::npos)
      << errorOf(text);
}

TEST(Json, StatesOfFigures) {
  ModelInfo info = modelInfo();
  info.metrics.push_back({"table", "metric", "diagonal", {{"counts", {3, 3}}}});
  info.metrics.push_back({"error", "metric", "root"});
  auto read = parseJson(emitJson(info));
  ASSERT_TRUE(bool(read)) << llvm::toString(read.takeError());
  EXPECT_EQ(emitJson(*read), emitJson(info));
  EXPECT_EQ(stateNumbers(*read), 6 + 9 + 2);
  auto json = llvm::json::parse(emitJson(info));
  EXPECT_EQ((*json->getAsObject()->getArray("metrics"))[2].getAsObject()->getInteger("state_offset"), (6 + 9) * 8);
  EXPECT_NE(emitHeader(info).find("double table_counts[3][3];"), std::string::npos);
  // What is claimed is not believed: a program would have to keep that many numbers.
  for (std::vector<int64_t> shape : {std::vector<int64_t>{kRunTimeSize}, {1 << 13, 1 << 13}, {int64_t(1) << 40}}) {
    info.metrics[1].state[0].shape = shape;
    EXPECT_NE(errorOf(emitJson(info)).find("expected sizes of at most 2^24 numbers at description.metrics[1].state[0].shape"), std::string::npos)
        << errorOf(emitJson(info));
  }
}
