// one_hot: 1 in the label's column, 0 elsewhere; a row of zeros for a label that no class has.
// RUN: mimo-opt %s --mimoc-mimo-to-linalg | FileCheck %s

func.func @one_hot(%t: tensor<?xi32>) -> tensor<?x10xf64> {
  %0 = mimo.one_hot %t of 10 as f64 : tensor<?xi32>
  return %0 : tensor<?x10xf64>
}
// CHECK-LABEL: func.func @one_hot
// CHECK:         %[[COLUMN:.*]] = tensor.expand_shape %arg0 {{.*}} into tensor<?x1xi32>
// CHECK:         linalg.generic {{.*}} ins(%[[COLUMN]] : tensor<?x1xi32>) outs(%{{.*}} : tensor<?x10xf64>)
// CHECK:         ^bb0(%[[T:.*]]: i32, %{{.*}}: f64):
// CHECK-NEXT:    %[[I:.*]] = linalg.index 1
// CHECK-NEXT:    %[[CLASS:.*]] = arith.index_cast %[[I]] : index to i32
// CHECK-NEXT:    %[[HIT:.*]] = arith.cmpi eq, %[[CLASS]], %[[T]] : i32
// CHECK-NEXT:    %[[Y:.*]] = arith.uitofp %[[HIT]] : i1 to f64
// CHECK-NEXT:    linalg.yield %[[Y]]
