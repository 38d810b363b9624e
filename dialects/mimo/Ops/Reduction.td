// Sums, means and products over axes.
include "mimo/IR/MimoBase.td"

def Mimo_SumOp : Mimo_Reduction<"sum"> { let summary = "the sum over axes; all axes where none is given"; }
def Mimo_MeanOp : Mimo_Reduction<"mean"> { let summary = "the mean over axes; all axes where none is given"; }
def Mimo_ProdOp : Mimo_Reduction<"prod"> { let summary = "the product over axes; all axes where none is given"; }
