// RUN: mimo-opt %s --mimoc-mimo-to-linalg | FileCheck %s

// CHECK: #[[STRETCH:.*]] = affine_map<(d0, d1) -> (d0, 0)>

// The weight is transposed by an op of its own; the bias is what the product starts from.
// CHECK-LABEL: func.func @linear
// CHECK:         %[[B:.*]] = linalg.generic {{.*}} ins(%{{.*}} : tensor<16xf32>)
// CHECK:         %[[T:.*]] = linalg.transpose ins(%{{.*}} : tensor<16x8xf32>)
// CHECK:         linalg.generic {{.*}}iterator_types = ["parallel", "parallel", "reduction"]} ins(%{{.*}}, %[[T]] : {{.*}}) outs(%[[B]]
func.func @linear(%x: tensor<?x8xf32>, %w: tensor<16x8xf32>, %b: tensor<16xf32>) -> tensor<?x16xf32> {
  %0 = mimo.linear %x, %w, %b : tensor<?x8xf32>, tensor<16x8xf32>, tensor<16xf32>
  return %0 : tensor<?x16xf32>
}

// Size-1 and missing dimensions stretch.
// CHECK-LABEL: func.func @broadcast
// CHECK:         linalg.generic {{.*}}#[[STRETCH]]
// CHECK:           arith.mulf
func.func @broadcast(%x: tensor<?x8xf32>, %y: tensor<?x1xf32>) -> tensor<?x8xf32> {
  %0 = mimo.mul %x, %y : tensor<?x8xf32>, tensor<?x1xf32>
  return %0 : tensor<?x8xf32>
}

// The mean over the batch divides by the batch.
// CHECK-LABEL: func.func @mean
// CHECK:         tensor.dim
// CHECK:         arith.divf
func.func @mean(%x: tensor<?x8xf32>) -> tensor<8xf32> {
  %0 = mimo.mean %x over [0] keepdim false : tensor<?x8xf32>
  return %0 : tensor<8xf32>
}

// CHECK-LABEL: func.func @slice
// CHECK:         tensor.extract_slice %{{.*}}[0, 2] [%{{.*}}, 3] [1, 1]
func.func @slice(%x: tensor<?x8xf32>) -> tensor<?x3xf32> {
  %0 = mimo.slice %x at [0, 2] of [-1, 3] : tensor<?x8xf32>
  return %0 : tensor<?x3xf32>
}

// An op's lowering may use ops of the dialect; none is left.
// CHECK-NOT: mimo.
