#include "PretrainedRules.h"
#include "mimoc/Data/Names.h"
#include "mimoc/Data/Refuse.h"

namespace mimoc {

namespace {

constexpr llvm::StringLiteral kRules[] = {"mean", "zero", "sum"};

/// A kernel [out, in, ...] as out blocks of `in` slices of the same size.
struct Kernel {
  int64_t out, in, slice;
};

// Channels of the file first, as they are; each further one is their mean, or 0. A single channel is their sum: that of an image
// whose channels are all alike.
template <typename T> void fill(const Kernel &from, const T *source, const Kernel &to, T *target, llvm::StringRef rule) {
  for (int64_t out = 0; out < to.out; ++out)
    for (int64_t in = 0; in < to.in; ++in)
      for (int64_t i = 0; i < to.slice; ++i) {
        const T *values = source + out * from.in * from.slice + i;
        double sum = 0;
        for (int64_t k = 0; k < from.in; ++k)
          sum += double(values[k * from.slice]);
        T value = rule == "sum" ? T(sum) : in < from.in ? values[in * from.slice] : rule == "mean" ? T(sum / double(from.in)) : T(0);
        target[(out * to.in + in) * to.slice + i] = value;
      }
}

bool differInChannelsOnly(llvm::ArrayRef<int64_t> a, llvm::ArrayRef<int64_t> b) {
  return a.size() == b.size() && a.size() >= 2 && a[0] == b[0] && a[1] != b[1] && a.drop_front(2) == b.drop_front(2) && b[1] > 0;
}

} // namespace

llvm::Expected<std::vector<PretrainedRules::Pattern>> PretrainedRules::patternsOf(const char *option, llvm::ArrayRef<std::string> texts) {
  std::vector<Pattern> patterns;
  for (const std::string &text : texts) {
    auto pattern = llvm::GlobPattern::create(text, /*MaxSubPatterns=*/1024);
    if (!pattern)
      return refuse("{} {}: is no pattern: {}", option, text, llvm::toString(pattern.takeError()));
    patterns.push_back({option, text, std::move(*pattern), false});
  }
  return patterns;
}

// All that match are marked as used, not only the first.
bool PretrainedRules::matches(std::vector<Pattern> &patterns, llvm::StringRef name) {
  bool any = false;
  for (Pattern &pattern : patterns)
    if (pattern.pattern.match(name))
      any = pattern.used = true;
  return any;
}

llvm::Expected<PretrainedRules> PretrainedRules::parse(const LoadRules &given, llvm::ArrayRef<ParameterInfo> parameters) {
  PretrainedRules rules;
  auto ignored = patternsOf("--load-ignore", given.ignored), fresh = patternsOf("--load-fresh", given.fresh);
  if (!ignored || !fresh)
    return llvm::joinErrors(ignored.takeError(), fresh.takeError());
  rules.ignored = std::move(*ignored);
  rules.fresh = std::move(*fresh);
  std::vector<std::string> names;
  for (const ParameterInfo &parameter : parameters)
    names.push_back(parameter.name);
  for (llvm::StringRef text : given.channels) {
    auto [name, rule] = text.rsplit('=');
    if (!llvm::is_contained(names, name))
      return refuse("--load-channels {}: the model has no parameter '{}'{}", text.str(), name.str(), didYouMean(name, names));
    if (!llvm::is_contained(kRules, rule))
      return refuse("--load-channels {}: '{}' is no rule; write {}=mean (further channels are the mean of the file's), =zero, or =sum "
                    "(one channel, the sum of the file's)", text.str(), rule.str(), name.str());
    if (!rules.channels.try_emplace(name.str(), ChannelRule{rule.str()}).second)
      return refuse("--load-channels {}: the parameter '{}' has a rule already", text.str(), name.str());
  }
  return rules;
}

llvm::Expected<Array> PretrainedRules::fitChannels(const ParameterInfo &parameter, const Array &values) {
  auto found = channels.find(parameter.name);
  bool otherChannels = differInChannelsOnly(parameter.shape, values.shape);
  if (found == channels.end())
    return refuse("the shapes differ{}",
                  otherChannels ? "; --load-channels " + parameter.name + "=mean, =zero or =sum says what becomes of the channels" : "");
  found->second.used = true;
  const std::string &rule = found->second.rule;
  if (!otherChannels)
    return refuse("--load-channels changes axis 1 only, and the shapes differ elsewhere");
  if (rule == "sum" ? parameter.shape[1] != 1 : parameter.shape[1] < values.shape[1])
    return refuse("the rule '{}' {}", rule, rule == "sum" ? "makes one channel" : "adds channels and takes none away");
  auto result = makeArray(values.type, parameter.shape);
  if (!result)
    return result.takeError();
  int64_t slice = 1;
  for (int64_t size : llvm::ArrayRef(parameter.shape).drop_front(2))
    slice *= size;
  Kernel from{values.shape[0], values.shape[1], slice}, to{parameter.shape[0], parameter.shape[1], slice};
  if (values.type == Element::F64)
    fill(from, reinterpret_cast<const double *>(values.data.get()), to, reinterpret_cast<double *>(result->bytes), rule);
  else
    fill(from, reinterpret_cast<const float *>(values.data.get()), to, reinterpret_cast<float *>(result->bytes), rule);
  return result->array;
}

llvm::Error PretrainedRules::checkUsed() const {
  for (const auto *patterns : {&ignored, &fresh})
    for (const Pattern &pattern : *patterns)
      if (!pattern.used)
        return refuse("{} {}: matches no {}", pattern.option, pattern.text,
                      patterns == &ignored ? "tensor of the files" : "parameter that is to be loaded");
  for (const auto &[name, rule] : channels)
    if (!rule.used)
      return refuse("--load-channels {}={}: the parameter is not loaded, or has the shape of the file's tensor already", name, rule.rule);
  return llvm::Error::success();
}

} // namespace mimoc
