// RUN: mimo-opt --mimoc-inline-scalars %s | FileCheck %s

#element = affine_map<() -> ()>
#id = affine_map<(i) -> (i)>
#one = affine_map<(i) -> ()>

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

// CHECK-LABEL: func.func @scalar_operand(
// CHECK-SAME:    %[[A:.*]]: memref<8xf32>, %[[S:.*]]: memref<f32>)
// CHECK:       %[[X:.*]] = memref.load %[[S]][]
// CHECK:       linalg.generic {{.*}} ins(%[[A]] : memref<8xf32>) outs(%[[A]] : memref<8xf32>)
// CHECK:         arith.mulf %{{.*}}, %[[X]]
func.func @scalar_operand(%a: memref<8xf32>, %s: memref<f32>) attributes {mimo.entry = "apply"} {
  linalg.generic {indexing_maps = [#one, #id, #id], iterator_types = ["parallel"]}
      ins(%s, %a : memref<f32>, memref<8xf32>) outs(%a : memref<8xf32>) {
  ^bb0(%x: f32, %y: f32, %o: f32):
    %z = arith.mulf %y, %x : f32
    linalg.yield %z : f32
  }
  return
}
