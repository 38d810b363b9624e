// split: the cotangents side by side.
// RUN: mimo-opt %s --mimoc-mimo-to-linalg | FileCheck %s

func.func @parts(%x: tensor<?x6xf32>) -> (tensor<?x2xf32>, tensor<?x4xf32>) {
  %r:2 = mimo.split %x into [2, 4] along 1 : tensor<?x6xf32>
  return %r#0, %r#1 : tensor<?x2xf32>, tensor<?x4xf32>
}
// CHECK-LABEL: func.func @parts(
// CHECK:         tensor.extract_slice {{.*}}[0, 0] [%{{.*}}, 2]
// CHECK:         tensor.extract_slice {{.*}}[0, 2] [%{{.*}}, 4]
