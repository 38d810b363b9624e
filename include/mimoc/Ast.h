// The syntax tree of a .mimo file: what is written, where it is written, nothing else. Names are not resolved, sizes not
// computed, `default`s not applied, operators not looked up; lib/AstToMimo does that.
//
// Two hierarchies, Expr and Stmt, with LLVM-style kinds: `if (auto *call = llvm::dyn_cast<ast::CallExpr>(expr))`, or
// llvm::TypeSwitch. Members are plain data. What the parser guarantees:
//   - pointers are never null unless the comment says "may be null";
//   - no expression tree is higher than kMaxNesting, so recursion over it is safe;
//   - every node has a range, and `text`s point into the SourceFile, which outlives the tree.
// The comment on each node is its line of the grammar (docs/language.md).
#pragma once

#include "mimoc/Diagnostics.h"

#include "llvm/Support/Casting.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace mimoc::ast {

class Expr;
class Stmt;
using ExprPtr = std::unique_ptr<Expr>;
using StmtPtr = std::unique_ptr<Stmt>;

//===- Parts -------------------------------------------------------------------------------------------------------===//

/// A name and where it stands.
struct Name {
  llvm::StringRef text;
  SourceRange range;
};

/// path = ( NAME | "*" | "**" ) { "." ( NAME | INT | "*" | "**" ) }: an operator, block or layer in a step, a part of the
/// network in `freeze` and `with`. `parts` is never empty; each text is a name, digits, "*" or "**".
struct Path {
  std::vector<Name> parts;
  SourceRange range;

  /// The path is one plain name, as an operator is.
  bool isName() const { return parts.size() == 1 && !hasWildcard(); }
  bool hasWildcard() const;
  /// As written without spaces: "features.0.weight".
  std::string str() const;
};

/// arg = [ NAME "=" ] expr. Positional arguments stand before named ones and no name is given twice (the parser checks).
struct Argument {
  std::optional<Name> name;
  ExprPtr value;
  SourceRange range; ///< with the name
};

/// call = path [ "(" args ")" ]: a step without its label; also an optimizer or a parameter group.
struct Call {
  Path callee;
  std::vector<Argument> arguments;
  bool hasBrackets = false; ///< `f()` against `f`
  SourceRange range;        ///< with the brackets
};

/// step = [ NAME ":" ] call.
struct Step {
  std::optional<Name> label;
  Call call;
  SourceRange range; ///< with the label
};

/// chain = step { "->" step }: what a `block f = ...` or a `layer` is made of: a pipe without an input. Never empty.
struct Chain {
  std::vector<Step> steps;
  SourceRange range;
};

/// One NAME [ "=" expr ] of params.
struct Parameter {
  Name name;
  ExprPtr value; ///< may be null: no default
  SourceRange range;
};

/// type = DTYPE "[" [ arith { "," arith } ] "]" [ "<" arith ].
struct Type {
  Name element; ///< f32, f64, i32 or i64 (the parser checks)
  std::vector<ExprPtr> dims;
  ExprPtr bound; ///< may be null: the n of `i64[batch] < n`
  SourceRange range;
};

//===- Expressions -------------------------------------------------------------------------------------------------===//

class Expr {
public:
  enum class Kind {
    Integer, Float, String, Bool, Name, Unary, Binary, Conditional, Pipe, Call, Index, Member, Tuple, List, Comprehension
  };

  virtual ~Expr() = default;
  const Kind kind;
  SourceRange range;          ///< with the brackets around it
  bool inBrackets = false;    ///< written `( ... )`: its pipe is then no longer the outermost one of a binding
  unsigned height = 1;        ///< of the tree below, at most kMaxNesting

protected:
  Expr(Kind kind, SourceRange range) : kind(kind), range(range) {}
};

/// Gives a node its kind and its classof.
template <Expr::Kind K> class ExprOf : public Expr {
public:
  static bool classof(const Expr *expr) { return expr->kind == K; }

protected:
  explicit ExprOf(SourceRange range) : Expr(K, range) {}
};

