// Updates of the rows of a parameter whose gradient is sparse.
include "mimo/IR/MimoBase.td"

def Mimo_UpdateRowsOp : Mimo_Op<"update_rows", [Pure, AttrSizedOperandSegments, Mimo_InfersTypes, DeclareOpInterfaceMethods<LowersToLinalg>]> {
  let summary = "an optimizer's update of those rows of a parameter whose gradient is not zero, and of their state";
  let description = [{
    The gradient is either a tensor, or the rows of several lookups, which are added up in their order. `settings` are the attributes
    of the op mimo.<rule>, which updates each row.
  }];
  let arguments = (ins StrAttr:$rule, DictionaryAttr:$settings, DenseI64ArrayAttr:$ignored, StaticShapeTensorOf<[F32, F64]>:$parameter,
                       Optional<Mimo_Tensor>:$gradient, Variadic<Mimo_Tensor>:$indices, Variadic<Mimo_Tensor>:$values,
                       Variadic<Mimo_Tensor>:$state, 0DTensorOf<[F64]>:$learning_rate, Mimo_RandomState:$rng);
  let results = (outs Variadic<Mimo_Tensor>:$updated);
  let hasVerifier = 1;
  let assemblyFormat = [{$rule $settings $parameter (`by` $gradient^)? (`at` $indices^ `add` $values `but` $ignored)? `state` `(` $state `)`
                         `lr` $learning_rate `at` $rng attr-dict `:` type(operands)}];
}
