// The JSON self-description: everything that a generic tool needs to call the model without its header.
#include "Exports.h"
#include "Layout.h"
#include "Names.h"
#include "mimoc/ObjectToLibrary.h"

#include "llvm/Support/JSON.h"
#include "llvm/Support/raw_ostream.h"

using namespace mimoc;
using llvm::json::OStream;

const char *mimoc::dtypeName(DType type) {
  switch (type) {
  case DType::F32: return "f32";
  case DType::F64: return "f64";
  case DType::I32: return "i32";
  case DType::I64: return "i64";
  case DType::I1: return "i1";
  }
  return "";
}

static void writeShape(OStream &json, const std::vector<int64_t> &shape, llvm::StringRef dim = kBatchName) {
  json.attributeArray("shape", [&] {
    for (int64_t size : shape)
      json.value(size == kRunTimeSize ? llvm::json::Value(dim) : llvm::json::Value(size));
  });
}

static void writeTensors(OStream &json, llvm::StringRef list, const std::vector<TensorInfo> &tensors) {
  std::vector<std::string> fields = cNamesOf(tensors);
  json.attributeArray(list, [&] {
    for (size_t i = 0; i < tensors.size(); ++i)
      json.object([&] {
        json.attribute("name", tensors[i].name);
        json.attribute("field", fields[i]);
        json.attribute("offset", int64_t(i) * kFieldBytes);
        json.attribute("type", dtypeName(tensors[i].type));
        writeShape(json, tensors[i].shape, tensors[i].dim);
        json.attribute("kind", tensors[i].kind);
        json.attribute("line", tensors[i].line);
      });
  });
}

static void writeDims(OStream &json, const ModelInfo &info) {
  std::vector<std::string> fields = dimFields(info);
  json.attributeArray("dims", [&] {
    for (size_t i = 0; i < fields.size(); ++i)
      json.object([&] {
        json.attribute("name", info.dims[i].name);
        json.attribute("field", fields[i]);
        json.attribute("offset", int64_t(info.inputs.size() + i) * kFieldBytes); // in the inputs
        json.attribute("least", info.dims[i].least);
        json.attribute("bound", info.dims[i].bound);
        json.attribute("line", info.dims[i].line);
      });
  });
}

static void writeInputGradients(OStream &json, const ModelInfo &info) {
  int64_t offset = 0;
  json.attributeArray("input_gradients", [&] {
    for (size_t place : differentiableInputs(info))
      json.object([&] {
        json.attribute("name", info.inputs[place].name);
        json.attribute("offset", offset);
        offset += kFieldBytes;
      });
  });
}

/// Losses lie at `offset` in the losses and the figures, metrics in the figures only; both have numbers in the states.
static void writeFigures(OStream &json, llvm::StringRef list, const std::vector<FigureInfo> &figures, int64_t &place, int64_t &number) {
  json.attributeArray(list, [&] {
    for (const FigureInfo &figure : figures) {
      json.object([&] {
        json.attribute("name", figure.name);
        json.attribute("kind", figure.kind);
        json.attribute("rule", figure.rule);
        json.attribute("offset", place * kFieldBytes);
        json.attribute("state_offset", number * kFieldBytes);
        json.attributeArray("state", [&] {
          for (const StateInfo &state : figure.state)
            json.object([&] {
              json.attribute("name", state.name);
              writeShape(json, state.shape);
            });
        });
      });
      ++place;
      number += stateNumbers(figure);
    }
  });
}

static void writeOptions(OStream &json, const PhaseInfo &phase) {
  std::vector<std::string> fields = optionFields(phase);
  json.attributeArray("options", [&] {
    for (size_t i = 0; i < phase.options.size(); ++i)
      json.object([&] {
        json.attribute("name", phase.options[i].name);
        json.attribute("field", fields[i]);
        json.attribute("offset", int64_t(i) * kFieldBytes);
        json.attribute("type", "f64");
        json.attribute("kind", phase.options[i].kind);
        json.attribute("default", phase.options[i].value);
      });
  });
  json.attributeObject("random", [&] {
    int64_t offset = int64_t(phase.options.size()) * kFieldBytes;
    json.attribute("seed_offset", offset);
    json.attribute("step_offset", offset + kFieldBytes);
    json.attribute("random_offset", offset + 2 * kFieldBytes);
  });
}

