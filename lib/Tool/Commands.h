// The commands of the program and their options. Private to this folder.
#pragma once

#include "mimoc/Training/Model.h"
#include "mimoc/Training/Pretrained.h"

#include "llvm/Support/raw_ostream.h"

#include <optional>
#include <string>
#include <vector>

namespace mimoc {

/// Where a command writes to, and how it was called.
struct Console {
  llvm::raw_ostream &out, &err;
  std::vector<std::string> arguments; ///< with the program's name first

  void warn(const std::string &text) const {
    out.flush(); // what was printed before it stands before it
    err << "mimo: warning: " << text << "\n";
  }
};

/// The model and how to compile it: what every command takes.
struct ModelOptions {
  std::string path;
  std::string phase; ///< which train block, where the model has some
  CompileChoices compile;
};

/// What becomes of pictures, as NAME: transform -> transform.
struct PictureOptions {
  std::vector<std::string> augment, transform;
  std::optional<int64_t> workers; ///< threads that read them
};

struct TrainOptions {
  ModelOptions model;
  PictureOptions pictures;
  std::vector<std::string> settings; ///< name=value, of the run-time options
  std::vector<std::string> data, validationData;
  uint64_t epochs = 10;
  std::optional<int64_t> batch;
  std::optional<uint64_t> seed, steps, saveEvery;
  std::optional<double> validation, learningRate;
  std::vector<std::string> coefficients; ///< name=value
  bool noShuffle = false, trainMetrics = false, overwrite = false;
  std::string out, resume;
  LoadRules load;
};

struct EvalOptions {
  ModelOptions model;
  PictureOptions pictures;
  std::vector<std::string> data, coefficients, rankings;
  std::string checkpoint;
  int64_t batch = 256;
  bool json = false, averaged = false;
};

struct PredictOptions {
  ModelOptions model;
  PictureOptions pictures;
  std::vector<std::string> data, heads;
  std::string checkpoint, entry, output = "predictions.npz";
  int64_t batch = 256;
  bool averaged = false;
};

struct GradOptions {
  ModelOptions model;
  PictureOptions pictures;
  std::vector<std::string> data, coefficients;
  std::string checkpoint, loss, output = "grads.safetensors";
  std::optional<int64_t> batch;
  int64_t batchIndex = 0;
  std::optional<uint64_t> seed;
  bool noRandom = false;
};

struct InfoOptions {
  ModelOptions model;
  int64_t batch = 32;
  bool json = false;
};

/// Each returns the exit status, or the refusal.
llvm::Expected<int> trainCommand(const TrainOptions &options, const Console &console);
llvm::Expected<int> evalCommand(const EvalOptions &options, const Console &console);
llvm::Expected<int> predictCommand(const PredictOptions &options, const Console &console);
llvm::Expected<int> gradCommand(const GradOptions &options, const Console &console);
llvm::Expected<int> infoCommand(const InfoOptions &options, const Console &console);

} // namespace mimoc
