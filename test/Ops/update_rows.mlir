// update_rows: distinct rows are found and summed in one pass over the ids, which initialises nothing of the table's length;
// a row whose gradient is zero stays as it is. From a dense gradient: the same of every row.
// RUN: mimo-opt %s --mimoc-mimo-to-linalg | FileCheck %s

func.func @lookup(%w: tensor<100x4xf32>, %i: tensor<?x3xi64>, %v: tensor<?x3x4xf32>, %lr: tensor<f64>, %rng: tensor<3xi64>) -> tensor<100x4xf32> {
  %0 = mimo.update_rows "sgd" {momentum = 0.0, dampening = 0.0, weight_decay = 0.0, nesterov = false} %w at %i add %v but [-1] state() lr %lr at %rng
     : tensor<100x4xf32>, tensor<?x3xi64>, tensor<?x3x4xf32>, tensor<f64>, tensor<3xi64>
  return %0 : tensor<100x4xf32>
}
// CHECK-LABEL: func.func @lookup(
// CHECK-NOT:     linalg.fill {{.*}}tensor<100
// CHECK:         %[[SLOT:.*]] = tensor.empty() : tensor<100xi64>
// CHECK:         scf.for
// CHECK:           scf.for
// CHECK:             arith.cmpi ult
// CHECK:             tensor.insert %{{.*}} into %{{.*}} : tensor<100xi64>
// CHECK:             tensor.insert_slice %{{.*}} : tensor<4xf32> into tensor<?x3x4xf32>
// CHECK:         arith.cmpf une
// CHECK:         scf.for {{.*}} iter_args(%{{.*}} = %arg0) -> (tensor<100x4xf32>)
// CHECK:           scf.for
// CHECK:             tensor.extract_slice %{{.*}} : tensor<100x4xf32> to tensor<4xf32>
// CHECK:             tensor.insert_slice %{{.*}} : tensor<4xf32> into tensor<100x4xf32>

func.func @dense(%w: tensor<100x4xf32>, %g: tensor<100x4xf32>, %lr: tensor<f64>, %rng: tensor<3xi64>) -> tensor<100x4xf32> {
  %0 = mimo.update_rows "sgd" {momentum = 0.0, dampening = 0.0, weight_decay = 0.0, nesterov = false} %w by %g state() lr %lr at %rng {ignored = array<i64>}
     : tensor<100x4xf32>, tensor<100x4xf32>, tensor<f64>, tensor<3xi64>
  return %0 : tensor<100x4xf32>
}
// CHECK-LABEL: func.func @dense(
// CHECK:         arith.cmpf une
// CHECK:         scf.for {{.*}} iter_args(%{{.*}} = %arg0) -> (tensor<100x4xf32>)
