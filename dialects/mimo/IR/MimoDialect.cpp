#include "mimo/IR/Mimo.h"
#include "mimo/IR/Families.h.inc"
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
#include "mimo/IR/Families.cpp.inc"
}
