#include "mimo/IR/Mimo.h"
#include "mlir/Dialect/Arith/IR/Arith.h"

using namespace mlir;
using namespace mlir::mimo;

#include "mimo/IR/MimoDialect.cpp.inc"
#include "mimo/IR/MimoInterfaces.cpp.inc"

void MimoDialect::initialize() {
  addOperations<
#define GET_OP_LIST
#include "mimo/IR/Model.cpp.inc"
      >();
  addOperations<
#define GET_OP_LIST
#include "mimo/Ops/Elementwise.cpp.inc"
      >();
  addOperations<
#define GET_OP_LIST
#include "mimo/Ops/Logic.cpp.inc"
      >();
  addOperations<
#define GET_OP_LIST
#include "mimo/Ops/Linear.cpp.inc"
      >();
  addOperations<
#define GET_OP_LIST
#include "mimo/Ops/Shape.cpp.inc"
      >();
  addOperations<
#define GET_OP_LIST
#include "mimo/Ops/Reduction.cpp.inc"
      >();
  addOperations<
#define GET_OP_LIST
#include "mimo/Ops/Normalization.cpp.inc"
      >();
  addOperations<
#define GET_OP_LIST
#include "mimo/Ops/Loss.cpp.inc"
      >();
  addOperations<
#define GET_OP_LIST
#include "mimo/Ops/Random.cpp.inc"
      >();
  addOperations<
#define GET_OP_LIST
#include "mimo/Ops/Optimizer.cpp.inc"
      >();
}
