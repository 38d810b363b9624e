// RUN: mimo-opt --mimoc-approximate-math %s | FileCheck %s
// RUN: mimo-opt --mimoc-approximate-math=fma=false %s | FileCheck %s --check-prefix=NOFMA

// CHECK-LABEL: func.func @polynomial
// CHECK-NOT:   math.exp
// CHECK:       math.fma
// NOFMA-LABEL: func.func @polynomial
// NOFMA-NOT:   math.fma
// NOFMA:       return
func.func @polynomial(%x: vector<16xf32>) -> vector<16xf32> {
  %y = math.exp %x : vector<16xf32>
  return %y : vector<16xf32>
}

// No function of f32 is called: what has no polynomial is computed in f64.
// CHECK-LABEL: func.func @wide
// CHECK:       arith.extf {{.*}} vector<4xf32> to vector<4xf64>
// CHECK:       math.powf {{.*}} : vector<4xf64>
// CHECK:       arith.truncf
func.func @wide(%x: vector<4xf32>, %y: vector<4xf32>) -> vector<4xf32> {
  %z = math.powf %x, %y : vector<4xf32>
  return %z : vector<4xf32>
}

// exp(x) - 1 would lose every digit of a small x.
// CHECK-LABEL: func.func @library
// CHECK:       call @expm1(
func.func @library(%x: f64) -> f64 {
  %y = math.expm1 %x : f64
  return %y : f64
}
