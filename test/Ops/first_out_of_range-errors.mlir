// RUN: mimo-opt %s -split-input-file -verify-diagnostics

func.func @floats(%x: tensor<?xf32>) {
  // expected-error@+1 {{first_out_of_range: takes i32 or i64, not f32[batch]}}
  %0 = mimo.first_out_of_range %x < 3 : tensor<?xf32>
  return
}

// -----

func.func @mask_type(%x: tensor<?xi64>, %m: tensor<?xi32>) {
  // expected-error@+1 {{first_out_of_range: the mask i32[batch] does not select from i64[batch]}}
  %0 = mimo.first_out_of_range %x where %m < 3 : tensor<?xi64>, tensor<?xi32>
  return
}

// -----

func.func @mask_larger(%x: tensor<?x1xi64>, %m: tensor<?x4xi1>) {
  // expected-error@+1 {{first_out_of_range: the mask bool[batch, 4] does not select from i64[batch, 1]}}
  %0 = mimo.first_out_of_range %x where %m < 3 : tensor<?x1xi64>, tensor<?x4xi1>
  return
}

// -----

func.func @mask_rank(%x: tensor<?x4xi64>, %m: tensor<?xi1>) {
  // expected-error@+1 {{first_out_of_range: operands i64[batch, 4] and bool[batch] do not fit: they must have the same rank}}
  %0 = mimo.first_out_of_range %x where %m < 3 : tensor<?x4xi64>, tensor<?xi1>
  return
}
