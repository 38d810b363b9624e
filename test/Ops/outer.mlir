// outer: y[m, n] = a[m] b[n], so da[m] = sum over n of g[m, n] b[n].
// RUN: mimo-opt %s --mimoc-vjp --canonicalize --cse | FileCheck %s --check-prefix=VJP
// RUN: mimo-opt %s --mimoc-mimo-to-linalg | FileCheck %s

func.func @rows(%a: tensor<?x8xf32>, %b: tensor<?x3xf32>) -> tensor<?x8x3xf32> {
  %0 = mimo.outer %a, %b : tensor<?x8xf32>, tensor<?x3xf32>
  return %0 : tensor<?x8x3xf32>
}
// VJP-LABEL: func.func @rows(
// VJP-SAME:    %[[A:[^:]*]]: tensor<?x8xf32>, %[[B:[^:]*]]: tensor<?x3xf32>, %[[G:[^:]*]]: tensor<?x8x3xf32>)
// VJP:         %[[DA:.*]] = mimo.einsum "amn,an->am" %[[G]], %[[B]]
// VJP:         %[[DB:.*]] = mimo.einsum "amn,am->an" %[[G]], %[[A]]
// VJP:         return %[[DA]], %[[DB]]
// Every product is written once: nothing is added up.
// CHECK-LABEL: func.func @rows
// CHECK-NOT:     linalg.fill
// CHECK:         iterator_types = ["parallel", "parallel", "parallel"]}
// CHECK:           arith.mulf
// CHECK-NEXT:      linalg.yield
