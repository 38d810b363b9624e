// bce: -t log x - (1 - t) log(1 - x), the logarithms at least -100; its slope by x has a divisor of at least 1e-12.
// RUN: mimo-opt %s --mimoc-vjp --canonicalize --cse | FileCheck %s --check-prefix=VJP
// RUN: mimo-opt %s --mimoc-mimo-to-linalg | FileCheck %s

func.func @bce(%x: tensor<?x4xf32>, %t: tensor<?x4xf32>) -> tensor<?x4xf32> {
  %0 = mimo.bce %x, %t : tensor<?x4xf32>, tensor<?x4xf32>
  return %0 : tensor<?x4xf32>
}
// VJP-LABEL: func.func @bce(
// VJP-SAME:    %[[X:[^:]*]]: tensor<?x4xf32>, %[[T:[^:]*]]: tensor<?x4xf32>, %[[G:[^:]*]]: tensor<?x4xf32>)
// VJP-NOT:     mimo.bce
// VJP:         %[[D:.*]] = mimo.sub %[[X]], %[[T]]
// VJP:         %[[N:.*]] = mimo.mul %[[G]], %[[D]]
// VJP:         %[[P:.*]] = mimo.mul %[[X]]
// VJP:         mimo.constant 9.9{{.*}}E-13
// VJP:         %[[SAFE:.*]] = mimo.select
// VJP:         %[[DX:.*]] = mimo.div %[[N]], %[[SAFE]]
// VJP:         return %[[DX]],

// CHECK-LABEL: func.func @bce
// CHECK:         ^bb0(%[[X:.*]]: f32, %[[T:.*]]: f32, %{{.*}}: f32):
// CHECK:         math.log1p
// CHECK:         arith.constant -1.0{{.*}}e+02
// CHECK:         arith.maximumf
// CHECK:         math.log %[[X]]
// CHECK:         arith.maximumf
