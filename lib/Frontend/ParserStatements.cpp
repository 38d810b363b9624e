// Statements. The comment on each function is its line of the grammar; the newline that ends a statement is taken by the
// caller.
#include "Parser.h"

namespace mimoc {

using namespace ast;

template <class Node> std::unique_ptr<Node> Parser::begin() const {
  auto node = std::make_unique<Node>();
  node->keyword = node->range = current().range;
  return node;
}

StmtPtr Parser::finish(std::unique_ptr<Stmt> stmt) const {
  stmt->range = since(stmt->range);
  return stmt;
}

//===- Which statement ---------------------------------------------------------------------------------------------===//

StmtPtr Parser::parseStatement(Scope scope) {
  switch (current().kind) {
  case TokenKind::KwImport: return parseImport();
  case TokenKind::KwConst: return parseConst();
  case TokenKind::KwDefault: return parseDefault();
  case TokenKind::KwBlock: return parseBlock();
  case TokenKind::KwModel: return parseModel();
  case TokenKind::KwAssert: return parseAssert();
  case TokenKind::KwDim: return parseDim();
  case TokenKind::KwEntry: return parseEntry();
  case TokenKind::KwTrain: return parseTrain();
  case TokenKind::KwMinimize: return parseMinimize();
  case TokenKind::KwOptimizer: return parseOptimizer();
  case TokenKind::KwFreeze: return parseFreeze();
  case TokenKind::KwSeed: return parseSeed();
  case TokenKind::Name: return parseWordStatement(scope);
  default: return parseUnknownStatement(scope);
  }
}

/// A statement that begins with a name: a contextual keyword where the next token fits, else a plain binding.
StmtPtr Parser::parseWordStatement(Scope scope) {
  if (!beginsKeywordStatement()) {
    bool binding = stream.next().is(TokenKind::Assign) || stream.next().is(TokenKind::Comma);
    return binding ? parseBinding(Role::Plain) : parseUnknownStatement(scope);
  }
  llvm::StringRef word = current().text();
  if (word == "layer")
    return parseLayer();
  if (word == "output")
    return parseOutput();
  if (word == "input" || word == "target")
    return parsePort(word == "input" ? PortKind::Input : PortKind::Target);
  if (word == "loss" || word == "metric")
    return parseScore(word == "loss" ? ScoreKind::Loss : ScoreKind::Metric);
  return parseBinding(word == "branch" ? Role::Branch : word == "trunk" ? Role::Trunk : Role::Head);
}

StmtPtr Parser::parseUnknownStatement(Scope scope) {
  if (at(TokenKind::KwReturn)) {
    errorAt(current().range, "'return' stands at the end of a block only");
    return nullptr;
  }
  if (atWord("mimo") && stream.next().is(TokenKind::Integer)) {
    errorAt(current().range, "the line with the language version stands first in the file");
    return nullptr;
  }
  Diagnostic &error = expected(scope == Scope::File    ? "'model', 'block', 'const', 'default' or 'import'"
                               : scope == Scope::Train ? "'minimize', 'optimizer', 'freeze' or 'seed'"
                                                       : "a statement");
  if (!at(TokenKind::Name))
    return nullptr;
  if (stream.next().is(TokenKind::Colon))
    error.note("a tensor is declared by 'input " + current().text() + ": ...' or 'target " + current().text() + ": ...'");
  else if (scope == Scope::File)
    error.didYouMean(current().text(), {"model", "block", "const", "default", "import"});
  else
    error.didYouMean(current().text(),
                     {"input", "target", "output", "branch", "trunk", "head", "layer", "loss", "metric", "minimize",
                      "optimizer", "train", "freeze", "seed", "entry", "dim", "default", "assert", "return"});
  return nullptr;
}

//===- Of a file ---------------------------------------------------------------------------------------------------===//

/// "import" STRING
StmtPtr Parser::parseImport() {
  auto import = begin<ImportStmt>();
  stream.take();
  import->pathRange = current().range;
  if (!at(TokenKind::String)) {
    expected("the file to import, in double quotes");
    return nullptr;
  }
  import->path = unescape(stream.take().text());
  return finish(std::move(import));
}

/// "const" NAME "=" expr
StmtPtr Parser::parseConst() {
  auto constant = begin<ConstStmt>();
  stream.take();
  if (!parseName(constant->name, "the name of the constant") || !expect(TokenKind::Assign, "'='"))
    return nullptr;
  if (!(constant->value = parseExpr()))
    return nullptr;
  return finish(std::move(constant));
}

/// "default" NAME "(" args ")"
StmtPtr Parser::parseDefault() {
  auto preset = begin<DefaultStmt>();
  stream.take();
  if (!parseName(preset->callee, "the name of an operator"))
    return nullptr;
  if (!at(TokenKind::LeftParen)) {
    expected("'(' and the options that get a default");
    return nullptr;
  }
  if (!parseArguments(preset->arguments))
    return nullptr;
  return finish(std::move(preset));
}

/// "block" NAME [ params ] ( "=" chain | names "{" { stmt } "return" expr { "," expr } "}" )
StmtPtr Parser::parseBlock() {
  auto block = begin<BlockStmt>();
  stream.take();
  bool readable = parseBlockHeader(*block);
  if (readable && at(TokenKind::LeftBrace))
    return parseBracedBlock(std::move(block));
  if (readable && takeIf(TokenKind::Assign)) {
    if (!(block->chain = parseChain()))
      return nullptr;
    return finish(std::move(block));
  }
  if (readable)
    noteBraceInNextLine(expected(block->inputs.empty() ? "'=' or '{' and what the block computes"
                                                       : "'{' and the block's body"));
  // The body is read all the same, for the mistakes in it.
  if (recoverHeader())
    parseBracedBlock(std::move(block));
  return nullptr;
}

/// NAME [ params ] [ names ]. A single pair of brackets before a brace holds the tensors.
bool Parser::parseBlockHeader(BlockStmt &block) {
  if (!parseName(block.name, "the name of the block"))
    return false;
  if (at(TokenKind::LeftParen) && !parseParameters(block.parameters))
    return false;
  std::vector<Parameter> tensors;
  if (at(TokenKind::LeftParen) && !parseParameters(tensors))
    return false;
  if (at(TokenKind::LeftBrace) && tensors.empty())
    tensors.swap(block.parameters);
  for (const Parameter &tensor : tensors) {
    block.inputs.push_back(tensor.name);
    if (tensor.value)
      errorAt(tensor.range, "a tensor that a block takes has no default value");
  }
  if (!tensors.empty() || !at(TokenKind::LeftBrace))
    return true;
  errorAt(current().range, "a block with braces names its tensors in brackets before '{'")
      .note("write 'block " + block.name.text + "(x) {'");
  return false;
}

StmtPtr Parser::parseBracedBlock(std::unique_ptr<BlockStmt> block) {
  Nesting nesting(*this);
  if (nesting.tooDeep())
    return nullptr;
  stream.take();
  parseBody(Scope::Block, block->body);
  bool returns = parseReturn(*block);
  if (!parseClosingBrace("this block", *block) || !returns)
    return nullptr;
  return finish(std::move(block));
}

/// "return" expr { "," expr }
bool Parser::parseReturn(BlockStmt &block) {
  uint32_t begin = current().range.begin;
  block.returnKeyword = current().range;
  if (!expect(TokenKind::KwReturn, "'return' and the result of the block"))
    return false;
  bool readable = true;
  do {
    block.results.push_back(parseExpr());
    readable = block.results.back() != nullptr;
  } while (readable && takeIf(TokenKind::Comma));
  if (!readable || !endStatement())
    return synchronize(begin), false;
  return true;
}

/// "model" NAME [ params ] "{" { stmt | mstmt } "}"
StmtPtr Parser::parseModel() {
  Nesting nesting(*this);
  if (nesting.tooDeep())
    return nullptr;
  auto model = begin<ModelStmt>();
  stream.take();
  bool readable = parseName(model->name, "the name of the model") &&
                  (!at(TokenKind::LeftParen) || parseParameters(model->parameters));
  if (readable ? !parseOpeningBrace("the body of the model") : !(recoverHeader() && takeIf(TokenKind::LeftBrace)))
    return nullptr;
  parseBody(Scope::Model, model->body);
  if (!parseClosingBrace("this model", *model))
    return nullptr;
  return finish(std::move(model));
}

//===- Of a block or model -----------------------------------------------------------------------------------------===//

/// [ "branch" | "trunk" | "head" ] NAME { "," NAME } "=" expr
StmtPtr Parser::parseBinding(Role role) {
  auto binding = begin<BindingStmt>();
  binding->role = role;
  if (role != Role::Plain)
    stream.take();
  if (!parseNames(binding->names, "a name for the result") || !expect(TokenKind::Assign, "'='"))
    return nullptr;
  if (!(binding->value = parseExpr()))
    return nullptr;
  return finish(std::move(binding));
}

/// "layer" NAME "=" chain
StmtPtr Parser::parseLayer() {
  auto layer = begin<LayerStmt>();
  stream.take();
  if (!parseName(layer->name, "the name of the layer") || !expect(TokenKind::Assign, "'='"))
    return nullptr;
  std::optional<Chain> chain = parseChain();
  if (!chain)
    return nullptr;
  layer->chain = std::move(*chain);
  return finish(std::move(layer));
}

/// "assert" expr [ ":" STRING ]
StmtPtr Parser::parseAssert() {
  auto assertion = begin<AssertStmt>();
  stream.take();
  labelsAllowed = false;
  assertion->condition = parseExpr();
  labelsAllowed = true;
  if (!assertion->condition)
    return nullptr;
  if (!takeIf(TokenKind::Colon))
    return finish(std::move(assertion));
  if (!at(TokenKind::String)) {
    expected("a message in double quotes");
    return nullptr;
  }
  assertion->message = unescape(stream.take().text());
  return finish(std::move(assertion));
}

//===- Of a model --------------------------------------------------------------------------------------------------===//

/// ( "input" | "target" ) NAME { "," NAME } ":" type
StmtPtr Parser::parsePort(PortKind kind) {
  auto port = begin<PortStmt>();
  port->port = kind;
  stream.take();
  if (!parseNames(port->names, "a name for the tensor") || !expect(TokenKind::Colon, "':' and a type"))
    return nullptr;
  if (!parseType(port->type))
    return nullptr;
  return finish(std::move(port));
}

/// "dim" NAME [ "<=" arith ]
StmtPtr Parser::parseDim() {
  auto dim = begin<DimStmt>();
  stream.take();
  if (!parseName(dim->name, "the name of the dimension"))
    return nullptr;
  if (takeIf(TokenKind::LessEqual) && !(dim->bound = parseArith()))
    return nullptr;
  return finish(std::move(dim));
}

/// "output" NAME { "," NAME } [ "=" expr ]
StmtPtr Parser::parseOutput() {
  auto output = begin<OutputStmt>();
  stream.take();
  if (!parseNames(output->names, "the name of the output"))
    return nullptr;
  if (takeIf(TokenKind::Assign) && !(output->value = parseExpr()))
    return nullptr;
  return finish(std::move(output));
}

/// ( "loss" | "metric" ) NAME "=" expr { "where" expr | "weight" expr | "reduce" NAME }
StmtPtr Parser::parseScore(ScoreKind kind) {
  auto score = begin<ScoreStmt>();
  score->score = kind;
  stream.take();
  llvm::StringRef what = kind == ScoreKind::Loss ? "the name of the loss" : "the name of the metric";
  if (!parseName(score->name, what) || !expect(TokenKind::Assign, "'='"))
    return nullptr;
  if (!(score->value = parseExpr()))
    return nullptr;
  while (atWord("where") || atWord("weight") || atWord("reduce"))
    if (!parseScoreClause(*score))
      return nullptr;
  return finish(std::move(score));
}

bool Parser::parseScoreClause(ScoreStmt &score) {
  Token word = stream.take();
  SourceRange &place = word.text() == "where"    ? score.whereKeyword
                       : word.text() == "weight" ? score.weightKeyword
                                                 : score.reduceKeyword;
  if (place) {
    Diagnostic &error = errorAt(word.range, "'" + word.text() + "' is given twice");
    error.note("the first one stands", place);
    if (word.text() != "reduce")
      error.note(word.text() == "where" ? "join the two conditions with 'and'" : "multiply the two weights with '*'");
  }
  place = word.range;
  if (word.text() == "reduce")
    return parseName(score.reduction.emplace(), "mean, sum, batch_mean or weighted_mean");
  ExprPtr &value = word.text() == "where" ? score.where : score.weight;
  return (value = parseExpr()) != nullptr;
}

/// "entry" NAME "=" NAME { "," NAME }
StmtPtr Parser::parseEntry() {
  auto entry = begin<EntryStmt>();
  stream.take();
  if (!parseName(entry->name, "the name of the entry") || !expect(TokenKind::Assign, "'='"))
    return nullptr;
  if (!parseNames(entry->heads, "the name of a head"))
    return nullptr;
  return finish(std::move(entry));
}

/// "train" NAME "{" { phase } "}"
StmtPtr Parser::parseTrain() {
  Nesting nesting(*this);
  if (nesting.tooDeep())
    return nullptr;
  auto train = begin<TrainStmt>();
  stream.take();
  bool readable = parseName(train->name, "the name of the training phase");
  if (readable ? !parseOpeningBrace("the phase") : !(recoverHeader() && takeIf(TokenKind::LeftBrace)))
    return nullptr;
  parseBody(Scope::Train, train->body);
  if (!parseClosingBrace("this train block", *train))
    return nullptr;
  return finish(std::move(train));
}

//===- Of a training phase -----------------------------------------------------------------------------------------===//

/// "minimize" expr
StmtPtr Parser::parseMinimize() {
  auto minimize = begin<MinimizeStmt>();
  stream.take();
  if (!(minimize->value = parseExpr()))
    return nullptr;
  return finish(std::move(minimize));
}

/// "optimizer" call [ "with" call { "," call } ]
StmtPtr Parser::parseOptimizer() {
  auto optimizer = begin<OptimizerStmt>();
  stream.take();
  std::optional<Call> call = parseCall();
  if (!call)
    return nullptr;
  optimizer->call = std::move(*call);
  if (!atWord("with"))
    return finish(std::move(optimizer));
  optimizer->withKeyword = stream.take().range;
  do {
    std::optional<Call> group = parseCall();
    if (!group)
      return nullptr;
    optimizer->groups.push_back(std::move(*group));
  } while (takeIf(TokenKind::Comma));
  return finish(std::move(optimizer));
}

/// "freeze" path { "," path }
StmtPtr Parser::parseFreeze() {
  auto freeze = begin<FreezeStmt>();
  stream.take();
  do {
    std::optional<Path> path = parsePath();
    if (!path)
      return nullptr;
    freeze->paths.push_back(std::move(*path));
  } while (takeIf(TokenKind::Comma));
  return finish(std::move(freeze));
}

/// "seed" expr
StmtPtr Parser::parseSeed() {
  auto seed = begin<SeedStmt>();
  stream.take();
  if (!(seed->value = parseExpr()))
    return nullptr;
  return finish(std::move(seed));
}

} // namespace mimoc
