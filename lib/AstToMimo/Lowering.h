// Lowers one model. A function that gives a failed Datum, nothing or false has reported why. Private to AstToMimo.
//   Expressions.cpp  what an expression stands for
//   Application.cpp  steps, calls, blocks, layers, repeat, and what weights are called
//   CallBinding.cpp  arguments to formals
//   OperatorCall.cpp one call of an op: the CallSite that builds it
//   Statements.cpp   names, files, bodies, bindings
//   Ports.cpp        inputs, targets, heads, outputs, entries
//   Scores.cpp       losses, metrics, and the checks of bounds
//   Objectives.cpp   minimize, seed
//   Optimizer.cpp    optimizer and its groups of parameters
//   Balancing.cpp    losses that are balanced
#pragma once

#include "Network.h"
#include "Scope.h"
#include "mimo/IR/Objectives.h"

#include <map>
#include <memory>

namespace mimoc {

/// What holds while the value of a `loss` or `metric` is being built.
struct Score {
  ast::ScoreKind kind = ast::ScoreKind::Loss;
  mlir::Value mask = {};   ///< of its `where`; may be null
  mlir::Value weight = {}; ///< of its `weight`; may be null
  mutable llvm::SmallVector<mlir::Operation *> weighing = {}; ///< the loss functions with class weights that were called
  mutable mlir::Operation *keeper = nullptr; ///< the metric that keeps states of its own and was called
};

/// Where an expression stands.
struct Context {
  Scope &scope;
  Naming naming;
  const Score *score = nullptr;
  const ast::Name *binding = nullptr; ///< what the whole expression is called

  /// For a part of the expression that is not its outermost pipe.
  Context inner() const { return {scope, naming.inner(), score}; }
};

/// One use of an operator, block or layer, as a step or as a call.
struct Use {
  ast::Name callee;
  std::vector<Datum> piped;                     ///< stand before the arguments
  llvm::ArrayRef<ast::Argument> arguments = {};
  Naming naming;                                ///< of what it makes: InSteps, or Nowhere
  bool isSymbol = false;                        ///< an operator like `+`, not a call
};

/// One argument of a use before it is evaluated: written in the call, or piped into it.
struct Actual {
  const ast::Argument *written = nullptr;
  const Datum *piped = nullptr;
};
/// The arguments of every formal, in the order of the formals.
using Matching = std::vector<llvm::SmallVector<Actual, 1>>;

/// One evaluated argument of an operator.
struct BoundArgument {
  Datum value; ///< of Tensors, Integers and Numbers a list; failed where the argument was left out
  std::optional<mlir::mimo::Initializer> initializer;
  SourceRange place;
  bool given = false; ///< written in the call or in a `default`
};
using BoundArguments = llvm::StringMap<BoundArgument>;

class Lowering {
public:
  Lowering(const ast::File &file, Diagnostics &diagnostics, Network &network);

  void lowerModel(const ast::ModelStmt &model);

  //===- What OperatorCall needs -----------------------------------------------------------------------------------===//

  Network &net() { return network; }
  /// An error, with notes that say in which uses of blocks it arose.
  Diagnostic &error(SourceRange place, const llvm::Twine &text);
  /// A parameter or buffer below the naming of `use`, which `make` makes if it is a fresh one; null after an error.
  mlir::Value parameter(const Use &use, llvm::StringRef leaf, llvm::ArrayRef<int64_t> shape,
                        llvm::function_ref<mlir::Value(llvm::StringRef)> make);

private:
  //===- Expressions.cpp -------------------------------------------------------------------------------------------===//

  Datum evaluate(const ast::Expr &expr, const Context &context);
  Datum evaluateKind(const ast::Expr &expr, const Context &context);
  Datum evaluateName(const ast::NameExpr &expr, const Context &context);
  Datum refuseUnknownName(const ast::NameExpr &expr, const Context &context);
  Datum evaluateUnary(const ast::UnaryExpr &expr, const Context &context);
  Datum evaluateBinary(const ast::BinaryExpr &expr, const Context &context);
  Datum evaluateConditional(const ast::ConditionalExpr &expr, const Context &context);
  Datum evaluateIndex(const ast::IndexExpr &expr, const Context &context);
  Datum sliceList(const ast::IndexItem &item, const Datum::List &list, const Context &context);
  Datum indexList(const ast::IndexExpr &expr, const Datum::List &list, const Context &context);
  Datum indexTensor(const ast::IndexExpr &expr, mlir::Value tensor, const Context &context);
  Datum evaluateMember(const ast::MemberExpr &expr, const Context &context);
  bool countElements(const Datum &value, SourceRange place);
  Datum evaluateTuple(llvm::ArrayRef<ast::ExprPtr> elements, const Context &context);
  Datum evaluateList(const ast::ListExpr &expr, const Context &context);
  Datum evaluateComprehension(const ast::ComprehensionExpr &expr, const Context &context);
  Datum applyToTensors(llvm::StringRef op, SourceRange place, std::vector<Datum> operands, const Context &context);
  /// An integer known at compile time; `what` begins the error ("a size").
  std::optional<int64_t> evaluateInteger(const ast::Expr &expr, const Context &context, const llvm::Twine &what);
  std::optional<bool> evaluateCondition(const ast::Expr &expr, const Context &context, llvm::StringRef what);
  struct Box;
  bool addToBox(const ast::IndexItem &item, int64_t axis, mlir::RankedTensorType type, Box &box, const Context &context);

