// A linalg op seen as what it is on a machine: loops, and operands that are addressed by a linear index.
//
//   element of operand o at loop indices i  =  o.buffer[ o.start + sum over d of o.strides[d] * i_d ]
//
// Loops of one iteration are dropped and parallel loops that walk memory as one are merged, so that the emitters see only
// dimensions that matter. Reductions stay apart, unless the emitter adds in the order of the loops in any case: the order
// of additions must not depend on the operands' layout.
#pragma once

#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/IR/ImplicitLocOpBuilder.h"

namespace mimoc {

/// Arithmetic on indices that folds what is known at compile time.
struct IndexMath {
  mlir::ImplicitLocOpBuilder &builder;

  mlir::OpFoldResult constant(int64_t value) const { return builder.getIndexAttr(value); }
  mlir::OpFoldResult add(mlir::OpFoldResult a, mlir::OpFoldResult b) const;
  mlir::OpFoldResult sub(mlir::OpFoldResult a, mlir::OpFoldResult b) const;
  mlir::OpFoldResult mul(mlir::OpFoldResult a, mlir::OpFoldResult b) const;
  mlir::OpFoldResult min(mlir::OpFoldResult a, mlir::OpFoldResult b) const;
  /// a rounded down to a multiple of `step`.
  mlir::OpFoldResult alignDown(mlir::OpFoldResult a, int64_t step) const;
  mlir::Value value(mlir::OpFoldResult a) const;
};

/// True where `quantity` is known to be `value`.
bool isKnown(mlir::OpFoldResult quantity, int64_t value);

struct NestDim {
  mlir::OpFoldResult size;
  mlir::utils::IteratorType kind;
  unsigned loop; ///< the op's loop that this is; the innermost one where several were merged

  bool isParallel() const { return kind == mlir::utils::IteratorType::parallel; }
};

struct Access {
  mlir::Value buffer; ///< rank-1 view with unit stride; null where the operand is a scalar
  mlir::Value scalar;
  mlir::Type elementType;
  mlir::OpFoldResult start;
  llvm::SmallVector<mlir::OpFoldResult> strides; ///< one per NestDim
  llvm::SmallVector<bool> depends;               ///< whether the indexing map mentions the dimension

  bool isUnit(unsigned dim) const { return isKnown(strides[dim], 1); }
  bool isInvariant(unsigned dim) const { return !buffer || isKnown(strides[dim], 0); }
};

/// A buffer that the body reads at indices that it computes. The strides are those of the buffer's own dimensions.
struct Table {
  mlir::Value memref;
  Access access;
};

struct LoopNest {
  mlir::Block *body; ///< of the op: inputs, then outputs as arguments
  llvm::SmallVector<NestDim> dims;
  llvm::SmallVector<Access> inputs, outputs;
  llvm::SmallVector<Table> tables;

  const Access &tableOf(mlir::Value memref) const;
  llvm::SmallVector<unsigned> parallelDims() const;
  llvm::SmallVector<unsigned> reductionDims() const;
  /// An output that is one number for all iterations of the reduction dimensions: an accumulator.
  bool isCarried(const Access &output) const;
  /// The body reads the previous value of output `index`.
  bool readsOutput(unsigned index) const;
};

/// Makes one loop of neighbours of this kind that walk every operand's memory as one.
void mergeNeighbours(LoopNest &nest, IndexMath math, mlir::utils::IteratorType kind);

/// Emits the rank-1 views of the operands and returns the nest; reports an indexing map that is not linear.
mlir::FailureOr<LoopNest> analyzeLoopNest(mlir::ImplicitLocOpBuilder &builder, mlir::linalg::LinalgOp op);

} // namespace mimoc
