#include "mimoc/Training/Dataset.h"

#include <gtest/gtest.h>

#include <numeric>

using namespace mimoc;

namespace {

constexpr int64_t kRows = 23;

Transforms transforms(const char *text) { return llvm::cantFail(Transforms::parse("test", text)); }

/// Pictures of 6 x 5 pixels in an array of bytes, cropped at random to 4 x 4, beside a column of numbers.
Dataset dataset(unsigned threads) {
  NewArray bytes = llvm::cantFail(makeArray(Element::U8, {kRows, 2, 6, 5})), numbers = llvm::cantFail(makeArray(Element::F32, {kRows}));
  for (int64_t i = 0; i < kRows * 60; ++i)
    bytes.bytes[i] = char(i * 37 % 251);
  for (int64_t i = 0; i < kRows; ++i)
    reinterpret_cast<float *>(numbers.bytes)[i] = float(i);
  auto pictures = std::make_shared<Pictures>();
  pictures->array = bytes.array;
  pictures->samples.resize(kRows);
  std::iota(pictures->samples.begin(), pictures->samples.end(), 0);
  pictures->train = pictures->evaluation = transforms("random_crop(4) -> hflip -> rotate(20)");
  pictures->shape = {2, 4, 4};
  pictures->what = "input 'image'";
  Dataset data;
  data.rows = kRows;
  data.threads = threads;
  data.inputs.push_back({"image", {Element::F32, {kRows, 2, 4, 4}, nullptr}, pictures->rowBytes(), pictures});
  data.inputs.push_back({"number", numbers.array, 4, nullptr});
  return data;
}

struct Values {
  std::vector<float> pictures, numbers;
  bool operator==(const Values &) const = default;
};

Values valuesOf(const Batch &batch) {
  auto *pictures = static_cast<const float *>(batch.inputs[0]), *numbers = static_cast<const float *>(batch.inputs[1]);
  return {{pictures, pictures + batch.rows * 32}, {numbers, numbers + batch.rows}};
}

Values gathered(Batcher &batcher, llvm::ArrayRef<int64_t> rows, const Augmentation &augmentation) {
  return valuesOf(*llvm::cantFail(batcher.gather(rows, augmentation)));
}

TEST(Batcher, GivesTheSameWhateverWasPreparedAndHowManyThreadsRead) {
  Dataset one = dataset(1), eight = dataset(8);
  Batcher plain = llvm::cantFail(Batcher::create(one, 7)), ahead = llvm::cantFail(Batcher::create(eight, 7));
  std::vector<int64_t> first = {3, 20, 7, 0, 11, 5, 22}, second = {9, 1, 3}, third = {8, 8, 2, 19};
  for (uint64_t epoch = 0; epoch < 20; ++epoch) {
    Augmentation augmentation{true, 42, epoch};
    Values expected[3] = {gathered(plain, first, augmentation), gathered(plain, second, augmentation), gathered(plain, third, augmentation)};
    EXPECT_EQ(gathered(ahead, first, augmentation), expected[0]);
    ahead.prepare(second, augmentation);
    EXPECT_EQ(gathered(ahead, second, augmentation), expected[1]);
    ahead.prepare(first, augmentation); // not what comes next
    EXPECT_EQ(gathered(ahead, third, augmentation), expected[2]);
    ahead.prepare(third, Augmentation{true, 42, epoch + 1});
  }
}

TEST(Batcher, DrawsByRowEpochAndSeed) {
  Dataset data = dataset(2);
  Batcher batcher = llvm::cantFail(Batcher::create(data, 4));
  std::vector<int64_t> rows = {1, 2, 3, 4}, turned = {4, 3, 2, 1};
  Values values = gathered(batcher, rows, {true, 1, 0}), backwards = gathered(batcher, turned, {true, 1, 0});
  EXPECT_EQ(std::vector<float>(values.pictures.begin(), values.pictures.begin() + 32),
            std::vector<float>(backwards.pictures.end() - 32, backwards.pictures.end()));
  EXPECT_NE(values, gathered(batcher, rows, {true, 1, 1}));
  EXPECT_NE(values, gathered(batcher, rows, {true, 2, 0}));
  EXPECT_NE(values, gathered(batcher, rows, {}));
  EXPECT_EQ(gathered(batcher, rows, {}), valuesOf(*llvm::cantFail(batcher.range(1, 4))));
}

TEST(Batcher, SelectionsKeepTheirRows) {
  Dataset data = dataset(2), some = llvm::cantFail(data.select({5, 9, 22}));
  Batcher all = llvm::cantFail(Batcher::create(data, 3)), part = llvm::cantFail(Batcher::create(some, 3));
  EXPECT_EQ(gathered(all, {9, 22}, {true, 3, 1}), gathered(part, {1, 2}, {true, 3, 1}));
  EXPECT_NE(data.fingerprint(), some.fingerprint());
  EXPECT_EQ(data.fingerprint(), dataset(5).fingerprint());
}

TEST(Batcher, RefusesTheFirstRowThatFails) {
  Dataset data = dataset(4);
  auto pictures = std::make_shared<Pictures>(*data.inputs[0].pictures);
  for (int64_t i = 0; i < kRows; ++i) {
    pictures->files.push_back("nothing-" + std::to_string(i) + ".png");
    pictures->names = pictures->files;
    pictures->places.push_back("line " + std::to_string(i));
  }
  data.inputs[0].pictures = pictures;
  Batcher batcher = llvm::cantFail(Batcher::create(data, 4));
  batcher.prepare({7, 6, 5}, {});
  auto batch = batcher.gather({7, 6, 5}, {});
  ASSERT_FALSE(batch);
  EXPECT_EQ(llvm::toString(batch.takeError()), "line 7: nothing-7.png: No such file or directory");
}

} // namespace
