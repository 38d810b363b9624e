// elu: x above 0, alpha (e^x - 1) below, where the derivative is elu(x) + alpha.
// RUN: mimo-opt %s --mimoc-vjp --canonicalize --cse | FileCheck %s --check-prefix=VJP
// RUN: mimo-opt %s --mimoc-mimo-to-linalg | FileCheck %s

func.func @elu(%x: tensor<?x4xf32>) -> tensor<?x4xf32> {
  %0 = mimo.elu %x {alpha = 0.5} : tensor<?x4xf32>
  return %0 : tensor<?x4xf32>
}

// VJP-LABEL: func.func @elu(
// VJP-SAME:    %[[X:[^:]*]]: tensor<?x4xf32>, %[[G:[^:]*]]: tensor<?x4xf32>)
// VJP:         %[[Y:.*]] = mimo.elu %[[X]] {alpha = 5.0{{.*}}e-01
// VJP:         %[[ABOVE:.*]] = mimo.gt %[[X]], 
// VJP:         %[[ALPHA:.*]] = mimo.constant 5.0{{.*}}e-01
// VJP:         %[[SLOPE:.*]] = mimo.add %[[Y]], %[[ALPHA]]
// VJP:         %[[BELOW:.*]] = mimo.mul %[[G]], %[[SLOPE]]
// VJP:         %[[D:.*]] = mimo.select %[[ABOVE]], %[[G]], %[[BELOW]]
// VJP:         return %[[D]]

// CHECK-LABEL: func.func @elu
// CHECK:         linalg.generic {{.*}}iterator_types = ["parallel", "parallel"]} ins(%{{[^,]*}} : tensor<?x4xf32>)
// CHECK:         ^bb0(%[[X:.*]]: f32, %{{.*}}: f32):
// CHECK:         %[[ABOVE:.*]] = arith.cmpf ogt, %[[X]], %{{.*}} : f32
// CHECK-NEXT:    %[[E:.*]] = math.expm1 %[[X]]
// CHECK-NEXT:    %[[ALPHA:.*]] = arith.constant 5.0{{.*}}e-01
// CHECK-NEXT:    %[[BELOW:.*]] = arith.mulf %[[E]], %[[ALPHA]]
// CHECK-NEXT:    %[[Y:.*]] = arith.select %[[ABOVE]], %[[X]], %[[BELOW]]
// CHECK-NEXT:    linalg.yield %[[Y]]
