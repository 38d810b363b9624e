// The first arrow: text to syntax tree. No names are resolved and no types are known here.
#pragma once

#include "mimoc/Ast.h"
#include "mimoc/Diagnostics.h"

#include <memory>

namespace mimoc {

/// The newest `mimo N` line that this compiler reads.
inline constexpr int64_t kLanguageVersion = 1;
inline constexpr uint64_t kMaxSourceBytes = uint64_t(16) << 20;
/// Deepest nesting of brackets, braces, operators: the height of any expression tree.
inline constexpr unsigned kMaxNesting = 256;
inline constexpr unsigned kMaxRank = 8;

/// Parses a whole file. Null if there was any error; they are all in `diagnostics`, each with a place. The tree points
/// into `source`.
std::unique_ptr<ast::File> parseSource(SourceFile &source, Diagnostics &diagnostics);

/// A source and everything that it imports. The trees point into the sources and at one another, so they live together.
struct Program {
  std::vector<std::unique_ptr<SourceFile>> sources;
  std::vector<std::unique_ptr<ast::File>> files; ///< each file once, behind what it imports; the last is the source itself

  const SourceFile &mainSource() const { return *sources.front(); }
  const ast::File &mainFile() const { return *files.back(); }
};

/// One file that comes with the compiler: `import "std:NAME"`.
struct StandardFile {
  llvm::StringRef name, text;
};

/// A program reads at most this many files.
inline constexpr size_t kMaxFiles = 1000;

/// Parses `source` and what it imports: files in the folder of the importing file and below, symbolic links resolved, or of
/// `standard`. False after errors (also: a cycle, a file elsewhere), which are all in `diagnostics` and point into the sources
/// of `program`.
bool parseProgram(std::unique_ptr<SourceFile> source, llvm::ArrayRef<StandardFile> standard, Program &program,
                  Diagnostics &diagnostics);

/// What --emit=ast prints.
struct AstDumpOptions {
  /// Ends each line with the place it was made from, as a comment.
  bool places = true;
};

/// Writes the tree in the language itself, one item a line, every operator in brackets of its own: parsing the dump gives
/// the same tree.
void dumpAst(const ast::File &file, llvm::raw_ostream &os, AstDumpOptions options = {});

} // namespace mimoc
