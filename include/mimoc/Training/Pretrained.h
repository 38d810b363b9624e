// Parameters that come from files of other programs: which tensor belongs to which parameter, and what is left over.
#pragma once

#include "mimoc/ModelInfo.h"
#include "mimoc/Training/Model.h"

namespace mimoc {

/// What `--load` and the options beside it say.
struct LoadRules {
  std::vector<std::string> sources;  ///< FILE, PART=FILE or PART=FILE:PREFIX
  std::vector<std::string> ignored;  ///< patterns of names in the files that are left unused
  std::vector<std::string> fresh;    ///< patterns of parameters that may keep their initial values
  std::vector<std::string> channels; ///< PARAMETER=mean, zero or sum: how a first convolution of other channels is made
};

/// A copy of `initial` with the tensors of the files in it. In PART=FILE the tensor `NAME` of the file is the parameter `PART.NAME`, and
/// with a PREFIX it is `PREFIX.NAME` of the file, of which the rest is not looked at. Every parameter of a part must be found with its
/// shape and every tensor be used, but for the rules; the refusal lists all that do not. Element types are converted as `convert` does.
llvm::Expected<Block> loadPretrained(const LoadRules &rules, const ModelInfo &info, const Block &initial);

} // namespace mimoc
