#include "Exports.h"
#include "Names.h"
#include "mimoc/ObjectToLibrary.h"

using namespace mimoc;

namespace {
struct EntryKind {
  const char *kind, *name, *runtime, *type;
};
} // namespace

// The kinds of entry points, what the exported function is called ('_' and a head, entry, loss or train block follow), and the
// function of the run-time support, whose parameters after model and entry are those of mimoc/Runtime.h.
static constexpr EntryKind entryKinds[] = {
    {"forward", "forward", "mimort_forward", "ipppplpl"},
    {"forward_head", "forward", "mimort_forward", "ipppplpl"},
    {"forward_entry", "forward", "mimort_forward", "ipppplpl"},
    {"evaluate", "evaluate", "mimort_evaluate", "ipppppplpl"},
    {"backward", "backward", "mimort_backward", "ipppppppllpl"},
    {"backward_loss", "backward", "mimort_backward", "ipppppppllpl"},
    {"vjp", "vjp", "mimort_vjp", "ippppppplpl"},
    {"apply", "apply", "mimort_apply", "ippppppl"},
    {"step", "step", "mimort_step", "ippppppplpl"},
};

const EntryInfo *mimoc::findEntry(const ModelInfo &info, const char *kind, const std::string &name) {
  for (const EntryInfo &entry : info.entries)
    if (entry.kind == kind && entry.name == name)
      return &entry;
  return nullptr;
}

static void addEntries(const ModelInfo &info, const EntryKind &kind, std::vector<Export> &exports) {
  for (size_t i = 0; i < info.entries.size(); ++i) {
    const EntryInfo &entry = info.entries[i];
    if (entry.kind != kind.kind)
      continue;
    std::string name = kind.name + (entry.name.empty() ? "" : "_" + toCName(entry.name));
    exports.push_back({name, kind.runtime, kind.type, int64_t(i)});
  }
}

std::vector<Export> mimoc::exportsOf(const ModelInfo &info) {
  std::vector<Export> exports = {
      {"describe", "mimort_describe", "p"},
      {"status_text", "mimort_status_text", "pi"},
      {contextInitSymbol(info).substr(info.prefix.size() + 1), "mimort_context_init", "ipp"},
      {"context_destroy", "mimort_context_destroy", "vp"},
      {"message", "mimort_message", "pp"},
      {"workspace_bytes", "mimort_workspace_bytes", "lll"},
      {"init_parameters", "mimort_init_parameters", "ippl"},
  };
  for (size_t i = 0; i < info.phases.size(); ++i)
    if (!info.phases[i].optimizer.empty())
      exports.push_back({"init_state" + phaseSuffix(info.phases[i]), "mimort_init_state", "ipp", -1, int64_t(i)});
  for (const EntryKind &kind : entryKinds)
    addEntries(info, kind, exports);
  if (!info.losses.empty() || !info.metrics.empty()) {
    exports.push_back({"metrics_reset", "mimort_metrics_reset", "ipp"});
    exports.push_back({"metrics_add", "mimort_metrics_add", "ippp"});
    exports.push_back({"metrics_merge", "mimort_metrics_merge", "ippp"});
    exports.push_back({"metrics_finalise", "mimort_metrics_finalise", "ippp"});
  }
  return exports;
}

std::string mimoc::descriptionSymbol(const ModelInfo &info) { return info.prefix + "_description"; }
