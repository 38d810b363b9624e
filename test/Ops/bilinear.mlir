// bilinear: z[o] = x^T W[o] y + b[o], all by way of products of matrices.
// RUN: mimo-opt %s --mimoc-vjp --canonicalize --cse | FileCheck %s --check-prefix=VJP
// RUN: mimo-opt %s --mimoc-mimo-to-linalg | FileCheck %s

func.func @biased(%x: tensor<?x5xf32>, %y: tensor<?x3xf32>, %w: tensor<4x5x3xf32>, %b: tensor<4xf32>) -> tensor<?x4xf32> {
  %0 = mimo.bilinear %x, %y, %w, %b : tensor<?x5xf32>, tensor<?x3xf32>, tensor<4x5x3xf32>, tensor<4xf32>
  return %0 : tensor<?x4xf32>
}
// VJP-LABEL: func.func @biased(
// VJP-SAME:    %[[X:[^:]*]]: tensor<?x5xf32>, %[[Y:[^:]*]]: tensor<?x3xf32>, %[[W:[^:]*]]: tensor<4x5x3xf32>, %{{[^:]*}}: tensor<4xf32>, %[[G:[^:]*]]: tensor<?x4xf32>)
// VJP:         %[[GY:.*]] = mimo.einsum "ao,aj->aoj" %[[G]], %[[Y]]
// VJP:         %[[DX:.*]] = mimo.einsum "aoj,oij->ai" %[[GY]], %[[W]]
// VJP:         %[[DW:.*]] = mimo.einsum "aoj,ai->oij" %[[GY]], %[[X]]
// VJP:         %[[XW:.*]] = mimo.einsum "ai,oij->aoj" %[[X]], %[[W]]
// VJP:         %[[DY:.*]] = mimo.einsum "aoj,ao->aj" %[[XW]], %[[G]]
// VJP:         %[[DB:.*]] = mimo.sum %[[G]] over [0] keepdim false
// VJP:         return %[[DX]], %[[DY]], %[[DW]], %[[DB]]
// CHECK-LABEL: func.func @biased
// CHECK:         outs(%{{.*}} : tensor<?x4x3xf32>)
// CHECK:         outs(%{{.*}} : tensor<?x4xf32>)
