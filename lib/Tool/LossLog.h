// The CSV log of a run: one line per epoch. Private to this folder.
#pragma once

#include "mimoc/Training/TrainLoop.h"

#include <cstdio>
#include <memory>
#include <string>
#include <vector>

namespace mimoc {

/// Columns: epoch, step, seconds, samples_per_second, learning_rate, then `train.NAME` and `validation.NAME` where NAME
/// is `minimize`, a loss, a penalty or a metric. A figure that was not computed is an empty cell.
class LossLog {
public:
  /// Keeps the lines of epochs up to `keepThrough` where the file has the same columns, for a run that is resumed.
  static llvm::Expected<LossLog> open(const std::string &path, const ModelInfo &info, uint64_t keepThrough);

  llvm::Error add(const EpochReport &report, double learningRate);

  const std::vector<std::string> &columns() const { return names; }
  /// One line per epoch, NaN for an empty cell.
  const std::vector<std::vector<double>> &lines() const { return rows; }

private:
  llvm::Error append(const std::string &text);
  std::string lineText(const std::vector<double> &row) const;

  std::string path;
  std::vector<std::string> names;
  std::vector<std::vector<double>> rows;
  std::shared_ptr<std::FILE> file;
};

} // namespace mimoc
