// What the tests of the data formats share.
#pragma once

#include "mimoc/Data/Array.h"
#include "mimoc/Data/File.h"

#include <filesystem>
#include <fstream>
#include <gtest/gtest.h>

namespace mimoc::testing {

inline std::string input(const std::string &name) { return MIMOC_TEST_INPUTS "/" + name; }

inline std::string bytesOf(const std::string &path) {
  std::ifstream stream(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(stream), {}};
}

/// The bytes in memory of exactly their size, so that a sanitizer sees every read beyond them.
inline FileBytes inMemory(const std::string &bytes) {
  std::shared_ptr<char> memory(new char[bytes.size()], std::default_delete<char[]>());
  std::memcpy(memory.get(), bytes.data(), bytes.size());
  return {memory, bytes.size()};
}

/// A folder of its own for each test, deleted afterwards.
class Folder {
public:
  Folder() {
    std::string pattern = (std::filesystem::temp_directory_path() / "mimo-test-XXXXXX").string();
    path = ::mkdtemp(pattern.data());
  }
  ~Folder() { std::filesystem::remove_all(path); }
  std::string file(const std::string &name) const { return path + "/" + name; }
  size_t count() const {
    return size_t(std::distance(std::filesystem::directory_iterator(path), std::filesystem::directory_iterator()));
  }
  std::string path;
};

template <typename T> std::vector<T> valuesOf(const Array &array) {
  std::vector<T> values;
  for (int64_t i = 0; i < array.elements(); ++i)
    values.push_back(loadAs<T>(array.data.get() + i * sizeof(T)));
  return values;
}

template <typename T> Array arrayOf(Element type, std::vector<int64_t> shape, const std::vector<T> &values) {
  auto fresh = llvm::cantFail(makeArray(type, std::move(shape)));
  if (!values.empty())
    std::memcpy(fresh.bytes, values.data(), values.size() * sizeof(T));
  return fresh.array;
}

/// The text of a refusal; fails the test where there is none.
template <typename T> std::string refusal(llvm::Expected<T> result) {
  if (result) {
    ADD_FAILURE() << "was accepted";
    return "";
  }
  return llvm::toString(result.takeError());
}

#define EXPECT_CONTAINS(text, part) EXPECT_NE(std::string(text).find(part), std::string::npos) << (text)

} // namespace mimoc::testing
