// The structural ops: what a model consists of, whatever it computes. lib/ may name these.
#ifndef MIMO_MODEL_TD
#define MIMO_MODEL_TD

include "mimo/IR/MimoBase.td"
include "mlir/IR/SymbolInterfaces.td"
include "mlir/IR/RegionKindInterface.td"

def Mimo_ModelOp : Mimo_Op<"model", [IsolatedFromAbove, Symbol, SingleBlock, NoTerminator]> {
  let summary = "a network with its inputs, heads, losses and optimizer, as it was written";
  let arguments = (ins SymbolNameAttr:$sym_name, StrAttr:$prefix, TypeAttr:$precision, UI64Attr:$seed);
  let regions = (region SizedRegion<1>:$body);
  let assemblyFormat = "$sym_name attr-dict-with-keyword $body";
}

class Mimo_NamedSource<string mnemonic, string text> : Mimo_Op<mnemonic> {
  let summary = text;
  let arguments = (ins StrAttr:$name);
  let results = (outs Mimo_Tensor:$out);
  let assemblyFormat = "$name attr-dict `:` type($out)";
}

def Mimo_InputOp : Mimo_NamedSource<"input", "a tensor that the caller hands in at every use of the model">;
def Mimo_TargetOp : Mimo_NamedSource<"target", "a tensor that exists in training and evaluation only">;

def Mimo_ParamOp : Mimo_Op<"param"> {
  let summary = "a tensor that is kept from step to step, under PyTorch's name and in PyTorch's layout: trained, or a buffer";
  let description = [{
    `init` is "constant" (a), "uniform" (in [a, b)), "normal" (mean a, deviation b), "truncated_normal" (the same, in [low, high]),
    "orthogonal" (gain a) or "identity".
    `update` is absent for weights of the network, which the optimizer updates with all its settings. What a balancing rule keeps is
    updated as BalancingState says.
    The row `zero_row` starts with zeros. With `sparse_rows` an optimizer updates only those rows whose gradient is not zero.
    A `buffer` (running statistics, counters) is no weight: nothing differentiates it and no optimizer knows it; mimo.next says what
    a step makes of it. One of `whole` numbers is kept in the model's type and saved as i64.
    The phases of `frozen_in` do not train it: they have no gradient of it and no state, and leave it as it is.
  }];
  let arguments = (ins StrAttr:$name, StrAttr:$init, F64Attr:$a, F64Attr:$b, OptionalAttr<F64Attr>:$low, OptionalAttr<F64Attr>:$high,
                       OptionalAttr<StrAttr>:$update, OptionalAttr<I64Attr>:$zero_row, UnitAttr:$sparse_rows,
                       OptionalAttr<StrArrayAttr>:$frozen_in, UnitAttr:$buffer, UnitAttr:$whole);
  let results = (outs StaticShapeTensorOf<[F32, F64]>:$out);
  let assemblyFormat = "$name `init` $init `(` $a `,` $b `)` attr-dict `:` type($out)";
}

def Mimo_NextOp : Mimo_Op<"next"> {
  let summary = "the value that a buffer has after a step, computed in training";
  let description = [{
    A step that computes any of `observed` in training, whether for a gradient or a loss, leaves `value` in the buffer. Others leave
    the buffer as it is. Each use of a shared layer has one, which goes on from the one before; the last counts.
  }];
  let arguments = (ins Mimo_Tensor:$buffer, Mimo_Tensor:$value, Variadic<Mimo_Tensor>:$observed);
  let assemblyFormat = "$buffer `=` $value `observing` `(` $observed `)` attr-dict `:` type(operands)";
  let hasVerifier = 1;
}

def Mimo_DimOp : Mimo_Op<"dim"> {
  let summary = "a size that is known at run time only, as a number";
  let description = [{
    A tensor whose first dimension has this size bears the name as its encoding. The caller hands the size in, and it lies in [least, bound].
    `least` is 1 where something is counted off by it. The batch has such an op only where its number is asked for, and no bound.
  }];
  let arguments = (ins StrAttr:$name, OptionalAttr<I64Attr>:$bound, DefaultValuedAttr<I64Attr, "0">:$least);
  let results = (outs Mimo_Tensor:$out);
  let assemblyFormat = "$name (`<` `=` $bound^)? attr-dict `:` type($out)";
}

def Mimo_RngOp : Mimo_Op<"rng"> {
  let summary = "the random state of a call: seed, step, and whether random ops are on";
  let results = (outs Mimo_RandomState:$out);
  let assemblyFormat = "attr-dict `:` type($out)";
}

def Mimo_HeadOp : Mimo_Op<"head"> {
  let summary = "an exported value: a head, or a derived output";
  let arguments = (ins StrAttr:$name, StrAttr:$kind, Mimo_Tensor:$value);
  let assemblyFormat = "$name $kind $value attr-dict `:` type($value)";
}

def Mimo_EntryOp : Mimo_Op<"entry"> {
  let summary = "heads and outputs that one exported function computes, and nothing else";
  let arguments = (ins StrAttr:$name, StrArrayAttr:$heads);
  let assemblyFormat = "$name $heads attr-dict";
}

