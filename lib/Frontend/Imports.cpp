// `import`: finds files, reads each of them once, and refuses cycles.
#include "mimoc/Frontend.h"

#include "llvm/ADT/StringMap.h"
#include "llvm/Support/Casting.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"

namespace mimoc {

using namespace ast;
namespace path = llvm::sys::path;

static constexpr llvm::StringLiteral kStandard = "std:";

namespace {

class ImportLoader {
public:
  ImportLoader(llvm::ArrayRef<StandardFile> standard, Program &program, Diagnostics &diagnostics)
      : standard(standard), program(program), diagnostics(diagnostics) {}

  void load(std::unique_ptr<SourceFile> source) {
    llvm::SmallString<128> real;
    if (llvm::sys::fs::real_path(source->name(), real))
      real = source->name(); // standard input
    loadFile(std::move(source), real);
  }

private:
  /// A file, by what makes it one: its real path, or "std:" and a name.
  struct Found {
    std::string identity;
    std::unique_ptr<SourceFile> source; ///< null where it has been read before
  };
  struct Loading {
    std::string identity, name;
  };

  File *loadFile(std::unique_ptr<SourceFile> source, llvm::StringRef identity);
  void loadImport(ImportStmt &import, const SourceFile &importing);
  std::optional<Found> find(const ImportStmt &import, const SourceFile &importing);
  std::optional<Found> findStandard(const ImportStmt &import);
  std::optional<Found> findFile(const ImportStmt &import, const SourceFile &importing);
  bool refuseCycle(const ImportStmt &import, llvm::StringRef identity);

  llvm::ArrayRef<StandardFile> standard;
  Program &program;
  Diagnostics &diagnostics;
  llvm::StringMap<File *> loaded; ///< null where a file could not be parsed
  std::vector<Loading> loading;   ///< from the source itself down to the file under way
};

} // namespace

File *ImportLoader::loadFile(std::unique_ptr<SourceFile> source, llvm::StringRef identity) {
  SourceFile &text = *program.sources.emplace_back(std::move(source));
  std::unique_ptr<File> file = parseSource(text, diagnostics);
  File *parsed = loaded[identity] = file.get();
  if (!file)
    return nullptr;
  loading.push_back({identity.str(), text.name().str()});
  for (StmtPtr &item : file->items)
    if (auto *import = llvm::dyn_cast<ImportStmt>(item.get()))
      loadImport(*import, text);
  loading.pop_back();
  program.files.push_back(std::move(file));
  return parsed;
}

void ImportLoader::loadImport(ImportStmt &import, const SourceFile &importing) {
  std::optional<Found> found = find(import, importing);
  if (!found || refuseCycle(import, found->identity))
    return;
  if (auto before = loaded.find(found->identity); before != loaded.end()) {
    import.imported = before->second;
    return;
  }
  if (program.sources.size() == kMaxFiles) {
    diagnostics.error(import.range, "a model reads at most " + llvm::Twine(kMaxFiles) + " files");
    return;
  }
  import.imported = loadFile(std::move(found->source), found->identity);
}

bool ImportLoader::refuseCycle(const ImportStmt &import, llvm::StringRef identity) {
  auto first = llvm::find_if(loading, [&](const Loading &file) { return file.identity == identity; });
  if (first == loading.end())
    return false;
  std::string way;
  for (const Loading &file : llvm::make_range(first, loading.end()))
    way += file.name + " imports ";
  diagnostics.error(import.pathRange, "files import each other in a circle: " + way + first->name);
  return true;
}

std::optional<ImportLoader::Found> ImportLoader::find(const ImportStmt &import, const SourceFile &importing) {
  bool isStandard = llvm::StringRef(import.path).starts_with(kStandard);
  return isStandard ? findStandard(import) : findFile(import, importing);
}

std::optional<ImportLoader::Found> ImportLoader::findStandard(const ImportStmt &import) {
  llvm::StringRef name = llvm::StringRef(import.path).drop_front(kStandard.size());
  llvm::SmallVector<llvm::StringRef> names;
  std::string listed;
  for (const StandardFile &file : standard) {
    if (file.name == name)
      return Found{import.path, std::make_unique<SourceFile>(import.path, file.text.str())};
    names.push_back(file.name);
    listed += (listed.empty() ? "" : ", ") + file.name.str();
  }
  diagnostics.error(import.pathRange, "the library that comes with mimoc has no file '" + name + "'")
      .didYouMean(name, names)
      .note("it has " + listed);
  return std::nullopt;
}

std::optional<ImportLoader::Found> ImportLoader::findFile(const ImportStmt &import, const SourceFile &importing) {
  llvm::StringRef written = import.path;
  auto leavesFolder = [](llvm::StringRef part) { return part == ".."; };
  if (written.empty() || written.contains('\0') || path::is_absolute(written) ||
      std::any_of(path::begin(written), path::end(written), leavesFolder)) {
    diagnostics.error(import.pathRange, "'" + written + "' does not name a file below the folder of this one")
        .note("a file imports what lies in its own folder or below, and \"std:...\", what comes with mimoc");
    return std::nullopt;
  }
  llvm::SmallString<128> folder = path::parent_path(importing.name()), wanted, realFolder, real;
  wanted = folder;
  path::append(wanted, written);
  bool isThere = !llvm::sys::fs::real_path(wanted, real) && !llvm::sys::fs::real_path(folder.empty() ? llvm::StringRef(".") : folder.str(), realFolder);
  if (isThere && realFolder != "/")
    realFolder += '/';
  if (isThere && !llvm::StringRef(real).starts_with(realFolder)) {
    diagnostics.error(import.pathRange, "'" + written + "' is a link to '" + real + "', which does not lie below '" + realFolder + "'");
    return std::nullopt;
  }
  if (isThere && loaded.contains(real))
    return Found{real.str().str(), nullptr};
  llvm::Expected<std::unique_ptr<SourceFile>> source = SourceFile::open(wanted, wanted);
  if (source)
    return Found{real.str().str(), std::move(*source)};
  diagnostics.error(import.pathRange, "cannot read '" + wanted + "': " + llvm::toString(source.takeError()));
  return std::nullopt;
}

bool parseProgram(std::unique_ptr<SourceFile> source, llvm::ArrayRef<StandardFile> standard, Program &program,
                  Diagnostics &diagnostics) {
  ImportLoader(standard, program, diagnostics).load(std::move(source));
  return !diagnostics.hasErrors();
}

} // namespace mimoc
