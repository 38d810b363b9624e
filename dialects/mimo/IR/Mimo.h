// The mimo dialect: ops, interfaces and the helpers to build them.
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
#include "mimo/IR/MimoInterfaces.h.inc"

#define GET_OP_CLASSES
#include "mimo/IR/Model.h.inc"
#include "mimo/IR/Families.h.inc"
