// RUN: mimo-opt --mimoc-inline-scalars %s | FileCheck %s

#element = affine_map<() -> ()>

// CHECK-LABEL: func.func @entry(
// CHECK-SAME:    %[[A:.*]]: memref<f64>, %[[B:.*]]: memref<f64>
// CHECK:       %[[X:.*]] = memref.load %[[A]][]
// CHECK:       %[[Y:.*]] = arith.mulf %[[X]], %[[X]]
// CHECK:       memref.store %[[Y]], %[[B]][]
// CHECK-NOT:   linalg
func.func @entry(%a: memref<f64>, %b: memref<f64>) attributes {mimo.entry = "evaluate"} {
  linalg.generic {indexing_maps = [#element, #element], iterator_types = []} ins(%a : memref<f64>) outs(%b : memref<f64>) {
  ^bb0(%x: f64, %o: f64):
    %y = arith.mulf %x, %x : f64
    linalg.yield %y : f64
  }
  return
}
