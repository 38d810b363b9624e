// The mimo dialect: its interfaces and the structural ops. The ops that compute have a header a family,
// "mimo/Ops/<Family>.h", which the build makes and only the dialect's own sources include.
#pragma once

#include "mimo/IR/Signature.h"
#include "mlir/Bytecode/BytecodeOpInterface.h"
#include "mlir/IR/Builders.h"
#include "mlir/IR/BuiltinAttributes.h"
#include "mlir/IR/BuiltinTypes.h"
#include "mlir/IR/Dialect.h"
#include "mlir/IR/OpDefinition.h"
#include "mlir/IR/OpImplementation.h"
#include "mlir/IR/RegionKindInterface.h"
#include "mlir/IR/SymbolTable.h"
#include "mlir/Interfaces/InferTypeOpInterface.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"

#include "mimo/IR/MimoDialect.h.inc"

namespace mlir::mimo {
template <typename ConcreteType> class MixesDims : public OpTrait::TraitBase<ConcreteType, MixesDims> {};

/// Infers the result types of an op by `infer`. Unless `mixes`, operands of different run-time dimensions are refused, and results get
/// the one that the operands have.
LogicalResult inferWithDims(std::optional<Location> loc, StringRef opName, ValueRange operands, bool mixes, SmallVectorImpl<Type> &types,
                            llvm::function_ref<LogicalResult()> infer);
} // namespace mlir::mimo

#include "mimo/IR/MimoInterfaces.h.inc"

#define GET_OP_CLASSES
#include "mimo/IR/Model.h.inc"

namespace mlir::mimo {
/// Whether the phase of this name (empty: the model itself) leaves the op as it is: does not train a parameter, computes what depends
/// on the mode as in evaluation.
bool isFrozen(Operation *op, StringRef phase);
void freeze(Operation *op, StringRef phase);
/// The op as it is without phases, for a copy of it in an entry point.
void forgetPhases(Operation *op);
} // namespace mlir::mimo
