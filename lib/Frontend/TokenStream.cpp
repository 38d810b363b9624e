#include "TokenStream.h"

#include "llvm/ADT/StringSwitch.h"

namespace mimoc {

namespace {

bool isBinaryOperator(TokenKind kind) {
  return kind >= TokenKind::Equal || kind == TokenKind::KwAnd || kind == TokenKind::KwOr;
}

bool continuesAfter(TokenKind kind) {
  return isBinaryOperator(kind) || kind == TokenKind::Assign || kind == TokenKind::Comma || kind == TokenKind::Arrow ||
         kind == TokenKind::LeftBrace || kind == TokenKind::Newline;
}

bool beginsClause(llvm::StringRef word) {
  return llvm::StringSwitch<bool>(word).Cases({"where", "weight", "reduce", "with"}, true).Default(false);
}

/// The brackets that are open once `token` is taken.
unsigned bracketsAfter(const Token &token, unsigned open) {
  if (token.is(TokenKind::LeftParen) || token.is(TokenKind::LeftBracket))
    return open + 1;
  bool closes = token.is(TokenKind::RightParen) || token.is(TokenKind::RightBracket);
  return closes && open > 0 ? open - 1 : open;
}

/// A Newline token stands, without length, right after the token that it ends the line of.
Token newlineAfter(const Token &token) {
  SourceRange end{token.range.file, token.range.end, token.range.end};
  return {TokenKind::Newline, false, end};
}

} // namespace

TokenStream::TokenStream(const SourceFile &source, Diagnostics &diagnostics) : lexer(source, diagnostics) {
  last.range = {&source, 0, 0};
  advance();
}

const Token &TokenStream::raw(size_t index) {
  while (ahead.size() <= index)
    ahead.push_back(lexer.next());
  return ahead[index];
}

/// Whether the newline between `before` and the next raw token, if there is one, ends a statement.
bool TokenStream::newlineCounts(const Token &before, unsigned openBrackets) {
  if (!raw(0).startsLine || openBrackets > 0 || continuesAfter(before.kind))
    return false;
  TokenKind kind = raw(0).kind;
  if (kind == TokenKind::Arrow || kind == TokenKind::KwElse || isBinaryOperator(kind))
    return false;
  if (kind != TokenKind::Name || !beginsClause(raw(0).text()))
    return true;
  return raw(1).is(TokenKind::Assign) || raw(1).is(TokenKind::Comma);
}

const Token &TokenStream::next() {
  if (now.is(TokenKind::Newline) || !newlineCounts(now, bracketsAfter(now, brackets)))
    return raw(0);
  newline = newlineAfter(now);
  return newline;
}

void TokenStream::advance() {
  if (!now.is(TokenKind::Newline) && newlineCounts(last, brackets)) {
    now = newlineAfter(last);
    return;
  }
  now = raw(0);
  ahead.pop_front();
}

Token TokenStream::take() {
  Token taken = now;
  if (!taken.is(TokenKind::Newline)) {
    brackets = bracketsAfter(taken, brackets);
    last = taken;
  }
  advance();
  return taken;
}

Token TokenStream::takeAsName() {
  now.kind = TokenKind::Name;
  return take();
}

} // namespace mimoc
