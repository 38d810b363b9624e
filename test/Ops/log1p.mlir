// log1p: d log(1 + x) = 1 / (1 + x).
// RUN: mimo-opt %s --mimoc-vjp --canonicalize --cse | FileCheck %s --check-prefix=VJP
// RUN: mimo-opt %s --mimoc-mimo-to-linalg | FileCheck %s

func.func @log1p(%x: tensor<?x4xf32>) -> tensor<?x4xf32> {
  %0 = mimo.log1p %x : tensor<?x4xf32>
  return %0 : tensor<?x4xf32>
}
// VJP-LABEL: func.func @log1p(
// VJP-SAME:    %[[X:[^:]*]]: tensor<?x4xf32>, %[[G:[^:]*]]: tensor<?x4xf32>)
// VJP:         %[[V0:.*]] = mimo.constant 1.000000e+00
// VJP:         %[[V1:.*]] = mimo.add %[[X]], %[[V0]]
// VJP:         %[[V2:.*]] = mimo.div %[[G]], %[[V1]]
// VJP:         return %[[V2]]
// CHECK-LABEL: func.func @log1p
// CHECK:         ^bb0(%[[X:.*]]: f32, %{{.*}}: f32):
// CHECK-NEXT:    %[[V0:.*]] = math.log1p %[[X]]
// CHECK-NEXT:    linalg.yield %[[V0]]
