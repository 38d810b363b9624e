#include "mimoc/Training/Pretrained.h"
#include "PretrainedRules.h"
#include "mimoc/Data/Names.h"
#include "mimoc/Data/Refuse.h"
#include "mimoc/Data/Safetensors.h"

#include <map>
#include <set>

namespace mimoc {

namespace {

constexpr llvm::StringLiteral kExtension = ".safetensors";

/// One `--load`.
struct Source {
  std::string text; ///< as the user wrote it
  std::string part, file, prefix;

  std::string partText() const { return part.empty() ? "the model" : "the part '" + part + "'"; }
  std::string nameInFile(llvm::StringRef parameter) const {
    if (!part.empty())
      parameter = parameter.drop_front(std::min(part.size() + 1, parameter.size()));
    return prefix.empty() ? parameter.str() : prefix + "." + parameter.str();
  }
};

bool isPath(llvm::StringRef text) {
  return !text.empty() && llvm::all_of(text, [](char c) { return llvm::isAlnum(c) || c == '_' || c == '.'; });
}

Source parseSource(llvm::StringRef text) {
  Source source{text.str(), "", text.str(), ""};
  auto [part, file] = text.split('=');
  if (text.contains('=') && isPath(part)) {
    source.part = part.str();
    source.file = file.str();
  }
  llvm::StringRef named = source.file;
  size_t colon = named.rfind(kExtension.str() + ":");
  if (colon != llvm::StringRef::npos) {
    source.prefix = named.drop_front(colon + kExtension.size() + 1).str();
    source.file = named.take_front(colon + kExtension.size()).str();
  }
  return source;
}

bool isInside(llvm::StringRef name, llvm::StringRef part) {
  return part.empty() || (name.consume_front(part) && name.starts_with("."));
}

/// All that a file can hold: the one place that says what this is.
std::vector<ParameterInfo> loadable(const ModelInfo &info) {
  std::vector<ParameterInfo> all = info.parameters;
  all.insert(all.end(), info.buffers.begin(), info.buffers.end());
  return all;
}

/// The paths of which parameters are parts: `features`, `features.0`, ...
std::vector<std::string> partsOf(llvm::ArrayRef<ParameterInfo> parameters) {
  std::set<std::string> parts;
  for (const ParameterInfo &parameter : parameters)
    for (size_t dot = parameter.name.find('.'); dot != std::string::npos; dot = parameter.name.find('.', dot + 1))
      parts.insert(parameter.name.substr(0, dot));
  return {parts.begin(), parts.end()};
}

/// The nearest of some names, preferably of those that have the shape as well.
std::string nearestOf(llvm::StringRef name, llvm::ArrayRef<int64_t> shape, const std::map<std::string, std::vector<int64_t>> &others,
                      const char *where) {
  if (others.empty())
    return "";
  std::vector<std::string> same, all;
  for (const auto &[other, otherShape] : others) {
    all.push_back(other);
    if (llvm::ArrayRef<int64_t>(otherShape) == shape)
      same.push_back(other);
  }
  std::string nearest = nearestName(name, same);
  if (nearest.empty())
    nearest = nearestName(name, all);
  return nearest.empty() ? fmt::format("; nothing near {}", where)
                         : fmt::format("; nearest {}: '{}' {}", where, nearest, shapeText(others.at(nearest)));
}

class Loader {
public:
  Loader(Element type, llvm::ArrayRef<ParameterInfo> parameters, PretrainedRules &rules, Block block)
      : type(type), parameters(parameters), rules(rules), block(std::move(block)) {}

  llvm::Error load(const Source &source);
  Block take() { return std::move(block); }

private:
  llvm::Error put(const ParameterInfo &parameter, const NamedArray &tensor);
  llvm::Error checkPart(const Source &source) const;
  std::map<std::string, const NamedArray *> tensorsOf(const Source &source, const Safetensors &file) const;
  llvm::Error refuseAll(const Source &source, const std::map<std::string, const NamedArray *> &unused,
                        llvm::ArrayRef<const ParameterInfo *> missing, llvm::ArrayRef<std::string> misfits) const;

