// accuracy: is the label the first of the largest logits? The index of the first maximum is the least of those that reach it;
// rows of NaN reach none and get the number of classes, which no label is.
// RUN: mimo-opt %s --mimoc-mimo-to-linalg | FileCheck %s

func.func @accuracy(%x: tensor<?x10xf32>, %t: tensor<?xi32>) -> tensor<?xf32> {
  %0 = mimo.accuracy %x, %t : tensor<?x10xf32>, tensor<?xi32>
  return %0 : tensor<?xf32>
}
// CHECK-LABEL: func.func @accuracy
// CHECK:         linalg.generic {{.*}}"parallel", "reduction"]} ins(%arg0 :
// CHECK:           arith.maximumf
// CHECK:         %[[CANDIDATES:.*]] = linalg.generic
// CHECK:         ^bb0(%[[X:.*]]: f32, %[[MAX:.*]]: f32, %{{.*}}: i64):
// CHECK:           %[[COLUMN:.*]] = arith.index_cast
// CHECK:           %[[REACHED:.*]] = arith.cmpf oeq, %[[X]], %[[MAX]]
// CHECK:           %[[NONE:.*]] = arith.constant 10 : i64
// CHECK:           arith.select %[[REACHED]], %[[COLUMN]], %[[NONE]]
// CHECK:         linalg.generic {{.*}}"parallel", "reduction"]} ins(%[[CANDIDATES]] :
// CHECK:           arith.minsi
// CHECK:         %[[LABEL:.*]] = arith.extsi %{{.*}} : i32 to i64
// CHECK:         %[[HIT:.*]] = arith.cmpi eq, %{{.*}}, %[[LABEL]] : i64
// CHECK:         arith.uitofp %[[HIT]] : i1 to f32
