// concat: each part gets its slice of the cotangent; a part that is joined twice gets the sum of both.
// RUN: mimo-opt %s --mimoc-vjp --canonicalize --cse | FileCheck %s --check-prefix=VJP
// RUN: mimo-opt %s --mimoc-mimo-to-linalg | FileCheck %s

func.func @features(%x: tensor<?x4xf32>, %y: tensor<?x3xf32>) -> tensor<?x11xf32> {
  %0 = mimo.concat %x, %y, %x along 1 : tensor<?x4xf32>, tensor<?x3xf32>, tensor<?x4xf32>
  return %0 : tensor<?x11xf32>
}
// VJP-LABEL: func.func @features(
// VJP-SAME:    %{{[^:]*}}: tensor<?x4xf32>, %{{[^:]*}}: tensor<?x3xf32>, %[[G:[^:]*]]: tensor<?x11xf32>)
// VJP-NOT:     mimo.concat
// VJP:         %[[FIRST:.*]] = mimo.slice %[[G]] at [0, 0] of [-1, 4]
// VJP:         %[[DY:.*]] = mimo.slice %[[G]] at [0, 4] of [-1, 3]
// VJP:         %[[LAST:.*]] = mimo.slice %[[G]] at [0, 7] of [-1, 4]
// VJP:         %[[DX:.*]] = mimo.add %[[FIRST]], %[[LAST]]
// VJP:         return %[[DX]], %[[DY]]
// CHECK-LABEL: func.func @features
// CHECK:         %[[E:.*]] = tensor.empty({{.*}}) : tensor<?x11xf32>
// CHECK:         %[[A:.*]] = tensor.insert_slice %arg0 into %[[E]][0, 0] [%{{.*}}, 4] [1, 1]
// CHECK:         %[[B:.*]] = tensor.insert_slice %arg1 into %[[A]][0, 4] [%{{.*}}, 3] [1, 1]
// CHECK:         tensor.insert_slice %arg0 into %[[B]][0, 7] [%{{.*}}, 4] [1, 1]

// The last axis of three; whole numbers, without a batch along axis 0.
func.func @last(%x: tensor<?x2x4xf32>, %y: tensor<?x2x1xf32>) -> tensor<?x2x5xf32> {
  %0 = mimo.concat %x, %y along 2 : tensor<?x2x4xf32>, tensor<?x2x1xf32>
  return %0 : tensor<?x2x5xf32>
}
// VJP-LABEL: func.func @last(
// VJP:         mimo.slice %{{.*}} at [0, 0, 0] of [-1, 2, 4]
// VJP:         mimo.slice %{{.*}} at [0, 0, 4] of [-1, 2, 1]
func.func @whole(%x: tensor<2xi64>, %y: tensor<3xi64>) -> tensor<5xi64> {
  %0 = mimo.concat %x, %y along 0 : tensor<2xi64>, tensor<3xi64>
  return %0 : tensor<5xi64>
}
// CHECK-LABEL: func.func @whole
// CHECK:         tensor.insert_slice %arg1 into %{{.*}}[2] [3] [1]
