// softmax: y = e^(x - max) / sum e^(x - max) along an axis; dx = y (g - sum(g y)).
// RUN: mimo-opt %s --mimoc-vjp --canonicalize --cse | FileCheck %s --check-prefix=VJP
// RUN: mimo-opt %s --mimoc-mimo-to-linalg | FileCheck %s

func.func @rows(%x: tensor<?x4xf32>) -> tensor<?x4xf32> {
  %0 = mimo.softmax %x along -1 : tensor<?x4xf32>
  return %0 : tensor<?x4xf32>
}
// VJP-LABEL: func.func @rows(
// VJP-SAME:    %[[X:[^:]*]]: tensor<?x4xf32>, %[[G:[^:]*]]: tensor<?x4xf32>)
// VJP:         %[[Y:.*]] = mimo.softmax %[[X]] along -1
// VJP:         %[[GY:.*]] = mimo.mul %[[G]], %[[Y]]
// VJP:         %[[S:.*]] = mimo.sum %[[GY]] over [1] keepdim true
// VJP:         %[[C:.*]] = mimo.sub %[[G]], %[[S]] : tensor<?x4xf32>, tensor<?x1xf32>
// VJP:         %[[D:.*]] = mimo.mul %[[Y]], %[[C]]
// VJP:         return %[[D]]
// CHECK-LABEL: func.func @rows
// CHECK:         %[[LOWEST:.*]] = arith.constant 0xFF800000 : f32
// CHECK:         linalg.fill ins(%[[LOWEST]]
// CHECK:         linalg.generic {{.*}}["parallel", "reduction"]} ins(%arg0 :
// CHECK:           arith.maximumf
// CHECK:         %[[EXPS:.*]] = linalg.generic
// CHECK:         ^bb0(%[[X:.*]]: f32, %[[MAX:.*]]: f32, %{{.*}}: f32):
// CHECK-NEXT:    %[[C:.*]] = arith.subf %[[X]], %[[MAX]]
// CHECK-NEXT:    math.exp %[[C]]
// CHECK:         linalg.generic {{.*}}["parallel", "reduction"]} ins(%[[EXPS]] :
// CHECK:           arith.addf
// CHECK:         arith.divf

func.func @middle(%x: tensor<?x4x3xf32>) -> tensor<?x4x3xf32> {
  %0 = mimo.softmax %x along -2 : tensor<?x4x3xf32>
  return %0 : tensor<?x4x3xf32>
}
// VJP-LABEL: func.func @middle(
// VJP:         mimo.sum %{{.*}} over [1] keepdim true : tensor<?x4x3xf32>
// CHECK-LABEL: func.func @middle
// CHECK:         linalg.generic {{.*}}["parallel", "reduction", "parallel"]
// CHECK:         tensor.expand_shape %{{.*}} {{\[\[}}0], [1, 2]] {{.*}} into tensor<?x1x3xf32>

// Along the batch, too.
func.func @batch(%x: tensor<?x4xf64>) -> tensor<?x4xf64> {
  %0 = mimo.softmax %x along 0 : tensor<?x4xf64>
  return %0 : tensor<?x4xf64>
}
// VJP-LABEL: func.func @batch(
// VJP:         mimo.sum %{{.*}} over [0] keepdim true : tensor<?x4xf64>
// CHECK-LABEL: func.func @batch
// CHECK:         linalg.generic {{.*}}["reduction", "parallel"]
// CHECK:         tensor.expand_shape %{{.*}} {{\[\[}}0, 1]] {{.*}} into tensor<1x4xf64>
