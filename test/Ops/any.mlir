// any: whether one of the conditions over axes holds, by the largest of the numbers 0 and 1.
// RUN: mimo-opt %s --mimoc-mimo-to-linalg | FileCheck %s

func.func @rows(%x: tensor<?x4xi1>) -> tensor<?xi1> {
  %0 = mimo.any %x over [1] keepdim false : tensor<?x4xi1>
  return %0 : tensor<?xi1>
}
// CHECK-LABEL: func.func @rows
// CHECK:         arith.extui
// CHECK:         linalg.generic {{.*}}["parallel", "reduction"]
// CHECK:         arith.maxsi
// CHECK:         arith.cmpi ne

func.func @everything(%x: tensor<?x4xi1>) -> tensor<1x1xi1> {
  %0 = mimo.any %x over [] keepdim true : tensor<?x4xi1>
  return %0 : tensor<1x1xi1>
}
// CHECK-LABEL: func.func @everything
// CHECK:         linalg.generic {{.*}}["reduction", "reduction"]
