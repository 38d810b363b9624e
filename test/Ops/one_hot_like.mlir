// one_hot_like: 1 where the class along the axis is the label's.
// RUN: mimo-opt %s --mimoc-mimo-to-linalg | FileCheck %s

func.func @one_hot_like(%t: tensor<?x3xi32>, %x: tensor<?x5x3xf32>) -> tensor<?x5x3xf32> {
  %0 = mimo.one_hot_like %t like %x along 1 : tensor<?x3xi32>, tensor<?x5x3xf32>
  return %0 : tensor<?x5x3xf32>
}
// CHECK-LABEL: func.func @one_hot_like(
// CHECK:         %[[I:.*]] = linalg.index 1
// CHECK-NEXT:    %[[CLASS:.*]] = arith.index_cast %[[I]] : index to i32
// CHECK-NEXT:    %[[HIT:.*]] = arith.cmpi eq, %[[CLASS]]
// CHECK-NEXT:    arith.uitofp %[[HIT]] : i1 to f32
