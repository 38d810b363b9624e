#include "RunTimeSizes.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Bufferization/IR/Bufferization.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Interfaces/ViewLikeInterface.h"
#include "llvm/ADT/MapVector.h"

namespace mimoc {
#define GEN_PASS_DEF_BINDENTRYPOINTS
#include "BufferizationPasses.h.inc"

using namespace mlir;

namespace {
/// Where a tensor lies for the caller: a slot, and in a block the byte that it starts at.
struct Place {
  StringAttr slot;
  std::optional<int64_t> offset;
  RankedTensorType type;
  StringAttr dim; ///< the name of its run-time dimension; null for the batch

  std::pair<Attribute, int64_t> key() const { return {slot, offset.value_or(0)}; }
};

/// A place inside the new body: its buffer and the tensor that stood there when the function was called.
struct BoundPlace {
  Place place;
  bool isResult = false;
  bool written = false; ///< a result other than what stands there anyway
  Value buffer, tensor;
};

using Places = llvm::MapVector<std::pair<Attribute, int64_t>, BoundPlace>;

/// What one function is rewritten with.
struct Entry {
  func::FuncOp function;
  Places places;
  SmallVector<Place> arguments, results;
  llvm::MapVector<StringAttr, Type> slots; ///< in order of first appearance
  SmallVector<StringAttr> dims;            ///< run-time sizes besides the batch that the entry is handed
  llvm::MapVector<StringAttr, StringAttr> dimOfSlot = {};