  Element type; ///< of all of them in the block
  llvm::ArrayRef<ParameterInfo> parameters;
  PretrainedRules &rules;
  Block block;
  std::map<std::string, std::string> loaded; ///< parameter to source
};

llvm::Error Loader::checkPart(const Source &source) const {
  for (const ParameterInfo &parameter : parameters)
    if (isInside(parameter.name, source.part))
      return llvm::Error::success();
  auto parts = partsOf(parameters);
  return refuse("--load {}: the model has no part '{}' with parameters{} (it has {})", source.text, source.part,
                didYouMean(source.part, parts), listNames(parts));
}

// What of the file concerns the part. The optimizer's state in a checkpoint of `mimo train` is nobody's weights.
std::map<std::string, const NamedArray *> Loader::tensorsOf(const Source &source, const Safetensors &file) const {
  bool checkpoint = file.metadata.count("mimoc.version") != 0;
  std::map<std::string, const NamedArray *> tensors;
  for (const NamedArray &tensor : file.tensors)
    if (isInside(tensor.name, source.prefix) && !(checkpoint && llvm::StringRef(tensor.name).starts_with("optimizer.")))
      tensors[tensor.name] = &tensor;
  return tensors;
}

llvm::Error Loader::put(const ParameterInfo &parameter, const NamedArray &tensor) {
  auto values = convert(tensor.array, type);
  if (values && values->shape != parameter.shape)
    values = rules.fitChannels(parameter, *values);
  if (!values)
    return values.takeError();
  std::memcpy(block.data() + size_t(parameter.offset) * byteSize(type), values->data.get(), values->bytes());
  return llvm::Error::success();
}

llvm::Error Loader::refuseAll(const Source &source, const std::map<std::string, const NamedArray *> &unused,
                              llvm::ArrayRef<const ParameterInfo *> missing, llvm::ArrayRef<std::string> misfits) const {
  if (unused.empty() && missing.empty() && misfits.empty())
    return llvm::Error::success();
  std::map<std::string, std::vector<int64_t>> tensors;
  for (const auto &[name, tensor] : unused)
    tensors[name] = tensor->array.shape;
  std::string text = fmt::format("does not fit {}: {} missing, {} not used, {} that do not fit; nothing was loaded", source.partText(),
                                 missing.size(), unused.size(), misfits.size());
  for (const ParameterInfo *parameter : missing)
    text += fmt::format("\n  missing: '{}' {} of the model, as '{}'{}", parameter->name, shapeText(parameter->shape),
                        source.nameInFile(parameter->name),
                        nearestOf(source.nameInFile(parameter->name), parameter->shape, tensors, "in the file"));
  std::map<std::string, std::vector<int64_t>> wanted;
  for (const ParameterInfo *parameter : missing)
    wanted[source.nameInFile(parameter->name)] = parameter->shape;
  for (const auto &[name, tensor] : unused)
    text += fmt::format("\n  not used: '{}' {} of the file{}", name, shapeText(tensor->array.shape),
                        nearestOf(name, tensor->array.shape, wanted, "in the model"));
  for (const std::string &misfit : misfits)
    text += "\n  does not fit: " + misfit;
  if (!unused.empty())
    text += "\n  --load-ignore PATTERN leaves tensors of the file unused";
  if (!missing.empty())
    text += "\n  --load-fresh PATTERN lets parameters keep their initial values";
  return at(source.file, refuse("{}", text));
}

llvm::Error Loader::load(const Source &source) {
  if (auto error = checkPart(source))
    return error;
  auto file = readSafetensors(source.file);
  if (!file)
    return file.takeError();
  auto tensors = tensorsOf(source, *file);
  if (tensors.empty())
    return refuse("{}: has no tensors{}", source.file, source.prefix.empty() ? "" : " whose names begin with '" + source.prefix + ".'");
  std::vector<const ParameterInfo *> missing;
  std::vector<std::string> misfits;
  for (const ParameterInfo &parameter : parameters) {
    if (!isInside(parameter.name, source.part))
      continue;
    auto found = tensors.find(source.nameInFile(parameter.name));
    bool fresh = rules.mayBeFresh(parameter.name);
    if (found == tensors.end() || rules.isIgnored(found->first)) {
      if (!fresh)
        missing.push_back(&parameter);
      continue;
    }
    const NamedArray &tensor = *found->second;
    tensors.erase(found);
    auto [before, first] = loaded.try_emplace(parameter.name, source.text);
    if (!first)
      return refuse("--load {}: the parameter '{}' is loaded by --load {} already", source.text, parameter.name, before->second);
    if (auto error = put(parameter, tensor))
      misfits.push_back(fmt::format("'{}' {} of the file for '{}' {}: {}", tensor.name, shapeText(tensor.array.shape), parameter.name,
                                    shapeText(parameter.shape), llvm::toString(std::move(error))));
  }
  for (auto place = tensors.begin(); place != tensors.end();)
    place = rules.isIgnored(place->first) ? tensors.erase(place) : std::next(place);
  return refuseAll(source, tensors, missing, misfits);
}

} // namespace

llvm::Expected<Block> loadPretrained(const LoadRules &given, const ModelInfo &info, const Block &initial) {
  std::vector<ParameterInfo> parameters = loadable(info);
  auto rules = PretrainedRules::parse(given, parameters);
  auto block = initial.copy();
  if (!rules || !block)
    return llvm::joinErrors(rules.takeError(), block.takeError());
  Loader loader(elementOf(info.precision), parameters, *rules, std::move(*block));
  for (const std::string &text : given.sources)
    if (auto error = loader.load(parseSource(text)))
      return std::move(error);
  if (auto error = rules->checkUsed())
    return std::move(error);
  return loader.take();
}

} // namespace mimoc
