// Collects messages and prints them with the line they are about:
//
//   model.mimo:5:14: error: mse: prediction f32[batch, 1] and target f32[batch] must have the same shape
//       5 |   loss l = mse(y, t)
//         |            ^^^
//         = note: target declared at line 3
#include "mimoc/Diagnostics.h"

#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/ConvertUTF.h"
#include "llvm/Support/Format.h"
#include "llvm/Support/Unicode.h"

#include <algorithm>
#include <tuple>

namespace mimoc {

//===- Did you mean ------------------------------------------------------------------------------------------------===//

std::optional<llvm::StringRef> closestName(llvm::StringRef written, llvm::ArrayRef<llvm::StringRef> candidates) {
  constexpr size_t kLongest = 64; // longer names are no slips of the keyboard, and the distance takes quadratic time
  if (written.empty() || written.size() > kLongest)
    return std::nullopt;
  // One slip in three letters, but never so many that nothing of the word remains.
  unsigned allowed = std::min<unsigned>((written.size() + 2) / 3, written.size() - 1);
  std::optional<llvm::StringRef> best;
  unsigned bestDistance = allowed + 1;
  std::string lower = written.lower();
  for (llvm::StringRef candidate : candidates) {
    if (candidate.size() > kLongest || candidate == written)
      continue;
    // ReLU is relu to somebody who comes from another framework.
    unsigned distance = llvm::StringRef(lower).edit_distance(candidate.lower(), /*AllowReplacements=*/true, bestDistance);
    if (distance < bestDistance) {
      best = candidate;
      bestDistance = distance;
    }
  }
  return best;
}

//===- One message -------------------------------------------------------------------------------------------------===//

namespace {

/// Nobody reads more of a line than this; longer ones are shown around the place.
constexpr uint32_t kShownBytes = 160;
constexpr uint32_t kShownBefore = 70;
constexpr llvm::StringLiteral kCut = "...";

/// A source line made fit for a terminal, and where the carets go, in columns of the terminal.
struct ShownLine {
  std::string text;
  unsigned caretStart = 0;
  unsigned caretLength = 0;
};

/// Moves an offset back to the first byte of its character.
size_t characterStart(llvm::StringRef line, size_t offset) {
  while (offset > 0 && offset < line.size() && (static_cast<unsigned char>(line[offset]) & 0xC0) == 0x80)
    --offset;
  return offset;
}

/// The bytes of `line` that one character takes: 1 where they are not valid UTF-8.
size_t characterBytes(llvm::StringRef line, size_t offset) {
  const auto *bytes = reinterpret_cast<const llvm::UTF8 *>(line.data());
  size_t length = llvm::getNumBytesForUTF8(bytes[offset]);
  return offset + length <= line.size() && llvm::isLegalUTF8Sequence(bytes + offset, bytes + offset + length) ? length : 1;
}

/// Appends one character in a form that cannot harm a terminal; returns the columns it takes.
unsigned appendShown(llvm::StringRef character, std::string &out) {
  constexpr llvm::StringLiteral kTab = "    ";
  if (character == "\t") {
    out += kTab;
    return kTab.size();
  }
  int width = llvm::sys::unicode::columnWidthUTF8(character);
  if (width < 0) { // not printable, or not UTF-8
    out += '?';
    return 1;
  }
  out += character;
  return width;
}

/// `begin` and `end` are offsets in the line.
ShownLine showLine(llvm::StringRef line, size_t begin, size_t end) {
  size_t from = 0, to = line.size();
  if (line.size() > kShownBytes) {
    from = characterStart(line, begin > kShownBefore ? begin - kShownBefore : 0);
    to = characterStart(line, std::min<size_t>(line.size(), from + kShownBytes));
  }
  ShownLine shown;
  unsigned column = 0;
  if (from > 0)
    column += kCut.size(), shown.text += kCut;
  unsigned caretEnd = 0;
  for (size_t i = from; i < to;) {
    size_t bytes = characterBytes(line, i);
    if (i <= begin)
      shown.caretStart = column;
    column += appendShown(line.substr(i, bytes), shown.text);
    i += bytes;
    if (i <= end)
      caretEnd = column;
  }
  if (begin >= to) // the place is the end of the line
    shown.caretStart = column;
  if (to < line.size())
    shown.text += kCut;
  shown.caretLength = std::max(1u, caretEnd > shown.caretStart ? caretEnd - shown.caretStart : 1u);
  return shown;
}

void printSourceLine(llvm::raw_ostream &os, SourceRange place) {
  uint32_t number = place.start().line;
  llvm::StringRef line = place.file->line(number);
  size_t lineBegin = line.data() - place.file->text().data();
  size_t begin = std::min<size_t>(place.begin - lineBegin, line.size());
  size_t end = std::clamp<size_t>(place.end - lineBegin, begin, line.size());
  ShownLine shown = showLine(line, begin, end);
  os << llvm::format("%5u | ", number) << shown.text << '\n';
  os.indent(std::max<size_t>(5, std::to_string(number).size())) << " | ";
  os.indent(shown.caretStart) << std::string(shown.caretLength, '^') << '\n';
}

llvm::StringRef severityName(Severity severity) {
  switch (severity) {
  case Severity::Error: return "error";
  case Severity::Warning: return "warning";
  }
  return "error";
}

} // namespace

Diagnostic &Diagnostic::note(const llvm::Twine &text) {
  notes.push_back(text.str());
  return *this;
}

Diagnostic &Diagnostic::note(const llvm::Twine &text, SourceRange where) {
  if (!where)
    return note(text);
  llvm::Twine line(where.start().line);
  if (where.file == place.file)
    return note(text + " at line " + line);
  return note(text + " at " + where.file->name() + ":" + line);
}

Diagnostic &Diagnostic::didYouMean(llvm::StringRef written, llvm::ArrayRef<llvm::StringRef> candidates) {
  if (std::optional<llvm::StringRef> close = closestName(written, candidates))
    note("did you mean '" + *close + "'?");
  return *this;
}

void Diagnostic::print(llvm::raw_ostream &os) const {
  if (place) {
    LineColumn start = place.start();
    os << place.file->name() << ':' << start.line << ':' << start.column << ": ";
  }
  os << severityName(severity) << ": " << text << '\n';
  if (place)
    printSourceLine(os, place);
  for (const std::string &note : notes)
    os << "      = note: " << note << '\n';
}

//===- All of them -------------------------------------------------------------------------------------------------===//

Diagnostic &Diagnostics::add(Severity severity, SourceRange place, const llvm::Twine &text) {
  if (severity == Severity::Error && full()) {
    overflowed = true;
    dropped = std::make_unique<Diagnostic>(severity, place, text.str());
    return *dropped;
  }
  errors += severity == Severity::Error;
  return list.emplace_back(severity, place, text.str());
}

Diagnostic &Diagnostics::error(SourceRange place, const llvm::Twine &text) { return add(Severity::Error, place, text); }
Diagnostic &Diagnostics::warning(SourceRange place, const llvm::Twine &text) {
  return add(Severity::Warning, place, text);
}

void Diagnostics::print(llvm::raw_ostream &os) const {
  // file in the order of first appearance, offset, order of reporting
  llvm::DenseMap<const SourceFile *, size_t> fileOrder;
  std::vector<std::tuple<size_t, uint32_t, size_t>> order;
  for (size_t i = 0; i < list.size(); ++i) {
    size_t file = fileOrder.try_emplace(list[i].place.file, fileOrder.size()).first->second;
    order.emplace_back(file, list[i].place.begin, i);
  }
  llvm::sort(order);
  const Diagnostic *previous = nullptr;
  for (auto [file, begin, index] : order) {
    const Diagnostic &diagnostic = list[index];
    bool repeated = previous && previous->place.file == diagnostic.place.file &&
                    previous->place.begin == diagnostic.place.begin && previous->text == diagnostic.text;
    if (!repeated)
      diagnostic.print(os);
    previous = &diagnostic;
  }
  if (overflowed)
    os << "error: too many errors; only the first " << errorLimit << " are shown\n";
}

} // namespace mimoc
