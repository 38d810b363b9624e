// pow: d x^n = n x^(n - 1). Small whole exponents are products; others are those of C. x^0 = 1 and x^1 = x, also where x is 0.
// RUN: mimo-opt %s --mimoc-vjp --canonicalize --cse | FileCheck %s --check-prefix=VJP
// RUN: mimo-opt %s --mimoc-mimo-to-linalg | FileCheck %s

func.func @pow(%x: tensor<?x4xf32>) -> tensor<?x4xf32> {
  %0 = mimo.pow %x {exponent = 2.0} : tensor<?x4xf32>
  return %0 : tensor<?x4xf32>
}
// VJP-LABEL: func.func @pow(
// VJP-SAME:    %[[X:[^:]*]]: tensor<?x4xf32>, %[[G:[^:]*]]: tensor<?x4xf32>)
// VJP:         %[[V0:.*]] = mimo.constant 2.000000e+00
// VJP:         %[[V1:.*]] = mimo.mul %[[X]], %[[V0]]
// VJP:         %[[V2:.*]] = mimo.mul %[[G]], %[[V1]]
// VJP:         return %[[V2]]
// CHECK-LABEL: func.func @pow
// CHECK:         ^bb0(%[[X:.*]]: f32, %{{.*}}: f32):
// CHECK-NEXT:    %[[V0:.*]] = arith.mulf %[[X]], %[[X]]
// CHECK-NEXT:    linalg.yield %[[V0]]

func.func @pow_2(%x: tensor<?x4xf32>) -> tensor<?x4xf32> {
  %0 = mimo.pow %x {exponent = -3.0} : tensor<?x4xf32>
  return %0 : tensor<?x4xf32>
}
// VJP-LABEL: func.func @pow_2(
// VJP-SAME:    %[[X:[^:]*]]: tensor<?x4xf32>, %[[G:[^:]*]]: tensor<?x4xf32>)
// VJP:         %[[V0:.*]] = mimo.pow %[[X]] {exponent = -4.000000e+00
// VJP:         %[[V1:.*]] = mimo.constant -3.000000e+00
// VJP:         %[[V2:.*]] = mimo.mul %[[V0]], %[[V1]]
// VJP:         %[[V3:.*]] = mimo.mul %[[G]], %[[V2]]
// VJP:         return %[[V3]]
// CHECK-LABEL: func.func @pow_2
// CHECK:         ^bb0(%[[X:.*]]: f32, %{{.*}}: f32):
// CHECK-NEXT:    %[[V0:.*]] = arith.mulf %[[X]], %[[X]]
// CHECK-NEXT:    %[[V1:.*]] = arith.mulf %[[V0]], %[[X]]
// CHECK-NEXT:    %[[V2:.*]] = arith.constant 1.000000e+00
// CHECK-NEXT:    %[[V3:.*]] = arith.divf %[[V2]], %[[V1]]
// CHECK-NEXT:    linalg.yield %[[V3]]

func.func @pow_3(%x: tensor<?x4xf32>) -> tensor<?x4xf32> {
  %0 = mimo.pow %x {exponent = 1.5} : tensor<?x4xf32>
  return %0 : tensor<?x4xf32>
}
// VJP-LABEL: func.func @pow_3(
// VJP-SAME:    %[[X:[^:]*]]: tensor<?x4xf32>, %[[G:[^:]*]]: tensor<?x4xf32>)
// VJP:         %[[V0:.*]] = mimo.pow %[[X]] {exponent = 5.000000e-01
// VJP:         %[[V1:.*]] = mimo.constant 1.500000e+00
// VJP:         %[[V2:.*]] = mimo.mul %[[V0]], %[[V1]]
// VJP:         %[[V3:.*]] = mimo.mul %[[G]], %[[V2]]
// VJP:         return %[[V3]]
// CHECK-LABEL: func.func @pow_3
// CHECK:         ^bb0(%[[X:.*]]: f32, %{{.*}}: f32):
// CHECK-NEXT:    %[[V0:.*]] = arith.constant 1.500000e+00
// CHECK-NEXT:    %[[V1:.*]] = math.powf %[[X]], %[[V0]]
// CHECK-NEXT:    linalg.yield %[[V1]]