  //===- Application.cpp -------------------------------------------------------------------------------------------===//

  Datum evaluatePipe(const ast::PipeExpr &expr, const Context &context);
  Datum evaluateCall(const ast::CallExpr &expr, const Context &context);
  Datum evaluateLength(const ast::CallExpr &expr, const Context &context);
  bool makesWholeBinding(llvm::StringRef callee, const Context &context);
  Datum applySteps(llvm::ArrayRef<ast::Step> steps, Datum input, const Context &context);
  Datum apply(const Use &use, const Context &context);
  Datum applyBlock(const Block &declared, const Use &use, const Context &context);
  Datum evaluateOption(const ast::Expr &expr, const Context &context);
  Datum applyBraced(const ast::BlockStmt &block, Scope &scope, const Score *score);
  bool bindParameter(const ast::Parameter &parameter, llvm::ArrayRef<Actual> actuals, const Use &use, const Context &context,
                     Scope &scope);
  bool bindInput(const ast::Name &input, llvm::ArrayRef<Actual> actuals, const Use &use, const Context &context,
                 Scope &scope);
  Datum applyLayer(Layer &layer, const Use &use, const Context &context);
  Datum applyRepeat(const Use &use, const Context &context);
  Datum refuseUnknownCallee(const ast::Name &callee, const Context &context);
  bool exists(const ast::Name &callee, const Context &context);

  //===- CallBinding.cpp -------------------------------------------------------------------------------------------===//

  /// `restFormal` takes all positional arguments from its own on; where it is the first, text among them is that of `textFormal`.
  std::optional<Matching> match(const Use &use, llvm::ArrayRef<llvm::StringRef> formals, std::optional<size_t> restFormal = {},
                                std::optional<size_t> textFormal = {});
  std::optional<BoundArguments> bind(const Use &use, const mlir::mimo::Signature &signature, const Context &context);
  std::optional<BoundArgument> bindFormal(const Use &use, const mlir::mimo::Formal &formal, llvm::ArrayRef<Actual> actuals,
                                          const mlir::mimo::Signature &signature, const Context &context);
  std::optional<BoundArgument> bindLeftOut(const Use &use, const mlir::mimo::Formal &formal,
                                           const mlir::mimo::Signature &signature, const Context &context);
  std::optional<BoundArgument> bindWritten(llvm::StringRef callee, const mlir::mimo::Formal &formal, const ast::Expr &expr,
                                           const Context &context);
  std::optional<Datum> convert(llvm::StringRef callee, const mlir::mimo::Formal &formal, const Datum &value,
                               SourceRange place);
  Datum readWord(const mlir::mimo::Formal &formal, const ast::Expr &expr, const Context &context);
  std::optional<mlir::mimo::Initializer> readInitializer(const ast::Expr &expr, const Context &context);
  bool makeTensors(const Use &use, const mlir::mimo::Signature &signature, BoundArguments &bound);

  //===- OperatorCall.cpp ------------------------------------------------------------------------------------------===//

  Datum applyOperator(const mlir::mimo::FromSource::Concept &op, const Use &use, const Context &context);
  bool checkContext(const mlir::mimo::FromSource::Concept &op, const Use &use, const Context &context);
  struct Expansion;
  mlir::Value sharedParameter(const Expansion &use, llvm::StringRef name, const Network::Parameter *existing,
                              llvm::ArrayRef<int64_t> shape);
  void noteOrigins(Diagnostic &error, llvm::ArrayRef<mlir::Value> operands);

  //===- Statements.cpp --------------------------------------------------------------------------------------------===//

