// tanh: d tanh x = g (1 - tanh^2 x), as g - g y y.
// RUN: mimo-opt %s --mimoc-vjp --canonicalize --cse | FileCheck %s --check-prefix=VJP
// RUN: mimo-opt %s --mimoc-mimo-to-linalg | FileCheck %s

func.func @tanh(%x: tensor<?x4xf32>) -> tensor<?x4xf32> {
  %0 = mimo.tanh %x : tensor<?x4xf32>
  return %0 : tensor<?x4xf32>
}

// VJP-LABEL: func.func @tanh(
// VJP-SAME:    %[[X:[^:]*]]: tensor<?x4xf32>, %[[G:[^:]*]]: tensor<?x4xf32>)
// VJP:         %[[Y:.*]] = mimo.tanh %[[X]]
// VJP:         %[[GY:.*]] = mimo.mul %[[G]], %[[Y]]
// VJP:         %[[GYY:.*]] = mimo.mul %[[GY]], %[[Y]]
// VJP:         %[[D:.*]] = mimo.sub %[[G]], %[[GYY]]
// VJP:         return %[[D]]

// CHECK-LABEL: func.func @tanh
// CHECK:         linalg.generic {{.*}}iterator_types = ["parallel", "parallel"]} ins(%{{[^,]*}} : tensor<?x4xf32>)
// CHECK:         ^bb0(%[[X:.*]]: f32, %{{.*}}: f32):
// CHECK-NEXT:    %[[Y:.*]] = math.tanh %[[X]] : f32
// CHECK-NEXT:    linalg.yield %[[Y]]
