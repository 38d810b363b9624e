// RUN: mimo-opt --mimoc-fuse-elementwise %s | FileCheck %s

#id = affine_map<(i, j) -> (i, j)>
#column = affine_map<(i, j) -> (i)>
#one = affine_map<(i, j) -> ()>
#id1 = affine_map<(i) -> (i)>

// A chain of element-wise ops becomes one, and splat constants move into its body.
// CHECK-LABEL: func @chain
// CHECK-DAG:   %[[HALF:.*]] = arith.constant 5.000000e-01 : f32
// CHECK:       linalg.generic
// CHECK-SAME:    ins(%{{.*}} : tensor<?x8xf32>)
// CHECK:         math.exp
// CHECK-NEXT:    arith.mulf %{{.*}}, %[[HALF]]
// CHECK-NOT:   linalg.generic
func.func @chain(%x: tensor<?x8xf32>, %batch: index) -> tensor<?x8xf32> {
  %half = arith.constant dense<0.5> : tensor<f32>
  %e = tensor.empty(%batch) : tensor<?x8xf32>
  %a = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel", "parallel"]}
      ins(%x : tensor<?x8xf32>) outs(%e : tensor<?x8xf32>) {
  ^bb0(%in: f32, %out: f32):
    %r = math.exp %in : f32
    linalg.yield %r : f32
  } -> tensor<?x8xf32>
  %b = linalg.generic {indexing_maps = [#id, #one, #id], iterator_types = ["parallel", "parallel"]}
      ins(%a, %half : tensor<?x8xf32>, tensor<f32>) outs(%e : tensor<?x8xf32>) {
  ^bb0(%in: f32, %c: f32, %out: f32):
    %r = arith.mulf %in, %c : f32
    linalg.yield %r : f32
  } -> tensor<?x8xf32>
  return %b : tensor<?x8xf32>
}

// One value a row, read for each of its elements: fusing would compute the exponential eight times.
// CHECK-LABEL: func @broadcast_of_work
// CHECK:       linalg.generic
// CHECK:         math.exp
// CHECK:       linalg.generic
// CHECK:         arith.mulf
func.func @broadcast_of_work(%s: tensor<?xf32>, %x: tensor<?x8xf32>, %batch: index) -> tensor<?x8xf32> {
  %e1 = tensor.empty(%batch) : tensor<?xf32>
  %e = tensor.empty(%batch) : tensor<?x8xf32>
  %a = linalg.generic {indexing_maps = [#id1, #id1], iterator_types = ["parallel"]}
      ins(%s : tensor<?xf32>) outs(%e1 : tensor<?xf32>) {
  ^bb0(%in: f32, %out: f32):
    %r = math.exp %in : f32
    linalg.yield %r : f32
  } -> tensor<?xf32>
  %b = linalg.generic {indexing_maps = [#id, #column, #id], iterator_types = ["parallel", "parallel"]}
      ins(%x, %a : tensor<?x8xf32>, tensor<?xf32>) outs(%e : tensor<?x8xf32>) {
  ^bb0(%in: f32, %c: f32, %out: f32):
    %r = arith.mulf %in, %c : f32
    linalg.yield %r : f32
  } -> tensor<?x8xf32>
  return %b : tensor<?x8xf32>
}

// A reduction takes in what it reads once.
// CHECK-LABEL: func @into_reduction
// CHECK-COUNT-1: linalg.generic
// CHECK:         arith.subf
// CHECK-NEXT:    arith.mulf
// CHECK-NEXT:    arith.addf
func.func @into_reduction(%x: tensor<?x8xf32>, %y: tensor<?x8xf32>, %batch: index) -> tensor<f32> {
  %zero = arith.constant 0.0 : f32
  %e = tensor.empty(%batch) : tensor<?x8xf32>
  %e0 = tensor.empty() : tensor<f32>
  %f = linalg.fill ins(%zero : f32) outs(%e0 : tensor<f32>) -> tensor<f32>
  %d = linalg.generic {indexing_maps = [#id, #id, #id], iterator_types = ["parallel", "parallel"]}
      ins(%x, %y : tensor<?x8xf32>, tensor<?x8xf32>) outs(%e : tensor<?x8xf32>) {
  ^bb0(%a: f32, %b: f32, %out: f32):
    %r = arith.subf %a, %b : f32
    linalg.yield %r : f32
  } -> tensor<?x8xf32>
  %s = linalg.generic {indexing_maps = [#id, #one], iterator_types = ["reduction", "reduction"]}
      ins(%d : tensor<?x8xf32>) outs(%f : tensor<f32>) {
  ^bb0(%a: f32, %out: f32):
    %q = arith.mulf %a, %a : f32
    %r = arith.addf %q, %out : f32
    linalg.yield %r : f32
  } -> tensor<f32>
  return %s : tensor<f32>
}
