// Errors, recovery, files and bodies. One mistake gives one message: after an error the parser skips to where the next
// statement begins, and says nothing about a token that has been complained about already.
#include "Parser.h"

#include "llvm/ADT/StringSwitch.h"
#include "llvm/Support/ConvertUTF.h"

namespace mimoc {

using namespace ast;

//===- Tokens and errors -------------------------------------------------------------------------------------------===//

bool Parser::takeIf(TokenKind kind) {
  if (!at(kind))
    return false;
  stream.take();
  return true;
}

Diagnostic &Parser::errorAt(SourceRange place, const llvm::Twine &text) {
  lastErrorBegin = place.begin;
  return diagnostics.error(place, text);
}

Diagnostic &Parser::expected(const llvm::Twine &what) {
  std::string text = ("expected " + what + ", found " + describe(current())).str();
  if (!at(TokenKind::Error) && current().range.begin != lastErrorBegin)
    return errorAt(current().range, text);
  silenced = std::make_unique<Diagnostic>(Severity::Error, current().range, text);
  return *silenced;
}

bool Parser::expect(TokenKind kind, llvm::StringRef what) {
  if (takeIf(kind))
    return true;
  expected(what);
  return false;
}

bool Parser::expectClosing(TokenKind kind, llvm::StringRef what, const Token &opening) {
  if (takeIf(kind))
    return true;
  Diagnostic &error = expected(what);
  if (opening.range.start().line != current().range.start().line)
    error.note("'" + opening.text() + "' was opened", opening.range);
  return false;
}

bool Parser::Nesting::tooDeep() const {
  if (parser.depth <= kMaxNesting)
    return false;
  parser.errorAt(parser.current().range, "nesting is deeper than " + llvm::Twine(kMaxNesting) + " levels");
  return true;
}

bool Parser::endStatement() {
  if (takeIf(TokenKind::Newline) || at(TokenKind::RightBrace) || at(TokenKind::EndOfFile))
    return true;
  Diagnostic &error = expected("the end of the line");
  if (at(TokenKind::Name))
    error.didYouMean(current().text(), {"where", "weight", "reduce", "with", "if", "else", "and", "or"});
  else if (stream.previous().end == lastPipeEnd)
    error.note("a pipe binds loosest: put it in brackets to compute with its result");
  return false;
}

//===- Recovery ----------------------------------------------------------------------------------------------------===//

/// Whether the current word, at the start of a line, can be nothing but the first word of a statement.
bool Parser::beginsStatement() {
  if (current().kind >= TokenKind::KwModel && current().kind <= TokenKind::KwSeed)
    return true;
  return at(TokenKind::KwReturn) || (stream.next().is(TokenKind::Name) && beginsKeywordStatement());
}

/// Whether the current Name is a contextual keyword here: it is one of the words and does not begin a plain binding.
bool Parser::beginsKeywordStatement() {
  if (!at(TokenKind::Name) || stream.next().is(TokenKind::Assign) || stream.next().is(TokenKind::Comma))
    return false;
  return llvm::StringSwitch<bool>(current().text())
      .Cases({"input", "target", "output", "branch", "trunk", "head", "layer", "loss", "metric"}, true)
      .Default(false);
}

/// Skips to the start of the next statement, or to the brace that closes the body. What a broken statement has in braces
/// is skipped with it. Where a bracket was left open, the next line that surely begins a statement ends the search.
void Parser::synchronize(uint32_t statementBegin) {
  unsigned braces = 0;
  while (!at(TokenKind::EndOfFile)) {
    if (braces == 0) {
      if (at(TokenKind::RightBrace))
        break;
      bool onward = current().range.begin != statementBegin;
      if (onward && current().startsLine && beginsStatement())
        break;
      if (takeIf(TokenKind::Newline))
        break;
    }
    if (at(TokenKind::LeftBrace))
      ++braces, stream.forgetBrackets();
    else if (at(TokenKind::RightBrace) && braces > 0)
      --braces, stream.forgetBrackets();
    stream.take();
  }
  stream.forgetBrackets();
}

/// After an error before the `{` of a block, model or train: goes to that brace, if it stands in the same line (or alone in
/// the next one), so that the body is read all the same.
bool Parser::recoverHeader() {
  if (at(TokenKind::Newline) && stream.next().is(TokenKind::LeftBrace))
    stream.take();
  while (!at(TokenKind::LeftBrace)) {
    if (at(TokenKind::Newline) || at(TokenKind::EndOfFile) || at(TokenKind::RightBrace) || current().startsLine)
      return false;
    stream.take();
  }
  stream.forgetBrackets();
  return true;
}

//===- Files and bodies --------------------------------------------------------------------------------------------===//

std::unique_ptr<File> Parser::parseFile() {
  auto file = std::make_unique<File>();
  file->source = &source;
  if (atWord("mimo") && stream.next().is(TokenKind::Integer))
    parseVersion(*file);
  while (!at(TokenKind::EndOfFile)) {
    parseBody(Scope::File, file->items);
    if (!at(TokenKind::RightBrace))
      continue;
    if (!closingBraceForgotten)
      errorAt(current().range, "this '}' closes nothing");
    stream.take();
  }
  return file;
}

/// "mimo" INT, first in the file.
void Parser::parseVersion(File &file) {
  uint32_t begin = current().range.begin;
  stream.take();
  SourceRange place = current().range;
  ExprPtr number = parseInteger();
  if (!number || !endStatement())
    return synchronize(begin);
  file.version = llvm::cast<IntegerExpr>(*number).value;
  if (*file.version == 0)
    errorAt(place, "there is no language version 0; the first one is 1");
  else if (*file.version > kLanguageVersion)
    errorAt(place, "this file needs language version " + llvm::Twine(*file.version) + ", this compiler knows version " +
                       llvm::Twine(kLanguageVersion))
        .note("use a newer mimoc");
}

/// Statements up to a `}` (not taken), the `return` of a block, or the end of the file.
void Parser::parseBody(Scope scope, std::vector<StmtPtr> &body) {
  bool misplaced = false;
  while (!at(TokenKind::RightBrace) && !at(TokenKind::EndOfFile)) {
    if (scope == Scope::Block && at(TokenKind::KwReturn))
      return;
    if (!takeIf(TokenKind::Newline))
      parseItem(scope, body, misplaced);
  }
}

void Parser::parseItem(Scope scope, std::vector<StmtPtr> &body, bool &misplaced) {
  uint32_t begin = current().range.begin;
  StmtPtr stmt = parseStatement(scope);
  if (!stmt || !endStatement())
    synchronize(begin);
  if (stmt && checkPlace(*stmt, scope, misplaced))
    body.push_back(std::move(stmt));
}

/// Says once in a body that a statement belongs elsewhere. The first one may be the sign of a forgotten brace, and then
/// all that follow would be wrong in the same way.
bool Parser::checkPlace(const Stmt &stmt, Scope scope, bool &misplaced) {
  auto within = [&](Stmt::Kind first, Stmt::Kind last) { return stmt.kind >= first && stmt.kind <= last; };
  bool ofFile = within(Stmt::Kind::Import, Stmt::Kind::Model) && stmt.kind != Stmt::Kind::Default;
  bool fits = false;
  llvm::StringRef where;
  switch (scope) {
  case Scope::File:
    fits = within(Stmt::Kind::Import, Stmt::Kind::Model);
    where = "outside of models";
    break;
  case Scope::Block:
    fits = within(Stmt::Kind::Binding, Stmt::Kind::Assert) || stmt.kind == Stmt::Kind::Default;
    where = "in a block";
    break;
  case Scope::Model:
    fits = !ofFile;
    where = "in a model";
    break;
  case Scope::Train:
    fits = within(Stmt::Kind::Minimize, Stmt::Kind::Seed);
    where = "in a train block, which holds minimize, optimizer, freeze and seed";
    break;
  }
  auto *binding = llvm::dyn_cast<BindingStmt>(&stmt);
  if (binding && binding->role == Role::Head && scope == Scope::Block)
    fits = false;
  if (fits || misplaced)
    return fits;
  misplaced = true;
  bool plain = binding && binding->role == Role::Plain;
  std::string what = plain ? "a binding" : ("'" + stmt.keyword.text() + "'").str();
  Diagnostic &error = errorAt(stmt.keyword, what + " cannot stand " + where);
  if (plain && scope == Scope::File)
    error.note("a constant of the file is written 'const " + binding->names.front().text + " = ...'");
  if (binding && scope == Scope::Block)
    error.note("a head belongs to a model; a part of a block is a branch or a trunk");
  if (scope == Scope::Train || (ofFile && scope != Scope::File)) {
    error.note("is a '}' missing before it?");
    closingBraceForgotten = true;
  }
  return false;
}

bool Parser::parseOpeningBrace(llvm::StringRef what) {
  if (takeIf(TokenKind::LeftBrace))
    return true;
  noteBraceInNextLine(expected("'{' and " + what));
  return recoverHeader() && takeIf(TokenKind::LeftBrace);
}

void Parser::noteBraceInNextLine(Diagnostic &error) {
  if (at(TokenKind::Newline) && stream.next().is(TokenKind::LeftBrace))
    error.note("'{' stands at the end of the line, not at the start of the next one");
}

bool Parser::parseClosingBrace(llvm::StringRef what, const Stmt &stmt) {
  takeIf(TokenKind::Newline);
  if (takeIf(TokenKind::RightBrace))
    return true;
  if (closingBraceForgotten)
    return false;
  closingBraceForgotten = true;
  expected("'}' at the end of " + what).note(what + " begins", stmt.keyword);
  return false;
}

//===- The way in --------------------------------------------------------------------------------------------------===//

/// A source is UTF-8 without NUL and of bounded size; anything else is most likely not a model at all.
static bool checkText(const SourceFile &source, Diagnostics &diagnostics) {
  llvm::StringRef text = source.text();
  if (text.size() > kMaxSourceBytes) {
    SourceRange place{&source, 0, 0};
    diagnostics.error(place, "the source is larger than 16 MiB, the largest that is read");
    return false;
  }
  auto refuse = [&](size_t offset, const llvm::Twine &what) {
    SourceRange place{&source, static_cast<uint32_t>(offset), static_cast<uint32_t>(offset + 1)};
    diagnostics.error(place, what).note("a model is a text file in UTF-8");
    return false;
  };
  if (size_t nul = text.find('\0'); nul != llvm::StringRef::npos)
    return refuse(nul, "the source holds a NUL byte");
  const auto *bytes = reinterpret_cast<const llvm::UTF8 *>(text.bytes_begin());
  const auto *stop = bytes;
  if (!llvm::isLegalUTF8String(&stop, bytes + text.size()))
    return refuse(stop - bytes, "the source is not valid UTF-8 here");
  return true;
}

std::unique_ptr<File> parseSource(SourceFile &source, Diagnostics &diagnostics) {
  unsigned errorsBefore = diagnostics.errorCount(); // of other files
  if (!checkText(source, diagnostics))
    return nullptr;
  std::unique_ptr<File> file = Parser(source, diagnostics).parseFile();
  return diagnostics.errorCount() == errorsBefore && !diagnostics.full() ? std::move(file) : nullptr;
}

} // namespace mimoc
