// triplet: max(0, margin + |anchor - positive + eps| - |anchor - negative + eps|).
// RUN: mimo-opt %s --mimoc-vjp --canonicalize --cse | FileCheck %s --check-prefix=VJP
// RUN: mimo-opt %s --mimoc-mimo-to-linalg | FileCheck %s

func.func @triplet(%a: tensor<?x4xf32>, %p: tensor<?x4xf32>, %n: tensor<?x4xf32>) -> tensor<?xf32> {
  %0 = mimo.triplet %a, %p, %n {margin = 1.0, p = 2.0, eps = 1.0e-6, swap = false} : tensor<?x4xf32>, tensor<?x4xf32>, tensor<?x4xf32>
  return %0 : tensor<?xf32>
}
// VJP-LABEL: func.func @triplet(
// VJP-SAME:    %[[A:[^:]*]]: tensor<?x4xf32>, %[[P:[^:]*]]: tensor<?x4xf32>, %[[N:[^:]*]]: tensor<?x4xf32>, %[[G:[^:]*]]: tensor<?xf32>)
// VJP:         mimo.sub %[[A]], %[[P]]
// VJP:         mimo.sqrt
// VJP:         mimo.sub %[[A]], %[[N]]
// VJP:         mimo.sqrt
// VJP:         return %{{.*}}, %{{.*}}, %{{.*}} : tensor<?x4xf32>, tensor<?x4xf32>, tensor<?x4xf32>

// CHECK-LABEL: func.func @triplet
// CHECK-COUNT-2: math.sqrt