/// 42. Never negative: a minus is a UnaryExpr.
struct IntegerExpr : ExprOf<Expr::Kind::Integer> {
  IntegerExpr(SourceRange range, int64_t value) : ExprOf(range), value(value) {}
  int64_t value;
};

/// 0.5, 1e-3. Finite.
struct FloatExpr : ExprOf<Expr::Kind::Float> {
  FloatExpr(SourceRange range, llvm::StringRef spelling, double value)
      : ExprOf(range), spelling(spelling), value(value) {}
  llvm::StringRef spelling; ///< as written
  double value;
};

/// "text", with its escapes resolved.
struct StringExpr : ExprOf<Expr::Kind::String> {
  StringExpr(SourceRange range, std::string value) : ExprOf(range), value(std::move(value)) {}
  std::string value;
};

/// true, false.
struct BoolExpr : ExprOf<Expr::Kind::Bool> {
  BoolExpr(SourceRange range, bool value) : ExprOf(range), value(value) {}
  bool value;
};

/// A name; as the first component of a path in an argument, `l2(**.weight)`, also "*" or "**".
struct NameExpr : ExprOf<Expr::Kind::Name> {
  NameExpr(SourceRange range, llvm::StringRef name) : ExprOf(range), name(name) {}
  llvm::StringRef name;
};

enum class UnaryOp { Negate, Not };

/// "-" unary | "not" not.
struct UnaryExpr : ExprOf<Expr::Kind::Unary> {
  UnaryExpr(SourceRange range, UnaryOp op, ExprPtr operand) : ExprOf(range), op(op), operand(std::move(operand)) {}
  UnaryOp op;
  ExprPtr operand;
};

enum class BinaryOp {
  Or, And,
  Equal, NotEqual, Less, LessEqual, Greater, GreaterEqual, // these do not chain: a < b < c is refused
  Add, Subtract, Multiply, Divide, FloorDivide, Remainder,
  Power // binds to the right, and tighter than a minus before it: -x ** 2 is -(x ** 2)
};

/// left OP right.
struct BinaryExpr : ExprOf<Expr::Kind::Binary> {
  BinaryExpr(SourceRange range, BinaryOp op, SourceRange opRange, ExprPtr left, ExprPtr right)
      : ExprOf(range), op(op), opRange(opRange), left(std::move(left)), right(std::move(right)) {}
  BinaryOp op;
  SourceRange opRange; ///< the operator's token: where an error about both sides points
  ExprPtr left, right;
};

/// expr = pipe "if" pipe "else" expr; the condition is known at compile time.
struct ConditionalExpr : ExprOf<Expr::Kind::Conditional> {
  ConditionalExpr(SourceRange range, ExprPtr then, ExprPtr condition, ExprPtr otherwise)
      : ExprOf(range), then(std::move(then)), condition(std::move(condition)), otherwise(std::move(otherwise)) {}
  ExprPtr then, condition, otherwise;
};

/// pipe = or "->" step { "->" step }.
struct PipeExpr : ExprOf<Expr::Kind::Pipe> {
  PipeExpr(SourceRange range, ExprPtr input, std::vector<Step> steps)
      : ExprOf(range), input(std::move(input)), steps(std::move(steps)) {}
  ExprPtr input;
  std::vector<Step> steps; ///< never empty
};

/// callee "(" args ")". The callee is most often a NameExpr.
struct CallExpr : ExprOf<Expr::Kind::Call> {
  CallExpr(SourceRange range, ExprPtr callee, std::vector<Argument> arguments)
      : ExprOf(range), callee(std::move(callee)), arguments(std::move(arguments)) {}
  ExprPtr callee;
  std::vector<Argument> arguments;
};

/// index = expr | [ expr ] ":" [ expr ].
struct IndexItem {
  ExprPtr start; ///< the index; of a slice, its first element: may be null
  ExprPtr stop;  ///< of a slice, one past its last element: may be null
  bool isSlice = false;
  SourceRange range;
};

