// cosine_embedding: 1 - cos where the target is 1, max(0, cos - margin) where it is -1; a little is added to the squared
// lengths, so that zero vectors have cosine 0.
// RUN: mimo-opt %s --mimoc-vjp --canonicalize --cse | FileCheck %s --check-prefix=VJP
// RUN: mimo-opt %s --mimoc-mimo-to-linalg | FileCheck %s

func.func @cosine_embedding(%a: tensor<?x4xf64>, %b: tensor<?x4xf64>, %y: tensor<?xi32>) -> tensor<?xf64> {
  %0 = mimo.cosine_embedding %a, %b, %y {margin = 0.5} : tensor<?x4xf64>, tensor<?x4xf64>, tensor<?xi32>
  return %0 : tensor<?xf64>
}
// VJP-LABEL: func.func @cosine_embedding(
// VJP-SAME:    %[[A:[^:]*]]: tensor<?x4xf64>, %[[B:[^:]*]]: tensor<?x4xf64>, %[[Y:[^:]*]]: tensor<?xi32>, %[[G:[^:]*]]: tensor<?xf64>)
// VJP:         mimo.constant 9.9{{.*}}E-13
// VJP:         %[[NORM:.*]] = mimo.sqrt
// VJP:         %[[COS:.*]] = mimo.div %{{.*}}, %[[NORM]]
// VJP:         mimo.eq %[[Y]]
// VJP:         return %{{.*}}, %{{.*}} : tensor<?x4xf64>, tensor<?x4xf64>

// CHECK-LABEL: func.func @cosine_embedding
// CHECK:         math.sqrt