static void writeGroup(OStream &json, const GroupInfo &group) {
  json.attribute("name", group.name);
  json.attribute("rate_option", group.rateOption);
  json.attributeArray("settings", [&] {
    for (const auto &[name, value] : group.settings)
      json.object([&, &name = name, &value = value] {
        json.attribute("name", name);
        json.attribute("value", value);
      });
  });
  json.attributeArray("state_starts", [&] {
    for (double start : group.stateStarts)
      json.value(start);
  });
}

static void writeOptimizer(OStream &json, const PhaseInfo &phase) {
  json.attributeObject("optimizer", [&] {
    json.attribute("name", phase.optimizer);
    json.attribute("average", phase.average ? llvm::json::Value(*phase.average) : llvm::json::Value(nullptr));
    json.attributeArray("groups", [&] {
      for (const GroupInfo &group : phase.groups)
        json.object([&] { writeGroup(json, group); });
    });
    json.attributeArray("state", [&] {
      for (const std::string &name : phase.stateNames)
        json.value(name);
    });
  });
}

/// What a parameter or buffer is, and where it lies in the parameter block.
static void writePlace(OStream &json, const ModelInfo &info, const ParameterInfo &parameter) {
  json.attribute("name", parameter.name);
  writeShape(json, parameter.shape);
  json.attribute("offset", parameter.offset);
  json.attribute("byte_offset", parameter.offset * byteSize(info.precision));
  json.attribute("elements", parameter.elements);
}

static void writeParameters(OStream &json, const ModelInfo &info) {
  json.attribute("parameter_elements", info.parameterElements);
  json.attributeArray("parameters", [&] {
    for (const ParameterInfo &parameter : info.parameters)
      json.object([&] {
        writePlace(json, info, parameter);
        json.attributeObject("init", [&] {
          json.attribute("kind", parameter.init.kind);
          json.attribute("a", parameter.init.a);
          json.attribute("b", parameter.init.b);
          json.attribute("low", parameter.init.low);
          json.attribute("high", parameter.init.high);
        });
      });
  });
}

static void writeBuffers(OStream &json, const ModelInfo &info) {
  json.attributeArray("buffers", [&] {
    for (const ParameterInfo &buffer : info.buffers)
      json.object([&] {
        writePlace(json, info, buffer);
        json.attribute("start", buffer.init.a);
        json.attribute("whole", buffer.whole);
      });
  });
}

static void writeBlocks(OStream &json, const ModelInfo &info) {
  json.attributeObject("bytes", [&] {
    json.attribute("parameters", parameterBytes(info));
    json.attribute("losses", int64_t(info.losses.size()) * kFieldBytes);
    json.attribute("states", stateNumbers(info) * kFieldBytes);
    json.attribute("figures", figureCount(info) * kFieldBytes);
    json.attribute("context", int64_t(sizeof(mimoc_context)));
    json.attribute("alignment", MIMOC_BLOCK_ALIGNMENT);
  });
}

static void writeBalances(OStream &json, const PhaseInfo &phase) {
  json.attributeArray("balancing", [&] {
    for (const BalanceInfo &balance : phase.balances)
      json.object([&] {
        json.attribute("rule", balance.rule);
        json.attributeArray("losses", [&] {
          for (const std::string &loss : balance.losses)
            json.value(loss);
        });
        json.attributeArray("shared", [&] {
          for (const TensorInfo &tensor : balance.shared)
            json.object([&] {
              json.attribute("name", tensor.name);
              json.attribute("type", dtypeName(tensor.type));
              writeShape(json, tensor.shape, tensor.dim);
              json.attribute("kind", tensor.kind);
              json.attribute("line", tensor.line);
            });
        });
      });
  });
}

/// Where the gradient of each trained parameter starts in the gradient block, and each of its moments.
static void writeTrained(OStream &json, const ModelInfo &info, const PhaseInfo &phase) {
  json.attributeArray("trained", [&] {
    for (const TrainedInfo &trained : phase.trained)
      json.object([&] {
        json.attribute("parameter", trained.parameter);
        json.attribute("name", info.parameters[size_t(trained.parameter)].name);
        json.attribute("offset", trained.offset);
        json.attribute("group", trained.group);
      });
  });
  json.attribute("gradient_elements", phase.gradientElements);
}

