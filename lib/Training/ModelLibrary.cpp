#include "ModelLibrary.h"
#include "mimoc/Data/Refuse.h"
#include "mimoc/ObjectToLibrary.h"

#include "llvm/ADT/ScopeExit.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/JSON.h"

#include <cerrno>
#include <climits>
#include <cstdlib>
#include <cstring>
#include <dlfcn.h>
#include <unistd.h>

namespace mimoc {

namespace {

// A folder that only this user can enter, so that nobody can put another library in the place of ours.
llvm::Expected<std::string> privateFolder() {
  const char *base = std::getenv("TMPDIR");
  std::string pattern = fmt::format("{}/mimo-XXXXXX", base && *base ? base : "/tmp");
  if (!::mkdtemp(pattern.data()))
    return refuse("no temporary folder '{}': {}; set TMPDIR to a folder that can be written", pattern,
                  std::strerror(errno));
  return pattern;
}

// A slash in the path keeps dlopen from searching the system's libraries.
llvm::Expected<std::string> resolved(llvm::StringRef path) {
  char buffer[PATH_MAX];
  if (!::realpath(path.str().c_str(), buffer))
    return refuse("{}: {}", path.str(), std::strerror(errno));
  return std::string(buffer);
}

} // namespace

// What the description says of symbols and ModelInfo does not hold.
llvm::Error ModelLibrary::readSymbols() {
  auto value = llvm::json::parse(json);
  if (!value)
    return value.takeError();
  const llvm::json::Object *object = value->getAsObject();
  auto version = object ? object->getInteger("abi_version") : std::nullopt;
  if (version != MIMOC_ABI_VERSION)
    return refuse("was made for version {} of the interface and this program knows {}; compile the model again",
                  version.value_or(0), MIMOC_ABI_VERSION);
  contextInit = object->getString("context_init").value_or("").str();
  const llvm::json::Array *functions = object->getArray("functions");
  for (size_t i = 0; functions && i < functions->size(); ++i)
    if (const llvm::json::Object *function = (*functions)[i].getAsObject())
      entries[{function->getString("kind").value_or("").str(), function->getString("name").value_or("").str()}] =
          function->getString("symbol").value_or("").str();
  const llvm::json::Array *phases = object->getArray("phases");
  for (size_t i = 0; phases && i < phases->size(); ++i)
    if (const llvm::json::Object *phase = (*phases)[i].getAsObject())
      if (auto symbol = phase->getString("init_state"))
        entries[{"init_state", phase->getString("name").value_or("").str()}] = symbol->str();
  return llvm::Error::success();
}

void *ModelLibrary::findEntry(const std::string &kind, const std::string &name) const {
  auto found = entries.find({kind, name});
  return found == entries.end() ? nullptr : ::dlsym(handle.get(), found->second.c_str());
}

llvm::Error ModelLibrary::findFunctions() {
  auto get = [&](auto &function, const char *name) {
    void *symbol = ::dlsym(handle.get(), fmt::format("{}_{}", info.prefix, name).c_str());
    function = reinterpret_cast<std::remove_reference_t<decltype(function)>>(symbol);
  };
  get(functions.statusText, "status_text");
  get(functions.contextDestroy, "context_destroy");
  get(functions.message, "message");
  get(functions.workspaceBytes, "workspace_bytes");
  get(functions.initParameters, "init_parameters");
  get(functions.forward, "forward");
  get(functions.evaluate, "evaluate");
  get(functions.metricsAdd, "metrics_add");
  get(functions.metricsFinalise, "metrics_finalise");
  functions.contextInit = reinterpret_cast<mimoc_context_init_fn *>(::dlsym(handle.get(), contextInit.c_str()));
  bool complete = functions.contextInit && functions.contextDestroy && functions.message && functions.statusText &&
                  functions.workspaceBytes && functions.initParameters && functions.forward;
  return complete ? llvm::Error::success() : refuse("is not a complete compiled model; compile it again");
}

llvm::Expected<ModelLibrary> ModelLibrary::load(const std::string &path) {
  ModelLibrary library;
  // Read from the file before any of its code runs: a library that is no model is never opened.
  auto json = readDescription(path);
  if (!json) { // names the file, as our caller will
    std::string text = llvm::toString(json.takeError());
    llvm::StringRef reason = text;
    reason.consume_front(path + ": ");
    return refuse("{}", reason.str());
  }
  library.json = std::move(*json);
  auto info = parseJson(library.json);
  if (!info)
    return info.takeError();
  library.info = std::move(*info);
  if (auto error = library.readSymbols())
    return std::move(error);
  void *opened = ::dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL);
  if (!opened)
    return refuse("cannot be opened: {}", ::dlerror());
  library.handle = std::shared_ptr<void>(opened, [](void *handle) { ::dlclose(handle); });
  if (auto error = library.findFunctions())
    return std::move(error);
  return library;
}

llvm::Expected<ModelLibrary> ModelLibrary::open(llvm::StringRef path, const CompileChoices &choices) {
  if (!path.ends_with(".mimo")) {
    auto file = resolved(path);
    if (!file)
      return file.takeError();
    auto library = load(*file);
    return library ? std::move(library) : at(path, library.takeError());
  }
  auto folder = privateFolder();
  if (!folder)
    return folder.takeError();
  // The library stays mapped when its file is gone, so nothing is left behind whatever happens later.
  llvm::scope_exit clean([&] { llvm::sys::fs::remove_directories(*folder); });
  std::string file = *folder + "/model.so";
  if (auto error = compileModel(path, choices, file))
    return std::move(error);
  auto library = load(file);
  return library ? std::move(library) : at(path, library.takeError());
}

} // namespace mimoc
