// Text to tokens, one at a time. Private to the front end.
#pragma once

#include "mimoc/Diagnostics.h"

namespace mimoc {

enum class TokenKind : uint8_t {
  EndOfFile,
  Newline, ///< made by TokenStream where a newline counts
  Error,   ///< something unreadable that has been reported already
  Name, Integer, Float, String,
  // Hard keywords. The contextual ones (input, head, where, ...) are Names.
  KwIf, KwElse, KwFor, KwIn, KwAnd, KwOr, KwNot, KwReturn, KwTrue, KwFalse, KwModel, KwBlock, KwConst, KwImport, KwDefault,
  KwDim, KwAssert, KwEntry, KwTrain, KwMinimize, KwOptimizer, KwFreeze, KwSeed,
  LeftParen, RightParen, LeftBracket, RightBracket, LeftBrace, RightBrace,
  Comma, Colon, Dot, DotDot, Assign, Arrow,
  Equal, NotEqual, Less, LessEqual, Greater, GreaterEqual,
  Plus, Minus, Star, StarStar, Slash, SlashSlash, Percent
};

inline bool isKeyword(TokenKind kind) { return kind >= TokenKind::KwIf && kind <= TokenKind::KwSeed; }

struct Token {
  TokenKind kind = TokenKind::Newline;
  bool startsLine = false; ///< nothing but space and comments before it on its line
  SourceRange range;

  llvm::StringRef text() const { return range.text(); }
  bool is(TokenKind other) const { return kind == other; }
};

/// As messages call it: "'->'", "'hidden'", "the end of the line".
std::string describe(const Token &token);

class Lexer {
public:
  Lexer(const SourceFile &source, Diagnostics &diagnostics);

  /// The next token; EndOfFile again and again at the end.
  Token next();

private:
  char peek(size_t ahead = 0) const { return offset + ahead < text.size() ? text[offset + ahead] : '\0'; }
  bool skipSpace();
  TokenKind scan();
  TokenKind scanWord();
  TokenKind scanNumber();
  TokenKind scanString();
  TokenKind scanPunctuation();
  TokenKind scanUnreadable();
  SourceRange rangeFrom(size_t begin) const;

  const SourceFile &source;
  Diagnostics &diagnostics;
  llvm::StringRef text;
  size_t offset = 0;
  TokenKind last = TokenKind::Newline;
};

} // namespace mimoc
