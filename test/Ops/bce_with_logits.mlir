// bce_with_logits: max(x, 0) - x t + log1p(e^-|x|), which neither overflows nor cancels; dx = g (sigmoid(x) - t), dt = -g x.
// RUN: mimo-opt %s --mimoc-vjp --canonicalize --cse | FileCheck %s --check-prefix=VJP
// RUN: mimo-opt %s --mimoc-mimo-to-linalg | FileCheck %s

func.func @bce_with_logits(%x: tensor<?x4xf32>, %t: tensor<?x4xf32>) -> tensor<?x4xf32> {
  %0 = mimo.bce_with_logits %x, %t : tensor<?x4xf32>, tensor<?x4xf32>
  return %0 : tensor<?x4xf32>
}
// VJP-LABEL: func.func @bce_with_logits(
// VJP-SAME:    %[[X:[^:]*]]: tensor<?x4xf32>, %[[T:[^:]*]]: tensor<?x4xf32>, %[[G:[^:]*]]: tensor<?x4xf32>)
// VJP-NOT:     mimo.bce_with_logits
// VJP:         %[[S:.*]] = mimo.sigmoid %[[X]]
// VJP:         %[[E:.*]] = mimo.sub %[[S]], %[[T]]
// VJP:         %[[DX:.*]] = mimo.mul %[[G]], %[[E]]
// VJP:         %[[GX:.*]] = mimo.mul %[[G]], %[[X]]
// VJP:         %[[DT:.*]] = mimo.neg %[[GX]]
// VJP:         return %[[DX]], %[[DT]]

// CHECK-LABEL: func.func @bce_with_logits
// CHECK:         ^bb0(%[[X:.*]]: f32, %[[T:.*]]: f32, %{{.*}}: f32):
// CHECK-NEXT:    %[[ZERO:.*]] = arith.constant 0.0
// CHECK-NEXT:    %[[M:.*]] = arith.maximumf %[[X]], %[[ZERO]]
// CHECK-NEXT:    %[[XT:.*]] = arith.mulf %[[X]], %[[T]]
// CHECK-NEXT:    %[[A:.*]] = arith.subf %[[M]], %[[XT]]
// CHECK-NEXT:    %[[ABS:.*]] = math.absf %[[X]]
// CHECK-NEXT:    %[[N:.*]] = arith.negf %[[ABS]]
// CHECK-NEXT:    %[[E:.*]] = math.exp %[[N]]
// CHECK-NEXT:    %[[L:.*]] = math.log1p %[[E]]
// CHECK-NEXT:    %[[Y:.*]] = arith.addf %[[A]], %[[L]]
// CHECK-NEXT:    linalg.yield %[[Y]]
