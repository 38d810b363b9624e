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

// Most functions are polynomials in f64: so is the power, e^(y log |x|).
// CHECK-LABEL: func.func @wide
// CHECK:       arith.extf {{.*}} vector<4xf32> to vector<4xf64>
// CHECK-NOT:   math.powf
// CHECK-NOT:   math.log
// CHECK:       arith.truncf
func.func @wide(%x: vector<4xf32>, %y: vector<4xf32>) -> vector<4xf32> {
  %z = math.powf %x, %y : vector<4xf32>
  return %z : vector<4xf32>
}

// No function of f32 is called: what has no polynomial is that of f64.
// CHECK-LABEL: func.func @rest
// CHECK:       arith.extf {{.*}} f32 to f64
// CHECK:       math.atan2 {{.*}} : f64
// CHECK:       arith.truncf
func.func @rest(%x: f32, %y: f32) -> f32 {
  %z = math.atan2 %x, %y : f32
  return %z : f32
}

// An f64 keeps its digits, unless the flag says that they are not needed.
// CHECK-LABEL: func.func @exact
// CHECK:       math.sin
// CHECK-NOT:   math.cos
// CHECK:       return
func.func @exact(%x: f64) -> (f64, f64) {
  %y = math.sin %x : f64
  %z = math.cos %x fastmath<afn> : f64
  return %y, %z : f64, f64
}

// exp(x) - 1 would lose every digit of a small x.
// CHECK-LABEL: func.func @library
// CHECK:       call @expm1(
func.func @library(%x: f64) -> f64 {
  %y = math.expm1 %x : f64
  return %y : f64
}