  Scope &lowerFile(const ast::File &file);
  void bringIn(const ast::ImportStmt &import, const Scope &from, Scope &scope);
  void declareBlock(const ast::BlockStmt &block, Scope &scope);
  bool bindModelParameters(const ast::ModelStmt &model, Scope &scope);
  void lowerBody(llvm::ArrayRef<ast::StmtPtr> body, Scope &scope, const Score *score);
  void lowerStatement(const ast::Stmt &stmt, Scope &scope, const Score *score);
  void lowerBinding(const ast::BindingStmt &stmt, Scope &scope, const Score *score);
  void lowerLayer(const ast::LayerStmt &stmt, Scope &scope);
  void lowerAssert(const ast::AssertStmt &stmt, Scope &scope);
  void lowerDefault(const ast::DefaultStmt &stmt, Scope &scope);
  void lowerConst(const ast::ConstStmt &stmt, Scope &scope);
  Datum::List takeApart(llvm::ArrayRef<ast::Name> names, const Datum &value);
  bool mustBeTensor(const ast::Name &name, const Datum &value);
  bool mustBeTensors(const ast::Name &name, const Datum &value);
  void noteExpansions(Diagnostic &error);
  bool refuseOperatorName(const ast::Name &name, llvm::StringRef what);
  void refuseUnsupported(SourceRange place, const llvm::Twine &what);
  bool define(Scope &scope, const ast::Name &name, NameKind kind, Datum value);
  Naming namingOf(const ast::BindingStmt &stmt, const Scope &scope);
  void warnAboutUnused(const Scope &scope);
  void checkComplete(const ast::ModelStmt &model);

  /// Values lie in [0, number); where `dim` names a run-time size, below it, and `number` is the most that it can be.
  struct Limit {
    int64_t number = 0; ///< 0: there is no limit
    std::string dim;
  };
  Limit limitBy(llvm::StringRef dim);
  Limit limitOf(const mlir::mimo::IndexBound &index);
  static bool implies(const Limit &narrow, const Limit &wide);

  //===- Ports.cpp -------------------------------------------------------------------------------------------------===//

  void lowerPort(const ast::PortStmt &stmt, Scope &scope);
  void lowerOnePort(ast::PortKind port, const ast::Name &name, mlir::RankedTensorType type, const Limit &limit, Scope &scope);
  std::optional<Limit> evaluateLimit(const ast::Expr &expr, Scope &scope);
  void lowerDim(const ast::DimStmt &stmt, Scope &scope);
  mlir::RankedTensorType lowerType(const ast::Type &type, Scope &scope);
  mlir::Type elementType(const ast::Name &element);
  void lowerOutput(const ast::OutputStmt &stmt, Scope &scope);
  void exportValue(const ast::Name &name, llvm::StringRef kind, mlir::Value value);
  void lowerEntry(const ast::EntryStmt &stmt);

  //===- Scores.cpp ------------------------------------------------------------------------------------------------===//

  void lowerScore(const ast::ScoreStmt &stmt, Scope &scope);
  void lowerKeeper(const ast::ScoreStmt &stmt, const Score &score);
  std::optional<mlir::mimo::Reduction> lowerReduction(const ast::ScoreStmt &stmt);
  mlir::Value lowerValues(const ast::ScoreStmt &stmt, const Score &score, Scope &scope);
  std::optional<mlir::Value> lowerClause(const ast::ExprPtr &expr, llvm::StringRef keyword, Scope &scope);
  bool fitsValues(llvm::StringRef clause, const ast::ExprPtr &expr, mlir::Value factor, mlir::Value values);
  /// Indices must lie below their bounds, for the ops from `first` on. Those that floating-point values decide are not checked beforehand.
  void requireIndexBounds(mlir::Operation *first, const Context &context);
  /// The indices among an op's operands must lie below their bounds, where they are selected; class weights count in the
  /// mean. `operands` as they are written, whatever the op got for them.
  void noteScore(mlir::Value result, llvm::ArrayRef<mlir::Value> operands, const Use &use, const Score *score);
  std::optional<mlir::Value> countsOf(const ast::ScoreStmt &stmt, const Score &score, mlir::Value values);
  void requireBound(mlir::Value values, Limit limit, mlir::Value mask, mlir::Location location);
  void requireDeclaredBounds();

  //===- Phases.cpp ------------------------------------------------------------------------------------------------===//

  void lowerPhases(const ast::ModelStmt &model, Scope &scope);
  bool checkPhases(const ast::ModelStmt &model);
  void lowerTrain(const ast::TrainStmt &train, Scope &scope);
  void lowerPhase(llvm::ArrayRef<ast::StmtPtr> body, Scope &scope);
  const ast::Stmt *onlyStatement(llvm::ArrayRef<ast::StmtPtr> body, ast::Stmt::Kind kind, llvm::StringRef keyword);
  std::optional<uint64_t> evaluateSeed(const ast::SeedStmt &stmt, Scope &scope);
  /// Whether the phase that is lowered trains the parameter.
  bool isTrained(const Network::Parameter &parameter) const;
  bool lowerFreeze(const ast::FreezeStmt &stmt);
  bool freezePath(const ast::Path &path);
  void keepStatesApart();

