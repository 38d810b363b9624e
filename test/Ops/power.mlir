// power: C's pow of two tensors; d = y x^(y - 1) and x^y log x, 0 where y is 0 and where 0^y stays 0.
// RUN: mimo-opt %s --mimoc-vjp --canonicalize --cse | FileCheck %s --check-prefix=VJP
// RUN: mimo-opt %s --mimoc-mimo-to-linalg | FileCheck %s

func.func @power(%x: tensor<?x4xf32>, %y: tensor<?x4xf32>) -> tensor<?x4xf32> {
  %0 = mimo.power %x, %y : tensor<?x4xf32>, tensor<?x4xf32>
  return %0 : tensor<?x4xf32>
}
// VJP-LABEL: func.func @power(
// VJP-SAME:    %[[X:[^:]*]]: tensor<?x4xf32>, %[[Y:[^:]*]]: tensor<?x4xf32>, %[[G:[^:]*]]: tensor<?x4xf32>)
// VJP:         %[[V0:.*]] = mimo.power %[[X]], %[[Y]]
// VJP:         %[[V1:.*]] = mimo.constant 1.000000e+00
// VJP:         %[[V2:.*]] = mimo.sub %[[Y]], %[[V1]]
// VJP:         %[[V3:.*]] = mimo.power %[[X]], %[[V2]]
// VJP:         %[[V4:.*]] = mimo.mul %[[Y]], %[[V3]]
// VJP:         %[[V5:.*]] = mimo.constant 0.000000e+00
// VJP:         %[[V6:.*]] = mimo.eq %[[Y]], %[[V5]]
// VJP:         %[[V7:.*]] = mimo.mul %[[G]], %[[V4]]
// VJP:         %[[V8:.*]] = mimo.select %[[V6]], %[[V5]], %[[V7]]
// VJP:         %[[V9:.*]] = mimo.eq %[[X]], %[[V5]]
// VJP:         %[[V10:.*]] = mimo.ge %[[Y]], %[[V5]]
// VJP:         %[[V11:.*]] = mimo.and %[[V9]], %[[V10]]
// VJP:         %[[V12:.*]] = mimo.log %[[X]]
// VJP:         %[[V13:.*]] = mimo.mul %[[V0]], %[[V12]]
// VJP:         %[[V14:.*]] = mimo.mul %[[G]], %[[V13]]
// VJP:         %[[V15:.*]] = mimo.select %[[V11]], %[[V5]], %[[V14]]
// VJP:         return %[[V8]], %[[V15]]
// CHECK-LABEL: func.func @power
// CHECK:         ^bb0(%[[X:.*]]: f32, %[[Y:.*]]: f32, %{{.*}}: f32):
// CHECK-NEXT:    %[[V0:.*]] = math.powf %[[X]], %[[Y]]
// CHECK-NEXT:    linalg.yield %[[V0]]
