// rmsnorm: y = n w: dx = s (h - n mean(h n)) for h = g w, dw = sum(g n).
// RUN: mimo-opt %s --mimoc-vjp --canonicalize --cse | FileCheck %s --check-prefix=VJP
// RUN: mimo-opt %s --mimoc-mimo-to-linalg | FileCheck %s

func.func @affine(%x: tensor<?x4xf32>, %w: tensor<4xf32>) -> tensor<?x4xf32> {
  %r = mimo.rmsnorm %x weight %w from -1 eps 1.0e-6 : tensor<?x4xf32>, tensor<4xf32>
  return %r : tensor<?x4xf32>
}
// VJP-LABEL: func.func @affine(
// VJP-SAME:    %[[X:[^:]*]]: tensor<?x4xf32>, %[[Y:[^:]*]]: tensor<4xf32>, %[[G:[^:]*]]: tensor<?x4xf32>)
// VJP:         %[[MUL:.*]] = mimo.mul %[[X]], %[[X]]
// VJP:         %[[MEAN:.*]] = mimo.mean %[[MUL]] over [1] keepdim true
// VJP:         %[[CONSTANT:.*]] = mimo.constant 9.99999997E-7 : f32
// VJP:         %[[ADD:.*]] = mimo.add %[[MEAN]], %[[CONSTANT]]
// VJP:         %[[SQRT:.*]] = mimo.sqrt %[[ADD]]
// VJP:         %[[CONSTANT_2:.*]] = mimo.constant 1.000000e+00 : f32
// VJP:         %[[DIV:.*]] = mimo.div %[[CONSTANT_2]], %[[SQRT]]
// VJP:         %[[MUL_2:.*]] = mimo.mul %[[X]], %[[DIV]]
// VJP:         %[[MUL_3:.*]] = mimo.mul %[[G]], %[[Y]]
// VJP:         %[[MUL_4:.*]] = mimo.mul %[[MUL_3]], %[[MUL_2]]
// VJP:         %[[MEAN_2:.*]] = mimo.mean %[[MUL_4]] over [1] keepdim true
// VJP:         %[[MUL_5:.*]] = mimo.mul %[[MUL_2]], %[[MEAN_2]]
// VJP:         %[[SUB:.*]] = mimo.sub %[[MUL_3]], %[[MUL_5]]
// VJP:         %[[MUL_6:.*]] = mimo.mul %[[DIV]], %[[SUB]]
// VJP:         %[[MUL_7:.*]] = mimo.mul %[[G]], %[[MUL_2]]
// VJP:         %[[SUM:.*]] = mimo.sum %[[MUL_7]] over [0] keepdim false
// VJP:         return %[[MUL_6]], %[[SUM]]
// CHECK-LABEL: func.func @affine(
// CHECK:         linalg.generic {{.*}}["parallel", "parallel"]
// CHECK:           arith.mulf
// CHECK:         linalg.generic {{.*}}["parallel", "reduction"]
// CHECK:           arith.addf
// CHECK:         tensor.expand_shape
// CHECK:         linalg.generic {{.*}}["parallel", "parallel"]
// CHECK:           arith.divf
// CHECK:         linalg.generic {{.*}}["parallel", "parallel"]
// CHECK:           arith.addf
// CHECK:         linalg.generic {{.*}}["parallel", "parallel"]
// CHECK:           math.sqrt
// CHECK:         linalg.generic {{.*}}["parallel", "parallel"]
// CHECK:           arith.divf
// CHECK:         linalg.generic {{.*}}["parallel", "parallel"]
// CHECK:           arith.mulf
// CHECK:         linalg.generic {{.*}}["parallel", "parallel"]
// CHECK:           arith.mulf
