// Sums, means and products over axes; whether conditions hold along them.
include "mimo/IR/MimoBase.td"

def Mimo_SumOp : Mimo_Reduction<"sum"> { let summary = "the sum over axes; all axes where none is given"; }
def Mimo_MeanOp : Mimo_Reduction<"mean"> { let summary = "the mean over axes; all axes where none is given"; }
def Mimo_ProdOp : Mimo_Reduction<"prod"> { let summary = "the product over axes; all axes where none is given"; }

def Mimo_AnyOp : Mimo_Reduction<"any", []> { let summary = "whether one of the conditions over axes holds; all axes where none is given"; }
def Mimo_AllOp : Mimo_Reduction<"all", []> { let summary = "whether all of the conditions over axes hold; all axes where none is given"; }
