// relu: NaN passes through (it is not < 0); the derivative at 0 is 0.
// RUN: mimo-opt %s --mimoc-vjp --canonicalize --cse | FileCheck %s --check-prefix=VJP
// RUN: mimo-opt %s --mimoc-mimo-to-linalg | FileCheck %s

func.func @relu(%x: tensor<?x4xf32>) -> tensor<?x4xf32> {
  %0 = mimo.relu %x : tensor<?x4xf32>
  return %0 : tensor<?x4xf32>
}

// VJP-LABEL: func.func @relu(
// VJP-SAME:    %[[X:[^:]*]]: tensor<?x4xf32>, %[[G:[^:]*]]: tensor<?x4xf32>)
// VJP:         %[[Y:.*]] = mimo.relu %[[X]]
// VJP:         %[[ZERO:.*]] = mimo.constant 0.0
// VJP:         %[[FLAT:.*]] = mimo.le %[[Y]], %[[ZERO]]
// VJP:         %[[D:.*]] = mimo.select %[[FLAT]], %[[ZERO]], %[[G]]
// VJP:         return %[[D]]

// CHECK-LABEL: func.func @relu
// CHECK:         linalg.generic {{.*}}iterator_types = ["parallel", "parallel"]} ins(%{{[^,]*}} : tensor<?x4xf32>)
// CHECK:         ^bb0(%[[X:.*]]: f32, %{{.*}}: f32):
// CHECK:         %[[BELOW:.*]] = arith.cmpf olt, %[[X]], %{{.*}} : f32
// CHECK-NEXT:    %[[ZERO:.*]] = arith.constant 0.0
// CHECK-NEXT:    %[[Y:.*]] = arith.select %[[BELOW]], %[[ZERO]], %[[X]]
// CHECK-NEXT:    linalg.yield %[[Y]]
