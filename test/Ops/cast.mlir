// cast: the cotangent is cast back; none comes through a whole number.
// RUN: mimo-opt %s --mimoc-vjp --canonicalize --cse | FileCheck %s --check-prefix=VJP
// RUN: mimo-opt %s --mimoc-mimo-to-linalg | FileCheck %s

func.func @widen(%x: tensor<?x4xf32>) -> tensor<?x4xf64> {
  %0 = mimo.cast %x to f64 : tensor<?x4xf32>
  return %0 : tensor<?x4xf64>
}
// VJP-LABEL: func.func @widen(
// VJP-SAME:    %{{[^:]*}}: tensor<?x4xf32>, %[[G:[^:]*]]: tensor<?x4xf64>)
// VJP:         %[[D:.*]] = mimo.cast %[[G]] to f32 : tensor<?x4xf64>
// VJP:         return %[[D]]
// CHECK-LABEL: func.func @widen
// CHECK:         arith.extf %{{.*}} : f32 to f64

func.func @narrow(%x: tensor<?x4xf64>) -> tensor<?x4xf32> {
  %0 = mimo.cast %x to f32 : tensor<?x4xf64>
  return %0 : tensor<?x4xf32>
}
// VJP-LABEL: func.func @narrow(
// VJP:         mimo.cast %{{.*}} to f64 : tensor<?x4xf32>
// CHECK-LABEL: func.func @narrow
// CHECK:         arith.truncf %{{.*}} : f64 to f32

func.func @through_whole(%x: tensor<?x4xf32>) -> tensor<?x4xf32> {
  %0 = mimo.cast %x to i32 : tensor<?x4xf32>
  %1 = mimo.cast %0 to f32 : tensor<?x4xi32>
  return %1 : tensor<?x4xf32>
}
// VJP-LABEL: func.func @through_whole(
// VJP-NEXT:    %[[D:.*]] = mimo.zeros
// VJP-NEXT:    return %[[D]]
// CHECK-LABEL: func.func @through_whole
// CHECK:         arith.fptosi %{{.*}} : f32 to i32
// CHECK:         arith.sitofp %{{.*}} : i32 to f32

// bool is 0 or 1, not -1.
func.func @flags(%x: tensor<?xi1>) -> (tensor<?xf32>, tensor<?xi64>) {
  %0 = mimo.cast %x to f32 : tensor<?xi1>
  %1 = mimo.cast %x to i64 : tensor<?xi1>
  return %0, %1 : tensor<?xf32>, tensor<?xi64>
}
// CHECK-LABEL: func.func @flags
// CHECK:         arith.uitofp %{{.*}} : i1 to f32
// CHECK:         arith.extui %{{.*}} : i1 to i64

func.func @labels(%x: tensor<?xi32>, %y: tensor<?xi64>) -> (tensor<?xi64>, tensor<?xi32>, tensor<?xi32>) {
  %0 = mimo.cast %x to i64 : tensor<?xi32>
  %1 = mimo.cast %y to i32 : tensor<?xi64>
  %2 = mimo.cast %x to i32 : tensor<?xi32>
  return %0, %1, %2 : tensor<?xi64>, tensor<?xi32>, tensor<?xi32>
}
// CHECK-LABEL: func.func @labels
// CHECK:         arith.extsi %{{.*}} : i32 to i64
// CHECK:         arith.trunci %{{.*}} : i64 to i32
// CHECK:         ^bb0(%[[X:.*]]: i32, %{{.*}}: i32):
// CHECK-NEXT:    linalg.yield %[[X]] : i32
