#include "Session.h"
#include "mimoc/Data/Refuse.h"
#include "mimoc/Data/Safetensors.h"

#include "llvm/ADT/MapVector.h"
#include "llvm/Support/JSON.h"

namespace mimoc {

namespace {

/// Lines of a table whose columns are as wide as their widest cell.
class Table {
public:
  void add(std::vector<std::string> cells) { lines.push_back(std::move(cells)); }
  void print(llvm::raw_ostream &out) const {
    std::vector<size_t> widths;
    for (const auto &line : lines)
      for (size_t i = 0; i < line.size(); ++i) {
        widths.resize(std::max(widths.size(), i + 1));
        widths[i] = std::max(widths[i], line[i].size());
      }
    for (const auto &line : lines) {
      std::string text = " ";
      for (size_t i = 0; i < line.size(); ++i)
        text += fmt::format(" {:{}} ", line[i], widths[i]);
      out << llvm::StringRef(text).rtrim() << "\n";
    }
  }

private:
  std::vector<std::vector<std::string>> lines;
};

std::string typeText(const TensorInfo &tensor) {
  std::vector<std::string> sizes;
  for (int64_t size : tensor.shape)
    sizes.push_back(size == kRunTimeSize ? tensor.dim : std::to_string(size));
  return fmt::format("{}[{}]", numpyName(elementOf(tensor.type)).str(), fmt::join(sizes, ", "));
}

void printTensors(const char *title, llvm::ArrayRef<TensorInfo> tensors, const ModelInfo &info,
                  llvm::raw_ostream &out) {
  if (tensors.empty())
    return;
  out << title << "\n";
  Table table;
  for (const TensorInfo &tensor : tensors) {
    std::string bound;
    for (const CheckInfo &check : info.checks)
      if (check.tensor == tensor.name && check.whole)
        bound = fmt::format("values in [0, {})", check.dim.empty() ? std::to_string(check.bound) : check.dim);
    table.add({tensor.name, typeText(tensor), tensor.kind, bound});
  }
  table.print(out);
}

void printDims(const ModelInfo &info, llvm::raw_ostream &out) {
  if (info.dims.empty())
    return;
  out << "run-time sizes\n";
  Table table;
  for (const DimInfo &dim : info.dims)
    table.add({dim.name, fmt::format("{} to {}", dim.least, dim.bound)});
  table.print(out);
}

// A part is what the first component of its parameters' names says.
void printParts(const ModelInfo &info, llvm::raw_ostream &out) {
  llvm::MapVector<llvm::StringRef, std::pair<size_t, int64_t>> parts;
  for (const ParameterInfo &parameter : info.parameters) {
    auto &[tensors, elements] = parts[llvm::StringRef(parameter.name).split('.').first];
    ++tensors;
    elements += parameter.elements;
  }
  out << "parts\n";
  Table table;
  for (const auto &[name, sizes] : parts)
    table.add({name.str(), fmt::format("{} tensors", sizes.first),
               fmt::format("{} parameters", withThousands(uint64_t(sizes.second)))});
  table.print(out);
}

std::string initText(const InitInfo &init) {
  if (init.kind == "truncated_normal")
    return fmt::format("normal({:.6g}, {:.6g}) in [{:.6g}, {:.6g}]", init.a, init.b, init.low, init.high);
  if (init.kind == "orthogonal" || init.kind == "identity")
    return fmt::format("{} {:g}", init.kind, init.a);
  return init.kind == "constant" ? fmt::format("constant {:g}", init.a)
                                 : fmt::format("{}({:.6g}, {:.6g})", init.kind, init.a, init.b);
}

void printParameters(const ModelInfo &info, llvm::raw_ostream &out) {
  out << fmt::format("parameters ({} in {} tensors, {})\n", withThousands(uint64_t(info.parameterElements - bufferElements(info))),
                     info.parameters.size(), numpyName(elementOf(info.precision)).str());
  Table table;
  table.add({"name", "shape", "elements", "offset", "start"});
  for (const ParameterInfo &parameter : info.parameters)
    table.add({parameter.name, shapeText(parameter.shape), std::to_string(parameter.elements),
               std::to_string(parameter.offset), initText(parameter.init)});
  table.print(out);
}

void printBuffers(const ModelInfo &info, llvm::raw_ostream &out) {
  if (info.buffers.empty())
    return;
  out << fmt::format("buffers ({} in {} tensors; kept and saved, not trained)\n",
                     withThousands(uint64_t(bufferElements(info))), info.buffers.size());
  Table table;
  table.add({"name", "shape", "elements", "offset", "start"});
  for (const ParameterInfo &buffer : info.buffers)
    table.add({buffer.name, shapeText(buffer.shape), std::to_string(buffer.elements), std::to_string(buffer.offset),
               fmt::format("{} {:g}", buffer.whole ? "whole" : "constant", buffer.init.a)});
  table.print(out);
}

void printBalances(const PhaseInfo &phase, llvm::raw_ostream &out) {
  if (phase.balances.empty())
    return;
  out << "balanced losses\n";
  Table table;
  for (const BalanceInfo &balance : phase.balances) {
    table.add({fmt::format("{}({})", balance.rule, fmt::join(balance.losses, ", "))});
    for (const TensorInfo &tensor : balance.shared)
      table.add({"  gradients are compared at " + tensor.name, typeText(tensor)});
  }
  table.print(out);
}

// What differs from the settings of the call.
void printGroup(const PhaseInfo &phase, const GroupInfo &group, llvm::raw_ostream &out) {
  std::vector<std::string> parts;
  if (group.rateOption)
    parts.push_back(fmt::format("lr = {:g} ({})", phase.options[size_t(group.rateOption)].value,
                                phase.options[size_t(group.rateOption)].name));
  for (size_t i = 0; i < group.settings.size(); ++i)
    if (group.settings[i] != phase.groups.front().settings[i])
      parts.push_back(fmt::format("{} = {:g}", group.settings[i].first, group.settings[i].second));
  auto count = llvm::count_if(phase.trained, [&](const TrainedInfo &trained) { return &phase.groups[size_t(trained.group)] == &group; });
  out << fmt::format("  with {}: {} ({} tensors)\n", group.name, fmt::join(parts, ", "), count);
}

/// "1 of minimize"; of each train block that minimises it, "1 of minimize of heads".
std::string coefficientsOf(const ModelInfo &info, const std::string &figure) {
  std::vector<std::string> parts;
  for (const PhaseInfo &phase : info.phases)
    for (const OptionInfo &option : phase.options)
      if (option.kind == "coefficient" && option.name == figure)
        parts.push_back(fmt::format("{:g} of minimize{}", option.value, phase.name.empty() ? "" : " of " + phase.name));
  return fmt::format("{}", fmt::join(parts, ", "));
}

void printPhase(const ModelInfo &info, const PhaseInfo &phase, llvm::raw_ostream &out) {
  if (!phase.name.empty())
    out << fmt::format("train block {}\n  {} parameters in {} of {} tensors\n", phase.name, withThousands(uint64_t(phase.gradientElements)),
                       phase.trained.size(), info.parameters.size());
  else if (phase.trained.size() < info.parameters.size() && !phase.options.empty())
    out << fmt::format("frozen\n  all but {} parameters in {} of {} tensors\n", withThousands(uint64_t(phase.gradientElements)),
                       phase.trained.size(), info.parameters.size());
  printBalances(phase, out);
  if (phase.optimizer.empty())
    return;
  out << fmt::format("optimizer\n  {}", phase.optimizer);
  for (const auto &[name, value] : phase.groups.front().settings)
    out << fmt::format(", {} = {:g}", name, value);
  if (phase.average)
    out << (phase.average == kEqualAverage ? ", average = equal" : fmt::format(", average = {:g}", *phase.average));
  for (const OptionInfo &option : phase.options)
    if (option.kind == "limit")
      out << fmt::format(", {} = {:g}", option.name, option.value);
  out << fmt::format("; seed {}\n", phase.seed);
  for (const GroupInfo &group : llvm::ArrayRef(phase.groups).drop_front())
    printGroup(phase, group, out);
}

void printTraining(const ModelInfo &info, llvm::raw_ostream &out) {
  if (info.losses.size() + info.metrics.size() > 0) {
    out << "losses and metrics\n";
    Table table;
    for (const FigureInfo &figure : figuresOf(info))
      table.add({figure.name, figure.kind, coefficientsOf(info, figure.name)});
    table.print(out);
  }
  for (const PhaseInfo &phase : info.phases)
    printPhase(info, phase, out);
}

void printMemory(const Model &model, int64_t batch, llvm::raw_ostream &out) {
  constexpr std::pair<const char *, int64_t> purposes[] = {
      {"forward", MIMOC_FOR_FORWARD},   {"evaluate", MIMOC_FOR_EVALUATE}, {"backward", MIMOC_FOR_BACKWARD},
      {"vjp", MIMOC_FOR_VJP},           {"apply", MIMOC_FOR_APPLY},       {"step", MIMOC_FOR_STEP}};
  out << "memory, all of it the caller's\n";
  Table table;
  table.add({"parameters", bytesText(model.parameterBytes())});
  for (const PhaseInfo &phase : model.info().phases) {
    int64_t element = byteSize(model.info().precision);
    std::string suffix = phase.name.empty() ? "" : " of " + phase.name;
    table.add({"gradients" + suffix, bytesText(uint64_t(gradientBlockElements(model.info(), phase) * element))});
    if (!phase.name.empty() || model.info().phases.size() == 1)
      table.add({"optimizer state" + suffix, bytesText(uint64_t(stateElements(model.info(), phase) * element))});
  }
  for (auto [name, purpose] : purposes)
    if (uint64_t bytes = model.workspaceBytes(purpose, batch))
      table.add({fmt::format("workspace of {}, {} rows", name, batch), bytesText(bytes)});
  table.print(out);
}

void printFlops(const ModelInfo &info, llvm::raw_ostream &out) {
  Table table;
  bool any = false;
  for (const EntryInfo &entry : info.entries)
    if (entry.flopsPerRow + entry.flopsStatic > 0) {
      std::string rest = entry.flopsStatic ? withThousands(uint64_t(entry.flopsStatic)) + " a call" : "";
      if (entry.flopsPerPair)
        rest += (rest.empty() ? "" : ", ") + withThousands(uint64_t(entry.flopsPerPair)) + " a pair of rows";
      table.add({entry.kind + (entry.name.empty() ? "" : " of " + entry.name),
                 withThousands(uint64_t(entry.flopsPerRow)) + " a row", rest});
      any = true;
    }
  if (!any)
    return;
  out << "floating-point operations\n";
  table.print(out);
}

void printModel(const Model &model, int64_t batch, llvm::raw_ostream &out) {
  const ModelInfo &info = model.info();
  out << fmt::format("model {} ({}), {}, {} {}\n", info.name, info.sourceName, info.compilerVersion, info.target,
                     info.cpu);
  printDims(info, out);
  printTensors("inputs", info.inputs, info, out);
  printTensors("targets", info.targets, info, out);
  printTensors("heads and outputs", info.heads, info, out);
  printParts(info, out);
  printParameters(info, out);
  printBuffers(info, out);
  printTraining(info, out);
  printMemory(model, batch, out);
  printFlops(info, out);
}

void printModelJson(const Model &model, int64_t batch, llvm::raw_ostream &out) {
  llvm::json::OStream json(out);
  json.object([&] {
    json.attributeBegin("description");
    json.rawValue(model.json());
    json.attributeEnd();
    json.attribute("batch", batch);
    json.attributeObject("workspace_bytes", [&] {
      json.attribute("forward", int64_t(model.workspaceBytes(MIMOC_FOR_FORWARD, batch)));
      json.attribute("evaluate", int64_t(model.workspaceBytes(MIMOC_FOR_EVALUATE, batch)));
      json.attribute("backward", int64_t(model.workspaceBytes(MIMOC_FOR_BACKWARD, batch)));
      json.attribute("vjp", int64_t(model.workspaceBytes(MIMOC_FOR_VJP, batch)));
      json.attribute("apply", int64_t(model.workspaceBytes(MIMOC_FOR_APPLY, batch)));
      json.attribute("step", int64_t(model.workspaceBytes(MIMOC_FOR_STEP, batch)));
    });
  });
  json.flush();
  out << "\n";
}

void printTensorsFile(const std::string &path, const Safetensors &file, llvm::raw_ostream &out) {
  int64_t elements = 0;
  Table table;
  table.add({"name", "type", "shape"});
  for (const NamedArray &tensor : file.tensors) {
    elements += tensor.array.elements();
    table.add({tensor.name, numpyName(tensor.array.type).str(), shapeText(tensor.array.shape)});
  }
  out << fmt::format("{}: {} tensors, {} elements\n", path, file.tensors.size(), withThousands(uint64_t(elements)));
  table.print(out);
  Table fields;
  for (const auto &[key, value] : file.metadata)
    fields.add({key, value});
  out << "metadata\n";
  fields.print(out);
}

void printTensorsFileJson(const Safetensors &file, llvm::raw_ostream &out) {
  llvm::json::OStream json(out);
  json.object([&] {
    json.attributeObject("metadata", [&] {
      for (const auto &[key, value] : file.metadata)
        json.attribute(key, value);
    });
    json.attributeArray("tensors", [&] {
      for (const NamedArray &tensor : file.tensors)
        json.object([&] {
          json.attribute("name", tensor.name);
          json.attribute("type", numpyName(tensor.array.type));
          json.attribute("shape", llvm::json::Array(tensor.array.shape));
        });
    });
  });
  json.flush();
  out << "\n";
}

} // namespace

llvm::Expected<int> infoCommand(const InfoOptions &options, const Console &console) {
  if (llvm::StringRef(options.model.path).ends_with(".safetensors")) {
    auto file = readSafetensors(options.model.path);
    if (!file)
      return file.takeError();
    if (options.json)
      printTensorsFileJson(*file, console.out);
    else
      printTensorsFile(options.model.path, *file, console.out);
    return 0;
  }
  auto model = openModel(options.model);
  if (!model)
    return model.takeError();
  (options.json ? printModelJson : printModel)(*model, options.batch, console.out);
  return 0;
}

} // namespace mimoc