  /// The new argument with a run-time size: the batch, or that of the dimension.
  Value sizeOf(StringAttr dim) {
    int64_t place = dim ? 1 + (llvm::find(dims, dim) - dims.begin()) : 0;
    return function.getArgument(arguments.size() + place);
  }
};
} // namespace

static FailureOr<Place> readPlace(func::FuncOp function, DictionaryAttr attributes, Type type, const Twine &what) {
  auto slot = attributes ? attributes.getAs<StringAttr>("mimo.slot") : nullptr;
  if (!slot)
    return function.emitError() << what << " of entry point has no 'mimo.slot'; give it the slot that it is bound to";
  auto tensor = dyn_cast<RankedTensorType>(type);
  if (!tensor || tensor.getElementType().isInteger(1))
    return function.emitError() << what << " of entry point has type " << type
                                << "; only ranked tensors whose elements are not i1 can be bound to a slot";
  Place place{slot, std::nullopt, tensor, attributes.getAs<StringAttr>("mimo.dim")};
  if (auto offset = attributes.getAs<IntegerAttr>("mimo.offset"))
    place.offset = offset.getInt();
  return place;
}

/// Files the place under its slot; a place that is named twice must have one type.
static LogicalResult addPlace(Entry &entry, const Place &place, bool isResult) {
  MLIRContext *context = entry.function.getContext();
  BoundPlace &bound = entry.places.insert({place.key(), BoundPlace{place, false, false, {}, {}}}).first->second;
  if (bound.place.type != place.type)
    return entry.function.emitError() << "slot " << place.slot << " holds both " << bound.place.type << " and "
                                      << place.type << " at byte " << place.offset.value_or(0);
  if (isResult && bound.isResult)
    return entry.function.emitError() << "two results go to slot " << place.slot << " at byte "
                                      << place.offset.value_or(0);
  bound.isResult |= isResult;
  Type bytes = MemRefType::get({ShapedType::kDynamic}, IntegerType::get(context, 8));
  Type whole = MemRefType::get(place.type.getShape(), place.type.getElementType());
  Type type = place.offset ? bytes : whole;
  if (entry.slots.insert({place.slot, type}).first->second != type)
    return entry.function.emitError() << "slot " << place.slot
                                      << " is used both as a block and as a whole tensor, or with two shapes";
  return success();
}

/// An entry with run-time sizes besides the batch is handed all of the model's, in the block `sizes`.
static void addDims(Entry &entry) {
  auto names = entry.function->getAttrOfType<ArrayAttr>("mimo.dims");
  auto sizes = StringAttr::get(entry.function.getContext(), "sizes");
  if (!names || (entry.dimOfSlot.empty() && !entry.slots.contains(sizes)))
    return;
  llvm::append_range(entry.dims, names.getAsRange<StringAttr>());
  entry.slots.insert({sizes, MemRefType::get({ShapedType::kDynamic}, IntegerType::get(entry.function.getContext(), 8))});
}

static FailureOr<Entry> readEntry(func::FuncOp function) {
  Entry entry{function, {}, {}, {}, {}, {}};
  auto add = [&](DictionaryAttr attributes, Type type, const Twine &what, SmallVector<Place> &into, bool isResult) {
    FailureOr<Place> place = readPlace(function, attributes, type, what);
    if (failed(place))
      return failure();
    into.push_back(*place);
    if (place->dim)
      entry.dimOfSlot[place->slot] = place->dim;
    return addPlace(entry, *place, isResult);
  };
  for (auto [index, type] : llvm::enumerate(function.getArgumentTypes()))
    if (failed(add(function.getArgAttrDict(index), type, "argument " + Twine(index), entry.arguments, false)))
      return failure();
  for (auto [index, type] : llvm::enumerate(function.getResultTypes()))
    if (failed(add(function.getResultAttrDict(index), type, "result " + Twine(index), entry.results, true)))
      return failure();
  addDims(entry);
  return entry;
}

/// The result is the argument that stands at its place.
static bool isUnchanged(const Entry &entry, const Place &result, Value value) {
  auto argument = dyn_cast<BlockArgument>(value);
  return argument && entry.arguments[argument.getArgNumber()].key() == result.key();
}

/// Only what a result overwrites at the end may serve as a destination before.
static void markWritten(Entry &entry) {
  Operation *exit = entry.function.getBody().front().getTerminator();
  for (auto [result, value] : llvm::zip_equal(entry.results, exit->getOperands()))
    entry.places.find(result.key())->second.written = !isUnchanged(entry, result, value);
}

/// Appends the new arguments behind the old ones and gives them names. Returns the argument of every slot.
static llvm::MapVector<StringAttr, Value> addArguments(Entry &entry) {
  func::FuncOp function = entry.function;
  Location loc = function.getLoc();
  Block &body = function.getBody().front();
  for (size_t i = 0; i < 1 + entry.dims.size(); ++i)
    body.addArgument(IndexType::get(function.getContext()), loc);
  llvm::MapVector<StringAttr, Value> bySlot;
  for (auto [slot, type] : entry.slots)
    bySlot[slot] = body.addArgument(type, loc);
  body.addArgument(MemRefType::get({ShapedType::kDynamic}, IntegerType::get(function.getContext(), 8)), loc);
  return bySlot;
}

/// Makes the buffer of each place and reads it as a tensor.
static void bindPlaces(OpBuilder &b, Entry &entry, const llvm::MapVector<StringAttr, Value> &bySlot) {
  for (auto &[key, bound] : entry.places) {
    Location loc = entry.function.getLoc();
    const Place &place = bound.place;
    bound.buffer = bySlot.lookup(place.slot);
    if (place.offset) {
      auto type = MemRefType::get(place.type.getShape(), place.type.getElementType());
      Value offset = arith::ConstantIndexOp::create(b, loc, *place.offset);
      SmallVector<Value> sizes(type.getNumDynamicDims(), entry.sizeOf(place.dim));
      bound.buffer = memref::ViewOp::create(b, loc, type, bound.buffer, offset, sizes);
    }
    bound.tensor = bufferization::ToTensorOp::create(b, loc, place.type, bound.buffer, /*restrict=*/true,
                                                     /*writable=*/bound.written);
  }
}

/// A copy of what stands at a place, taken before anything is written.
static Value saveArgument(OpBuilder &b, Entry &entry, BlockArgument argument) {
  const BoundPlace &source = entry.places.find(entry.arguments[argument.getArgNumber()].key())->second;
  OpBuilder::InsertionGuard guard(b);
  b.setInsertionPointAfterValue(source.tensor);
  return bufferization::AllocTensorOp::create(b, entry.function.getLoc(), source.place.type, ValueRange{},
                                              source.tensor);
}

/// The buffer that the value will have, in whatever layout.
static Value bufferOf(OpBuilder &b, Location loc, Value value) {
  auto type = cast<RankedTensorType>(value.getType());
  SmallVector<int64_t> anyStrides(type.getRank(), ShapedType::kDynamic);
  auto layout = StridedLayoutAttr::get(b.getContext(), ShapedType::kDynamic, anyStrides);
  auto bufferType = MemRefType::get(type.getShape(), type.getElementType(), layout);
  return bufferization::ToBufferOp::create(b, loc, bufferType, value, /*read_only=*/true);
}

/// Copies the results to their places at the very end, all at once in effect: mimoc-order-results sees to it that none
/// is overwritten before it was copied. Most copies vanish, because their values are computed where they go.
static void writeResults(OpBuilder &b, Entry &entry, func::ReturnOp exit) {
  Location loc = exit.getLoc();
  b.setInsertionPoint(exit);
  SmallVector<std::pair<Value, Value>> copies;
  for (auto [place, value] : llvm::zip_equal(entry.results, exit.getOperands())) {
    if (isUnchanged(entry, place, value))
      continue;
    auto argument = dyn_cast<BlockArgument>(value);
    Value result = argument ? saveArgument(b, entry, argument) : value;
    copies.push_back({bufferOf(b, loc, result), entry.places.find(place.key())->second.buffer});
  }
  for (auto [buffer, place] : copies)
    memref::CopyOp::create(b, loc, buffer, place)->setAttr("mimo.result", b.getUnitAttr());
  func::ReturnOp::create(b, loc);
  exit.erase();
}

/// What a size was computed from that stands in the block `sizes` as a number.
static void replaceNumbers(Entry &entry) {
  for (auto [number, place] : llvm::enumerate(entry.arguments)) {
    if (place.slot != "sizes")
      continue;
    int64_t index = *place.offset / 8;
    Value size = entry.sizeOf(index ? entry.dims[index - 1] : StringAttr());
    for (Operation *read : entry.function.getArgument(number).getUsers())
      if (isa<tensor::ExtractOp>(read))
        for (Operation *cast : llvm::make_early_inc_range(read->getUsers()))
          if (isa<arith::IndexCastOp>(cast))
            cast->replaceAllUsesWith(ValueRange{size});
  }
}

/// Every run-time dimension is an argument of the entry.
static LogicalResult replaceDims(Entry &entry) {
  OpBuilder b = OpBuilder::atBlockBegin(&entry.function.getBody().front());
  auto ofArgument = [&](BlockArgument argument) { return entry.sizeOf(entry.arguments[argument.getArgNumber()].dim); };
  SmallVector<tensor::DimOp> dims;
  entry.function.walk([&](tensor::DimOp op) { dims.push_back(op); });
  for (tensor::DimOp op : dims) {
    auto type = dyn_cast<RankedTensorType>(op.getSource().getType());
    std::optional<int64_t> index = op.getConstantIndex();
    if (!type || !index)
      continue;
    Value size = entry.sizeOf({});
    if (!type.isDynamicDim(*index))
      size = arith::ConstantIndexOp::create(b, op.getLoc(), type.getDimSize(*index));
    else if (!entry.dims.empty()) // else there is but one
      size = findSize(op.getSource(), *index, ofArgument);
    if (!size)
      return op.emitError() << "nothing tells which run-time size dimension " << *index << " of " << type << " has";
    op.replaceAllUsesWith(size);
    op.erase();
  }
  return success();
}

static void setSignature(Entry &entry) {
  func::FuncOp function = entry.function;
  Builder b(function.getContext());
  Block &body = function.getBody().front();
  body.eraseArguments(0, entry.arguments.size());
  SmallVector<Attribute> attributes = {b.getDictionaryAttr({})}, names;
  auto bounds = function->getAttrOfType<DenseI64ArrayAttr>("mimo.dim_bounds");
  for (auto [i, dim] : llvm::enumerate(entry.dims))
    attributes.push_back(b.getDictionaryAttr({b.getNamedAttr("mimo.dim", dim), b.getNamedAttr("mimo.bound", b.getI64IntegerAttr(bounds[i]))}));
  for (auto [slot, type] : entry.slots) {
    names.push_back(slot);
    SmallVector<NamedAttribute> list{b.getNamedAttr("mimo.slot", slot)};
    if (StringAttr dim = entry.dimOfSlot.lookup(slot))
      list.push_back(b.getNamedAttr("mimo.dim", dim));
    attributes.push_back(b.getDictionaryAttr(list));
  }
  names.push_back(b.getStringAttr("workspace"));
  attributes.push_back(b.getDictionaryAttr(b.getNamedAttr("mimo.slot", names.back())));
  function.removeResAttrsAttr();
  function.removeArgAttrsAttr();
  function.setFunctionType(b.getFunctionType(body.getArgumentTypes(), {}));
  function.setAllArgAttrs(attributes);
  function->setAttr("mimo.slots", b.getArrayAttr(names));
}

static LogicalResult bindEntry(func::FuncOp function) {
  if (!function.getBody().hasOneBlock())
    return function.emitError() << "entry point must be straight-line code, but has "
                                << function.getBody().getBlocks().size() << " blocks";
  FailureOr<Entry> entry = readEntry(function);
  if (failed(entry))
    return failure();
  markWritten(*entry);
  Block &body = function.getBody().front();
  OpBuilder b = OpBuilder::atBlockBegin(&body);
  auto bySlot = addArguments(*entry);
  replaceNumbers(*entry);
  if (failed(replaceDims(*entry)))
    return failure();
  bindPlaces(b, *entry, bySlot);
  writeResults(b, *entry, cast<func::ReturnOp>(body.getTerminator()));
  for (auto [argument, place] : llvm::zip(body.getArguments(), entry->arguments))
    argument.replaceAllUsesWith(entry->places.find(place.key())->second.tensor);
  setSignature(*entry);
  return success();
}

namespace {
struct BindEntryPoints : impl::BindEntryPointsBase<BindEntryPoints> {
  void runOnOperation() override {
    if (getOperation()->hasAttr("mimo.entry") && failed(bindEntry(getOperation())))
      signalPassFailure();
  }
};
} // namespace

} // namespace mimoc
