#include "mimo/Ops/Function.h"
#include "mimo/IR/Expr.h"
#include "mimo/IR/Inference.h"
#include "mimo/IR/Scalar.h"

using namespace mlir;
using namespace mlir::mimo;

#define GET_OP_CLASSES
#include "mimo/Ops/Function.cpp.inc"
