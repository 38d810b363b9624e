// leaky_relu: x above 0, slope x below.
// RUN: mimo-opt %s --mimoc-vjp --canonicalize --cse | FileCheck %s --check-prefix=VJP
// RUN: mimo-opt %s --mimoc-mimo-to-linalg | FileCheck %s

func.func @leaky_relu(%x: tensor<?x4xf32>) -> tensor<?x4xf32> {
  %0 = mimo.leaky_relu %x {slope = 0.25} : tensor<?x4xf32>
  return %0 : tensor<?x4xf32>
}
// VJP-LABEL: func.func @leaky_relu(
// VJP-SAME:    %[[X:[^:]*]]: tensor<?x4xf32>, %[[G:[^:]*]]: tensor<?x4xf32>)
// VJP:         %[[V0:.*]] = mimo.constant 0.000000e+00
// VJP:         %[[V1:.*]] = mimo.gt %[[X]], %[[V0]]
// VJP:         %[[V2:.*]] = mimo.constant 2.500000e-01
// VJP:         %[[V3:.*]] = mimo.mul %[[G]], %[[V2]]
// VJP:         %[[V4:.*]] = mimo.select %[[V1]], %[[G]], %[[V3]]
// VJP:         return %[[V4]]
// CHECK-LABEL: func.func @leaky_relu
// CHECK:         ^bb0(%[[X:.*]]: f32, %{{.*}}: f32):
// CHECK-NEXT:    %[[V0:.*]] = arith.constant 0.000000e+00
// CHECK-NEXT:    %[[V1:.*]] = arith.cmpf ogt, %[[X]], %[[V0]]
// CHECK-NEXT:    %[[V2:.*]] = arith.constant 2.500000e-01
// CHECK-NEXT:    %[[V3:.*]] = arith.mulf %[[X]], %[[V2]]
// CHECK-NEXT:    %[[V4:.*]] = arith.select %[[V1]], %[[X]], %[[V3]]
// CHECK-NEXT:    linalg.yield %[[V4]]
