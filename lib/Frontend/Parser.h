// Recursive descent over the grammar of docs/language.md, one function a rule, at most two tokens of look-ahead.
// A function that returns nothing (a null pointer, an empty optional, false) has reported why. Private to the front end.
//   Parser.cpp             errors, recovery, files and bodies
//   ParserStatements.cpp   what begins with a keyword, and bindings
//   ParserParts.cpp        names, parameters, types, steps, calls, paths, arguments
//   ParserExpressions.cpp  operators, indices, atoms
#pragma once

#include "TokenStream.h"
#include "mimoc/Frontend.h"

namespace mimoc {

class Parser {
public:
  Parser(const SourceFile &source, Diagnostics &diagnostics)
      : source(source), diagnostics(diagnostics), stream(source, diagnostics) {}

  /// Null if there was any error.
  std::unique_ptr<ast::File> parseFile();

private:
  /// What the statements around the current token belong to.
  enum class Scope { File, Block, Model, Train };

  //===- Tokens, errors and recovery -----------------------------------------------------------------------------===//

  const Token &current() const { return stream.current(); }
  bool at(TokenKind kind) const { return current().is(kind); }
  bool atWord(llvm::StringRef word) const { return at(TokenKind::Name) && current().text() == word; }
  bool takeIf(TokenKind kind);
  SourceRange since(SourceRange first) const { return first.upTo(stream.previous()); }

  /// "expected WHAT, found ..." at the current token; silent where that token has been reported already.
  Diagnostic &expected(const llvm::Twine &what);
  Diagnostic &errorAt(SourceRange place, const llvm::Twine &text);
  bool expect(TokenKind kind, llvm::StringRef what);
  bool expectClosing(TokenKind kind, llvm::StringRef what, const Token &opening);
  bool endStatement();
  void synchronize(uint32_t statementBegin);
  bool recoverHeader();
  bool beginsStatement();
  bool beginsKeywordStatement();

  //===- Files and bodies ----------------------------------------------------------------------------------------===//

  void parseVersion(ast::File &file);
  void parseBody(Scope scope, std::vector<ast::StmtPtr> &body);
  void parseItem(Scope scope, std::vector<ast::StmtPtr> &body, bool &misplaced);
  bool checkPlace(const ast::Stmt &stmt, Scope scope, bool &misplaced);
  bool parseOpeningBrace(llvm::StringRef what);
  void noteBraceInNextLine(Diagnostic &error);
  bool parseClosingBrace(llvm::StringRef what, const ast::Stmt &stmt);

  //===- Statements ----------------------------------------------------------------------------------------------===//

  template <class Node> std::unique_ptr<Node> begin() const;
  ast::StmtPtr finish(std::unique_ptr<ast::Stmt> stmt) const;

  ast::StmtPtr parseStatement(Scope scope);
  ast::StmtPtr parseWordStatement(Scope scope);
  ast::StmtPtr parseUnknownStatement(Scope scope);
  ast::StmtPtr parseImport();
  ast::StmtPtr parseConst();
  ast::StmtPtr parseDefault();
  ast::StmtPtr parseBlock();
  ast::StmtPtr parseBracedBlock(std::unique_ptr<ast::BlockStmt> block);
  bool parseBlockHeader(ast::BlockStmt &block);
  bool parseReturn(ast::BlockStmt &block);
  ast::StmtPtr parseModel();
  ast::StmtPtr parseBinding(ast::Role role);
  ast::StmtPtr parseLayer();
  ast::StmtPtr parseAssert();
  ast::StmtPtr parsePort(ast::PortKind kind);
  ast::StmtPtr parseDim();
  ast::StmtPtr parseOutput();
  ast::StmtPtr parseScore(ast::ScoreKind kind);
  bool parseScoreClause(ast::ScoreStmt &score);
  ast::StmtPtr parseEntry();
  ast::StmtPtr parseTrain();
  ast::StmtPtr parseMinimize();
  ast::StmtPtr parseOptimizer();
  ast::StmtPtr parseFreeze();
  ast::StmtPtr parseSeed();

  //===- Parts ---------------------------------------------------------------------------------------------------===//

  bool parseName(ast::Name &name, llvm::StringRef what);
  bool parseNames(std::vector<ast::Name> &names, llvm::StringRef what);
  bool parseParameters(std::vector<ast::Parameter> &parameters);
  bool parseType(ast::Type &type);
  void checkElementType(const ast::Name &element);
  std::optional<ast::Chain> parseChain();
  std::optional<ast::Step> parseStep();
  std::optional<ast::Call> parseCall();
  std::optional<ast::Path> parsePath();
  bool parseSteps(std::vector<ast::Step> &steps);
  bool parseArguments(std::vector<ast::Argument> &arguments);
  bool parseArgument(ast::Argument &argument);

  //===- Expressions ---------------------------------------------------------------------------------------------===//

  using OperandRule = ast::ExprPtr (Parser::*)();
  using OperatorTable = std::optional<ast::BinaryOp> (*)(TokenKind);

  ast::ExprPtr parseExpr();
  ast::ExprPtr parsePipe();
  ast::ExprPtr parseOr();
  ast::ExprPtr parseAnd();
  ast::ExprPtr parseNot();
  ast::ExprPtr parseComparison();
  ast::ExprPtr parseArith();
  ast::ExprPtr parseProduct();
  ast::ExprPtr parseUnary();
  ast::ExprPtr parsePower();
  ast::ExprPtr parsePostfix();
  ast::ExprPtr parseCallSuffix(ast::ExprPtr callee);
  ast::ExprPtr parseIndexSuffix(ast::ExprPtr base);
  ast::ExprPtr parseMemberSuffix(ast::ExprPtr base);
  bool parseIndexItem(ast::IndexItem &item);
  ast::ExprPtr parseAtom();
  ast::ExprPtr parseInteger();
  ast::ExprPtr parseFloat();
  ast::ExprPtr parseString();
  ast::ExprPtr parseBracketed();
  ast::ExprPtr parseList();
  ast::ExprPtr parseComprehension(ast::ExprPtr element, const Token &opening);
  ast::ExprPtr parseWildcardPath();
  ast::ExprPtr parseLeftAssociative(OperandRule operand, OperatorTable operators);
  ast::ExprPtr makeBinary(ast::BinaryOp op, SourceRange opRange, ast::ExprPtr left, ast::ExprPtr right);
  /// The node on top of children of this height, unless that is over the limit.
  ast::ExprPtr onTopOf(unsigned childHeight, ast::ExprPtr node);

  /// One level of recursion, counted against kMaxNesting.
  class Nesting;

  const SourceFile &source;
  Diagnostics &diagnostics;
  TokenStream stream;
  unsigned depth = 0;
  /// `NAME ":"` before a step is a label, except where a colon ends the expression: in an index and after assert.
  bool labelsAllowed = true;
  /// A statement stood where it cannot, so a `}` before it may have been forgotten and is not missed a second time.
  bool closingBraceForgotten = false;
  uint32_t lastErrorBegin = ~0u;
  uint32_t lastPipeEnd = ~0u; ///< where the last pipe or chain ended, for a remedy to what follows it
  std::unique_ptr<Diagnostic> silenced;
};

class Parser::Nesting {
public:
  explicit Nesting(Parser &parser) : parser(parser) { ++parser.depth; }
  ~Nesting() { --parser.depth; }
  /// Reports, at the current token, that the limit is passed.
  bool tooDeep() const;

private:
  Parser &parser;
};

/// The characters that a String token stands for.
std::string unescape(llvm::StringRef quoted);

} // namespace mimoc
