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
      if (check.tensor == tensor.name)
        bound = fmt::format("values in [0, {})", check.dim.empty() ? std::to_string(check.bound) : check.dim);
    table.add({tensor.name, typeText(tensor), tensor.kind, bound});
  }
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
  out << fmt::format("parameters ({} in {} tensors, {})\n", withThousands(uint64_t(info.parameterElements)),
                     info.parameters.size(), numpyName(elementOf(info.precision)).str());
  Table table;
  table.add({"name", "shape", "elements", "offset", "start"});
  for (const ParameterInfo &parameter : info.parameters)
    table.add({parameter.name, shapeText(parameter.shape), std::to_string(parameter.elements),
               std::to_string(parameter.offset), initText(parameter.init)});
  table.print(out);
}

void printBalances(const ModelInfo &info, llvm::raw_ostream &out) {
  if (info.balances.empty())
    return;
  out << "balanced losses\n";
  Table table;
  for (const BalanceInfo &balance : info.balances) {
    table.add({fmt::format("{}({})", balance.rule, fmt::join(balance.losses, ", "))});
    for (const TensorInfo &tensor : balance.shared)
      table.add({"  gradients are compared at " + tensor.name, typeText(tensor)});
  }
  table.print(out);
}

// What differs from the settings of the call.
void printGroup(const ModelInfo &info, const GroupInfo &group, llvm::raw_ostream &out) {
  std::vector<std::string> parts;
  if (group.rateOption)
    parts.push_back(fmt::format("lr = {:g} ({})", info.options[size_t(group.rateOption)].value,
                                info.options[size_t(group.rateOption)].name));
  for (size_t i = 0; i < group.settings.size(); ++i)
    if (group.settings[i] != info.groups.front().settings[i])
      parts.push_back(fmt::format("{} = {:g}", group.settings[i].first, group.settings[i].second));
  auto count = llvm::count_if(info.parameters, [&](const ParameterInfo &p) { return &info.groups[size_t(p.group)] == &group; });
  out << fmt::format("  with {}: {} ({} tensors)\n", group.name, fmt::join(parts, ", "), count);
}

void printTraining(const ModelInfo &info, llvm::raw_ostream &out) {
  if (info.losses.size() + info.metrics.size() > 0) {
    out << "losses and metrics\n";
    Table table;
    for (const FigureInfo &ratio : figuresOf(info)) {
      std::string coefficient;
      for (size_t i = 1; i < info.options.size(); ++i)
        if (info.options[i].kind == "coefficient" && info.options[i].name == ratio.name)
          coefficient = fmt::format("{:g} of minimize", info.options[i].value);
      table.add({ratio.name, ratio.kind, coefficient});
    }
    table.print(out);
  }
  printBalances(info, out);
  if (info.optimizer.empty())
    return;
  out << fmt::format("optimizer\n  {}", info.optimizer);
  for (const auto &[name, value] : info.groups.front().settings)
    out << fmt::format(", {} = {:g}", name, value);
  if (info.average)
    out << (info.average == kEqualAverage ? ", average = equal" : fmt::format(", average = {:g}", *info.average));
  for (const OptionInfo &option : info.options)
    if (option.kind == "limit")
      out << fmt::format(", {} = {:g}", option.name, option.value);
  out << fmt::format("; seed {}\n", info.seed);
  for (const GroupInfo &group : llvm::ArrayRef(info.groups).drop_front())
    printGroup(info, group, out);
}

void printMemory(const Model &model, int64_t batch, llvm::raw_ostream &out) {
  constexpr std::pair<const char *, int64_t> purposes[] = {
      {"forward", MIMOC_FOR_FORWARD},   {"evaluate", MIMOC_FOR_EVALUATE}, {"backward", MIMOC_FOR_BACKWARD},
      {"vjp", MIMOC_FOR_VJP},           {"apply", MIMOC_FOR_APPLY},       {"step", MIMOC_FOR_STEP}};
  out << "memory, all of it the caller's\n";
  Table table;
  table.add({"parameters", bytesText(model.parameterBytes())});
  table.add({"gradients", bytesText(model.parameterBytes())});
  table.add({"optimizer state", bytesText(model.stateBytes())});
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
  printTensors("inputs", info.inputs, info, out);
  printTensors("targets", info.targets, info, out);
  printTensors("heads and outputs", info.heads, info, out);
  printParts(info, out);
  printParameters(info, out);
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
