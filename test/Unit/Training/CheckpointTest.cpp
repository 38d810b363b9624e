#include "mimoc/Training/Checkpoint.h"

#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <gtest/gtest.h>
#include <limits>

using namespace mimoc;

namespace {

ModelInfo modelInfo() {
  ModelInfo info;
  info.name = "Net";
  info.precision = DType::F32;
  info.parameters = {{"fc.weight", {2, 3}, 0, 6, {}}, {"fc.bias", {2}, 6, 2, {}}};
  info.parameterElements = 8;
  info.losses = {{"a", "loss"}, {"b", "loss"}};
  PhaseInfo &phase = info.phases.front();
  phase.options = {{"learning_rate", 0.1}, {"a", 1}, {"b", 0.5}};
  phase.optimizer = "adam";
  phase.stateNames = {"exp_avg", "exp_avg_sq"};
  phase.trained = {{0, 0, 0}, {1, 6, 0}};
  phase.gradientElements = 8;
  return info;
}

Block counting(size_t floats, float first) {
  Block block = llvm::cantFail(Block::zeroed(floats * 4));
  for (size_t i = 0; i < floats; ++i)
    reinterpret_cast<float *>(block.data())[i] = first + float(i) / 3;
  return block;
}

TrainingState trainingState() {
  TrainingState state;
  state.parameters = counting(8, 1);
  state.optimizer = counting(16, 100);
  state.options.values = {0.1 + 0.2, 1.0 / 3, 5e-324};
  state.options.seed = std::numeric_limits<uint64_t>::max();
  state.options.step = 12345;
  state.epoch = 7;
  state.position = 96;
  state.lossSums = {1.0 / 7, -0.0};
  state.bestFigure = 1e-300;
  state.bestEpoch = 3;
  state.batch = 32;
  state.shuffle = false;
  state.validation = 0.1;
  state.dataFingerprint = 0x8000000000000001;
  return state;
}

class CheckpointFile : public testing::Test {
protected:
  CheckpointFile() {
    std::string pattern = (std::filesystem::temp_directory_path() / "mimo-test-XXXXXX").string();
    folder = ::mkdtemp(pattern.data());
    path = folder + "/x.safetensors";
  }
  ~CheckpointFile() override { std::filesystem::remove_all(folder); }
  std::string refusal(const ModelInfo &info) {
    auto state = loadCheckpoint(path, info, info.phases.front());
    return state ? "accepted" : llvm::toString(state.takeError());
  }
  std::string folder, path;
};

llvm::StringRef bytesOf(const Block &block) { return {block.data(), block.bytes}; }

TEST_F(CheckpointFile, EverythingComesBackBitForBit) {
  TrainingState state = trainingState();
  llvm::cantFail(writeSafetensors(path, checkpointOf(modelInfo(), modelInfo().phases.front(), state)));
  TrainingState back = llvm::cantFail(loadCheckpoint(path, modelInfo(), modelInfo().phases.front()));
  EXPECT_EQ(bytesOf(back.parameters), bytesOf(state.parameters));
  EXPECT_EQ(bytesOf(back.optimizer), bytesOf(state.optimizer));
  EXPECT_EQ(back.options.packed(), state.options.packed());
  EXPECT_EQ(back.epoch, state.epoch);
  EXPECT_EQ(back.position, state.position);
  EXPECT_EQ(back.lossSums, state.lossSums);
  EXPECT_TRUE(std::signbit(back.lossSums[1]));
  EXPECT_EQ(back.bestFigure, state.bestFigure);
  EXPECT_EQ(back.bestEpoch, state.bestEpoch);
  EXPECT_EQ(back.batch, state.batch);
  EXPECT_EQ(back.shuffle, state.shuffle);
  EXPECT_EQ(back.validation, state.validation);
  EXPECT_EQ(back.dataFingerprint, state.dataFingerprint);
}

TEST_F(CheckpointFile, NamesAndLayoutsArePyTorchs) {
  Safetensors file = checkpointOf(modelInfo(), modelInfo().phases.front(), trainingState());
  ASSERT_EQ(file.tensors.size(), 6u);
  EXPECT_EQ(file.find("fc.weight")->shape, (std::vector<int64_t>{2, 3}));
  EXPECT_EQ(loadAs<float>(file.find("fc.bias")->data.get()), 3);
  EXPECT_EQ(loadAs<float>(file.find("optimizer.exp_avg_sq.fc.weight")->data.get()), 100 + 8.0f / 3);
}

TEST_F(CheckpointFile, OtherModelsAreRefusedWithBothSides) {
  llvm::cantFail(writeSafetensors(path, checkpointOf(modelInfo(), modelInfo().phases.front(), trainingState())));
  ModelInfo other = modelInfo();
  other.parameters[0].shape = {3, 2};
  EXPECT_NE(refusal(other).find("'fc.weight' has the shape [2, 3] and the model's parameter has [3, 2]"),
            std::string::npos);
  other = modelInfo();
  other.parameters[1].name = "fc.bais";
  EXPECT_NE(refusal(other).find("lacks 1 of the model's 2 parameters: 'fc.bais'; did you mean 'fc.bias'?"),
            std::string::npos);
  other = modelInfo();
  other.precision = DType::F64;
  EXPECT_NE(refusal(other).find("was trained in float32"), std::string::npos);
  other = modelInfo();
  other.phases.front().optimizer = "sgd";
  EXPECT_NE(refusal(other).find("was trained with adam"), std::string::npos);
}

TEST_F(CheckpointFile, ParametersOfAnotherPrecisionAreConverted) {
  llvm::cantFail(writeSafetensors(path, checkpointOf(modelInfo(), modelInfo().phases.front(), trainingState())));
  ModelInfo wide = modelInfo();
  wide.precision = DType::F64;
  Block block = llvm::cantFail(loadParameters(path, wide, [](const std::string &text) { ADD_FAILURE() << text; }));
  EXPECT_EQ(loadAs<double>(block.data() + 8), double(1 + 1.0f / 3));
}

TEST_F(CheckpointFile, VersionsAndChecksumAreRequired) {
  Safetensors file = checkpointOf(modelInfo(), modelInfo().phases.front(), trainingState());
  file.metadata["mimoc.version"] = "2";
  llvm::cantFail(writeSafetensors(path, file));
  EXPECT_NE(refusal(modelInfo()).find("has checkpoint version 2 and this program reads up to 1"), std::string::npos);
  file.metadata.erase("mimoc.version");
  llvm::cantFail(writeSafetensors(path, file));
  EXPECT_NE(refusal(modelInfo()).find("is no checkpoint of mimo train"), std::string::npos);
  file.metadata["mimoc.version"] = "1";
  file.metadata["mimoc.step"] = "12x";
  llvm::cantFail(writeSafetensors(path, file));
  EXPECT_NE(refusal(modelInfo()).find("'mimoc.step' of its __metadata__ is not a list of numbers"), std::string::npos);
}

} // namespace
