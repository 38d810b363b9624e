// RUN: mimo-opt --mimoc-outline-kernels %s | FileCheck %s

#id = affine_map<(i) -> (i)>

// CHECK-LABEL: func.func @forward
// CHECK-NEXT:  call @kernel_gemm_0(
// CHECK-NEXT:  return
func.func @forward(%x: memref<?x8xf32>, %w: memref<8x4xf32>, %y: memref<?x4xf32>) attributes {mimo.entry = "forward"} {
  linalg.matmul ins(%x, %w : memref<?x8xf32>, memref<8x4xf32>) outs(%y : memref<?x4xf32>)
  return
}

// The same product in another entry point is the same kernel. What a body captures becomes an argument, what is
// constant moves in, and an operand that is read and written is one argument.
// CHECK-LABEL: func.func @step(
// CHECK-SAME:    %[[X:.*]]: memref<?x8xf32>, %[[W:.*]]: memref<8x4xf32>, %[[Y:.*]]: memref<?x4xf32>, %[[P:.*]]: memref<?xf32>, %[[Q:.*]]: memref<?xf32>, %[[RATE:.*]]: f32)
// CHECK:       call @kernel_gemm_0(%[[X]], %[[W]], %[[Y]])
// CHECK-NEXT:  call @kernel_map_0(%[[P]], %[[RATE]])
// CHECK-NEXT:  call @kernel_map_0(%[[Q]], %[[RATE]])
// CHECK-NEXT:  call @kernel_map_1(%[[P]], %[[Q]], %[[RATE]])
func.func @step(%x: memref<?x8xf32>, %w: memref<8x4xf32>, %y: memref<?x4xf32>, %p: memref<?xf32>, %q: memref<?xf32>,
                %rate: f32) attributes {mimo.entry = "step"} {
  %two = arith.constant 2.0 : f32
  linalg.matmul ins(%x, %w : memref<?x8xf32>, memref<8x4xf32>) outs(%y : memref<?x4xf32>)
  linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel"]} ins(%p : memref<?xf32>) outs(%p : memref<?xf32>) {
  ^bb0(%a: f32, %o: f32):
    %s = arith.mulf %a, %rate : f32
    %r = arith.addf %s, %two : f32
    linalg.yield %r : f32
  }
  linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel"]} ins(%q : memref<?xf32>) outs(%q : memref<?xf32>) {
  ^bb0(%a: f32, %o: f32):
    %s = arith.mulf %a, %rate : f32
    %r = arith.addf %s, %two : f32
    linalg.yield %r : f32
  }
  linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel"]} ins(%p : memref<?xf32>) outs(%q : memref<?xf32>) {
  ^bb0(%a: f32, %o: f32):
    %s = arith.mulf %a, %rate : f32
    %r = arith.addf %s, %two : f32
    linalg.yield %r : f32
  }
  return
}

// CHECK:       func.func private @kernel_gemm_0(%{{.*}}: memref<?x8xf32>, %{{.*}}: memref<8x4xf32>, %{{.*}}: memref<?x4xf32>)
// CHECK:         linalg.matmul
// CHECK:       func.func private @kernel_map_0(%[[A:.*]]: memref<?xf32>, %[[R:.*]]: f32)
// CHECK:         %[[TWO:.*]] = arith.constant 2.0
// CHECK:         linalg.generic {{.*}} ins(%[[A]] : memref<?xf32>) outs(%[[A]] : memref<?xf32>)
// CHECK:       func.func private @kernel_map_1
// CHECK-NOT:   func.func
