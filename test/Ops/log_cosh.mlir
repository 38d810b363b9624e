// log_cosh: a square near 0, a distance far from it; dx = g tanh(x - t).
// RUN: mimo-opt %s --mimoc-vjp --canonicalize --cse | FileCheck %s --check-prefix=VJP
// RUN: mimo-opt %s --mimoc-mimo-to-linalg | FileCheck %s

func.func @log_cosh(%x: tensor<?x4xf32>, %t: tensor<?x4xf32>) -> tensor<?x4xf32> {
  %0 = mimo.log_cosh %x, %t : tensor<?x4xf32>, tensor<?x4xf32>
  return %0 : tensor<?x4xf32>
}
// VJP-LABEL: func.func @log_cosh(
// VJP-SAME:    %[[X:[^:]*]]: tensor<?x4xf32>, %[[T:[^:]*]]: tensor<?x4xf32>, %[[G:[^:]*]]: tensor<?x4xf32>)
// VJP-DAG:     %[[D:.*]] = mimo.sub %[[X]], %[[T]]
// VJP-DAG:     %[[H:.*]] = mimo.tanh %[[D]]
// VJP-DAG:     %[[DX:.*]] = mimo.mul %[[G]], %[[H]]
// VJP:         return %[[DX]],

// CHECK-LABEL: func.func @log_cosh
// CHECK:         math.absf
// CHECK:         math.sinh
// CHECK:         math.log1p
// CHECK:         arith.select
