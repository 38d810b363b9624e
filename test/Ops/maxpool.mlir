// maxpool: values and places in one pass; the gradient goes where the places say.
// RUN: mimo-opt %s --mimoc-vjp --canonicalize --cse | FileCheck %s --check-prefix=VJP
// RUN: mimo-opt %s --mimoc-mimo-to-linalg | FileCheck %s

func.func @f(%x: tensor<?x3x7x8xf32>) -> tensor<?x3x4x4xf32> {
  %0 = mimo.maxpool %x kernel [3, 3] stride [2, 2] pad [1, 1] dilation [1, 1] ceil false : tensor<?x3x7x8xf32>
  return %0 : tensor<?x3x4x4xf32>
}
// VJP-LABEL: func.func @f(
// VJP-SAME:    %[[X:[^:]*]]: tensor<?x3x7x8xf32>, %[[G:[^:]*]]: tensor<?x3x4x4xf32>)
// VJP:         %[[P:.*]] = mimo.max_places %[[X]] kernel [3, 3] stride [2, 2] pad [1, 1] dilation [1, 1] ceil false
// VJP:         mimo.max_unpool %[[G]] at %[[P]] kernel [3, 3] stride [2, 2] pad [1, 1] dilation [1, 1] to [7, 8]

// The innermost loop is one of windows, which become the vector; the padding loses against everything.
// CHECK:       #[[SEEN:.*]] = affine_map<(d0, d1, d2, d3, d4, d5) -> (d0, d1, d4 * 2 + d2, d5 * 2 + d3)>
// CHECK-LABEL: func.func @f
// CHECK:         arith.constant 0xFF800000 : f32
// CHECK:         tensor.insert_slice %{{.*}} into %{{.*}}[0, 0, 1, 1] [%{{.*}}, 3, 7, 8] [1, 1, 1, 1] : tensor<?x3x7x8xf32> into tensor<?x3x9x9xf32>
// CHECK:         linalg.generic {{.*}} iterator_types = ["parallel", "parallel", "reduction", "reduction", "parallel", "parallel"]
// CHECK:           arith.cmpf ogt
// CHECK:           arith.cmpf une
