// RUN: mimo-opt --mimoc-bind-entry-points --split-input-file --verify-diagnostics %s | FileCheck %s

// The batch, a whole tensor, a block of bytes, the workspace; members of the block are views at their offsets.
// CHECK-LABEL: func.func @apply(
// CHECK-SAME:    %[[BATCH:.*]]: index, %[[X:.*]]: memref<?x4xf32> {mimo.slot = "input:x"},
// CHECK-SAME:    %[[PARAMS:.*]]: memref<?xi8> {mimo.slot = "params"}, %[[HEAD:.*]]: memref<?x4xf32> {mimo.slot = "head:y"},
// CHECK-SAME:    %{{.*}}: memref<?xi8> {mimo.slot = "workspace"})
// CHECK-SAME:    mimo.slots = ["input:x", "params", "head:y", "workspace"]
// CHECK:       %[[XT:.*]] = bufferization.to_tensor %[[X]] restrict :
// CHECK:       %[[C16:.*]] = arith.constant 16 : index
// CHECK:       %[[W:.*]] = memref.view %[[PARAMS]][%[[C16]]][] : memref<?xi8> to memref<4xf32>
// CHECK:       %[[WT:.*]] = bufferization.to_tensor %[[W]] restrict writable
// CHECK:       tensor.empty(%[[BATCH]])
// CHECK-NOT:   tensor.dim
// CHECK:       %[[NEW:.*]] = linalg.exp ins(%[[WT]]
// CHECK:       %[[BUFFER:.*]] = bufferization.to_buffer %[[NEW]] read_only
// CHECK:       memref.copy %[[BUFFER]], %[[W]] {mimo.result}
// CHECK:       return{{$}}
func.func @apply(%x: tensor<?x4xf32> {mimo.slot = "input:x"},
                 %w: tensor<4xf32> {mimo.slot = "params", mimo.offset = 16 : i64})
    -> (tensor<?x4xf32> {mimo.slot = "head:y"}, tensor<4xf32> {mimo.slot = "params", mimo.offset = 16 : i64})
    attributes {mimo.entry = "apply", mimo.entry_name = ""} {
  %c0 = arith.constant 0 : index
  %batch = tensor.dim %x, %c0 : tensor<?x4xf32>
  %e = tensor.empty(%batch) : tensor<?x4xf32>
  %y = linalg.exp ins(%x : tensor<?x4xf32>) outs(%e : tensor<?x4xf32>) -> tensor<?x4xf32>
  %e4 = tensor.empty() : tensor<4xf32>
  %new = linalg.exp ins(%w : tensor<4xf32>) outs(%e4 : tensor<4xf32>) -> tensor<4xf32>
  return %y, %new : tensor<?x4xf32>, tensor<4xf32>
}

// -----

// expected-error @below {{argument 0 of entry point has no 'mimo.slot'; give it the slot that it is bound to}}
func.func @unbound(%x: tensor<4xf32>) attributes {mimo.entry = "forward"} {
  return
}

// -----

// expected-error @below {{two results go to slot "losses" at byte 8}}
func.func @twice(%x: tensor<f64> {mimo.slot = "options", mimo.offset = 0 : i64})
    -> (tensor<f64> {mimo.slot = "losses", mimo.offset = 8 : i64}, tensor<f64> {mimo.slot = "losses", mimo.offset = 8 : i64})
    attributes {mimo.entry = "backward"} {
  return %x, %x : tensor<f64>, tensor<f64>
}
