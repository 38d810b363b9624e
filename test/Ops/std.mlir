// std: s = sqrt(v): the cotangent of v is g / (2 s), 0 where s = 0.
// RUN: mimo-opt %s --mimoc-vjp --canonicalize --cse | FileCheck %s --check-prefix=VJP
// RUN: mimo-opt %s --mimoc-mimo-to-linalg | FileCheck %s

func.func @rows(%x: tensor<?x4xf32>) -> tensor<?xf32> {
  %r = mimo.std %x over [1] keepdim false {correction = 0.0 : f64} : tensor<?x4xf32>
  return %r : tensor<?xf32>
}
// VJP-LABEL: func.func @rows(
// VJP-SAME:    %[[X:[^:]*]]: tensor<?x4xf32>, %[[G:[^:]*]]: tensor<?xf32>)
// VJP:         %[[STD:.*]] = mimo.std %[[X]] over [1] keepdim false {correction = 0.000000e+00
// VJP:         %[[CONSTANT:.*]] = mimo.constant 0.000000e+00 : f32
// VJP:         %[[EQ:.*]] = mimo.eq %[[STD]], %[[CONSTANT]]
// VJP:         %[[ADD:.*]] = mimo.add %[[STD]], %[[STD]]
// VJP:         %[[DIV:.*]] = mimo.div %[[G]], %[[ADD]]
// VJP:         %[[SELECT:.*]] = mimo.select %[[EQ]], %[[CONSTANT]], %[[DIV]]
// VJP:         %[[MEAN:.*]] = mimo.mean %[[X]] over [1] keepdim true
// VJP:         %[[SUB:.*]] = mimo.sub %[[X]], %[[MEAN]]
// VJP:         %[[SIZE:.*]] = mimo.size %[[X]] along [1] as f32
// VJP:         %[[SUB_2:.*]] = mimo.sub %[[SIZE]], %[[CONSTANT]]
// VJP:         %[[RELU:.*]] = mimo.relu %[[SUB_2]]
// VJP:         %[[CONSTANT_2:.*]] = mimo.constant 2.000000e+00 : f32
// VJP:         %[[DIV_2:.*]] = mimo.div %[[CONSTANT_2]], %[[RELU]]
// VJP:         %[[MUL:.*]] = mimo.mul %[[DIV_2]], %[[SELECT]]
// VJP:         %[[BROADCAST_LIKE:.*]] = mimo.broadcast_like %[[MUL]] like %[[X]] dims [0]
// VJP:         %[[MUL_2:.*]] = mimo.mul %[[BROADCAST_LIKE]], %[[SUB]]
// VJP:         return %[[MUL_2]]
// CHECK-LABEL: func.func @rows(
// CHECK:         linalg.generic {{.*}}["parallel", "reduction"]
// CHECK:           arith.addf
// CHECK:         tensor.expand_shape
// CHECK:         linalg.generic {{.*}}["parallel", "parallel"]
// CHECK:           arith.divf
// CHECK:         linalg.generic {{.*}}["parallel", "parallel"]
// CHECK:           arith.subf
// CHECK:         linalg.generic {{.*}}["parallel", "parallel"]
// CHECK:           arith.mulf
// CHECK:         linalg.generic {{.*}}["parallel", "reduction"]
// CHECK:           arith.addf
// CHECK:         linalg.generic {{.*}}[]
// CHECK:           arith.subf
// CHECK:         linalg.generic {{.*}}[]
// CHECK:           arith.cmpf olt
// CHECK:           arith.select
// CHECK:         linalg.generic {{.*}}["parallel"]
// CHECK:           arith.divf
// CHECK:         linalg.generic {{.*}}["parallel"]
// CHECK:           math.sqrt
