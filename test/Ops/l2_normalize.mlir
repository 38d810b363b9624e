// l2_normalize: y = x / n: dx = (g - y sum(g y)) / n; below eps n is constant.
// RUN: mimo-opt %s --mimoc-vjp --canonicalize --cse | FileCheck %s --check-prefix=VJP
// RUN: mimo-opt %s --mimoc-mimo-to-linalg | FileCheck %s

func.func @rows(%x: tensor<?x4xf32>) -> tensor<?x4xf32> {
  %r = mimo.l2_normalize %x over [-1] eps 1.0e-12 : tensor<?x4xf32>
  return %r : tensor<?x4xf32>
}
// VJP-LABEL: func.func @rows(
// VJP-SAME:    %[[X:[^:]*]]: tensor<?x4xf32>, %[[G:[^:]*]]: tensor<?x4xf32>)
// VJP:         %[[L2_NORMALIZE:.*]] = mimo.l2_normalize %[[X]] over [-1] eps 9.9999999999999998E-13
// VJP:         %[[MUL:.*]] = mimo.mul %[[X]], %[[X]]
// VJP:         %[[SUM:.*]] = mimo.sum %[[MUL]] over [1] keepdim true
// VJP:         %[[SQRT:.*]] = mimo.sqrt %[[SUM]]
// VJP:         %[[CONSTANT:.*]] = mimo.constant 9.99999996E-13 : f32
// VJP:         %[[LT:.*]] = mimo.lt %[[SQRT]], %[[CONSTANT]]
// VJP:         %[[MUL_2:.*]] = mimo.mul %[[G]], %[[L2_NORMALIZE]]
// VJP:         %[[SUM_2:.*]] = mimo.sum %[[MUL_2]] over [1] keepdim true
// VJP:         %[[CONSTANT_2:.*]] = mimo.constant 0.000000e+00 : f32
// VJP:         %[[SELECT:.*]] = mimo.select %[[LT]], %[[CONSTANT_2]], %[[SUM_2]]
// VJP:         %[[MUL_3:.*]] = mimo.mul %[[L2_NORMALIZE]], %[[SELECT]]
// VJP:         %[[SUB:.*]] = mimo.sub %[[G]], %[[MUL_3]]
// VJP:         %[[SELECT_2:.*]] = mimo.select %[[LT]], %[[CONSTANT]], %[[SQRT]]
// VJP:         %[[DIV:.*]] = mimo.div %[[SUB]], %[[SELECT_2]]
// VJP:         return %[[DIV]]
// CHECK-LABEL: func.func @rows(
// CHECK:         linalg.generic {{.*}}["parallel", "parallel"]
// CHECK:           arith.mulf
// CHECK:         linalg.generic {{.*}}["parallel", "reduction"]
// CHECK:           arith.addf
// CHECK:         tensor.expand_shape
// CHECK:         linalg.generic {{.*}}["parallel", "parallel"]
// CHECK:           math.sqrt
// CHECK:         linalg.generic {{.*}}["parallel", "parallel"]
// CHECK:           arith.cmpf olt
// CHECK:         linalg.generic {{.*}}["parallel", "parallel"]
// CHECK:           arith.select
// CHECK:         linalg.generic {{.*}}["parallel", "parallel"]
// CHECK:           arith.divf
