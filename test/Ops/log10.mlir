// log10: d log10 x = 1 / (x ln 10).
// RUN: mimo-opt %s --mimoc-vjp --canonicalize --cse | FileCheck %s --check-prefix=VJP
// RUN: mimo-opt %s --mimoc-mimo-to-linalg | FileCheck %s

func.func @log10(%x: tensor<?x4xf32>) -> tensor<?x4xf32> {
  %0 = mimo.log10 %x : tensor<?x4xf32>
  return %0 : tensor<?x4xf32>
}
// VJP-LABEL: func.func @log10(
// VJP-SAME:    %[[X:[^:]*]]: tensor<?x4xf32>, %[[G:[^:]*]]: tensor<?x4xf32>)
// VJP:         %[[V0:.*]] = mimo.constant 0.434294492
// VJP:         %[[V1:.*]] = mimo.mul %[[G]], %[[V0]]
// VJP:         %[[V2:.*]] = mimo.div %[[V1]], %[[X]]
// VJP:         return %[[V2]]
// CHECK-LABEL: func.func @log10
// CHECK:         ^bb0(%[[X:.*]]: f32, %{{.*}}: f32):
// CHECK-NEXT:    %[[V0:.*]] = math.log10 %[[X]]
// CHECK-NEXT:    linalg.yield %[[V0]]
