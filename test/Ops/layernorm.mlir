// layernorm: y = n w + b: dx = s (h - mean(h) - n mean(h n)) for h = g w, dw = sum(g n), db = sum(g).
// RUN: mimo-opt %s --mimoc-vjp --canonicalize --cse | FileCheck %s --check-prefix=VJP
// RUN: mimo-opt %s --mimoc-mimo-to-linalg | FileCheck %s

func.func @affine(%x: tensor<?x4x3xf32>, %w: tensor<3xf32>, %b: tensor<3xf32>) -> tensor<?x4x3xf32> {
  %r = mimo.layernorm %x weight %w bias %b from -1 eps 1.0e-5 : tensor<?x4x3xf32>, tensor<3xf32>, tensor<3xf32>
  return %r : tensor<?x4x3xf32>
}
// VJP-LABEL: func.func @affine(
// VJP-SAME:    %[[X:[^:]*]]: tensor<?x4x3xf32>, %[[Y:[^:]*]]: tensor<3xf32>, %[[Z:[^:]*]]: tensor<3xf32>, %[[G:[^:]*]]: tensor<?x4x3xf32>)
// VJP:         %[[MEAN:.*]] = mimo.mean %[[X]] over [2] keepdim true
// VJP:         %[[SUB:.*]] = mimo.sub %[[X]], %[[MEAN]]
// VJP:         %[[MUL:.*]] = mimo.mul %[[SUB]], %[[SUB]]
// VJP:         %[[MEAN_2:.*]] = mimo.mean %[[MUL]] over [2] keepdim true
// VJP:         %[[CONSTANT:.*]] = mimo.constant 9.99999974E-6 : f32
// VJP:         %[[ADD:.*]] = mimo.add %[[MEAN_2]], %[[CONSTANT]]
// VJP:         %[[SQRT:.*]] = mimo.sqrt %[[ADD]]
// VJP:         %[[CONSTANT_2:.*]] = mimo.constant 1.000000e+00 : f32
// VJP:         %[[DIV:.*]] = mimo.div %[[CONSTANT_2]], %[[SQRT]]
// VJP:         %[[MUL_2:.*]] = mimo.mul %[[SUB]], %[[DIV]]
// VJP:         %[[MUL_3:.*]] = mimo.mul %[[G]], %[[Y]]
// VJP:         %[[MEAN_3:.*]] = mimo.mean %[[MUL_3]] over [2] keepdim true
// VJP:         %[[SUB_2:.*]] = mimo.sub %[[MUL_3]], %[[MEAN_3]]
// VJP:         %[[MUL_4:.*]] = mimo.mul %[[MUL_3]], %[[MUL_2]]
// VJP:         %[[MEAN_4:.*]] = mimo.mean %[[MUL_4]] over [2] keepdim true
// VJP:         %[[MUL_5:.*]] = mimo.mul %[[MUL_2]], %[[MEAN_4]]
// VJP:         %[[SUB_3:.*]] = mimo.sub %[[SUB_2]], %[[MUL_5]]
// VJP:         %[[MUL_6:.*]] = mimo.mul %[[DIV]], %[[SUB_3]]
// VJP:         %[[MUL_7:.*]] = mimo.mul %[[G]], %[[MUL_2]]
// VJP:         %[[SUM:.*]] = mimo.sum %[[MUL_7]] over [0, 1] keepdim false
// VJP:         %[[SUM_2:.*]] = mimo.sum %[[G]] over [0, 1] keepdim false
// VJP:         return %[[MUL_6]], %[[SUM]], %[[SUM_2]]
// CHECK-LABEL: func.func @affine(
// CHECK:         linalg.generic {{.*}}["parallel", "parallel", "reduction"]
// CHECK:           arith.addf
// CHECK:         tensor.expand_shape
// CHECK:         linalg.generic {{.*}}["parallel", "parallel", "parallel"]
// CHECK:           arith.divf
// CHECK:         linalg.generic {{.*}}["parallel", "parallel", "parallel"]
// CHECK:           arith.subf
// CHECK:         linalg.generic {{.*}}["parallel", "parallel", "parallel"]
// CHECK:           arith.mulf
// CHECK:         linalg.generic {{.*}}["parallel", "parallel", "reduction"]
// CHECK:           arith.addf
// CHECK:         tensor.expand_shape
// CHECK:         linalg.generic {{.*}}["parallel", "parallel", "parallel"]
// CHECK:           arith.divf
// CHECK:         linalg.generic {{.*}}["parallel", "parallel", "parallel"]
// CHECK:           arith.addf
// CHECK:         linalg.generic {{.*}}["parallel", "parallel", "parallel"]
// CHECK:           math.sqrt
// CHECK:         linalg.generic {{.*}}["parallel", "parallel", "parallel"]
// CHECK:           arith.divf
// CHECK:         linalg.generic {{.*}}["parallel", "parallel", "parallel"]
// CHECK:           arith.mulf
// CHECK:         linalg.generic {{.*}}["parallel", "parallel", "parallel"]
// CHECK:           arith.mulf
// CHECK:         linalg.generic {{.*}}["parallel", "parallel", "parallel"]
// CHECK:           arith.addf

