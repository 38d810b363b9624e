// prelu: x above 0, w x below, one weight a channel; dw sums x g over what is below 0.
// RUN: mimo-opt %s --mimoc-vjp --canonicalize --cse | FileCheck %s --check-prefix=VJP
// RUN: mimo-opt %s --mimoc-mimo-to-linalg | FileCheck %s

func.func @prelu(%x: tensor<?x4xf32>, %w: tensor<4xf32>) -> tensor<?x4xf32> {
  %0 = mimo.prelu %x, %w : tensor<?x4xf32>, tensor<4xf32>
  return %0 : tensor<?x4xf32>
}
// VJP-LABEL: func.func @prelu(
// VJP-SAME:    %[[X:[^:]*]]: tensor<?x4xf32>, %[[W:[^:]*]]: tensor<4xf32>, %[[G:[^:]*]]: tensor<?x4xf32>)
// VJP:         %[[V0:.*]] = mimo.constant 0.000000e+00
// VJP:         %[[V1:.*]] = mimo.gt %[[X]], %[[V0]]
// VJP:         %[[V2:.*]] = mimo.mul %[[G]], %[[W]]
// VJP:         %[[V3:.*]] = mimo.select %[[V1]], %[[G]], %[[V2]]
// VJP:         %[[V4:.*]] = mimo.mul %[[G]], %[[X]]
// VJP:         %[[V5:.*]] = mimo.select %[[V1]], %[[V0]], %[[V4]]
// VJP:         %[[V6:.*]] = mimo.sum %[[V5]] over [0] keepdim false
// VJP:         return %[[V3]], %[[V6]]
// CHECK-LABEL: func.func @prelu
// CHECK:         ^bb0(%[[X:.*]]: f32, %[[Y:.*]]: f32, %{{.*}}: f32):
// CHECK-NEXT:    %[[V0:.*]] = arith.constant 0.000000e+00
// CHECK-NEXT:    %[[V1:.*]] = arith.cmpf ogt, %[[X]], %[[V0]]
// CHECK-NEXT:    %[[V2:.*]] = arith.mulf %[[X]], %[[Y]]
// CHECK-NEXT:    %[[V3:.*]] = arith.select %[[V1]], %[[X]], %[[V2]]
// CHECK-NEXT:    linalg.yield %[[V3]]
