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

// A producer with two results, and one that is read twice: its body stands in the fused op once, each tensor is an input once.
// CHECK-LABEL: func @read_twice
// CHECK:       %[[ALL:.*]]:3 = linalg.generic {{.*}} ins(%{{[a-z0-9]*}}, %{{[a-z0-9]*}} : tensor<64xf32>, tensor<64xf32>)
// CHECK-NEXT:  ^bb0(%[[X:[a-z_0-9]*]]: f32, %[[Y:[a-z_0-9]*]]: f32, %{{.*}}: f32, %{{.*}}: f32, %{{.*}}: f32):
// CHECK-NEXT:    %[[EXP:.*]] = math.exp %[[X]]
// CHECK-NEXT:    %[[SUM:.*]] = arith.addf %[[EXP]], %[[Y]]
// CHECK-NEXT:    %[[PRODUCT:.*]] = arith.mulf %[[EXP]], %[[SUM]]
// CHECK-NEXT:    %[[SQUARE:.*]] = arith.mulf %[[PRODUCT]], %[[PRODUCT]]
// CHECK-NEXT:    %[[LAST:.*]] = arith.addf %[[SQUARE]], %[[X]]
// CHECK-NEXT:    linalg.yield %[[EXP]], %[[SUM]], %[[LAST]]
// CHECK-NOT:   linalg.generic
// CHECK:       return %[[ALL]]#0, %[[ALL]]#1, %[[ALL]]#2
func.func @read_twice(%x: tensor<64xf32>, %y: tensor<64xf32>) -> (tensor<64xf32>, tensor<64xf32>, tensor<64xf32>) {
  %e = tensor.empty() : tensor<64xf32>
  %two:2 = linalg.generic {indexing_maps = [#id, #id, #id, #id], iterator_types = ["parallel"]}
      ins(%x, %y : tensor<64xf32>, tensor<64xf32>) outs(%e, %e : tensor<64xf32>, tensor<64xf32>) {
  ^bb0(%a: f32, %b: f32, %out0: f32, %out1: f32):
    %exp = math.exp %a : f32
    %sum = arith.addf %exp, %b : f32
    linalg.yield %exp, %sum : f32, f32
  } -> (tensor<64xf32>, tensor<64xf32>)
  %product = linalg.generic {indexing_maps = [#id, #id, #id], iterator_types = ["parallel"]}
      ins(%two#0, %two#1 : tensor<64xf32>, tensor<64xf32>) outs(%e : tensor<64xf32>) {
  ^bb0(%a: f32, %b: f32, %out: f32):
    %r = arith.mulf %a, %b : f32
    linalg.yield %r : f32
  } -> tensor<64xf32>
  %last = linalg.generic {indexing_maps = [#id, #id, #id, #id], iterator_types = ["parallel"]}
      ins(%product, %product, %x : tensor<64xf32>, tensor<64xf32>, tensor<64xf32>) outs(%e : tensor<64xf32>) {
  ^bb0(%a: f32, %b: f32, %c: f32, %out: f32):
    %square = arith.mulf %a, %b : f32
    %r = arith.addf %square, %c : f32
    linalg.yield %r : f32
  } -> tensor<64xf32>
  return %two#0, %two#1, %last : tensor<64xf32>, tensor<64xf32>, tensor<64xf32>
}

// The consumer needs the producer whole (it reads it along another axis): nothing is fused.
// CHECK-LABEL: func @needs_it_whole
// CHECK-COUNT-2: linalg.generic
#square = affine_map<(i, j) -> (i, j)>
#turned = affine_map<(i, j) -> (j, i)>
func.func @needs_it_whole(%x: tensor<8x8xf32>) -> tensor<8x8xf32> {
  %e = tensor.empty() : tensor<8x8xf32>
  %exp = linalg.generic {indexing_maps = [#square, #square], iterator_types = ["parallel", "parallel"]}
      ins(%x : tensor<8x8xf32>) outs(%e : tensor<8x8xf32>) {
  ^bb0(%a: f32, %out: f32):
    %r = math.exp %a : f32
    linalg.yield %r : f32
  } -> tensor<8x8xf32>
  %sum = linalg.generic {indexing_maps = [#square, #turned, #square], iterator_types = ["parallel", "parallel"]}
      ins(%exp, %exp : tensor<8x8xf32>, tensor<8x8xf32>) outs(%e : tensor<8x8xf32>) {
  ^bb0(%a: f32, %b: f32, %out: f32):
    %r = arith.addf %a, %b : f32
    linalg.yield %r : f32
  } -> tensor<8x8xf32>
  return %sum : tensor<8x8xf32>
}
