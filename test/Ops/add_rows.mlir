// add_rows: onto zeros or onto a tensor, in the order of the indices; an index may be ignored.
// RUN: mimo-opt %s --mimoc-vjp --canonicalize --cse | FileCheck %s --check-prefix=VJP
// RUN: mimo-opt %s --mimoc-mimo-to-linalg | FileCheck %s

func.func @zeros(%w: tensor<9x4xf32>, %i: tensor<?xi64>, %v: tensor<?x4xf32>) -> tensor<9x4xf32> {
  %0 = mimo.add_rows like %w at %i add %v along 0 but 2 : tensor<9x4xf32>, tensor<?xi64>, tensor<?x4xf32>
  return %0 : tensor<9x4xf32>
}
// VJP-LABEL: func.func @zeros(
// VJP-SAME:    %[[W:[^:]*]]: tensor<9x4xf32>, %[[I:[^:]*]]: tensor<?xi64>, %{{[^:]*}}: tensor<?x4xf32>, %[[G:[^:]*]]: tensor<9x4xf32>)
// VJP:         %[[T:.*]] = mimo.take %[[G]] at %[[I]] along 0
// VJP:         %[[HIT:.*]] = mimo.eq %[[I]],
// VJP:         mimo.select %{{.*}}, %{{.*}}, %[[T]]
// CHECK-LABEL: func.func @zeros(
// CHECK:         %[[ZERO:.*]] = linalg.fill
// CHECK:         scf.for %[[N:.*]] = %{{.*}} iter_args(%[[Y:.*]] = %[[ZERO]])
// CHECK:           %[[INDEX:.*]] = tensor.extract %arg1[%[[N]]]
// CHECK:           %[[IGNORED:.*]] = arith.cmpi eq, %[[INDEX]]
// CHECK:           tensor.extract_slice %arg2[%[[N]], 0] [1, 4] [1, 1]
// CHECK:           tensor.extract_slice %[[Y]]
// CHECK:           arith.select %[[IGNORED]]
// CHECK:           tensor.insert_slice

func.func @onto(%w: tensor<9x4xf32>, %i: tensor<?xi64>, %v: tensor<?x4xf32>) -> tensor<9x4xf32> {
  %0 = mimo.add_rows %w at %i add %v along 0 but -1 : tensor<9x4xf32>, tensor<?xi64>, tensor<?x4xf32>
  return %0 : tensor<9x4xf32>
}
// VJP-LABEL: func.func @onto(
// VJP:         return %arg3, %{{.*}}
// CHECK-LABEL: func.func @onto(
// CHECK:         iter_args(%{{.*}} = %arg0)
// CHECK-NOT:     arith.select