func.func @plain(%x: tensor<?x4x3xf32>) -> tensor<?x4x3xf32> {
  %r = mimo.layernorm %x from 1 eps 1.0e-5 : tensor<?x4x3xf32>
  return %r : tensor<?x4x3xf32>
}
// VJP-LABEL: func.func @plain(
// VJP-SAME:    %[[X:[^:]*]]: tensor<?x4x3xf32>, %[[G:[^:]*]]: tensor<?x4x3xf32>)
// VJP:         %[[MEAN:.*]] = mimo.mean %[[X]] over [1, 2] keepdim true
// VJP:         %[[SUB:.*]] = mimo.sub %[[X]], %[[MEAN]]
// VJP:         %[[MUL:.*]] = mimo.mul %[[SUB]], %[[SUB]]
// VJP:         %[[MEAN_2:.*]] = mimo.mean %[[MUL]] over [1, 2] keepdim true
// VJP:         %[[CONSTANT:.*]] = mimo.constant 9.99999974E-6 : f32
// VJP:         %[[ADD:.*]] = mimo.add %[[MEAN_2]], %[[CONSTANT]]
// VJP:         %[[SQRT:.*]] = mimo.sqrt %[[ADD]]
// VJP:         %[[CONSTANT_2:.*]] = mimo.constant 1.000000e+00 : f32
// VJP:         %[[DIV:.*]] = mimo.div %[[CONSTANT_2]], %[[SQRT]]
// VJP:         %[[MUL_2:.*]] = mimo.mul %[[SUB]], %[[DIV]]
// VJP:         %[[MEAN_3:.*]] = mimo.mean %[[G]] over [1, 2] keepdim true
// VJP:         %[[SUB_2:.*]] = mimo.sub %[[G]], %[[MEAN_3]]
// VJP:         %[[MUL_3:.*]] = mimo.mul %[[G]], %[[MUL_2]]
// VJP:         %[[MEAN_4:.*]] = mimo.mean %[[MUL_3]] over [1, 2] keepdim true
// VJP:         %[[MUL_4:.*]] = mimo.mul %[[MUL_2]], %[[MEAN_4]]
// VJP:         %[[SUB_3:.*]] = mimo.sub %[[SUB_2]], %[[MUL_4]]
// VJP:         %[[MUL_5:.*]] = mimo.mul %[[DIV]], %[[SUB_3]]
// VJP:         return %[[MUL_5]]
// CHECK-LABEL: func.func @plain(
// CHECK:         linalg.generic {{.*}}["parallel", "reduction", "reduction"]
// CHECK:           arith.addf
// CHECK:         tensor.expand_shape
// CHECK:         linalg.generic {{.*}}["parallel", "parallel", "parallel"]
// CHECK:           arith.divf
// CHECK:         linalg.generic {{.*}}["parallel", "parallel", "parallel"]
// CHECK:           arith.subf
// CHECK:         linalg.generic {{.*}}["parallel", "parallel", "parallel"]
// CHECK:           arith.mulf
// CHECK:         linalg.generic {{.*}}["parallel", "reduction", "reduction"]
// CHECK:           arith.addf
// CHECK:         tensor.expand_shape
// CHECK:         linalg.generic {{.*}}["parallel", "parallel", "parallel"]
// CHECK:           arith.divf
// CHECK:         linalg.generic {{.*}}["parallel", "parallel", "parallel"]
// CHECK:           arith.addf
// CHECK:         linalg.generic {{.*}}["parallel", "parallel", "parallel"]
// CHECK:           math.sqrt
// CHECK:         linalg.generic {{.*}}["parallel", "parallel", "parallel"]
// CHECK:           arith.divf
// CHECK:         linalg.generic {{.*}}["parallel", "parallel", "parallel"]
// CHECK:           arith.mulf
