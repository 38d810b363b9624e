// The mimo.model under construction: its parameters, its random state, its limits, and what depends on targets. Knows no
// source text but places. Private to AstToMimo.
#pragma once

#include "Datum.h"
#include "DiagnosticBridge.h"
#include "mimo/IR/Mimo.h"
#include "mimoc/AstToMimo.h"

#include "llvm/ADT/MapVector.h"
#include "llvm/ADT/StringMap.h"

namespace mimoc {

class Network : private mlir::OpBuilder::Listener {
public:
  Network(mlir::ModuleOp module, llvm::StringRef name, const AstToMimoOptions &options, SourceRange place,
          DiagnosticBridge &bridge, Diagnostics &diagnostics);

  mlir::OpBuilder builder; ///< at the end of the model
  mlir::mimo::ModelOp model;
  DiagnosticBridge &bridge;

  mlir::FloatType precision();
  mlir::Location locationOf(SourceRange place) const { return bridge.locationOf(place); }

  //===- Operators, by name ----------------------------------------------------------------------------------------===//

  /// How a model calls the op mimo.<name>; null if there is no such op or it is not for models.
  const mlir::mimo::FromSource::Concept *findOperator(llvm::StringRef name) const;
  const mlir::mimo::OptimizerRule::Concept *findOptimizer(llvm::StringRef name) const;
  const mlir::mimo::BalancingRule::Concept *findBalancing(llvm::StringRef name) const;
  std::vector<llvm::StringRef> operatorNames() const;
  std::vector<llvm::StringRef> optimizerNames() const;
  std::vector<llvm::StringRef> balancingNames() const;

  //===- Values ----------------------------------------------------------------------------------------------------===//

  /// A rank-0 constant; null if the number is none of `elementType`'s.
  mlir::Value constant(mlir::Location location, const Datum &number, mlir::Type elementType);
  /// The first input that has this run-time dimension; null if none is declared yet.
  mlir::Value carrier(llvm::StringRef dim) const { return carriers.lookup(dim); }
  /// Declares a run-time size of at most `bound`.
  void addDim(llvm::StringRef name, int64_t bound, SourceRange place);
  /// A run-time size as a number, tensor<i64>.
  mlir::Value sizeOf(llvm::StringRef dim);
  /// The most that a run-time size can be; nothing for the batch.
  std::optional<int64_t> boundOf(llvm::StringRef dim) const;
  /// Something is counted off by the size, so it is never 0.
  void countOffBy(llvm::StringRef dim);
  /// The model's random state, made at its start when it is first asked for.
  mlir::Value randomState();
  /// A number that identifies one more use of randomness below `path`, whatever else the model holds.
  int64_t randomSite(llvm::StringRef path);
  /// The target that `value` is computed from, if there is one.
  mlir::mimo::TargetOp targetBehind(mlir::Value value) const { return targets.lookup(value); }

  //===- Parameters ------------------------------------------------------------------------------------------------===//

  struct Parameter {
    std::string name;
    mlir::Value value;
    SourceRange place; ///< of the call that made it
  };
  /// What is trained.
  llvm::ArrayRef<Parameter> parameters() const { return parameterList; }
  llvm::ArrayRef<Parameter> buffers() const { return bufferList; }
  /// A parameter or buffer; null if there is none of this name.
  const Parameter *findParameter(llvm::StringRef name) const;
  mlir::Value addParameter(llvm::StringRef name, llvm::ArrayRef<int64_t> shape,
                           const mlir::mimo::ResolvedInitializer &initial, SourceRange place);
  mlir::Value addBuffer(llvm::StringRef name, llvm::ArrayRef<int64_t> shape, double start, bool whole, SourceRange place);
  /// What a buffer holds after the uses so far.
  mlir::Value currentOf(mlir::Value buffer) const;
  void setNext(mlir::Location location, mlir::Value buffer, mlir::Value value, mlir::Value observed);

  //===- Limits ----------------------------------------------------------------------------------------------------===//

  /// Counts one more operation; false, after an error, beyond kMaxOperations.
  bool countOperation(llvm::function_ref<SourceRange()> place);
  bool exhausted() const { return operations > kMaxOperations; }
  /// Reports a tensor that is too large, with a batch of one and other run-time sizes at their bounds; false then.
  bool checkSize(mlir::RankedTensorType type, llvm::function_ref<SourceRange()> place);
  /// Grows with every tensor that was refused.
  unsigned refusals() const { return refused; }

private:
  mlir::mimo::ParamOp createParam(llvm::StringRef name, llvm::ArrayRef<int64_t> shape,
                                  const mlir::mimo::ResolvedInitializer &initial, SourceRange place);
  void notifyOperationInserted(mlir::Operation *op, mlir::OpBuilder::InsertPoint previous) override;

  Diagnostics &diagnostics;
  std::vector<Parameter> parameterList, bufferList;
  llvm::StringMap<Parameter> byName; ///< with the buffers
  llvm::DenseMap<mlir::Value, mlir::mimo::NextOp> nexts; ///< of buffers
  llvm::DenseMap<mlir::Value, mlir::mimo::TargetOp> targets;
  llvm::StringMap<int64_t> randomUses;
  llvm::StringMap<mlir::mimo::DimOp> dims;
  llvm::StringMap<mlir::Value> carriers;
  mlir::Value random;
  int64_t operations = 0;
  unsigned refused = 0;
};

/// A model's name as a prefix of C names: TwoHead gives two_head, ResNet18TwoHead gives res_net18_two_head.
std::string snakeCase(llvm::StringRef name);

} // namespace mimoc
