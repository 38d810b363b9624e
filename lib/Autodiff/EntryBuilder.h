// Builds one entry point: clones the part of the model that its results need, and ties arguments and results to slots.
#pragma once

#include "mimo/IR/Mimo.h"
#include "mimoc/ModelInfo.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/IRMapping.h"

namespace mimoc {

/// Where the caller keeps an argument or result: a tensor of its own, or a member of a block at a byte offset.
struct Place {
  std::string slot;
  std::optional<int64_t> offset;
};

class EntryBuilder {
public:
  /// In `training`, what that phase freezes computes as in evaluation; without it everything does.
  EntryBuilder(mlir::mimo::ModelOp model, const ModelInfo &info, llvm::StringRef kind, llvm::StringRef name,
               const PhaseInfo *training);

  /// Clones what `values` (of the model) need.
  void require(mlir::ValueRange values);
  /// The clone of a model's value.
  mlir::Value at(mlir::Value modelValue) const { return mapping.lookup(modelValue); }
  bool has(mlir::Value modelValue) const { return mapping.contains(modelValue); }
  /// A further argument.
  mlir::Value argument(mlir::Type type, const Place &place);
  void result(mlir::Value value, const Place &place);
  /// Ends the function with its results.
  void finish();

  mlir::OpBuilder builder;
  mlir::func::FuncOp function;
  mlir::Block &block() { return function.getBody().front(); }

private:
  mlir::Value sourceArgument(mlir::Operation *source);
  void clone(mlir::Operation *op);

  mlir::mimo::ModelOp model;
  const ModelInfo &info;
  const PhaseInfo *training;
  mlir::IRMapping mapping;
  llvm::SmallVector<std::pair<mlir::Value, Place>> results;
  llvm::SmallVector<Place> arguments;
};

} // namespace mimoc
