// flip: its own gradient; the batch, whose last row is known at run time only, is read by a computed index.
// RUN: mimo-opt %s --mimoc-vjp --canonicalize --cse | FileCheck %s --check-prefix=VJP
// RUN: mimo-opt %s --mimoc-mimo-to-linalg | FileCheck %s

func.func @columns(%x: tensor<?x4xf32>) -> tensor<?x4xf32> {
  %r = mimo.flip %x along [-1] : tensor<?x4xf32>
  return %r : tensor<?x4xf32>
}
// VJP-LABEL: func.func @columns(
// VJP-SAME:    %[[X:[^:]*]]: tensor<?x4xf32>, %[[G:[^:]*]]: tensor<?x4xf32>)
// VJP:         %[[FLIP:.*]] = mimo.flip %[[G]] along [-1]
// VJP:         return %[[FLIP]]
// CHECK-LABEL: func.func @columns(
// CHECK:         linalg.generic {{.*}}["parallel", "parallel"]

func.func @rows(%x: tensor<?x4xf32>) -> tensor<?x4xf32> {
  %r = mimo.flip %x along [0] : tensor<?x4xf32>
  return %r : tensor<?x4xf32>
}
// VJP-LABEL: func.func @rows(
// VJP-SAME:    %[[X:[^:]*]]: tensor<?x4xf32>, %[[G:[^:]*]]: tensor<?x4xf32>)
// VJP:         %[[FLIP:.*]] = mimo.flip %[[G]] along [0]
// VJP:         return %[[FLIP]]
// CHECK-LABEL: func.func @rows(
// CHECK:           arith.subi
// CHECK:         linalg.generic {{.*}}["parallel", "parallel"]
// CHECK:           linalg.index
// CHECK:           linalg.index
// CHECK:           arith.subi
// CHECK:         tensor.extract
