// erfc: d erfc x = -2 / sqrt(pi) e^(-x^2).
// RUN: mimo-opt %s --mimoc-vjp --canonicalize --cse | FileCheck %s --check-prefix=VJP
// RUN: mimo-opt %s --mimoc-mimo-to-linalg | FileCheck %s

func.func @erfc(%x: tensor<?x4xf32>) -> tensor<?x4xf32> {
  %0 = mimo.erfc %x : tensor<?x4xf32>
  return %0 : tensor<?x4xf32>
}
// VJP-LABEL: func.func @erfc(
// VJP-SAME:    %[[X:[^:]*]]: tensor<?x4xf32>, %[[G:[^:]*]]: tensor<?x4xf32>)
// VJP:         %[[V0:.*]] = mimo.mul %[[X]], %[[X]]
// VJP:         %[[V1:.*]] = mimo.neg %[[V0]]
// VJP:         %[[V2:.*]] = mimo.exp %[[V1]]
// VJP:         %[[V3:.*]] = mimo.mul %[[G]], %[[V2]]
// VJP:         %[[V4:.*]] = mimo.constant -1.12837923
// VJP:         %[[V5:.*]] = mimo.mul %[[V3]], %[[V4]]
// VJP:         return %[[V5]]
// CHECK-LABEL: func.func @erfc
// CHECK:         ^bb0(%[[X:.*]]: f32, %{{.*}}: f32):
// CHECK-NEXT:    %[[V0:.*]] = math.erfc %[[X]]
// CHECK-NEXT:    linalg.yield %[[V0]]
