#include "Session.h"
#include "mimoc/Data/Names.h"
#include "mimoc/Data/Refuse.h"
#include "mimoc/Training/Checkpoint.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FileSystem.h"

#include <algorithm>
#include <cmath>
#include <thread>

namespace mimoc {

llvm::Expected<Model> openModel(const ModelOptions &options) {
  if (!llvm::sys::fs::exists(options.path))
    return refuse("{}: there is no such file", options.path);
  auto model = Model::open(options.path, options.compile);
  if (model && options.compile.precision == "f64" && model->info().precision != DType::F64)
    return refuse("{}: is compiled for float32, which --precision f64 cannot change; give its source instead",
                  options.path);
  return model;
}

llvm::Error choosePhase(Model &model, const std::string &name, const std::string &checkpoint) {
  size_t blocks = model.info().phases.size() - 1;
  if (!name.empty())
    return model.usePhase(name);
  auto written = blocks && !checkpoint.empty() ? phaseOfCheckpoint(checkpoint) : llvm::Expected<std::string>("");
  if (!written)
    return written.takeError();
  if (!written->empty())
    return model.usePhase(*written);
  return blocks <= 1 ? model.usePhase("") : llvm::Error::success();
}

llvm::Error requirePhase(Model &model, const std::string &name, const std::string &checkpoint) {
  if (auto error = choosePhase(model, name, checkpoint))
    return error;
  bool chosen = !model.phase().name.empty() || model.info().phases.size() == 1;
  return chosen ? llvm::Error::success() : model.usePhase(""); // says which there are
}

llvm::Error requireNewFile(const std::string &output, const ModelOptions &model, const std::string &checkpoint,
                           llvm::ArrayRef<std::string> data) {
  auto isOutput = [&](llvm::StringRef path) {
    bool same = false;
    return !path.empty() && !llvm::sys::fs::equivalent(path, output, same) && same;
  };
  auto refused = [&](llvm::StringRef path) { return refuse("-o {}: would overwrite '{}', which is read; write to another file", output, path.str()); };
  for (const std::string &path : {model.path, checkpoint})
    if (isOutput(path))
      return refused(path);
  for (llvm::StringRef source : data) // FILE, NAME=FILE, NAME=FILE:MEMBER
    for (llvm::StringRef text : {source, source.split('=').second})
      for (llvm::StringRef path : {text, text.rsplit(':').first})
        if (isOutput(path))
          return refused(path);
  return llvm::Error::success();
}

// Sets each `name=value` among the options that `belongs` says; `lack` and `list` begin what is said where none has the name.
static llvm::Error assign(const PhaseInfo &phase, const char *flag, llvm::ArrayRef<std::string> settings, const char *lack, const char *list,
                          llvm::function_ref<bool(const OptionInfo &)> belongs, RunOptions &options) {
  std::vector<std::string> names;
  for (const OptionInfo &option : phase.options)
    if (belongs(option))
      names.push_back(option.name);
  for (llvm::StringRef setting : settings) {
    auto [name, text] = setting.split('=');
    if (!llvm::is_contained(names, name))
      return refuse("{} {}: {} '{}'{} ({})", flag, setting.str(), lack, name.str(), didYouMean(name, names),
                    names.empty() ? "there are none" : list + listNames(names));
    double value = 0;
    if (text.getAsDouble(value) || !std::isfinite(value))
      return refuse("{} {}: '{}' is not a number; write {} {}=0.5", flag, setting.str(), text.str(), flag, name.str());
    if (value < 0 && llvm::StringRef(flag) == "--set") // rates and limits, as in the source
      return refuse("{} {}: {} is negative", flag, setting.str(), value);
    for (size_t i = 0; i < phase.options.size(); ++i)
      if (belongs(phase.options[i]) && phase.options[i].name == name)
        options.values[i] = value;
  }
  return llvm::Error::success();
}

llvm::Error setCoefficients(const PhaseInfo &phase, llvm::ArrayRef<std::string> settings, RunOptions &options) {
  return assign(phase, "--coef", settings, "'minimize' has no term", "its coefficients are ",
                [](const OptionInfo &option) { return option.kind == "coefficient"; }, options);
}

llvm::Error setFields(const PhaseInfo &phase, llvm::ArrayRef<std::string> settings, RunOptions &options) {
  return assign(phase, "--set", settings, "the optimizer has no run-time option", "there are ",
                [](const OptionInfo &option) { return option.kind != "coefficient"; }, options);
}

llvm::Expected<Block> parametersOf(Model &model, const std::string &file, uint64_t seed, const Console &console) {
  if (!file.empty())
    return loadParameters(file, model.info(), [&](const std::string &text) { console.warn(text); });
  console.warn(fmt::format("no --checkpoint: the parameters are the initial ones of seed {}", seed));
  return model.initialParameters(seed);
}

llvm::Expected<Block> averageOf(Model &model, const std::string &file) {
  if (!model.phase().average)
    return refuse("--averaged: the model's optimizer keeps no average of the parameters; write 'average = 0.999' or 'average = equal' in its brackets");
  if (file.empty())
    return refuse("--averaged: needs the --checkpoint of a run that keeps the average");
  return loadAverage(file, model.info(), model.phase());
}

llvm::Expected<PictureRules> pictureRules(const PictureOptions &options) {
  constexpr int64_t most = 8; // more hardly help, and each keeps a picture in memory
  PictureRules rules;
  rules.threads = unsigned(std::min<int64_t>(options.workers.value_or(std::clamp<int64_t>(std::thread::hardware_concurrency(), 1, most)), 1024));
  for (const std::string &setting : options.augment)
    if (auto error = addTransforms("--augment", setting, rules.texts.augment))
      return std::move(error);
  for (const std::string &setting : options.transform)
    if (auto error = addTransforms("--transform", setting, rules.texts.transform))
      return std::move(error);
  return rules;
}

llvm::Expected<PictureRules> pictureRules(const PictureOptions &options, const std::string &checkpoint, const Console &console) {
  auto rules = pictureRules(options);
  if (!rules || checkpoint.empty())
    return rules;
  auto kept = loadPictureTexts(checkpoint);
  if (!kept)
    return kept.takeError();
  kept->transform.merge(kept->augment); // evaluation leaves out what is random
  for (const auto &[name, text] : kept->transform)
    if (rules->texts.transform.try_emplace(name, text).second)
      console.err << fmt::format("mimo: '{}' as in the run of the checkpoint, without random changes: {}\n", name, text);
  return rules;
}

std::vector<FigureInfo> figuresOf(const ModelInfo &info) {
  std::vector<FigureInfo> ratios = info.losses;
  ratios.insert(ratios.end(), info.metrics.begin(), info.metrics.end());
  return ratios;
}

std::vector<std::string> namesOf(llvm::ArrayRef<TensorInfo> tensors) {
  std::vector<std::string> names;
  for (const TensorInfo &tensor : tensors)
    names.push_back(tensor.name);
  return names;
}

std::string withThousands(uint64_t number) {
  std::string digits = std::to_string(number);
  for (size_t place = digits.size(); place > 3; place -= 3)
    digits.insert(place - 3, ",");
  return digits;
}

std::string durationText(double seconds) {
  if (!std::isfinite(seconds) || seconds < 0 || seconds > 1e9)
    return "?";
  auto whole = uint64_t(std::llround(seconds));
  uint64_t hours = whole / 3600, minutes = whole / 60 % 60;
  std::string text = hours ? fmt::format("{}:{:02}", hours, minutes) : std::to_string(minutes);
  return text + fmt::format(":{:02}", whole % 60);
}

std::string bytesText(uint64_t bytes) {
  constexpr const char *units[] = {"KiB", "MiB", "GiB", "TiB"};
  if (bytes < 10240)
    return withThousands(bytes) + " bytes";
  double value = double(bytes);
  int unit = -1;
  for (; value >= 1024 && unit < 3; ++unit)
    value /= 1024;
  return fmt::format("{:.1f} {}", value, units[unit]);
}

std::string shellQuoted(const std::string &word) {
  bool plain = !word.empty() && llvm::all_of(word, [](char c) {
    return llvm::isAlnum(c) || llvm::StringRef("_-./=:,+@%").contains(c);
  });
  if (plain)
    return word;
  std::string quoted = "'";
  for (char c : word)
    quoted += c == '\'' ? "'\\''" : std::string(1, c);
  return quoted + "'";
}

} // namespace mimoc
