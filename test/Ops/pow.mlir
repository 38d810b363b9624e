// pow: d x^n = n x^(n - 1). Small whole exponents are products, so that x may be negative; so it may for large whole ones,
// whose sign is set apart.
// RUN: mimo-opt %s --mimoc-vjp --canonicalize --cse | FileCheck %s --check-prefix=VJP
// RUN: mimo-opt %s --mimoc-mimo-to-linalg | FileCheck %s

func.func @square(%x: tensor<?x4xf32>) -> tensor<?x4xf32> {
  %0 = mimo.pow %x {exponent = 2.0} : tensor<?x4xf32>
  return %0 : tensor<?x4xf32>
}
// VJP-LABEL: func.func @square(
// VJP-SAME:    %[[X:[^:]*]]: tensor<?x4xf32>, %[[G:[^:]*]]: tensor<?x4xf32>)
// VJP:         %[[TWO:.*]] = mimo.constant 2.0
// VJP:         %[[SLOPE:.*]] = mimo.mul %[[X]], %[[TWO]]
// VJP:         %[[D:.*]] = mimo.mul %[[G]], %[[SLOPE]]
// VJP:         return %[[D]]
// CHECK-LABEL: func.func @square
// CHECK:         ^bb0(%[[X:.*]]: f32, %{{.*}}: f32):
// CHECK-NEXT:    %[[Y:.*]] = arith.mulf %[[X]], %[[X]]
// CHECK-NEXT:    linalg.yield %[[Y]]

// x^-3 = 1 / (x x x), d = -3 / (x x)^2
func.func @inverse_cube(%x: tensor<?x4xf32>) -> tensor<?x4xf32> {
  %0 = mimo.pow %x {exponent = -3.0} : tensor<?x4xf32>
  return %0 : tensor<?x4xf32>
}
// VJP-LABEL: func.func @inverse_cube(
// VJP-SAME:    %[[X:[^:]*]]: tensor<?x4xf32>, %[[G:[^:]*]]: tensor<?x4xf32>)
// VJP:         %[[X2:.*]] = mimo.mul %[[X]], %[[X]]
// VJP:         %[[X4:.*]] = mimo.mul %[[X2]], %[[X2]]
// VJP:         %[[ONE:.*]] = mimo.constant 1.0
// VJP:         %[[P:.*]] = mimo.div %[[ONE]], %[[X4]]
// VJP:         %[[N:.*]] = mimo.constant -3.0
// VJP:         %[[SLOPE:.*]] = mimo.mul %[[P]], %[[N]]
// VJP:         %[[D:.*]] = mimo.mul %[[G]], %[[SLOPE]]
// VJP:         return %[[D]]
// CHECK-LABEL: func.func @inverse_cube
// CHECK:         ^bb0(%[[X:.*]]: f32, %{{.*}}: f32):
// CHECK-NEXT:    %[[X2:.*]] = arith.mulf %[[X]], %[[X]]
// CHECK-NEXT:    %[[X3:.*]] = arith.mulf %[[X2]], %[[X]]
// CHECK-NEXT:    %[[ONE:.*]] = arith.constant 1.0
// CHECK-NEXT:    %[[Y:.*]] = arith.divf %[[ONE]], %[[X3]]
// CHECK-NEXT:    linalg.yield %[[Y]]

