// RUN: mimo-opt --mimoc-set-linkage %s | FileCheck %s

// CHECK: llvm.func internal @once()
// CHECK-NOT: no_inline
// CHECK: llvm.func internal @twice() attributes {no_inline}
// CHECK: llvm.func @expm1(f64) -> f64
// CHECK: llvm.func @step(
llvm.func @once() { llvm.return }
llvm.func @twice() { llvm.return }
llvm.func @expm1(f64) -> f64
llvm.func @step(%slots: !llvm.ptr, %batch: i64) attributes {mimo.entry = "step"} {
  llvm.call @once() : () -> ()
  llvm.call @twice() : () -> ()
  llvm.call @twice() : () -> ()
  llvm.return
}