/// base "[" index { "," index } "]".
struct IndexExpr : ExprOf<Expr::Kind::Index> {
  IndexExpr(SourceRange range, ExprPtr base, std::vector<IndexItem> items)
      : ExprOf(range), base(std::move(base)), items(std::move(items)) {}
  ExprPtr base;
  std::vector<IndexItem> items; ///< never empty
};

/// base "." NAME: x.shape. Inside a parameter path, `l2(trunk.0.weight)`, the member may also be digits, "*" or "**".
struct MemberExpr : ExprOf<Expr::Kind::Member> {
  MemberExpr(SourceRange range, ExprPtr base, Name member) : ExprOf(range), base(std::move(base)), member(member) {}
  ExprPtr base;
  Name member;
};

/// "(" expr "," expr { "," expr } ")". One expression in brackets is no tuple; see Expr::inBrackets.
struct TupleExpr : ExprOf<Expr::Kind::Tuple> {
  TupleExpr(SourceRange range, std::vector<ExprPtr> elements) : ExprOf(range), elements(std::move(elements)) {}
  std::vector<ExprPtr> elements; ///< two or more
};

/// "[" expr { "," expr } "]".
struct ListExpr : ExprOf<Expr::Kind::List> {
  ListExpr(SourceRange range, std::vector<ExprPtr> elements) : ExprOf(range), elements(std::move(elements)) {}
  std::vector<ExprPtr> elements; ///< never empty
};

/// "[" expr "for" NAME "in" arith ".." arith "]"; the range excludes its end.
struct ComprehensionExpr : ExprOf<Expr::Kind::Comprehension> {
  ComprehensionExpr(SourceRange range, ExprPtr element, Name variable, ExprPtr first, ExprPtr last)
      : ExprOf(range), element(std::move(element)), variable(variable), first(std::move(first)), last(std::move(last)) {}
  ExprPtr element;
  Name variable;
  ExprPtr first, last;
};

/// An expression that is a path (a name, or members of one): the argument of l1(..) and l2(..). Nothing if it is not.
std::optional<Path> asPath(const Expr &expr);

/// The operator as written: "+", "and", "not".
llvm::StringRef spelling(UnaryOp op);
llvm::StringRef spelling(BinaryOp op);

//===- Statements --------------------------------------------------------------------------------------------------===//

class Stmt {
public:
  enum class Kind {
    Import, Const, Default, Block, Model,                   // of a file
    Binding, Layer, Assert,                                 // of a block or model (and Default)
    Port, Dim, Output, Score, Entry, Train,                 // of a model
    Minimize, Optimizer, Freeze, Seed                       // phase statements, of a model or of a train block
  };

  virtual ~Stmt() = default;
  const Kind kind;
  SourceRange range;   ///< the whole statement
  SourceRange keyword; ///< its first word; of a plain binding, its first name

protected:
  explicit Stmt(Kind kind) : kind(kind) {}
};

/// Gives a node its kind and its classof.
template <Stmt::Kind K> class StmtOf : public Stmt {
public:
  StmtOf() : Stmt(K) {}
  static bool classof(const Stmt *stmt) { return stmt->kind == K; }
};

struct File;

/// "import" STRING
struct ImportStmt : StmtOf<Stmt::Kind::Import> {
  std::string path;
  SourceRange pathRange;
  const File *imported = nullptr; ///< set by parseProgram
};

/// "const" NAME "=" expr
struct ConstStmt : StmtOf<Stmt::Kind::Const> {
  Name name;
  ExprPtr value;
};

/// "default" NAME "(" args ")"
struct DefaultStmt : StmtOf<Stmt::Kind::Default> {
  Name callee;
  std::vector<Argument> arguments;
};

/// "block" NAME [ params ] ( "=" chain | names "{" { stmt } "return" expr { "," expr } "}" )
struct BlockStmt : StmtOf<Stmt::Kind::Block> {
  Name name;
  std::vector<Parameter> parameters; ///< the sizes and options: the first brackets of `block basic(c, s = 1)(x)`
  std::optional<Chain> chain;        ///< set: `block f = a -> b`, and the members below are empty
  std::vector<Name> inputs;          ///< the tensors: the second brackets (the only ones of `block f(x) { ... }`)
  std::vector<StmtPtr> body;         ///< Binding, Layer, Default, Assert
  std::vector<ExprPtr> results;      ///< of return, never empty in a braced block
  SourceRange returnKeyword;
};

