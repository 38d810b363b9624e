// The largest and smallest elements over axes, and where they are.
include "mimo/IR/MimoBase.td"

def Mimo_MaxOp : Mimo_Reduction<"max"> {
  let summary = "the largest element over axes; NaN where there is one; ties share the gradient equally, as torch.amax";
}
def Mimo_MinOp : Mimo_Reduction<"min"> {
  let summary = "the smallest element over axes; NaN where there is one; ties share the gradient equally, as torch.amin";
}

// Where several axes are given, the index counts their elements in row-major order.
def Mimo_ArgmaxOp : Mimo_Reduction<"argmax", []> {
  let summary = "the index (i64) of the first of the largest elements; NaN counts as the largest";
}
def Mimo_ArgminOp : Mimo_Reduction<"argmin", []> {
  let summary = "the index (i64) of the first of the smallest elements; NaN counts as the smallest";
}