static void writePhases(OStream &json, const ModelInfo &info) {
  json.attributeArray("phases", [&] {
    for (const PhaseInfo &phase : info.phases)
      json.object([&] {
        json.attribute("name", phase.name);
        json.attribute("seed", phase.seed);
        if (!phase.optimizer.empty())
          json.attribute("init_state", info.prefix + "_init_state" + phaseSuffix(phase));
        writeOptions(json, phase);
        writeOptimizer(json, phase);
        writeTrained(json, info, phase);
        writeBalances(json, phase);
        json.attributeObject("bytes", [&] {
          json.attribute("gradients", gradientBytes(info, phase));
          json.attribute("state", stateBytes(info, phase));
          json.attribute("options", int64_t(phase.options.size() + 3) * kFieldBytes);
        });
      });
  });
}

static void writeChecks(OStream &json, const ModelInfo &info) {
  json.attributeArray("checks", [&] {
    for (const CheckInfo &check : info.checks)
      json.object([&] {
        json.attribute("tensor", check.tensor);
        json.attribute("bound", check.bound);
        json.attribute("dim", check.dim);
        json.attribute("whole", check.whole);
        json.attribute("line", check.line);
      });
  });
}

/// Exported functions, and of those that run compiled code what the planner laid out for it.
static void writeFunctions(OStream &json, const ModelInfo &info) {
  json.attributeArray("functions", [&] {
    for (const Export &function : exportsOf(info))
      json.object([&] {
        json.attribute("symbol", info.prefix + "_" + function.name);
        if (function.entry < 0)
          return;
        const EntryInfo &entry = info.entries[size_t(function.entry)];
        json.attribute("kind", entry.kind);
        json.attribute("name", entry.name);
        if (!entry.heads.empty())
          json.attribute("heads", llvm::json::Array(entry.heads));
        json.attribute("workspace_static", entry.workspaceStatic);
        json.attribute("workspace_per_row", entry.workspacePerRow);
        json.attribute("workspace_per_pair", entry.workspacePerPair);
        json.attributeArray("least_sizes", [&] {
          for (const LeastSize &size : entry.leastSizes)
            json.object([&] {
              json.attribute("dim", size.dim);
              json.attribute("least", size.least);
              json.attribute("line", size.line);
            });
        });
        json.attribute("flops_static", entry.flopsStatic);
        json.attribute("flops_per_row", entry.flopsPerRow);
        json.attribute("flops_per_pair", entry.flopsPerPair);
      });
  });
}

std::string mimoc::emitJson(const ModelInfo &info) {
  std::string text;
  llvm::raw_string_ostream stream(text);
  OStream json(stream);
  json.object([&] {
    json.attribute("format", "mimoc model");
    json.attribute("abi_version", MIMOC_ABI_VERSION);
    json.attribute("compiler_version", info.compilerVersion);
    json.attribute("model", info.name);
    json.attribute("prefix", info.prefix);
    json.attribute("source", info.sourceName);
    json.attribute("layout_hash", layoutHash(info));
    json.attribute("context_init", contextInitSymbol(info));
    json.attribute("precision", dtypeName(info.precision));
    json.attribute("seed", info.seed);
    json.attribute("target", info.target);
    json.attribute("cpu", info.cpu);
    json.attribute("cpu_features", info.features);
    writeTensors(json, "inputs", info.inputs);
    writeDims(json, info);
    writeTensors(json, "targets", info.targets);
    writeTensors(json, "heads", info.heads);
    writeInputGradients(json, info);
    int64_t place = 0, number = 0;
    writeFigures(json, "losses", info.losses, place, number);
    writeFigures(json, "metrics", info.metrics, place, number);
    writeParameters(json, info);
    writeBuffers(json, info);
    writeBlocks(json, info);
    writePhases(json, info);
    writeChecks(json, info);
    writeFunctions(json, info);
  });
  return text;
}
