// The exceptions from "every tensor and every parameter": names that are left out, and convolutions of other channels. Private to this
// folder.
#pragma once

#include "mimoc/Data/Array.h"
#include "mimoc/Training/Pretrained.h"

#include "llvm/Support/GlobPattern.h"

#include <map>

namespace mimoc {

class PretrainedRules {
public:
  static llvm::Expected<PretrainedRules> parse(const LoadRules &given, llvm::ArrayRef<ParameterInfo> parameters);

  bool isIgnored(llvm::StringRef nameInFile) { return matches(ignored, nameInFile); }
  bool mayBeFresh(llvm::StringRef parameter) { return matches(fresh, parameter); }

  /// The tensor with the parameter's number of input channels (axis 1), where a rule says how. `values` are of the model's type.
  llvm::Expected<Array> fitChannels(const ParameterInfo &parameter, const Array &values);

  /// Refuses a rule that applied to nothing, which is most often a slip of the pen.
  llvm::Error checkUsed() const;

private:
  struct Pattern {
    std::string option, text;
    llvm::GlobPattern pattern;
    bool used = false;
  };
  struct ChannelRule {
    std::string rule;
    bool used = false;
  };

  static llvm::Expected<std::vector<Pattern>> patternsOf(const char *option, llvm::ArrayRef<std::string> texts);
  static bool matches(std::vector<Pattern> &patterns, llvm::StringRef name);

  std::vector<Pattern> ignored, fresh;
  std::map<std::string, ChannelRule> channels; ///< by parameter
};

} // namespace mimoc
