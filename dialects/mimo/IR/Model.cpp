#include "mimo/IR/Mimo.h"

using namespace mlir;
using namespace mlir::mimo;

#define GET_OP_CLASSES
#include "mimo/IR/Model.cpp.inc"