// A fraction: e^(n log x), NaN for x < 0.
func.func @fraction(%x: tensor<?x4xf32>) -> tensor<?x4xf32> {
  %0 = mimo.pow %x {exponent = 1.5} : tensor<?x4xf32>
  return %0 : tensor<?x4xf32>
}
// VJP-LABEL: func.func @fraction(
// VJP-SAME:    %[[X:[^:]*]]: tensor<?x4xf32>, %[[G:[^:]*]]: tensor<?x4xf32>)
// VJP:         %[[L:.*]] = mimo.log %[[X]]
// VJP:         %[[HALF:.*]] = mimo.constant 5.0{{.*}}e-01
// VJP:         %[[M:.*]] = mimo.mul %[[L]], %[[HALF]]
// VJP:         %[[P:.*]] = mimo.exp %[[M]]
// VJP:         %[[N:.*]] = mimo.constant 1.5
// VJP:         %[[SLOPE:.*]] = mimo.mul %[[P]], %[[N]]
// VJP:         %[[D:.*]] = mimo.mul %[[G]], %[[SLOPE]]
// VJP:         return %[[D]]
// CHECK-LABEL: func.func @fraction
// CHECK:         ^bb0(%[[X:.*]]: f32, %{{.*}}: f32):
// CHECK-NEXT:    %[[L:.*]] = math.log %[[X]]
// CHECK-NEXT:    %[[N:.*]] = arith.constant 1.5
// CHECK-NEXT:    %[[M:.*]] = arith.mulf %[[L]], %[[N]]
// CHECK-NEXT:    %[[Y:.*]] = math.exp %[[M]]
// CHECK-NEXT:    linalg.yield %[[Y]]

// A large whole exponent: of |x|, and odd powers take the sign of x.
func.func @large(%x: tensor<?x4xf32>) -> (tensor<?x4xf32>, tensor<?x4xf32>) {
  %0 = mimo.pow %x {exponent = 101.0} : tensor<?x4xf32>
  %1 = mimo.pow %x {exponent = 100.0} : tensor<?x4xf32>
  return %0, %1 : tensor<?x4xf32>, tensor<?x4xf32>
}
// CHECK-LABEL: func.func @large
// CHECK:         ^bb0(%[[X:.*]]: f32, %{{.*}}: f32):
// CHECK-NEXT:    %[[A:.*]] = math.absf %[[X]]
// CHECK-NEXT:    math.log %[[A]]
// CHECK:         %[[SIZE:.*]] = math.exp
// CHECK:         %[[RIGHT:.*]] = arith.cmpf oge, %[[X]], %{{.*}} : f32
// CHECK-NEXT:    %[[MINUS:.*]] = arith.negf %[[SIZE]]
// CHECK-NEXT:    %[[Y:.*]] = arith.select %[[RIGHT]], %[[SIZE]], %[[MINUS]]
// CHECK-NEXT:    linalg.yield %[[Y]]
// CHECK:         math.absf
// CHECK:         %[[EVEN:.*]] = math.exp
// CHECK-NEXT:    linalg.yield %[[EVEN]]

// x^0 = 1 and x^1 = x, also where x is 0: no 0 * log 0, no 0^-1.
func.func @trivial(%x: tensor<?x4xf32>, %y: tensor<?x4xf32>) -> (tensor<?x4xf32>, tensor<?x4xf32>) {
  %0 = mimo.pow %x {exponent = 0.0} : tensor<?x4xf32>
  %1 = mimo.pow %y {exponent = 1.0} : tensor<?x4xf32>
  return %0, %1 : tensor<?x4xf32>, tensor<?x4xf32>
}
// VJP-LABEL: func.func @trivial(
// VJP-SAME:    %[[X:[^:]*]]: tensor<?x4xf32>, %[[Y:[^:]*]]: tensor<?x4xf32>, %[[GX:[^:]*]]: tensor<?x4xf32>, %[[GY:[^:]*]]: tensor<?x4xf32>)
// VJP:         %[[ZERO:.*]] = mimo.constant 0.0
// VJP-NEXT:    %[[D:.*]] = mimo.mul %[[GX]], %[[ZERO]]
// VJP-NEXT:    return %[[D]], %[[GY]]
// CHECK-LABEL: func.func @trivial
// CHECK:         %[[ONE:.*]] = arith.constant 1.0
// CHECK-NEXT:    linalg.yield %[[ONE]]
// CHECK:         ^bb0(%[[X:.*]]: f32, %{{.*}}: f32):
// CHECK-NEXT:    linalg.yield %[[X]]
