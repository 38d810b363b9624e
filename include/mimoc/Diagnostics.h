// Source text, places in it, and the errors and warnings that point at them. Knows no grammar and no MLIR: the front end
// and every later stage that still has a place in the model report through this.
#pragma once

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/ADT/Twine.h"
#include "llvm/Support/Error.h"
#include "llvm/Support/raw_ostream.h"

#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace mimoc {

class Diagnostics;

/// Line and column as editors count them: from 1, columns in characters (code points), a tab is one character.
struct LineColumn {
  uint32_t line = 0;
  uint32_t column = 0;
};

/// One model source, whole in memory. Ranges and the AST point into it, so it must outlive both and is never moved.
class SourceFile {
public:
  SourceFile(std::string name, std::string text);
  SourceFile(const SourceFile &) = delete;
  SourceFile &operator=(const SourceFile &) = delete;

  /// Reads a file ("-" is standard input) that messages call `name`. Errors: missing, a folder, too big.
  static llvm::Expected<std::unique_ptr<SourceFile>> open(llvm::StringRef path, llvm::StringRef name);
  /// Reads a file under its own name. Null after an error has been reported.
  static std::unique_ptr<SourceFile> read(llvm::StringRef path, Diagnostics &diagnostics);

  /// As the user gave it; what messages begin with.
  llvm::StringRef name() const { return fileName; }
  llvm::StringRef text() const { return contents; }

  LineColumn lineColumn(uint32_t offset) const;
  /// The byte offset of a line and column (both from 1), clamped to the line and to the file: the way back from an
  /// mlir::FileLineColLoc.
  uint32_t offsetAt(uint32_t line, uint32_t column) const;
  /// A line (from 1) without its line end.
  llvm::StringRef line(uint32_t number) const;

private:
  std::string fileName;
  std::string contents;
  std::vector<uint32_t> lineStarts; ///< byte offset of every line's first character
  bool ascii = true;                ///< a column is then a difference of offsets
};

/// Bytes [begin, end) of a file. Default-constructed: nowhere.
struct SourceRange {
  const SourceFile *file = nullptr;
  uint32_t begin = 0;
  uint32_t end = 0;

  explicit operator bool() const { return file != nullptr; }
  /// What stands there.
  llvm::StringRef text() const;
  /// Where it starts and where it ends (the column after the last character).
  LineColumn start() const;
  LineColumn stop() const;
  /// From the start of this range to the end of `last`.
  SourceRange upTo(SourceRange last) const { return {file, begin, last.end}; }
};

enum class Severity { Error, Warning };

/// One message with its notes. `diagnostics.error(place, "...").note("...").note("target declared", other)`.
class Diagnostic {
public:
  Diagnostic(Severity severity, SourceRange place, std::string text)
      : severity(severity), place(place), text(std::move(text)) {}

  /// Adds `= note: TEXT`.
  Diagnostic &note(const llvm::Twine &text);
  /// Adds `= note: TEXT at line N` (`TEXT at FILE:N` where the place is in another file).
  Diagnostic &note(const llvm::Twine &text, SourceRange place);
  /// Adds `= note: did you mean 'CANDIDATE'?` where one of the candidates is close to `written`; else nothing.
  Diagnostic &didYouMean(llvm::StringRef written, llvm::ArrayRef<llvm::StringRef> candidates);

  void print(llvm::raw_ostream &os) const;

  const Severity severity;
  const SourceRange place;
  const std::string text;

private:
  std::vector<std::string> notes;
};

/// Collects what is wrong with a model. Nothing is printed before print(), so that a library user may read the list.
class Diagnostics {
public:
  static constexpr unsigned kDefaultErrorLimit = 20;
  explicit Diagnostics(unsigned errorLimit = kDefaultErrorLimit) : errorLimit(errorLimit) {}

  /// Errors and warnings with a place. The result may take notes; it stays valid as long as this object.
  Diagnostic &error(SourceRange place, const llvm::Twine &text);
  Diagnostic &warning(SourceRange place, const llvm::Twine &text);
  /// An error about no line in particular: `error: TEXT`.
  Diagnostic &error(const llvm::Twine &text) { return error(SourceRange(), text); }

  bool hasErrors() const { return errors > 0; }
  unsigned errorCount() const { return errors; }
  /// The limit is reached: what comes now is dropped, so a stage may stop.
  bool full() const { return errors >= errorLimit; }
  const std::deque<Diagnostic> &all() const { return list; }

  /// Everything in the order of the source (files in the order in which they first had a message), repetitions once.
  void print(llvm::raw_ostream &os) const;

private:
  Diagnostic &add(Severity severity, SourceRange place, const llvm::Twine &text);

  std::deque<Diagnostic> list;         ///< a deque: references stay valid
  std::unique_ptr<Diagnostic> dropped; ///< the last one over the limit, so that its reporter may still add notes
  unsigned errorLimit;
  unsigned errors = 0;
  bool overflowed = false;
};

/// The candidate closest to `written` by edit distance, if one is close enough to be a slip of the keyboard.
std::optional<llvm::StringRef> closestName(llvm::StringRef written, llvm::ArrayRef<llvm::StringRef> candidates);

} // namespace mimoc
