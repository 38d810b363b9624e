// The tokens as the parser sees them: with a Newline exactly where a newline counts, and with two tokens in view.
// Private to the front end.
#pragma once

#include "Lexer.h"

#include <deque>

namespace mimoc {

/// A newline does not count inside ( and [, after `{`, nor after a binary operator, `=`, `,` or `->`, nor before a line
/// that starts with `->`, a binary operator, `where`, `weight`, `reduce`, `with` or `else` (unless `=` or `,` follows: it
/// is then a name). The brackets are counted as tokens are taken, so that the parser can give up on unclosed ones.
class TokenStream {
public:
  TokenStream(const SourceFile &source, Diagnostics &diagnostics);

  const Token &current() const { return now; }
  /// The token after the current one: the second and last that the grammar looks at.
  const Token &next();
  /// Goes on by one token and returns the one that was current.
  Token take();
  /// take() for a `*` or `**` that is a component of a path and no operator: a newline after it counts.
  Token takeAsName();

  /// Where the last token that was taken stands; a node's range ends there.
  SourceRange previous() const { return last.range; }
  /// How many ( and [ are open.
  unsigned openBrackets() const { return brackets; }
  /// Counts newlines again after an error inside brackets.
  void forgetBrackets() { brackets = 0; }

private:
  const Token &raw(size_t index);
  void advance();
  bool newlineCounts(const Token &before, unsigned openBrackets);

  Lexer lexer;
  std::deque<Token> ahead; ///< lexed and not yet current
  Token now;
  Token last;    ///< the last one taken that is no Newline
  Token newline; ///< what next() shows for a newline
  unsigned brackets = 0;
};

} // namespace mimoc