/// "model" NAME [ params ] "{" { stmt | mstmt } "}"
struct ModelStmt : StmtOf<Stmt::Kind::Model> {
  Name name;
  std::vector<Parameter> parameters;
  std::vector<StmtPtr> body; ///< everything but Import, Const, Block, Model
};

enum class Role { Plain, Branch, Trunk, Head };

/// [ "branch" | "trunk" | "head" ] NAME { "," NAME } "=" expr. A head stands in models only (the parser checks).
struct BindingStmt : StmtOf<Stmt::Kind::Binding> {
  Role role = Role::Plain;
  std::vector<Name> names; ///< several: the results of a block
  ExprPtr value;
};

/// "layer" NAME "=" chain
struct LayerStmt : StmtOf<Stmt::Kind::Layer> {
  Name name;
  Chain chain;
};

/// "assert" expr [ ":" STRING ]
struct AssertStmt : StmtOf<Stmt::Kind::Assert> {
  ExprPtr condition;
  std::optional<std::string> message;
};

enum class PortKind { Input, Target };

/// ( "input" | "target" ) NAME { "," NAME } ":" type
struct PortStmt : StmtOf<Stmt::Kind::Port> {
  PortKind port = PortKind::Input;
  std::vector<Name> names;
  Type type;
};

/// "dim" NAME [ "<=" arith ]
struct DimStmt : StmtOf<Stmt::Kind::Dim> {
  Name name;
  ExprPtr bound; ///< may be null
};

/// "output" NAME { "," NAME } [ "=" expr ]: exports values that exist (no expression), or new ones.
struct OutputStmt : StmtOf<Stmt::Kind::Output> {
  std::vector<Name> names;
  ExprPtr value; ///< may be null
};

enum class ScoreKind { Loss, Metric };

/// ( "loss" | "metric" ) NAME "=" expr { "where" expr | "weight" expr | "reduce" NAME }. Each clause at most once (the
/// parser checks), in any order.
struct ScoreStmt : StmtOf<Stmt::Kind::Score> {
  ScoreKind score = ScoreKind::Loss;
  Name name;
  ExprPtr value;
  ExprPtr where;                 ///< may be null
  SourceRange whereKeyword;
  ExprPtr weight;                ///< may be null
  SourceRange weightKeyword;
  std::optional<Name> reduction; ///< as written: mean, sum, batch_mean, weighted_mean are not checked here
  SourceRange reduceKeyword;
};

/// "entry" NAME "=" NAME { "," NAME }
struct EntryStmt : StmtOf<Stmt::Kind::Entry> {
  Name name;
  std::vector<Name> heads;
};

/// "train" NAME "{" { phase } "}"
struct TrainStmt : StmtOf<Stmt::Kind::Train> {
  Name name;
  std::vector<StmtPtr> body; ///< Minimize, Optimizer, Freeze, Seed
};

/// "minimize" expr
struct MinimizeStmt : StmtOf<Stmt::Kind::Minimize> {
  ExprPtr value;
};

/// "optimizer" call [ "with" call { "," call } ]
struct OptimizerStmt : StmtOf<Stmt::Kind::Optimizer> {
  Call call;
  std::vector<Call> groups; ///< path(options): may be empty
  SourceRange withKeyword;
};

/// "freeze" path { "," path }
struct FreezeStmt : StmtOf<Stmt::Kind::Freeze> {
  std::vector<Path> paths;
};

/// "seed" expr
struct SeedStmt : StmtOf<Stmt::Kind::Seed> {
  ExprPtr value;
};

/// { "mimo" INT | import | const | default | block | model }
struct File {
  const SourceFile *source = nullptr;
  std::optional<int64_t> version; ///< of the `mimo 1` line
  std::vector<StmtPtr> items;     ///< Import, Const, Default, Block, Model, in the order of the file
};

} // namespace mimoc::ast
