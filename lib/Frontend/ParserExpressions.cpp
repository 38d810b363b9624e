// Expressions, pipes, calls and paths, loosest binding first. The comment on each function is its line of the grammar.
#include "Parser.h"

#include "llvm/Support/SaveAndRestore.h"

#include <cmath>

namespace mimoc {

using namespace ast;

namespace {

unsigned heightOf(const ExprPtr &expr) { return expr ? expr->height : 0; }

unsigned heightOf(const std::vector<ExprPtr> &exprs) {
  unsigned height = 0;
  for (const ExprPtr &expr : exprs)
    height = std::max(height, heightOf(expr));
  return height;
}

unsigned heightOf(const std::vector<Argument> &arguments) {
  unsigned height = 0;
  for (const Argument &argument : arguments)
    height = std::max(height, heightOf(argument.value));
  return height;
}

unsigned heightOf(const std::vector<Step> &steps) {
  unsigned height = 0;
  for (const Step &step : steps)
    height = std::max(height, heightOf(step.call.arguments));
  return height;
}

std::optional<BinaryOp> orOperator(TokenKind kind) {
  return kind == TokenKind::KwOr ? std::optional(BinaryOp::Or) : std::nullopt;
}

std::optional<BinaryOp> andOperator(TokenKind kind) {
  return kind == TokenKind::KwAnd ? std::optional(BinaryOp::And) : std::nullopt;
}

std::optional<BinaryOp> comparison(TokenKind kind) {
  switch (kind) {
  case TokenKind::Equal: return BinaryOp::Equal;
  case TokenKind::NotEqual: return BinaryOp::NotEqual;
  case TokenKind::Less: return BinaryOp::Less;
  case TokenKind::LessEqual: return BinaryOp::LessEqual;
  case TokenKind::Greater: return BinaryOp::Greater;
  case TokenKind::GreaterEqual: return BinaryOp::GreaterEqual;
  default: return std::nullopt;
  }
}

std::optional<BinaryOp> sumOperator(TokenKind kind) {
  switch (kind) {
  case TokenKind::Plus: return BinaryOp::Add;
  case TokenKind::Minus: return BinaryOp::Subtract;
  default: return std::nullopt;
  }
}

std::optional<BinaryOp> productOperator(TokenKind kind) {
  switch (kind) {
  case TokenKind::Star: return BinaryOp::Multiply;
  case TokenKind::Slash: return BinaryOp::Divide;
  case TokenKind::SlashSlash: return BinaryOp::FloorDivide;
  case TokenKind::Percent: return BinaryOp::Remainder;
  default: return std::nullopt;
  }
}

} // namespace

//===- Operators ---------------------------------------------------------------------------------------------------===//

ExprPtr Parser::onTopOf(unsigned childHeight, ExprPtr node) {
  node->height = childHeight + 1;
  if (node->height <= kMaxNesting)
    return node;
  errorAt(node->range, "this expression nests deeper than " + llvm::Twine(kMaxNesting) + " levels")
      .note("give parts of it names of their own");
  return nullptr;
}

ExprPtr Parser::makeBinary(BinaryOp op, SourceRange opRange, ExprPtr left, ExprPtr right) {
  unsigned height = std::max(left->height, right->height);
  SourceRange range = left->range.upTo(stream.previous());
  return onTopOf(height, std::make_unique<BinaryExpr>(range, op, opRange, std::move(left), std::move(right)));
}

/// operand { operator operand }
ExprPtr Parser::parseLeftAssociative(OperandRule operand, OperatorTable operators) {
  ExprPtr left = (this->*operand)();
  while (left) {
    std::optional<BinaryOp> op = operators(current().kind);
    if (!op)
      return left;
    SourceRange opRange = stream.take().range;
    ExprPtr right = (this->*operand)();
    if (!right)
      return nullptr;
    left = makeBinary(*op, opRange, std::move(left), std::move(right));
  }
  return nullptr;
}

/// expr = pipe [ "if" pipe "else" expr ]
ExprPtr Parser::parseExpr() {
  Nesting nesting(*this);
  if (nesting.tooDeep())
    return nullptr;
  ExprPtr then = parsePipe();
  if (!then || !takeIf(TokenKind::KwIf))
    return then;
  ExprPtr condition = parsePipe();
  if (!condition || !expect(TokenKind::KwElse, "'else'"))
    return nullptr;
  ExprPtr otherwise = parseExpr();
  if (!otherwise)
    return nullptr;
  unsigned height = std::max({then->height, condition->height, otherwise->height});
  SourceRange range = since(then->range);
  return onTopOf(height, std::make_unique<ConditionalExpr>(range, std::move(then), std::move(condition),
                                                           std::move(otherwise)));
}

/// pipe = or { "->" step }
ExprPtr Parser::parsePipe() {
  ExprPtr input = parseOr();
  if (!input || !takeIf(TokenKind::Arrow))
    return input;
  std::vector<Step> steps;
  if (!parseSteps(steps))
    return nullptr;
  unsigned height = std::max(input->height, heightOf(steps));
  SourceRange range = since(input->range);
  return onTopOf(height, std::make_unique<PipeExpr>(range, std::move(input), std::move(steps)));
}

/// or = and { "or" and }
ExprPtr Parser::parseOr() { return parseLeftAssociative(&Parser::parseAnd, orOperator); }

/// and = not { "and" not }
ExprPtr Parser::parseAnd() { return parseLeftAssociative(&Parser::parseNot, andOperator); }

/// not = "not" not | cmp
ExprPtr Parser::parseNot() {
  if (!at(TokenKind::KwNot))
    return parseComparison();
  Nesting nesting(*this);
  if (nesting.tooDeep())
    return nullptr;
  SourceRange begin = stream.take().range;
  ExprPtr operand = parseNot();
  if (!operand)
    return nullptr;
  unsigned height = operand->height;
  return onTopOf(height, std::make_unique<UnaryExpr>(since(begin), UnaryOp::Not, std::move(operand)));
}

/// cmp = arith [ ( "==" | "!=" | "<" | "<=" | ">" | ">=" ) arith ]
ExprPtr Parser::parseComparison() {
  ExprPtr left = parseArith();
  if (!left)
    return nullptr;
  std::optional<BinaryOp> op = comparison(current().kind);
  if (!op)
    return left;
  SourceRange opRange = stream.take().range;
  ExprPtr right = parseArith();
  if (!right)
    return nullptr;
  if (!comparison(current().kind))
    return makeBinary(*op, opRange, std::move(left), std::move(right));
  errorAt(current().range, "comparisons do not chain").note("join two comparisons with 'and'");
  return nullptr;
}

/// arith = mul { ( "+" | "-" ) mul }
ExprPtr Parser::parseArith() { return parseLeftAssociative(&Parser::parseProduct, sumOperator); }

/// mul = unary { ( "*" | "/" | "//" | "%" ) unary }
ExprPtr Parser::parseProduct() { return parseLeftAssociative(&Parser::parseUnary, productOperator); }

/// unary = "-" unary | power
ExprPtr Parser::parseUnary() {
  Nesting nesting(*this); // a power comes back here for its exponent
  if (nesting.tooDeep())
    return nullptr;
  if (!at(TokenKind::Minus))
    return parsePower();
  SourceRange begin = stream.take().range;
  ExprPtr operand = parseUnary();
  if (!operand)
    return nullptr;
  unsigned height = operand->height;
  return onTopOf(height, std::make_unique<UnaryExpr>(since(begin), UnaryOp::Negate, std::move(operand)));
}

/// power = postfix [ "**" unary ]
ExprPtr Parser::parsePower() {
  ExprPtr base = parsePostfix();
  if (!base || !at(TokenKind::StarStar))
    return base;
  SourceRange opRange = stream.take().range;
  ExprPtr exponent = parseUnary();
  if (!exponent)
    return nullptr;
  return makeBinary(BinaryOp::Power, opRange, std::move(base), std::move(exponent));
}

//===- Calls, indices, members -------------------------------------------------------------------------------------===//

/// postfix = atom { "(" args ")" | "[" index { "," index } "]" | "." NAME }
ExprPtr Parser::parsePostfix() {
  ExprPtr expr = parseAtom();
  while (expr) {
    if (at(TokenKind::LeftParen))
      expr = parseCallSuffix(std::move(expr));
    else if (at(TokenKind::LeftBracket))
      expr = parseIndexSuffix(std::move(expr));
    else if (at(TokenKind::Dot))
      expr = parseMemberSuffix(std::move(expr));
    else
      return expr;
  }
  return nullptr;
}

ExprPtr Parser::parseCallSuffix(ExprPtr callee) {
  std::vector<Argument> arguments;
  if (!parseArguments(arguments))
    return nullptr;
  unsigned height = std::max(callee->height, heightOf(arguments));
  SourceRange range = since(callee->range);
  return onTopOf(height, std::make_unique<CallExpr>(range, std::move(callee), std::move(arguments)));
}

ExprPtr Parser::parseIndexSuffix(ExprPtr base) {
  Token opening = stream.take();
  llvm::SaveAndRestore colonIsSlice(labelsAllowed, false);
  std::vector<IndexItem> items;
  unsigned height = base->height;
  do {
    if (!parseIndexItem(items.emplace_back()))
      return nullptr;
    height = std::max({height, heightOf(items.back().start), heightOf(items.back().stop)});
  } while (takeIf(TokenKind::Comma));
  if (!expectClosing(TokenKind::RightBracket, "',' or ']'", opening))
    return nullptr;
  SourceRange range = since(base->range);
  return onTopOf(height, std::make_unique<IndexExpr>(range, std::move(base), std::move(items)));
}

/// index = expr | [ expr ] ":" [ expr ]
bool Parser::parseIndexItem(IndexItem &item) {
  SourceRange begin = current().range;
  if (!at(TokenKind::Colon) && !(item.start = parseExpr()))
    return false;
  if (takeIf(TokenKind::Colon)) {
    item.isSlice = true;
    bool open = at(TokenKind::Comma) || at(TokenKind::RightBracket);
    if (!open && !(item.stop = parseExpr()))
      return false;
  }
  item.range = since(begin);
  return true;
}

/// "." NAME, and "." ( INT | "*" | "**" ) for the paths that l1(..) and l2(..) take.
ExprPtr Parser::parseMemberSuffix(ExprPtr base) {
  stream.take();
  bool wildcard = at(TokenKind::Star) || at(TokenKind::StarStar);
  Name member;
  if (at(TokenKind::Integer) || wildcard) {
    Token token = stream.takeAsName();
    member = {token.text(), token.range};
  } else if (!parseName(member, "a name after '.'")) {
    return nullptr;
  }
  unsigned height = base->height;
  SourceRange range = since(base->range);
  return onTopOf(height, std::make_unique<MemberExpr>(range, std::move(base), member));
}

//===- Atoms -------------------------------------------------------------------------------------------------------===//

/// atom = NUMBER | STRING | "true" | "false" | NAME | "(" expr { "," expr } ")" | list
ExprPtr Parser::parseAtom() {
  SourceRange place = current().range;
  switch (current().kind) {
  case TokenKind::Integer:
    return parseInteger();
  case TokenKind::Float:
    return parseFloat();
  case TokenKind::String:
    return std::make_unique<StringExpr>(place, unescape(stream.take().text()));
  case TokenKind::KwTrue:
  case TokenKind::KwFalse:
    return std::make_unique<BoolExpr>(place, stream.take().is(TokenKind::KwTrue));
  case TokenKind::Name:
    return std::make_unique<NameExpr>(place, stream.take().text());
  case TokenKind::LeftParen:
    return parseBracketed();
  case TokenKind::LeftBracket:
    return parseList();
  default:
    expected("an expression");
    return nullptr;
  }
}

ExprPtr Parser::parseInteger() {
  Token token = stream.take();
  int64_t value = 0;
  if (!token.text().getAsInteger(10, value))
    return std::make_unique<IntegerExpr>(token.range, value);
  errorAt(token.range, "this integer does not fit in 64 bits").note("the largest is 9223372036854775807");
  return nullptr;
}

ExprPtr Parser::parseFloat() {
  Token token = stream.take();
  double value = 0;
  bool unreadable = token.text().getAsDouble(value);
  if (!unreadable && std::isfinite(value))
    return std::make_unique<FloatExpr>(token.range, token.text(), value);
  errorAt(token.range, "this number is larger than a 64-bit float can be").note("the largest is about 1.8e308");
  return nullptr;
}

/// "(" expr { "," expr } ")": one expression in brackets, or a tuple.
ExprPtr Parser::parseBracketed() {
  Token opening = stream.take();
  llvm::SaveAndRestore labels(labelsAllowed, true);
  std::vector<ExprPtr> elements;
  do {
    elements.push_back(parseExpr());
    if (!elements.back())
      return nullptr;
  } while (takeIf(TokenKind::Comma));
  if (!expectClosing(TokenKind::RightParen, "',' or ')'", opening))
    return nullptr;
  if (elements.size() == 1) {
    elements.front()->inBrackets = true;
    elements.front()->range = since(opening.range);
    return std::move(elements.front());
  }
  unsigned height = heightOf(elements);
  return onTopOf(height, std::make_unique<TupleExpr>(since(opening.range), std::move(elements)));
}

/// "[" expr { "," expr } "]" | "[" expr "for" NAME "in" arith ".." arith "]"
ExprPtr Parser::parseList() {
  Token opening = stream.take();
  llvm::SaveAndRestore labels(labelsAllowed, true);
  std::vector<ExprPtr> elements;
  do {
    elements.push_back(parseExpr());
    if (!elements.back())
      return nullptr;
    if (elements.size() == 1 && at(TokenKind::KwFor))
      return parseComprehension(std::move(elements.front()), opening);
  } while (takeIf(TokenKind::Comma));
  if (!expectClosing(TokenKind::RightBracket, "',' or ']'", opening))
    return nullptr;
  unsigned height = heightOf(elements);
  return onTopOf(height, std::make_unique<ListExpr>(since(opening.range), std::move(elements)));
}

ExprPtr Parser::parseComprehension(ExprPtr element, const Token &opening) {
  stream.take();
  Name variable;
  if (!parseName(variable, "a name after 'for'") || !expect(TokenKind::KwIn, "'in'"))
    return nullptr;
  ExprPtr first = parseArith();
  if (!first || !expect(TokenKind::DotDot, "'..' and the end of the range"))
    return nullptr;
  ExprPtr last = parseArith();
  if (!last || !expectClosing(TokenKind::RightBracket, "']'", opening))
    return nullptr;
  unsigned height = std::max({element->height, first->height, last->height});
  return onTopOf(height, std::make_unique<ComprehensionExpr>(since(opening.range), std::move(element), variable,
                                                             std::move(first), std::move(last)));
}

std::string unescape(llvm::StringRef quoted) {
  std::string value;
  llvm::StringRef inside = quoted.drop_front().drop_back();
  for (size_t i = 0; i < inside.size(); ++i) {
    if (inside[i] != '\\') {
      value += inside[i];
      continue;
    }
    char escaped = inside[++i];
    value += escaped == 'n' ? '\n' : escaped == 't' ? '\t' : escaped;
  }
  return value;
}

} // namespace mimoc
