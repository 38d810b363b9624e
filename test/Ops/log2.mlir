// log2: d log2 x = 1 / (x ln 2).
// RUN: mimo-opt %s --mimoc-vjp --canonicalize --cse | FileCheck %s --check-prefix=VJP
// RUN: mimo-opt %s --mimoc-mimo-to-linalg | FileCheck %s

func.func @log2(%x: tensor<?x4xf32>) -> tensor<?x4xf32> {
  %0 = mimo.log2 %x : tensor<?x4xf32>
  return %0 : tensor<?x4xf32>
}
// VJP-LABEL: func.func @log2(
// VJP-SAME:    %[[X:[^:]*]]: tensor<?x4xf32>, %[[G:[^:]*]]: tensor<?x4xf32>)
// VJP:         %[[V0:.*]] = mimo.constant 1.44269502
// VJP:         %[[V1:.*]] = mimo.mul %[[G]], %[[V0]]
// VJP:         %[[V2:.*]] = mimo.div %[[V1]], %[[X]]
// VJP:         return %[[V2]]
// CHECK-LABEL: func.func @log2
// CHECK:         ^bb0(%[[X:.*]]: f32, %{{.*}}: f32):
// CHECK-NEXT:    %[[V0:.*]] = math.log2 %[[X]]
// CHECK-NEXT:    linalg.yield %[[V0]]
