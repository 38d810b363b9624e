// sign: 1, -1, or x itself, so that 0 stays 0 and NaN stays NaN; flat almost everywhere.
// RUN: mimo-opt %s --mimoc-vjp --canonicalize --cse | FileCheck %s --check-prefix=VJP
// RUN: mimo-opt %s --mimoc-mimo-to-linalg | FileCheck %s

func.func @sign(%x: tensor<?x4xf32>) -> tensor<?x4xf32> {
  %0 = mimo.sign %x : tensor<?x4xf32>
  return %0 : tensor<?x4xf32>
}

// VJP-LABEL: func.func @sign(
// VJP-SAME:    %[[X:[^:]*]]: tensor<?x4xf32>, %[[G:[^:]*]]: tensor<?x4xf32>)
// VJP:         %[[ZERO:.*]] = mimo.constant 0.0
// VJP:         %[[D:.*]] = mimo.mul %[[G]], %[[ZERO]]
// VJP:         return %[[D]]

// CHECK-LABEL: func.func @sign
// CHECK:         linalg.generic {{.*}}iterator_types = ["parallel", "parallel"]} ins(%{{[^,]*}} : tensor<?x4xf32>)
// CHECK:         ^bb0(%[[X:.*]]: f32, %{{.*}}: f32):
// CHECK:         %[[ABOVE:.*]] = arith.cmpf ogt, %[[X]], %{{.*}} : f32
// CHECK:         %[[BELOW:.*]] = arith.cmpf olt, %[[X]], %{{.*}} : f32
// CHECK:         %[[MINUS:.*]] = arith.constant -1.0
// CHECK-NEXT:    %[[REST:.*]] = arith.select %[[BELOW]], %[[MINUS]], %[[X]]
// CHECK-NEXT:    %[[ONE:.*]] = arith.constant 1.0
// CHECK-NEXT:    %[[Y:.*]] = arith.select %[[ABOVE]], %[[ONE]], %[[REST]]
// CHECK-NEXT:    linalg.yield %[[Y]]
