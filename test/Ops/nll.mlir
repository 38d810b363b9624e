// nll: -x[label] for log-probabilities x; dx = -g onehot(label), times the label's class weight.
// RUN: mimo-opt %s --mimoc-vjp --canonicalize --cse | FileCheck %s --check-prefix=VJP
// RUN: mimo-opt %s --mimoc-mimo-to-linalg | FileCheck %s

func.func @nll(%x: tensor<?x5x3xf32>, %t: tensor<?x3xi64>) -> tensor<?x3xf32> {
  %0 = mimo.nll %x, %t along 1 {weight = array<f64: 1.0, 2.0, 3.0, 4.0, 5.0>} : tensor<?x5x3xf32>, tensor<?x3xi64>
  return %0 : tensor<?x3xf32>
}
// VJP-LABEL: func.func @nll(
// VJP-SAME:    %[[X:[^:]*]]: tensor<?x5x3xf32>, %[[T:[^:]*]]: tensor<?x3xi64>, %[[G:[^:]*]]: tensor<?x3xf32>)
// VJP-NOT:     mimo.nll
// VJP:         %[[HOT:.*]] = mimo.one_hot_like %[[T]] like %[[X]] along 1
// VJP:         %[[ROW:.*]] = mimo.constant dense<[1.0{{.*}}, 2.0{{.*}}, 3.0{{.*}}, 4.0{{.*}}, 5.0{{.*}}]> : tensor<5xf32>
// VJP:         %[[W:.*]] = mimo.reshape %[[ROW]] to [5, 1]
// VJP:         %[[OWN:.*]] = mimo.sum
// VJP:         %[[GW:.*]] = mimo.mul %[[G]], %[[OWN]]
// VJP:         %[[WIDE:.*]] = mimo.reshape %[[GW]] to [-1, 1, 3]
// VJP:         mimo.mul %[[WIDE]], %[[HOT]]
// VJP:         mimo.neg

// CHECK-LABEL: func.func @nll
// CHECK:         %[[I:.*]] = linalg.index 1
// CHECK:         arith.cmpi eq
// CHECK:         arith.negf
