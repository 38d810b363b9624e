// Autodiff: from the model to the functions that a compiled model is made of.
#pragma once

#include "mlir/IR/Builders.h"
#include "mlir/Pass/PassManager.h"
#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/DenseSet.h"

namespace mimoc {

/// Reverse-mode differentiation of straight-line code: the ops of one block, through mimo::Differentiable.
///
/// What needs no gradient is not computed: a cotangent is asked for only where the operand depends on a wanted value.
/// Where a value is used several times, the cotangents of its uses are added up once each. (Griewank and Walther,
/// "Evaluating Derivatives", 2008, chapter 3.)
class ReverseMode {
public:
  /// Differentiates the ops that `block` holds now with respect to `wanted`. New ops go to `builder`'s place.
  ReverseMode(mlir::OpBuilder &builder, mlir::Block &block, mlir::ValueRange wanted);

  /// Collects the cotangents of `values` but passes none of them on to what these were computed from.
  void stopAt(mlir::ValueRange values) { stops.insert(values.begin(), values.end()); }
  /// Adds to the cotangent of `value`, of the same type.
  void seed(mlir::Value value, mlir::Value cotangent);
  void run();
  /// The gradient of a wanted value; null where no seed reaches it.
  mlir::Value gradientOf(mlir::Value value) const { return cotangents.lookup(value); }

private:
  bool depends(mlir::Value value) const { return dependent.contains(value); }
  void propagate(mlir::Operation *op);

  mlir::OpBuilder &builder;
  llvm::SmallVector<mlir::Operation *> ops;
  llvm::DenseSet<mlir::Value> dependent, stops;
  llvm::DenseMap<mlir::Value, mlir::Value> cotangents;
};

/// Makes the entry points (forward, evaluate, backward, vjp, apply, step, check, ...) of the mimo.model beside it.
void buildAutodiffPipeline(mlir::OpPassManager &manager);
void registerAutodiffStagePasses();

} // namespace mimoc
