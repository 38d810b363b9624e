// Random ops: Philox4x32-10 (Salmon et al., SC 2011) keyed by seed, step, site, global row and column.
include "mimo/IR/MimoBase.td"

def Mimo_DropoutOp : Mimo_PureOp<"dropout", [DeclareOpInterfaceMethods<FromSource, ["buildFromCall"]>, Mimo_Differentiable, DeclareOpInterfaceMethods<ModeDependent>]> {
  let hasVerifier = 1;
  let summary = "in training 0 with probability p and x / (1 - p) otherwise; in evaluation x";
  let description = [{The mask is drawn again from the counter in the backward pass, so nothing is kept for it.}];
  let arguments = (ins Mimo_Tensor:$x, Mimo_RandomState:$rng, F64Attr:$p, I64Attr:$site);
  let assemblyFormat = "$x `,` $rng attr-dict `:` type($x) `,` type($rng)";
}

def Mimo_Dropout2dOp : Mimo_PureOp<"dropout2d", [DeclareOpInterfaceMethods<FromSource, ["buildFromCall"]>, Mimo_Differentiable, DeclareOpInterfaceMethods<ModeDependent>]> {
  let hasVerifier = 1;
  let summary = "dropout of whole channels of images and sequences, as nn.Dropout1d and 2d; in evaluation x";
  let arguments = (ins Mimo_Tensor:$x, Mimo_RandomState:$rng, F64Attr:$p, I64Attr:$site);
  let assemblyFormat = "$x `,` $rng attr-dict `:` type($x) `,` type($rng)";
}

def Mimo_RandnOp : Mimo_PureOp<"randn", [DeclareOpInterfaceMethods<FromSource, ["buildFromCall"]>]> {
  let summary = "standard normal numbers of the shape of `like` (Box-Muller); 0 where randomness is switched off";
  let arguments = (ins Mimo_Tensor:$like, Mimo_RandomState:$rng, I64Attr:$site);
  let assemblyFormat = "$like `,` $rng attr-dict `:` type($like) `,` type($rng)";
}
