// gaussian_nll: (log v + d^2 / v) / 2 for d = x - t and v of at least eps; dx = g d / v. A variance of size 1 stretches.
// RUN: mimo-opt %s --mimoc-vjp --canonicalize --cse | FileCheck %s --check-prefix=VJP
// RUN: mimo-opt %s --mimoc-mimo-to-linalg | FileCheck %s

func.func @gaussian_nll(%x: tensor<?x4xf32>, %t: tensor<?x4xf32>, %v: tensor<?x1xf32>) -> tensor<?x4xf32> {
  %0 = mimo.gaussian_nll %x, %t, %v {full = false, eps = 1.0e-6} : tensor<?x4xf32>, tensor<?x4xf32>, tensor<?x1xf32>
  return %0 : tensor<?x4xf32>
}
// VJP-LABEL: func.func @gaussian_nll(
// VJP-SAME:    %[[X:[^:]*]]: tensor<?x4xf32>, %[[T:[^:]*]]: tensor<?x4xf32>, %[[V:[^:]*]]: tensor<?x1xf32>, %[[G:[^:]*]]: tensor<?x4xf32>)
// VJP:         %[[LOW:.*]] = mimo.lt %[[V]]
// VJP:         %[[SAFE:.*]] = mimo.select %[[LOW]]
// VJP:         %[[D:.*]] = mimo.sub %[[X]], %[[T]]
// VJP:         %[[R:.*]] = mimo.div %[[D]], %[[SAFE]]
// VJP:         %[[DX:.*]] = mimo.mul %[[G]], %[[R]]
// VJP:         %[[DT:.*]] = mimo.neg %[[DX]]
// VJP:         %[[DV:.*]] = mimo.sum {{.*}} : tensor<?x4xf32>
// VJP:         return %[[DX]], %[[DT]], %[[DV]] : tensor<?x4xf32>, tensor<?x4xf32>, tensor<?x1xf32>

// CHECK-LABEL: func.func @gaussian_nll
// CHECK:         ^bb0(%[[X:.*]]: f32, %[[T:.*]]: f32, %[[V:.*]]: f32, %{{.*}}: f32):
// CHECK:         %[[SAFE:.*]] = arith.maximumf %[[V]]
// CHECK-NEXT:    %[[D:.*]] = arith.subf %[[X]], %[[T]]
// CHECK-NEXT:    math.log %[[SAFE]]
// CHECK:         arith.divf %{{.*}}, %[[SAFE]]
