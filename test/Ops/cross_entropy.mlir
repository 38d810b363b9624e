// cross_entropy: l = log sum exp(x) - x[t], one a sample; dx = g (softmax(x) - onehot(t)). The maximum is subtracted first, so
// that nothing overflows.
// RUN: mimo-opt %s --mimoc-vjp --canonicalize --cse | FileCheck %s --check-prefix=VJP
// RUN: mimo-opt %s --mimoc-mimo-to-linalg | FileCheck %s

func.func @cross_entropy(%x: tensor<?x10xf32>, %t: tensor<?xi64>) -> tensor<?xf32> {
  %0 = mimo.cross_entropy %x, %t : tensor<?x10xf32>, tensor<?xi64>
  return %0 : tensor<?xf32>
}
// VJP-LABEL: func.func @cross_entropy(
// VJP-SAME:    %[[X:[^:]*]]: tensor<?x10xf32>, %[[T:[^:]*]]: tensor<?xi64>, %[[G:[^:]*]]: tensor<?xf32>)
// VJP-NOT:     mimo.cross_entropy
// VJP:         %[[COLUMN:.*]] = mimo.reshape %[[G]] to [-1, 1]
// VJP:         %[[P:.*]] = mimo.softmax %[[X]] along 1
// VJP:         %[[HOT:.*]] = mimo.one_hot_like %[[T]] like %[[X]] along 1
// VJP:         %[[E:.*]] = mimo.sub %[[P]], %[[HOT]]
// VJP:         %[[D:.*]] = mimo.mul %[[COLUMN]], %[[E]] : tensor<?x1xf32>, tensor<?x10xf32>
// VJP:         return %[[D]] : tensor<?x10xf32>

// CHECK-LABEL: func.func @cross_entropy
// CHECK:         arith.constant 0xFF800000 : f32
// CHECK:         %[[MAX:.*]] = linalg.generic {{.*}}"parallel", "reduction"]} ins(%arg0 :
// CHECK:           arith.maximumf
// CHECK:         %[[EXPS:.*]] = linalg.generic
// CHECK:           arith.subf
// CHECK:           math.exp
// CHECK:         %[[SUM:.*]] = linalg.generic {{.*}}"parallel", "reduction"]} ins(%[[EXPS]] :
// CHECK:           arith.addf
// x[t]: the other classes are 0, whatever is in them.
// CHECK:         %[[PICKED:.*]] = linalg.generic
// CHECK:           %[[I:.*]] = linalg.index 1
// CHECK-NEXT:      %[[CLASS:.*]] = arith.index_cast %[[I]] : index to i64
// CHECK-NEXT:      %[[HIT:.*]] = arith.cmpi eq, %[[CLASS]], %{{.*}} : i64
// CHECK:           arith.select %[[HIT]]
// CHECK:         %[[CHOSEN:.*]] = linalg.generic {{.*}}"parallel", "reduction"]} ins(%[[PICKED]] :
// CHECK:         linalg.generic {{.*}} ins(%[[MAX]], %[[SUM]], %[[CHOSEN]] :
// CHECK:         ^bb0(%[[M:.*]]: f32, %[[S:.*]]: f32, %[[C:.*]]: f32, %{{.*}}: f32):
// CHECK-NEXT:    %[[L:.*]] = math.log %[[S]]
// CHECK-NEXT:    %[[R:.*]] = arith.subf %[[M]], %[[C]]
// CHECK-NEXT:    %[[Y:.*]] = arith.addf %[[L]], %[[R]]
// CHECK-NEXT:    linalg.yield %[[Y]]

// Labels of 32 bits; a batch that is known.
func.func @narrow(%x: tensor<6x10xf64>, %t: tensor<6xi32>) -> tensor<6xf64> {
  %0 = mimo.cross_entropy %x, %t : tensor<6x10xf64>, tensor<6xi32>
  return %0 : tensor<6xf64>
}
// VJP-LABEL: func.func @narrow(
// VJP:         mimo.reshape %{{.*}} to [6, 1]
// VJP:         mimo.one_hot_like %{{.*}} : tensor<6xi32>, tensor<6x10xf64>
// CHECK-LABEL: func.func @narrow
// CHECK:         arith.index_cast %{{.*}} : index to i32