def Mimo_LossOp : Mimo_Op<"loss"> {
  let summary = "a declared loss: value = sum / divisor, 0 where nothing is selected";
  let arguments = (ins StrAttr:$name, Mimo_Tensor:$value, Mimo_Tensor:$sum, Mimo_Tensor:$divisor);
  let assemblyFormat = "$name $value `=` $sum `over` $divisor attr-dict `:` type(operands)";
}

def Mimo_MetricOp : Mimo_Op<"metric"> {
  let summary = "a declared metric, kept as sums over rows so that a whole epoch's figure is exact";
  let description = [{
    `states` are the sums of a batch, called `fields`; those of batches are added. `rule` says how the figure is made of the totals: "ratio" of
    sum and divisor, or what the op that gives the states says (KeepsStates).
  }];
  let arguments = (ins StrAttr:$name, StrAttr:$rule, StrArrayAttr:$fields, Variadic<Mimo_Tensor>:$states);
  let assemblyFormat = "$name $rule `of` $fields $states attr-dict `:` type($states)";
  let hasVerifier = 1;
}

def Mimo_PhaseOp : Mimo_Op<"phase", [SingleBlock, NoTerminator, HasParent<"ModelOp">]> {
  let summary = "a train block: its objectives, balances, optimizer and groups";
  let description = [{
    What a model without train blocks minimises stands in the model itself: the phase of the empty name. `seed` is the default of the
    phase's random numbers where it is not the model's.
  }];
  let arguments = (ins StrAttr:$name, OptionalAttr<UI64Attr>:$seed);
  let regions = (region SizedRegion<1>:$body);
  let assemblyFormat = "$name (`seed` $seed^)? attr-dict-with-keyword $body";
}

def Mimo_ObjectiveOp : Mimo_Op<"objective"> {
  let summary = "one term of `minimize`: a loss or a penalty, with the default of its run-time coefficient";
  let description = [{A penalty is an objective whose name no loss has.}];
  let arguments = (ins StrAttr:$name, F64Attr:$coefficient, Mimo_Tensor:$value);
  let assemblyFormat = "$name $coefficient `*` $value attr-dict `:` type($value)";
}

def Mimo_BalanceOp : Mimo_Op<"balance", [AttrSizedOperandSegments]> {
  let summary = "terms of `minimize` that the op mimo.<rule> weighs against one another, with these settings as its attributes";
  let description = [{
    `terms` are the names of objectives. `state` is what the rule keeps of each of them. `shared` are the values at which a rule of
    gradients compares them, `places` what these are called in the source.
  }];
  let arguments = (ins StrAttr:$rule, StrArrayAttr:$terms, DictionaryAttr:$settings, OptionalAttr<StrArrayAttr>:$places,
                       Variadic<Mimo_Tensor>:$state, Variadic<Mimo_Tensor>:$shared, Optional<Mimo_RandomState>:$rng);
  let assemblyFormat = [{
    $rule `of` $terms $settings (`keeps` $state^ `:` type($state))? (`at` $shared^ `:` type($shared) `called` $places)?
    (`random` $rng^ `:` type($rng))? attr-dict
  }];
  let hasVerifier = 1;
}

def Mimo_CheckOp : Mimo_Op<"check", [AttrSizedOperandSegments]> {
  let summary = "values of an integer input or target must lie in [0, bound) where they are selected";
  let description = [{Where there is a `size`, a mimo.dim, the bound is that number, which is `bound` at most.}];
  let arguments = (ins StrAttr:$name, I64Attr:$bound, Mimo_Tensor:$values, Optional<Mimo_Tensor>:$mask, Optional<Mimo_Tensor>:$size);
  let assemblyFormat = [{
    $name `<` $bound $values (`where` $mask^ `:` type($mask))? (`below` $size^ `:` type($size))? attr-dict `:` type($values)
  }];
}

def Mimo_OptimizerOp : Mimo_Op<"optimizer"> {
  let summary = "the optimizer: the op mimo.<rule> with these settings as its attributes";
  let description = [{
    `clip_norm` and `clip_value` are the defaults of run-time limits of the gradients. `average` is the decay of an exponential
    moving average of the parameters; with `equal_average` the average is that of the parameters after all steps.
  }];
  let arguments = (ins StrAttr:$rule, F64Attr:$learning_rate, DictionaryAttr:$settings, OptionalAttr<F64Attr>:$clip_norm,
                       OptionalAttr<F64Attr>:$clip_value, OptionalAttr<F64Attr>:$average, UnitAttr:$equal_average);
  let assemblyFormat = "$rule `lr` $learning_rate $settings attr-dict";
  let hasVerifier = 1;
  let extraClassDeclaration = [{
    /// Null if there is no rule of this name.
    const ::mlir::mimo::OptimizerRule::Concept *findRule();
  }];
}

def Mimo_GroupOp : Mimo_Op<"group"> {
  let summary = "parameters that the optimizer treats differently: all of its settings, and the name of a learning rate of their own";
  let description = [{Several groups may share a rate: a run-time option of that name, with this default.}];
  let arguments = (ins StrAttr:$name, DictionaryAttr:$settings, StrArrayAttr:$parameters, OptionalAttr<StrAttr>:$rate,
                       OptionalAttr<F64Attr>:$learning_rate);
  let assemblyFormat = "$name $settings $parameters (`lr` $rate^ $learning_rate)? attr-dict";
  let hasVerifier = 1;
}

#endif // MIMO_MODEL_TD
