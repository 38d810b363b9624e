// Areas under ROC curves: what `mimo eval --auc HEAD:TARGET` asks for. Private to this folder.
#pragma once

#include "mimoc/Training/Dataset.h"

#include <string>
#include <vector>

namespace mimoc {

/// A head whose numbers rank the rows, and the tensors that say which are positive and which count at all.
struct Ranking {
  const TensorInfo *head = nullptr;
  std::string target, mask; ///< the mask may be empty
};

/// Each setting is HEAD:TARGET or HEAD:TARGET:MASK, by names of the model.
llvm::Expected<std::vector<Ranking>> parseRankings(const ModelInfo &info, llvm::ArrayRef<std::string> settings);

struct RankFigure {
  std::string name; ///< the head's; `tags.0`, `tags.1`, ... of one with several numbers a row
  double area = 0;  ///< NaN: no number
  size_t positives = 0, negatives = 0;
};

/// The areas over the whole data set, one for each number of a row. A target above one half is positive; rows whose target is NaN or
/// negative, or whose mask is 0, are left out.
llvm::Expected<std::vector<RankFigure>> rankRows(Model &model, const Block &parameters, const Dataset &data, const Ranking &ranking,
                                                 int64_t batch);

} // namespace mimoc
