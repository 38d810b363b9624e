#include "Lexer.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringSwitch.h"
#include "llvm/Support/ConvertUTF.h"
#include "llvm/Support/Unicode.h"

namespace mimoc {

namespace {

constexpr llvm::StringLiteral kByteOrderMark = "\xEF\xBB\xBF";

bool startsName(char c) { return llvm::isAlpha(c) || c == '_'; }
bool continuesName(char c) { return llvm::isAlnum(c) || c == '_'; }
bool isAsciiByte(char c) { return static_cast<signed char>(c) >= 0; }

TokenKind wordKind(llvm::StringRef word) {
  return llvm::StringSwitch<TokenKind>(word)
      .Case("if", TokenKind::KwIf)
      .Case("else", TokenKind::KwElse)
      .Case("for", TokenKind::KwFor)
      .Case("in", TokenKind::KwIn)
      .Case("and", TokenKind::KwAnd)
      .Case("or", TokenKind::KwOr)
      .Case("not", TokenKind::KwNot)
      .Case("return", TokenKind::KwReturn)
      .Case("true", TokenKind::KwTrue)
      .Case("false", TokenKind::KwFalse)
      .Case("model", TokenKind::KwModel)
      .Case("block", TokenKind::KwBlock)
      .Case("const", TokenKind::KwConst)
      .Case("import", TokenKind::KwImport)
      .Case("default", TokenKind::KwDefault)
      .Case("dim", TokenKind::KwDim)
      .Case("assert", TokenKind::KwAssert)
      .Case("entry", TokenKind::KwEntry)
      .Case("train", TokenKind::KwTrain)
      .Case("minimize", TokenKind::KwMinimize)
      .Case("optimizer", TokenKind::KwOptimizer)
      .Case("freeze", TokenKind::KwFreeze)
      .Case("seed", TokenKind::KwSeed)
      .Default(TokenKind::Name);
}

/// Whether a dot after this is a path's or a member's: `layer1.0`, against the `.5` that should be 0.5.
bool mayPrecedeMember(TokenKind kind) {
  return llvm::is_contained({TokenKind::Name, TokenKind::Integer, TokenKind::Star, TokenKind::StarStar,
                             TokenKind::RightParen, TokenKind::RightBracket},
                            kind);
}

struct Punctuation {
  llvm::StringLiteral text;
  TokenKind kind;
};

/// Longer ones first.
constexpr Punctuation kPunctuation[] = {
    {"->", TokenKind::Arrow},       {"==", TokenKind::Equal},         {"!=", TokenKind::NotEqual},
    {"<=", TokenKind::LessEqual},   {">=", TokenKind::GreaterEqual},  {"**", TokenKind::StarStar},
    {"//", TokenKind::SlashSlash},  {"..", TokenKind::DotDot},        {"(", TokenKind::LeftParen},
    {")", TokenKind::RightParen},   {"[", TokenKind::LeftBracket},    {"]", TokenKind::RightBracket},
    {"{", TokenKind::LeftBrace},    {"}", TokenKind::RightBrace},     {",", TokenKind::Comma},
    {":", TokenKind::Colon},        {".", TokenKind::Dot},            {"=", TokenKind::Assign},
    {"<", TokenKind::Less},         {">", TokenKind::Greater},        {"+", TokenKind::Plus},
    {"-", TokenKind::Minus},        {"*", TokenKind::Star},           {"/", TokenKind::Slash},
    {"%", TokenKind::Percent},
};

/// Spaces that look like one and are none of ASCII's, as word processors write them.
bool isForeignSpace(llvm::UTF32 code) {
  return code == 0xA0 || (code >= 0x2000 && code <= 0x200F) || code == 0x202F || code == 0x3000;
}

/// What somebody who wrote this character most likely wanted.
llvm::StringRef remedy(llvm::StringRef character) {
  return llvm::StringSwitch<llvm::StringRef>(character)
      .Case("&", "the operator is spelt 'and'")
      .Case("|", "the operator is spelt 'or'")
      .Case("!", "the operator is spelt 'not'")
      .Case("^", "a power is written 'x ** 2'")
      .Case("'", "strings stand in double quotes")
      .Case(";", "a statement ends at the end of its line")
      .Case("\r", "a line ends in a line feed, with or without a carriage return before it")
      .Default("");
}

} // namespace

std::string describe(const Token &token) {
  constexpr size_t kLongest = 40;
  switch (token.kind) {
  case TokenKind::EndOfFile:
    return "the end of the file";
  case TokenKind::Newline:
    return "the end of the line";
  case TokenKind::String:
    return "a string";
  default:
    if (isKeyword(token.kind))
      return ("the keyword '" + token.text() + "'").str();
    llvm::StringRef text = token.text();
    return text.size() <= kLongest ? ("'" + text + "'").str() : ("'" + text.take_front(kLongest) + "...'").str();
  }
}

Lexer::Lexer(const SourceFile &source, Diagnostics &diagnostics)
    : source(source), diagnostics(diagnostics), text(source.text()) {
  if (text.starts_with(kByteOrderMark))
    offset = kByteOrderMark.size();
}

SourceRange Lexer::rangeFrom(size_t begin) const {
  return {&source, static_cast<uint32_t>(begin), static_cast<uint32_t>(offset)};
}

Token Lexer::next() {
  Token token;
  token.startsLine = skipSpace();
  size_t begin = offset;
  token.kind = last = scan();
  token.range = rangeFrom(begin);
  return token;
}

/// Skips spaces, newlines and comments; says whether a newline was among them.
bool Lexer::skipSpace() {
  bool newline = false;
  while (offset < text.size()) {
    char c = text[offset];
    if (c == '#')
      offset = std::min(text.find('\n', offset), text.size());
    else if (c == '\n' || c == ' ' || c == '\t' || (c == '\r' && peek(1) == '\n'))
      ++offset, newline |= c == '\n';
    else
      break;
  }
  return newline;
}

TokenKind Lexer::scan() {
  if (offset == text.size())
    return TokenKind::EndOfFile;
  char c = text[offset];
  if (startsName(c))
    return scanWord();
  if (llvm::isDigit(c))
    return scanNumber();
  if (c == '"')
    return scanString();
  return scanPunctuation();
}

TokenKind Lexer::scanWord() {
  size_t begin = offset;
  while (continuesName(peek()))
    ++offset;
  if (offset < text.size() && !isAsciiByte(text[offset])) {
    offset = begin;
    return scanUnreadable();
  }
  return wordKind(text.slice(begin, offset));
}

/// INT = digit { digit };  FLOAT = INT "." INT [ exponent ] | INT exponent. After a dot only an INT: `layer1.0.1` is a path.
TokenKind Lexer::scanNumber() {
  size_t begin = offset;
  auto digits = [&] {
    while (llvm::isDigit(peek()))
      ++offset;
  };
  TokenKind kind = TokenKind::Integer;
  digits();
  if (last != TokenKind::Dot) {
    if (peek() == '.' && llvm::isDigit(peek(1))) {
      ++offset;
      digits();
      kind = TokenKind::Float;
    }
    size_t sign = peek(1) == '+' || peek(1) == '-' ? 2 : 1;
    if ((peek() == 'e' || peek() == 'E') && llvm::isDigit(peek(sign))) {
      offset += sign;
      digits();
      kind = TokenKind::Float;
    }
    if (peek() == '.' && peek(1) != '.' && !startsName(peek(1))) {
      ++offset;
      diagnostics.error(rangeFrom(begin), "a number has digits on both sides of its point")
          .note("write '" + text.slice(begin, offset) + "0'");
      return TokenKind::Error;
    }
  }
  if (!continuesName(peek()))
    return kind;
  while (continuesName(peek()))
    ++offset;
  diagnostics.error(rangeFrom(begin), "'" + text.slice(begin, offset).take_front(40) + "' is neither a number nor a name")
      .note("numbers are written 42, 0.5 or 1e-3; names do not begin with a digit");
  return TokenKind::Error;
}

/// STRING = '"' { character | '\"' | '\\' | '\n' | '\t' } '"', on one line.
TokenKind Lexer::scanString() {
  size_t begin = offset++;
  bool readable = true;
  while (offset < text.size() && text[offset] != '"' && text[offset] != '\n') {
    if (text[offset] == '\\' && offset + 1 < text.size() && text[offset + 1] != '\n') {
      if (!llvm::is_contained({'"', '\\', 'n', 't'}, text[offset + 1])) {
        size_t escape = offset++;
        diagnostics.error(rangeFrom(escape), "unknown escape in a string").note("known are \\\" \\\\ \\n \\t");
        readable = false;
        continue;
      }
      ++offset;
    }
    ++offset;
  }
  if (offset == text.size() || text[offset] == '\n') {
    SourceRange quote{&source, static_cast<uint32_t>(begin), static_cast<uint32_t>(begin + 1)};
    diagnostics.error(quote, "this string is not closed before the end of the line");
    return TokenKind::Error;
  }
  ++offset;
  return readable ? TokenKind::String : TokenKind::Error;
}

TokenKind Lexer::scanPunctuation() {
  llvm::StringRef rest = text.drop_front(offset);
  for (const Punctuation &candidate : kPunctuation) {
    if (!rest.starts_with(candidate.text))
      continue;
    offset += candidate.text.size();
    bool startsNumber = candidate.kind == TokenKind::Dot && llvm::isDigit(peek()) && !mayPrecedeMember(last);
    if (!startsNumber)
      return candidate.kind;
    size_t begin = offset - 1;
    while (llvm::isDigit(peek()))
      ++offset;
    diagnostics.error(rangeFrom(begin), "a number has digits on both sides of its point")
        .note("write '0" + text.slice(begin, offset) + "'");
    return TokenKind::Error;
  }
  return scanUnreadable();
}

/// One message for a whole run of what no token can begin with, letters of other alphabets first of all.
TokenKind Lexer::scanUnreadable() {
  size_t begin = offset;
  size_t firstOdd = text.find_if([](char c) { return !continuesName(c); }, offset);
  if (isAsciiByte(text[firstOdd])) {
    offset = firstOdd + 1;
    while (offset < text.size() && text[offset] == text[firstOdd]) // && and || are one mistake
      ++offset;
  } else {
    while (offset < text.size() && (continuesName(text[offset]) || !isAsciiByte(text[offset])))
      ++offset;
  }
  size_t bytes = std::min<size_t>(llvm::getNumBytesForUTF8(static_cast<llvm::UTF8>(text[firstOdd])), text.size() - firstOdd);
  llvm::StringRef character = text.substr(firstOdd, bytes);
  const auto *from = reinterpret_cast<const llvm::UTF8 *>(character.begin());
  llvm::UTF32 code = 0;
  llvm::convertUTF8Sequence(&from, from + bytes, &code, llvm::strictConversion);
  bool visible = llvm::sys::unicode::isPrintable(code) && !isForeignSpace(code);
  std::string shown = visible ? ("'" + character + "' ").str() : "";
  std::string number = llvm::utohexstr(code, /*LowerCase=*/false, /*Width=*/4);
  Diagnostic &error = diagnostics.error(rangeFrom(begin), "unexpected character " + shown + "(U+" + number + ")");
  if (llvm::StringRef help = remedy(character); !help.empty())
    error.note(help);
  else if (isForeignSpace(code))
    error.note("it looks like a space: write an ordinary one");
  else if (code > 127)
    error.note("names are made of the letters a-z and A-Z, digits and '_'; strings and comments may hold anything");
  return TokenKind::Error;
}

} // namespace mimoc