func.func @pow_4(%x: tensor<?x4xf32>) -> tensor<?x4xf32> {
  %0 = mimo.pow %x {exponent = 101.0} : tensor<?x4xf32>
  return %0 : tensor<?x4xf32>
}
// VJP-LABEL: func.func @pow_4(
// VJP-SAME:    %[[X:[^:]*]]: tensor<?x4xf32>, %[[G:[^:]*]]: tensor<?x4xf32>)
// VJP:         %[[V0:.*]] = mimo.pow %[[X]] {exponent = 1.000000e+02
// VJP:         %[[V1:.*]] = mimo.constant 1.010000e+02
// VJP:         %[[V2:.*]] = mimo.mul %[[V0]], %[[V1]]
// VJP:         %[[V3:.*]] = mimo.mul %[[G]], %[[V2]]
// VJP:         return %[[V3]]
// CHECK-LABEL: func.func @pow_4
// CHECK:         ^bb0(%[[X:.*]]: f32, %{{.*}}: f32):
// CHECK-NEXT:    %[[V0:.*]] = arith.constant 1.010000e+02
// CHECK-NEXT:    %[[V1:.*]] = math.powf %[[X]], %[[V0]]
// CHECK-NEXT:    linalg.yield %[[V1]]

func.func @pow_5(%x: tensor<?x4xf32>) -> tensor<?x4xf32> {
  %0 = mimo.pow %x {exponent = 0.5} : tensor<?x4xf32>
  return %0 : tensor<?x4xf32>
}
// VJP-LABEL: func.func @pow_5(
// VJP-SAME:    %[[X:[^:]*]]: tensor<?x4xf32>, %[[G:[^:]*]]: tensor<?x4xf32>)
// VJP:         %[[V0:.*]] = mimo.pow %[[X]] {exponent = -5.000000e-01
// VJP:         %[[V1:.*]] = mimo.constant 5.000000e-01
// VJP:         %[[V2:.*]] = mimo.mul %[[V0]], %[[V1]]
// VJP:         %[[V3:.*]] = mimo.mul %[[G]], %[[V2]]
// VJP:         return %[[V3]]
// CHECK-LABEL: func.func @pow_5
// CHECK:         ^bb0(%[[X:.*]]: f32, %{{.*}}: f32):
// CHECK-NEXT:    %[[V0:.*]] = math.sqrt %[[X]]
// CHECK-NEXT:    linalg.yield %[[V0]]

func.func @pow_6(%x: tensor<?x4xf32>) -> tensor<?x4xf32> {
  %0 = mimo.pow %x {exponent = 0.0} : tensor<?x4xf32>
  return %0 : tensor<?x4xf32>
}
// VJP-LABEL: func.func @pow_6(
// VJP-SAME:    %[[X:[^:]*]]: tensor<?x4xf32>, %[[G:[^:]*]]: tensor<?x4xf32>)
// VJP:         %[[V0:.*]] = mimo.zeros %[[X]]
// VJP:         return %[[V0]]
// CHECK-LABEL: func.func @pow_6
// CHECK:         ^bb0(%[[X:.*]]: f32, %{{.*}}: f32):
// CHECK-NEXT:    %[[V0:.*]] = arith.constant 1.000000e+00
// CHECK-NEXT:    linalg.yield %[[V0]]

func.func @pow_7(%x: tensor<?x4xf32>) -> tensor<?x4xf32> {
  %0 = mimo.pow %x {exponent = 1.0} : tensor<?x4xf32>
  return %0 : tensor<?x4xf32>
}
// VJP-LABEL: func.func @pow_7(
// VJP-SAME:    %[[X:[^:]*]]: tensor<?x4xf32>, %[[G:[^:]*]]: tensor<?x4xf32>)
// VJP:         return %[[G]]
// CHECK-LABEL: func.func @pow_7
// CHECK:         ^bb0(%[[X:.*]]: f32, %{{.*}}: f32):
// CHECK-NEXT:    linalg.yield %[[X]]
