// cumsum: each element is in the sums after it, so its cotangent is the same sum from the other end.
// RUN: mimo-opt %s --mimoc-vjp --canonicalize --cse | FileCheck %s --check-prefix=VJP
// RUN: mimo-opt %s --mimoc-mimo-to-linalg | FileCheck %s

func.func @rows(%x: tensor<?x4xf32>) -> tensor<?x4xf32> {
  %r = mimo.cumsum %x along 1 exclusive false reverse false : tensor<?x4xf32>
  return %r : tensor<?x4xf32>
}
// VJP-LABEL: func.func @rows(
// VJP-SAME:    %[[X:[^:]*]]: tensor<?x4xf32>, %[[G:[^:]*]]: tensor<?x4xf32>)
// VJP:         %[[CUMSUM:.*]] = mimo.cumsum %[[G]] along 1 exclusive false reverse true
// VJP:         return %[[CUMSUM]]
// CHECK-LABEL: func.func @rows(
// CHECK:         linalg.generic {{.*}}["parallel", "reduction"]
// CHECK:           arith.addf

func.func @from_the_end(%x: tensor<?x4x3xf32>) -> tensor<?x4x3xf32> {
  %r = mimo.cumsum %x along -1 exclusive true reverse true : tensor<?x4x3xf32>
  return %r : tensor<?x4x3xf32>
}
// VJP-LABEL: func.func @from_the_end(
// VJP-SAME:    %[[X:[^:]*]]: tensor<?x4x3xf32>, %[[G:[^:]*]]: tensor<?x4x3xf32>)
// VJP:         %[[CUMSUM:.*]] = mimo.cumsum %[[G]] along -1 exclusive true reverse false
// VJP:         return %[[CUMSUM]]
// CHECK-LABEL: func.func @from_the_end(
// CHECK:         linalg.generic {{.*}}["parallel", "parallel", "reduction"]
// CHECK:           arith.addf

func.func @down(%x: tensor<?x4xf32>) -> tensor<?x4xf32> {
  %r = mimo.cumsum %x along 0 exclusive false reverse true : tensor<?x4xf32>
  return %r : tensor<?x4xf32>
}
// VJP-LABEL: func.func @down(
// VJP-SAME:    %[[X:[^:]*]]: tensor<?x4xf32>, %[[G:[^:]*]]: tensor<?x4xf32>)
// VJP:         %[[CUMSUM:.*]] = mimo.cumsum %[[G]] along 0 exclusive false reverse false
// VJP:         return %[[CUMSUM]]
// CHECK-LABEL: func.func @down(
// CHECK:           arith.subi
// CHECK:         linalg.generic {{.*}}["parallel", "parallel"]
// CHECK:           linalg.index
// CHECK:           linalg.index
// CHECK:           arith.subi
// CHECK:         tensor.extract
// CHECK:         linalg.generic {{.*}}["reduction", "parallel"]
// CHECK:           arith.addf
// CHECK:           arith.subi
// CHECK:         linalg.generic {{.*}}["parallel", "parallel"]
// CHECK:           linalg.index
// CHECK:           linalg.index
// CHECK:           arith.subi
// CHECK:         tensor.extract
