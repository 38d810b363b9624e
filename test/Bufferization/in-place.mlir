// What is read and written at one place is updated in place only where nothing needs the old value any longer.
// RUN: mimo-opt --mimoc-bind-entry-points --mimoc-prepare-destinations --one-shot-bufferize --canonicalize --cse \
// RUN:   --mimoc-order-results --mimoc-forward-copies --canonicalize %s | FileCheck %s

#id = affine_map<(i) -> (i)>

// CHECK-LABEL: func.func @update
// CHECK:       %[[W:.*]] = memref.view %{{.*}}[%c16]
// CHECK-NOT:   memref.alloc
// CHECK-NOT:   memref.copy
// CHECK:       linalg.generic {{.*}} ins(%[[W]], %{{.*}} : {{.*}}) outs(%[[W]] :
// CHECK-NOT:   memref.copy
func.func @update(%g: tensor<4xf32> {mimo.slot = "gradients", mimo.offset = 0 : i64},
                  %w: tensor<4xf32> {mimo.slot = "params", mimo.offset = 16 : i64})
    -> (tensor<4xf32> {mimo.slot = "params", mimo.offset = 16 : i64}) attributes {mimo.entry = "apply"} {
  %e = tensor.empty() : tensor<4xf32>
  %new = linalg.generic {indexing_maps = [#id, #id, #id], iterator_types = ["parallel"]}
      ins(%w, %g : tensor<4xf32>, tensor<4xf32>) outs(%e : tensor<4xf32>) {
  ^bb0(%a: f32, %b: f32, %o: f32):
    %r = arith.subf %a, %b : f32
    linalg.yield %r : f32
  } -> tensor<4xf32>
  return %new : tensor<4xf32>
}

// The update comes before another reader of the old value, which nothing keeps it from waiting for.
// CHECK-LABEL: func.func @update_before_reader
// CHECK-NOT:   memref.alloc
// CHECK:       linalg.log ins(%[[W:.*]] : memref<4xf32>) outs(%[[HEAD:.*]] :
// CHECK:       linalg.exp ins(%[[W]] : memref<4xf32>) outs(%[[W]] :
func.func @update_before_reader(%w: tensor<4xf32> {mimo.slot = "params", mimo.offset = 0 : i64})
    -> (tensor<4xf32> {mimo.slot = "params", mimo.offset = 0 : i64}, tensor<4xf32> {mimo.slot = "head:y"})
    attributes {mimo.entry = "step"} {
  %e = tensor.empty() : tensor<4xf32>
  %new = linalg.exp ins(%w : tensor<4xf32>) outs(%e : tensor<4xf32>) -> tensor<4xf32>
  %y = linalg.log ins(%w : tensor<4xf32>) outs(%e : tensor<4xf32>) -> tensor<4xf32>
  return %new, %y : tensor<4xf32>, tensor<4xf32>
}

// The reader needs the new value too: both stand side by side until it has run.
// CHECK-LABEL: func.func @update_needed_by_reader
// CHECK:       %[[W:.*]] = memref.view
// CHECK:       %[[NEW:.*]] = memref.alloc
// CHECK:       linalg.exp ins(%[[W]] : memref<4xf32>) outs(%[[NEW]] :
// CHECK:       linalg.add ins(%[[W]], %[[NEW]] :
// CHECK:       memref.copy %[[NEW]], %[[W]]
func.func @update_needed_by_reader(%w: tensor<4xf32> {mimo.slot = "params", mimo.offset = 0 : i64})
    -> (tensor<4xf32> {mimo.slot = "params", mimo.offset = 0 : i64}, tensor<4xf32> {mimo.slot = "head:y"})
    attributes {mimo.entry = "step"} {
  %e = tensor.empty() : tensor<4xf32>
  %new = linalg.exp ins(%w : tensor<4xf32>) outs(%e : tensor<4xf32>) -> tensor<4xf32>
  %y = linalg.add ins(%w, %new : tensor<4xf32>, tensor<4xf32>) outs(%e : tensor<4xf32>) -> tensor<4xf32>
  return %new, %y : tensor<4xf32>, tensor<4xf32>
}

// Where a place is overwritten, what another result reads from it is saved first.
// CHECK-LABEL: func.func @swap
// CHECK:       %[[A:.*]] = memref.view %{{.*}}[%c0]
// CHECK:       memref.copy %[[A]], %[[OLD_A:.*]] :
// CHECK:       %[[B:.*]] = memref.view %{{.*}}[%c16]
// CHECK-NEXT:  memref.copy %[[B]], %[[A]] :
// CHECK-NEXT:  memref.copy %[[OLD_A]], %[[B]] :
func.func @swap(%a: tensor<4xf32> {mimo.slot = "params", mimo.offset = 0 : i64},
                %b: tensor<4xf32> {mimo.slot = "params", mimo.offset = 16 : i64})
    -> (tensor<4xf32> {mimo.slot = "params", mimo.offset = 0 : i64},
        tensor<4xf32> {mimo.slot = "params", mimo.offset = 16 : i64}) attributes {mimo.entry = "apply"} {
  return %b, %a : tensor<4xf32>, tensor<4xf32>
}

// A head that is an input is copied; a parameter that does not change is not touched.
// CHECK-LABEL: func.func @pass_through(
// CHECK-SAME:    %{{.*}}: index, %[[X:.*]]: memref<?x4xf32> {{.*}}, %{{.*}}: memref<?xi8> {{.*}}, %[[HEAD:.*]]: memref<?x4xf32>
// CHECK-NEXT:  memref.copy %[[X]], %[[HEAD]]
// CHECK-NEXT:  return
func.func @pass_through(%x: tensor<?x4xf32> {mimo.slot = "input:x"},
                        %w: tensor<4xf32> {mimo.slot = "params", mimo.offset = 0 : i64})
    -> (tensor<?x4xf32> {mimo.slot = "head:y"}, tensor<4xf32> {mimo.slot = "params", mimo.offset = 0 : i64})
    attributes {mimo.entry = "forward"} {
  return %x, %w : tensor<?x4xf32>, tensor<4xf32>
}

// A parameter that is a result but does not change is nobody's scratch.
// CHECK-LABEL: func.func @unchanged
// CHECK:       %[[W:.*]] = memref.view
// CHECK-NOT:   outs(%[[W]] :
// CHECK:       return
func.func @unchanged(%x: tensor<4x4xf32> {mimo.slot = "input:x"},
                     %w: tensor<4x4xf32> {mimo.slot = "params", mimo.offset = 0 : i64})
    -> (tensor<4x4xf32> {mimo.slot = "params", mimo.offset = 0 : i64}, tensor<4x4xf32> {mimo.slot = "head:y"})
    attributes {mimo.entry = "forward"} {
  %acc = linalg.matmul ins(%x, %x : tensor<4x4xf32>, tensor<4x4xf32>) outs(%w : tensor<4x4xf32>) -> tensor<4x4xf32>
  %e = tensor.empty() : tensor<4x4xf32>
  %y = linalg.exp ins(%acc : tensor<4x4xf32>) outs(%e : tensor<4x4xf32>) -> tensor<4x4xf32>
  return %w, %y : tensor<4x4xf32>, tensor<4x4xf32>
}
