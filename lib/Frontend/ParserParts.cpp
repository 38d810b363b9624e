// The parts that statements and expressions are made of: names, parameters, types, steps, calls, paths, arguments. The
// comment on each function is its line of the grammar.
#include "Parser.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringSet.h"
#include "llvm/ADT/StringSwitch.h"
#include "llvm/Support/SaveAndRestore.h"

namespace mimoc {

using namespace ast;

//===- Names, parameters, types ------------------------------------------------------------------------------------===//

bool Parser::parseName(Name &name, llvm::StringRef what) {
  if (at(TokenKind::Name)) {
    Token token = stream.take();
    name = {token.text(), token.range};
    return true;
  }
  Diagnostic &error = expected(what);
  if (isKeyword(current().kind))
    error.note("'" + current().text() + "' is a word of the language and cannot be a name");
  return false;
}

/// NAME { "," NAME }
bool Parser::parseNames(std::vector<Name> &names, llvm::StringRef what) {
  do {
    if (!parseName(names.emplace_back(), what))
      return false;
  } while (takeIf(TokenKind::Comma));
  return true;
}

/// "(" NAME [ "=" expr ] { "," NAME [ "=" expr ] } ")"
bool Parser::parseParameters(std::vector<Parameter> &parameters) {
  Token opening = stream.take();
  do {
    Parameter &parameter = parameters.emplace_back();
    parameter.range = current().range;
    if (!parseName(parameter.name, "the name of a parameter"))
      return false;
    if (takeIf(TokenKind::Assign) && !(parameter.value = parseExpr()))
      return false;
    parameter.range = since(parameter.range);
  } while (takeIf(TokenKind::Comma));
  return expectClosing(TokenKind::RightParen, "',' or ')'", opening);
}

/// type = DTYPE "[" [ arith { "," arith } ] "]" [ "<" arith ]
bool Parser::parseType(Type &type) {
  type.range = current().range;
  if (!parseName(type.element, "a type such as f32[batch, 10]"))
    return false;
  checkElementType(type.element);
  Token opening = current();
  if (!expect(TokenKind::LeftBracket, "'[' and the dimensions of the tensor"))
    return false;
  while (!at(TokenKind::RightBracket)) {
    type.dims.push_back(parseArith());
    if (!type.dims.back())
      return false;
    if (!takeIf(TokenKind::Comma))
      break;
    if (at(TokenKind::RightBracket))
      return expected("a dimension"), false;
  }
  if (!expectClosing(TokenKind::RightBracket, "',' or ']'", opening))
    return false;
  if (type.dims.size() > kMaxRank)
    errorAt(since(type.range), "a tensor has at most " + llvm::Twine(kMaxRank) + " dimensions, this one has " +
                                   llvm::Twine(type.dims.size()));
  if (takeIf(TokenKind::Less) && !(type.bound = parseArith()))
    return false;
  type.range = since(type.range);
  return true;
}

/// Reports an unknown element type; the rest of the type can be read all the same.
void Parser::checkElementType(const Name &element) {
  if (llvm::is_contained({"f32", "f64", "i32", "i64"}, element.text))
    return;
  Diagnostic &error = errorAt(element.range, "unknown element type '" + element.text + "'");
  llvm::StringRef known = llvm::StringSwitch<llvm::StringRef>(element.text.lower())
                              .Cases({"float", "float32", "single", "real"}, "f32")
                              .Cases({"double", "float64"}, "f64")
                              .Cases({"int", "int32"}, "i32")
                              .Cases({"long", "int64", "index"}, "i64")
                              .Default("");
  if (known.empty())
    error.note("element types are f32, f64, i32 and i64");
  else
    error.note("did you mean '" + known + "'?");
}

//===- Steps -------------------------------------------------------------------------------------------------------===//

/// chain = step { "->" step }
std::optional<Chain> Parser::parseChain() {
  Chain chain;
  chain.range = current().range;
  if (!parseSteps(chain.steps))
    return std::nullopt;
  chain.range = since(chain.range);
  return chain;
}

bool Parser::parseSteps(std::vector<Step> &steps) {
  do {
    std::optional<Step> step = parseStep();
    if (!step)
      return false;
    steps.push_back(std::move(*step));
  } while (takeIf(TokenKind::Arrow));
  lastPipeEnd = stream.previous().end;
  return true;
}

/// step = [ NAME ":" ] call
std::optional<Step> Parser::parseStep() {
  Step step;
  step.range = current().range;
  if (labelsAllowed && at(TokenKind::Name) && stream.next().is(TokenKind::Colon)) {
    Token label = stream.take();
    step.label = {label.text(), label.range};
    stream.take();
  }
  std::optional<Call> call = parseCall();
  if (!call)
    return std::nullopt;
  step.call = std::move(*call);
  step.range = since(step.range);
  return step;
}

/// call = path [ "(" args ")" ]
std::optional<Call> Parser::parseCall() {
  std::optional<Path> callee = parsePath();
  if (!callee)
    return std::nullopt;
  Call call;
  call.callee = std::move(*callee);
  call.hasBrackets = at(TokenKind::LeftParen);
  if (call.hasBrackets && !parseArguments(call.arguments))
    return std::nullopt;
  call.range = since(call.callee.range);
  return call;
}

/// path = ( NAME | "*" | "**" ) { "." ( NAME | INT | "*" | "**" ) }
std::optional<Path> Parser::parsePath() {
  Path path;
  path.range = current().range;
  do {
    bool number = at(TokenKind::Integer) && !path.parts.empty();
    if (number || at(TokenKind::Star) || at(TokenKind::StarStar)) {
      Token token = stream.takeAsName();
      path.parts.push_back({token.text(), token.range});
      continue;
    }
    llvm::StringRef what = path.parts.empty() ? "the name of an operator, a block or a part" : "a name after '.'";
    if (!parseName(path.parts.emplace_back(), what))
      return std::nullopt;
  } while (takeIf(TokenKind::Dot));
  path.range = since(path.range);
  return path;
}

//===- Arguments ---------------------------------------------------------------------------------------------------===//

/// "(" [ arg { "," arg } ] ")"
bool Parser::parseArguments(std::vector<Argument> &arguments) {
  Token opening = stream.take();
  llvm::SaveAndRestore labels(labelsAllowed, true);
  llvm::StringSet<> named;
  if (takeIf(TokenKind::RightParen))
    return true;
  do {
    Argument &argument = arguments.emplace_back();
    if (!parseArgument(argument))
      return false;
    if (argument.name && !named.insert(argument.name->text).second)
      errorAt(argument.name->range, "'" + argument.name->text + "' is given twice in one call");
    else if (!argument.name && !named.empty())
      errorAt(argument.range, "an argument without a name stands after one with a name");
  } while (takeIf(TokenKind::Comma));
  return expectClosing(TokenKind::RightParen, "',' or ')'", opening);
}

/// arg = [ NAME "=" ] expr
bool Parser::parseArgument(Argument &argument) {
  SourceRange begin = current().range;
  bool named = at(TokenKind::Name) || isKeyword(current().kind);
  if (named && stream.next().is(TokenKind::Assign)) {
    if (!parseName(argument.name.emplace(), "the name of an argument"))
      return false;
    stream.take();
  }
  bool wildcard = at(TokenKind::Star) || at(TokenKind::StarStar);
  argument.value = wildcard ? parseWildcardPath() : parseExpr();
  argument.range = since(begin);
  return argument.value != nullptr;
}

/// An argument that is a path and begins with a wildcard: `l2(**.weight)`.
ExprPtr Parser::parseWildcardPath() {
  Token first = stream.takeAsName();
  ExprPtr path = std::make_unique<NameExpr>(first.range, first.text());
  while (path && at(TokenKind::Dot))
    path = parseMemberSuffix(std::move(path));
  return path;
}

} // namespace mimoc
