// RUN: mimo-opt --mimoc-store-booleans-as-bytes %s | FileCheck %s

#id = affine_map<(i) -> (i)>

// CHECK-LABEL: func.func @mask
// CHECK-NOT:   xi1>
// CHECK:       %[[MASK:.*]] = linalg.generic {{.*}} outs(%{{.*}} : tensor<4xi8>)
// CHECK:         %[[BIT:.*]] = arith.cmpf ogt
// CHECK-NEXT:    %[[BYTE:.*]] = arith.extui %[[BIT]] : i1 to i8
// CHECK-NEXT:    linalg.yield %[[BYTE]] : i8
// CHECK:       linalg.generic {{.*}} ins(%[[MASK]], %{{.*}} : tensor<4xi8>, tensor<4xf32>)
// CHECK-NEXT:  ^bb0(%[[IN:.*]]: i8
// CHECK-NEXT:    %[[AGAIN:.*]] = arith.trunci %[[IN]] : i8 to i1
// CHECK-NEXT:    arith.select %[[AGAIN]]
// CHECK-NOT:   xi1>
func.func @mask(%x: tensor<4xf32>) -> tensor<4xf32> {
  %zero = arith.constant 0.0 : f32
  %e = tensor.empty() : tensor<4xi1>
  %m = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel"]}
      ins(%x : tensor<4xf32>) outs(%e : tensor<4xi1>) {
  ^bb0(%a: f32, %o: i1):
    %r = arith.cmpf ogt, %a, %zero : f32
    linalg.yield %r : i1
  } -> tensor<4xi1>
  %f = tensor.empty() : tensor<4xf32>
  %y = linalg.generic {indexing_maps = [#id, #id, #id], iterator_types = ["parallel"]}
      ins(%m, %x : tensor<4xi1>, tensor<4xf32>) outs(%f : tensor<4xf32>) {
  ^bb0(%b: i1, %a: f32, %o: f32):
    %r = arith.select %b, %a, %zero : f32
    linalg.yield %r : f32
  } -> tensor<4xf32>
  return %y : tensor<4xf32>
}

// CHECK-LABEL: func.func @constants_and_scalars
// CHECK:       arith.constant dense<[1, 0]> : tensor<2xi8>
// CHECK:       %[[BYTE:.*]] = tensor.extract %{{.*}} : tensor<2xi8>
// CHECK:       arith.trunci %[[BYTE]] : i8 to i1
// CHECK:       linalg.fill ins(%{{.*}} : i8) outs(%{{.*}} : tensor<2xi8>)
func.func @constants_and_scalars(%i: index, %b: i1, %x: f32, %y: f32) -> (f32, f32) {
  %c = arith.constant dense<[true, false]> : tensor<2xi1>
  %bit = tensor.extract %c[%i] : tensor<2xi1>
  %r = arith.select %bit, %x, %y : f32
  %e = tensor.empty() : tensor<2xi1>
  %f = linalg.fill ins(%b : i1) outs(%e : tensor<2xi1>) -> tensor<2xi1>
  %again = tensor.extract %f[%i] : tensor<2xi1>
  %s = arith.select %again, %x, %y : f32
  return %r, %s : f32, f32
}
