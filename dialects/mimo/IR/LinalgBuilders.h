// Short forms of the linalg ops that the lowerings of several families need.
#pragma once

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/Builders.h"

namespace mlir::mimo {

/// Emits the scalar result(s) of one element from the scalars of the inputs.
using ScalarBody = llvm::function_ref<Value(OpBuilder &, Location, ValueRange)>;

/// An element constant: float, integer or bool by `type`.
Value scalarConstant(OpBuilder &b, Location loc, Type type, double number);

/// The dimensions of a tensor of `type`, where `?` is the batch: taken from dimension 0 of the first of `like` that is dynamic.
SmallVector<OpFoldResult> mixedSizes(OpBuilder &b, Location loc, RankedTensorType type, ValueRange like);
Value emptyTensor(OpBuilder &b, Location loc, RankedTensorType type, ValueRange like);
Value filledTensor(OpBuilder &b, Location loc, RankedTensorType type, ValueRange like, double number);
Value filledTensor(OpBuilder &b, Location loc, RankedTensorType type, ValueRange like, Value scalar);

/// Applies `body` element by element; inputs are broadcast to `type` by the language's rule (trailing alignment, size-1
/// dimensions stretch).
Value elementwise(OpBuilder &b, Location loc, RankedTensorType type, ValueRange inputs, ScalarBody body);

/// Combines over `axes` of `input` after mapping each element; `combine` gets (element, accumulator). The result drops the axes.
Value reduce(OpBuilder &b, Location loc, Value input, ArrayRef<int64_t> axes, Type elementType, double identity, ScalarBody combine);
Value reduce(OpBuilder &b, Location loc, Value input, ArrayRef<int64_t> axes, Value identity, ScalarBody combine);

/// The input with its dimension i at result dimension dims[i] of `type`.
Value broadcastInto(OpBuilder &b, Location loc, RankedTensorType type, ValueRange like, Value input, ArrayRef<int64_t> dims);

/// args[2] + args[0] args[1] with one rounding, wherever the product is computed (on a processor without the instruction, with two):
/// the body of every sum of products. A product and a sum that were fused later keep their two roundings.
Value addProduct(OpBuilder &b, Location loc, ValueRange args);

/// Matrix product; accumulates onto `init`. B must not be transposed for speed: transposes are explicit ops.
Value contract(OpBuilder &b, Location loc, Value lhs, Value rhs, Value init, bool transposeLhs);
Value transpose2d(OpBuilder &b, Location loc, Value input);

/// Same elements in row-major order, another shape. A run-time dimension must be the leading one of both or of neither.
Value reshapeTensor(OpBuilder &b, Location loc, Value input, RankedTensorType type);

} // namespace mlir::mimo
