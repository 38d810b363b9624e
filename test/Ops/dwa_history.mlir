// One more observation of a loss: the running mean; at the end of a period its mean becomes that of the last period.
// RUN: mimo-opt %s --mimoc-mimo-to-linalg | FileCheck %s

func.func @history(%h: tensor<4xf32>, %o: tensor<4xf32>) -> tensor<4xf32> {
  %0 = mimo.dwa_history %h, %o {period = 100} : tensor<4xf32>, tensor<4xf32>
  return %0 : tensor<4xf32>
}
// CHECK: func.func @history(%[[H:[^:]*]]: tensor<4xf32>, %[[O:[^:]*]]: tensor<4xf32>)
// The number of observations, which may be none.
// CHECK: tensor.extract_slice %[[O]][1] [1] [1]
// CHECK: arith.cmpf ogt
// CHECK: tensor.extract_slice %[[O]][0] [1] [1]
// CHECK: arith.constant {{.*}}1.000000e+02
// CHECK: arith.cmpf oge
