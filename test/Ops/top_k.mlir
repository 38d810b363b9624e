// top_k: the label's place is the number of larger logits and of equal ones of lower classes; a hit where it is below k.
// RUN: mimo-opt %s --mimoc-mimo-to-linalg | FileCheck %s

func.func @top_k(%x: tensor<?x7xf32>, %t: tensor<?xi64>) -> tensor<?xf32> {
  %0 = mimo.top_k %x, %t {k = 3 : i64} : tensor<?x7xf32>, tensor<?xi64>
  return %0 : tensor<?xf32>
}
// CHECK-LABEL: func.func @top_k
// CHECK:         arith.cmpf olt
// CHECK:         arith.cmpf oeq
// CHECK:         arith.cmpi slt
// CHECK:         arith.uitofp
// CHECK:         arith.constant dense<3.0{{.*}}>
// CHECK:         arith.cmpf olt
