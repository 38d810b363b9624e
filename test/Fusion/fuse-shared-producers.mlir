// RUN: mimo-opt --mimoc-fuse-shared-producers %s | FileCheck %s

#id = affine_map<(i) -> (i)>

// The moment is a result of its own and feeds the update: one pass makes both.
// CHECK-LABEL: func @momentum
// CHECK:       %[[BOTH:.*]]:2 = linalg.generic
// CHECK:         %[[M:.*]] = arith.addf
// CHECK-NEXT:    %[[W:.*]] = arith.subf
// CHECK-NEXT:    linalg.yield %[[M]], %[[W]]
// CHECK:       return %[[BOTH]]#0, %[[BOTH]]#1
func.func @momentum(%w: tensor<64xf32>, %m: tensor<64xf32>, %g: tensor<64xf32>) -> (tensor<64xf32>, tensor<64xf32>) {
  %e = tensor.empty() : tensor<64xf32>
  %moment = linalg.generic {indexing_maps = [#id, #id, #id], iterator_types = ["parallel"]}
      ins(%m, %g : tensor<64xf32>, tensor<64xf32>) outs(%e : tensor<64xf32>) {
  ^bb0(%a: f32, %b: f32, %out: f32):
    %r = arith.addf %a, %b : f32
    linalg.yield %r : f32
  } -> tensor<64xf32>
  %new = linalg.generic {indexing_maps = [#id, #id, #id], iterator_types = ["parallel"]}
      ins(%w, %moment : tensor<64xf32>, tensor<64xf32>) outs(%e : tensor<64xf32>) {
  ^bb0(%a: f32, %b: f32, %out: f32):
    %r = arith.subf %a, %b : f32
    linalg.yield %r : f32
  } -> tensor<64xf32>
  return %moment, %new : tensor<64xf32>, tensor<64xf32>
}

// Somebody needs the value before the element-wise user comes: it stays where it is.
// CHECK-LABEL: func @needed_before
// CHECK:       math.exp
// CHECK:       linalg.dot
// CHECK:       arith.negf
func.func @needed_before(%x: tensor<64xf32>, %s: tensor<f32>) -> (tensor<f32>, tensor<64xf32>) {
  %e = tensor.empty() : tensor<64xf32>
  %a = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel"]}
      ins(%x : tensor<64xf32>) outs(%e : tensor<64xf32>) {
  ^bb0(%in: f32, %out: f32):
    %r = math.exp %in : f32
    linalg.yield %r : f32
  } -> tensor<64xf32>
  %d = linalg.dot ins(%a, %a : tensor<64xf32>, tensor<64xf32>) outs(%s : tensor<f32>) -> tensor<f32>
  %b = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel"]}
      ins(%a : tensor<64xf32>) outs(%e : tensor<64xf32>) {
  ^bb0(%in: f32, %out: f32):
    %r = arith.negf %in : f32
    linalg.yield %r : f32
  } -> tensor<64xf32>
  return %d, %b : tensor<f32>, tensor<64xf32>
}

// The last op reads the first one's elements by index, too, so the first has to be whole before it: two loops.
// CHECK-LABEL: func @extracted_inside
// CHECK:       linalg.generic
// CHECK:         arith.maximumf
// CHECK:       linalg.generic
// CHECK:         tensor.extract
// CHECK-NOT:   linalg.generic
func.func @extracted_inside(%x: tensor<64xf32>, %i: tensor<64xi64>) -> tensor<64xf32> {
  %e = tensor.empty() : tensor<64xf32>
  %larger = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel"]}
      ins(%x : tensor<64xf32>) outs(%e : tensor<64xf32>) {
  ^bb0(%a: f32, %out: f32):
    %r = arith.maximumf %a, %a : f32
    linalg.yield %r : f32
  } -> tensor<64xf32>
  %product = linalg.generic {indexing_maps = [#id, #id, #id], iterator_types = ["parallel"]}
      ins(%larger, %i : tensor<64xf32>, tensor<64xi64>) outs(%e : tensor<64xf32>) {
  ^bb0(%a: f32, %at: i64, %out: f32):
    %index = arith.index_cast %at : i64 to index
    %b = tensor.extract %larger[%index] : tensor<64xf32>
    %r = arith.mulf %a, %b : f32
    linalg.yield %r : f32
  } -> tensor<64xf32>
  return %product : tensor<64xf32>
}
