// When two linalg ops may become one. Shared by the passes of this stage.
#pragma once

#include "mlir/Dialect/Linalg/IR/Linalg.h"

namespace mimoc {

/// The op only moves data: its body yields an input (or a constant) unchanged.
bool onlyMovesData(mlir::linalg::GenericOp op);

/// `consumer` reads every element of `operand` exactly once and in order, so that fusing recomputes nothing.
bool readsEachElementOnce(mlir::OpOperand &operand);

/// Contractions stay free of element-wise work in their inputs: their tiles are read many times.
bool isContraction(mlir::linalg::LinalgOp op);

} // namespace mimoc
