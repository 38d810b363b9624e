// Normalisation of channels over a batch, with running statistics for evaluation.
include "mimo/IR/MimoBase.td"

def Mimo_BatchnormOp
    : Mimo_Op<"batchnorm", [Pure, InferTypeOpAdaptor, AttrSizedOperandSegments, DeclareOpInterfaceMethods<LowersToLinalg>,
                            DeclareOpInterfaceMethods<FromSource, ["buildFromCall"]>, Mimo_Differentiable,
                            DeclareOpInterfaceMethods<ModeDependent, ["getLeastRows"]>]> {
  let summary = "(x - mean) / sqrt(variance + eps) of each channel over the batch, times weight plus bias, as nn.BatchNorm1d and 2d";
  let description = [{
    In training, mean and variance (without correction) are those of the batch; they are results, too, from which the next running
    statistics are made (mimo.next). In evaluation they are `running_mean` and `running_var`. The gradient of the statistics
    themselves is not needed: they are kept, not trained.
  }];
  let arguments = (ins Mimo_Tensor:$x, Mimo_Tensor:$running_mean, Mimo_Tensor:$running_var, Optional<Mimo_Tensor>:$weight,
                       Optional<Mimo_Tensor>:$bias, F64Attr:$eps);
  let results = (outs Mimo_Tensor:$out, Mimo_Tensor:$mean, Mimo_Tensor:$variance);
  let assemblyFormat = [{$x `running` $running_mean `,` $running_var (`weight` $weight^)? (`bias` $bias^)? `eps` $eps attr-dict
                         `:` type(operands)}];
}