  //===- Objectives.cpp --------------------------------------------------------------------------------------------===//

  void lowerMinimize(const ast::MinimizeStmt &stmt, Scope &scope);
  struct Term;
  struct Balance;
  struct Terms;
  bool collectTerms(const ast::Expr &expr, double factor, Scope &scope, Terms &terms);
  bool collectProduct(const ast::BinaryExpr &expr, double factor, Scope &scope, Terms &terms);
  bool collectLoss(const ast::NameExpr &expr, double factor, Scope &scope, Terms &terms);
  bool collectCall(const ast::CallExpr &expr, double factor, Scope &scope, Terms &terms);
  bool collectPenalty(const ast::CallExpr &expr, const ast::NameExpr &callee, double factor, Terms &terms);
  bool mentionsObjective(const ast::Expr &expr, Scope &scope);
  std::vector<llvm::StringRef> partsOfNetwork() const;
  bool selectWeights(const ast::Path &path, SourceRange place, llvm::SmallVectorImpl<mlir::Value> &weights);
  bool addTerm(Term term, Terms &terms);

  //===- Balancing.cpp ---------------------------------------------------------------------------------------------===//

  bool collectBalance(const ast::CallExpr &expr, const mlir::mimo::BalancingRule::Concept &rule, double factor, Scope &scope,
                      Terms &terms);
  bool collectBalanced(const ast::Expr &expr, const Balance &balance, Scope &scope, Terms &terms);
  mlir::DictionaryAttr bindSettings(const ast::CallExpr &expr, llvm::ArrayRef<ast::Argument> settings, const Balance &balance,
                                    Scope &scope);
  llvm::SmallVector<mlir::Value> makeBalancingState(const Balance &balance);
  std::string nameOf(mlir::Value value, const Scope &scope);
  llvm::SmallVector<mlir::Value> findShared(const Balance &balance);
  void lowerBalance(const Balance &balance, const Scope &scope);

  //===- Optimizer.cpp ---------------------------------------------------------------------------------------------===//

  void lowerOptimizer(const ast::OptimizerStmt &stmt, Scope &scope);
  struct GroupOptions;
  bool isNegativeRate(const BoundArgument &rate);
  bool bindGroup(const ast::Call &call, const mlir::mimo::Signature &signature, Scope &scope, std::vector<GroupOptions> &groups);
  void refuseEmptyGroup(const GroupOptions &group);
  const GroupOptions *mostSpecific(const Network::Parameter &parameter, llvm::StringRef option,
                                   llvm::ArrayRef<GroupOptions> groups);
  void addGroups(mlir::mimo::OptimizerOp optimizer, const mlir::mimo::Signature &signature, llvm::ArrayRef<GroupOptions> groups);

  //===- State -----------------------------------------------------------------------------------------------------===//

  /// A use of a block or layer that is being expanded.
  struct Expansion {
    llvm::StringRef callee;
    SourceRange place;
    const ast::BlockStmt *block = nullptr; ///< or else
    Layer *layer = nullptr;
    bool repeated = false; ///< of a layer: its parameters exist already
  };
  /// Keeps one expansion on the stack for as long as it lives.
  class Expanding;

  /// A declared `< n` of an integer tensor.
  struct Bound {
    std::string name;
    Limit limit;
    bool checked = false;
  };

  const ast::File &file;
  Diagnostics &diagnostics;
  Network &network;
  std::map<const ast::File *, std::unique_ptr<Scope>> fileScopes;
  std::vector<Expansion> expansions;
  unsigned depth = 0;                               ///< of evaluate: expressions and expansions together
  llvm::MapVector<mlir::Operation *, Bound> bounds; ///< of integer ports
  std::vector<mlir::mimo::CheckOp> checks;
  llvm::StringMap<mlir::mimo::LossOp> losses;
  llvm::StringMap<SourceRange> exports;             ///< heads, outputs and entries by name
  llvm::StringMap<llvm::StringRef> exportKinds;     ///< heads and outputs that could be exported: "head", "output"
  /// Ops that compute something else in training than in evaluation, and the path of the step that made each.
  std::vector<std::pair<mlir::Operation *, std::string>> modeDependent;
  std::string phase;          ///< the name of the train block that is lowered; empty in the model itself
  mlir::OpBuilder statements; ///< where its objectives, balances, optimizers and groups go
  std::vector<std::pair<mlir::mimo::ParamOp, std::string>> balancingStates; ///< and the train block that each is for
  llvm::DenseSet<std::pair<const SourceFile *, uint32_t>> warned;
  const ast::ModelStmt *current = nullptr;
};

} // namespace mimoc
