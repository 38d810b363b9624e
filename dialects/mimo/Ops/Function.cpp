#include "mimo/Ops/Function.h"
#include "mimo/IR/Expr.h"
#include "mimo/IR/Inference.h"
#include "mimo/IR/Scalar.h"

using namespace mlir;
using namespace mlir::mimo;

// 2^x log 2, also where 2^x alone is infinite; x - 1 is exact there.
static Expr exp2Slope(Expr x, Expr out) { return select(x > 127.0, exp2(x - 1.0) * (2 * M_LN2), out * M_LN2); }

#define GET_OP_CLASSES
#include "mimo/Ops/Function.cpp.inc"
