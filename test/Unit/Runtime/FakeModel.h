// A model for tests of the run-time support, with hand-written entry points (FakeEntries.c).
#ifndef FAKE_MODEL_H
#define FAKE_MODEL_H

#define FAKE_BIG 100000
#define FAKE_PARAMETERS (8 + FAKE_BIG)
#define FAKE_STATIC 100
#define FAKE_ROW 40

#ifdef __cplusplus

#include "mimoc/ModelInfo.h"
#include "mimoc/Runtime.h"

#include <cstdlib>
#include <dlfcn.h>
#include <memory>
#include <string>
#include <vector>

namespace fake {

/// The description of the entry points in FakeEntries.c, as the compiler would make it.
mimoc::ModelInfo modelInfo();

/// Describes, links the run-time support in and generates code: an object file for this machine. Fails the test.
std::string compileObject(const mimoc::ModelInfo &info);

/// A folder that is removed in the end.
class Folder {
public:
  Folder();
  ~Folder();
  std::string operator/(const std::string &name) const { return path + "/" + name; }
  std::vector<std::string> files() const;
  std::string path;
};

std::string readFile(const std::string &path);
void writeFile(const std::string &path, const std::string &contents);

/// Runs a command of the shell and gives its output; `status` is what it exited with.
std::string run(const std::string &command, int &status);

/// The library of modelInfo(), compiled and opened once for all tests.
class Library {
public:
  static Library &get();
  template <class Function> Function *find(const std::string &name) {
    return reinterpret_cast<Function *>(dlsym(handle, (info.prefix + "_" + name).c_str()));
  }
  mimoc_context_init_fn *contextInit();

  mimoc::ModelInfo info = modelInfo();
  std::string path;

private:
  Library();
  Folder folder;
  void *handle = nullptr;
};

/// Memory on a 64-byte boundary, filled with a value that a test recognises.
template <class T> class Block {
public:
  explicit Block(size_t count, T value = T(-77)) : count(count) {
    data.reset(static_cast<T *>(std::aligned_alloc(64, (count * sizeof(T) + 127) / 64 * 64)));
    for (size_t i = 0; i < count; ++i)
      data.get()[i] = value;
  }
  operator T *() { return data.get(); }
  bool isUntouched(T value = T(-77)) const {
    for (size_t i = 0; i < count; ++i)
      if (data.get()[i] != value)
        return false;
    return true;
  }

  size_t count;

private:
  struct Free {
    void operator()(T *pointer) const { std::free(pointer); }
  };
  std::unique_ptr<T, Free> data;
};

struct Options {
  double learningRate = 0.5, ce = 2, l2All = 0;
  uint64_t seed = 3, step = 4;
  int64_t random = 0;
};

/// All that calls of the fake model take, set to values that are accepted. Tests change one thing and look.
struct Call {
  static constexpr int64_t batch = 5;

  Call();
  std::string message() { return library.find<mimoc_message_fn>("message")(&context); }
  mimoc_status forward();
  mimoc_status forwardHead();
  mimoc_status evaluate();
  mimoc_status backward(int64_t accumulate = 0);
  mimoc_status vjp();
  mimoc_status apply();
  mimoc_status step();

  Library &library = Library::get();
  mimoc_context context;
  mimoc_context *contextPointer = &context;
  int64_t rows = batch;
  std::vector<float> x, y, outputs, cotangentY, xGradient;
  std::vector<int32_t> ids;
  std::vector<int64_t> label;
  Block<float> parameters{FAKE_PARAMETERS, 1}, gradients{FAKE_PARAMETERS}, state{FAKE_PARAMETERS};
  std::vector<double> losses, states;
  Options options;
  std::vector<const void *> inputs, targets, cotangents;
  std::vector<void *> heads, inputGradients;
  void *parametersPointer = parameters, *gradientsPointer = gradients, *statePointer = state;
  double *lossesPointer, *statesPointer;
  const void *optionsPointer = &options;
  const void *const *inputsPointer;
  Block<unsigned char> workspace;
  void *workspacePointer = workspace;
  uint64_t workspaceBytes;
};

} // namespace fake

#endif

#endif
