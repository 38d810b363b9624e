// mean: g / n, repeated over the n elements; n is known at run time only where the batch is among the axes.
// RUN: mimo-opt %s --mimoc-vjp --canonicalize --cse | FileCheck %s --check-prefix=VJP
// RUN: mimo-opt %s --mimoc-mimo-to-linalg | FileCheck %s

func.func @features(%x: tensor<?x4x3xf32>) -> tensor<?x3xf32> {
  %0 = mimo.mean %x over [-2] keepdim false : tensor<?x4x3xf32>
  return %0 : tensor<?x3xf32>
}
// VJP-LABEL: func.func @features(
// VJP-SAME:    %[[X:[^:]*]]: tensor<?x4x3xf32>, %[[G:[^:]*]]: tensor<?x3xf32>)
// VJP:         %[[N:.*]] = mimo.size %[[X]] along [1] as f32
// VJP:         %[[Q:.*]] = mimo.div %[[G]], %[[N]]
// VJP:         %[[D:.*]] = mimo.broadcast_like %[[Q]] like %[[X]] dims [0, 2]
// VJP:         return %[[D]]
// CHECK-LABEL: func.func @features
// CHECK:         %[[S:.*]] = linalg.generic {{.*}}["parallel", "reduction", "parallel"]
// CHECK:         %[[FOUR:.*]] = arith.constant 4.0
// CHECK:         %[[N:.*]] = tensor.from_elements %[[FOUR]]
// CHECK:         linalg.generic {{.*}} ins(%[[S]], %[[N]] : tensor<?x3xf32>, tensor<f32>)
// CHECK:           arith.divf

func.func @all(%x: tensor<?x4xf64>) -> tensor<1x1xf64> {
  %0 = mimo.mean %x over [0, 1] keepdim true : tensor<?x4xf64>
  return %0 : tensor<1x1xf64>
}
// VJP-LABEL: func.func @all(
// VJP-SAME:    %[[X:[^:]*]]: tensor<?x4xf64>, %[[G:[^:]*]]: tensor<1x1xf64>)
// VJP:         %[[N:.*]] = mimo.size %[[X]] along [0, 1] as f64
// VJP:         %[[Q:.*]] = mimo.div %[[G]], %[[N]]
// VJP:         %[[D:.*]] = mimo.broadcast_like %[[Q]] like %[[X]] dims [0, 1]
// VJP:         return %[[D]]
// CHECK-LABEL: func.func @all
// CHECK:         %[[ROWS:.*]] = tensor.dim %arg0
// CHECK:         %[[WHOLE:.*]] = arith.index_cast %{{.*}} : index to i64
// CHECK:         %[[R:.*]] = arith.sitofp %[[WHOLE]] : i64 to f64
// CHECK:         %[[N:.*]] = arith.mulf %[[R]], %{{.*}} : f64
// CHECK:         tensor.from_elements %[[N]]
