// A compiled model opened at run time: its description and its functions, with memory and refusals in C++ form.
#pragma once

#include "mimoc/Data/Array.h"
#include "mimoc/ModelInfo.h"
#include "mimoc/Runtime.h"

#include "llvm/Support/Error.h"

#include <memory>
#include <string>
#include <vector>

namespace mimoc {

/// How a .mimo file is compiled before it is opened. Nothing of it applies to a compiled library.
struct CompileChoices {
  std::string model;            ///< which, where the file has several
  std::string march = "native";
  std::string precision = "f32";
  int optimize = 3;
};

Element elementOf(DType type);

/// Rows for one call: one pointer for each input and target in declaration order. The memory is the caller's.
struct Batch {
  std::vector<const void *> inputs, targets;
  int64_t rows = 0;
};

/// The options struct of a model: what <prefix>_step and <prefix>_backward read.
struct RunOptions {
  std::vector<double> values; ///< learning rate, then coefficients, as PhaseInfo::options lists them
  uint64_t seed = 0;
  uint64_t step = 0;
  bool random = true; ///< dropout and randn

  static RunOptions defaultsOf(const PhaseInfo &phase);
  std::vector<uint64_t> packed() const;
};

/// A block of parameters, gradients or optimizer state.
struct Block {
  std::shared_ptr<char> memory;
  size_t bytes = 0;

  static llvm::Expected<Block> zeroed(size_t bytes);
  char *data() const { return memory.get(); }
  llvm::Expected<Block> copy() const;
};

class Model {
public:
  /// Compiles a .mimo file, or opens a compiled library. Opening a library runs its code: only for a path that the user
  /// named.
  static llvm::Expected<Model> open(llvm::StringRef path, const CompileChoices &choices);
  Model(Model &&) noexcept;
  ~Model();

  const ModelInfo &info() const;
  const std::string &json() const; ///< the self-description as the library holds it
  const std::string &path() const; ///< as the user gave it

  /// The train block that backward, step and their blocks are of from now on. At first it is the model itself. An empty name means the
  /// only way to train that there is.
  llvm::Error usePhase(llvm::StringRef name);
  const PhaseInfo &phase() const;

  size_t parameterBytes() const;
  size_t gradientBytes() const; ///< of the phase
  size_t stateBytes() const;    ///< of the phase
  size_t figureCount() const; ///< losses, penalties and metrics
  bool canTrain() const;
  uint64_t workspaceBytes(int64_t purpose, int64_t rows) const;

  llvm::Expected<Block> initialParameters(uint64_t seed);
  llvm::Expected<Block> initialState();
  /// One pointer for each head and output, each with room for the batch.
  llvm::Error forward(const Block &parameters, const Batch &batch, llvm::ArrayRef<void *> heads);
  /// As forward, for the heads of an entry; the other pointers are not looked at.
  llvm::Error forwardEntry(llvm::StringRef entry, const Block &parameters, const Batch &batch, llvm::ArrayRef<void *> heads);
  llvm::Error forwardHead(llvm::StringRef head, const Block &parameters, const Batch &batch, void *result);
  /// Adds the batch to the states.
  llvm::Error evaluate(const Block &parameters, const Batch &batch, std::vector<double> &states);
  llvm::Error backward(const Block &parameters, const Batch &batch, const RunOptions &options,
                       std::vector<double> &losses, const Block &gradients);
  llvm::Error backwardLoss(llvm::StringRef loss, const Block &parameters, const Batch &batch, const RunOptions &options,
                           std::vector<double> &losses, const Block &gradients);
  llvm::Error step(const Block &parameters, const Block &state, const Batch &batch, const RunOptions &options,
                   std::vector<double> &losses);
  /// States to figures.
  llvm::Expected<std::vector<double>> figures(const std::vector<double> &states);

private:
  struct Impl;
  explicit Model(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl;
};

} // namespace mimoc
