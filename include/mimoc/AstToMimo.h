// Syntax tree -> mimo: names become values, a call f(x) becomes the op mimo.f, sizes are computed, weights get PyTorch's
// names. What comes out is one mimo.model, in the order of the source.
#pragma once

#include "mimoc/Frontend.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/OwningOpRef.h"

#include <string>

namespace mlir {
class MLIRContext;
}

namespace mimoc {

/// The element type that the whole model computes in.
enum class Precision { F32, F64 };

struct AstToMimoOptions {
  Precision precision = Precision::F32;
  std::string model;  ///< which model of the file; empty where there is only one
  std::string prefix; ///< of the exported symbols; empty: the model's name in lower snake case
};

/// Limits on a model, checked with 64-bit integers and refused by name.
inline constexpr int64_t kMaxOperations = 100'000;            ///< after expansion of blocks
inline constexpr int64_t kMaxTensorBytes = int64_t(1) << 40;  ///< with a batch of one

/// Lowers one model of the program's main file. Null if there was any error; they are all in `diagnostics`, each with a
/// place. Warnings go there too.
mlir::OwningOpRef<mlir::ModuleOp> lowerToMimo(const Program &program, Diagnostics &diagnostics, mlir::MLIRContext &context,
                                              const AstToMimoOptions &options = {});

} // namespace mimoc
