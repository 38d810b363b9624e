#include "mlir/Conversion/LLVMCommon/MemRefBuilder.h"
#include "mlir/Conversion/LLVMCommon/TypeConverter.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/IR/ImplicitLocOpBuilder.h"

using namespace mlir;

namespace mimoc {

#define GEN_PASS_DEF_PACKENTRYARGUMENTS
#include "VectorToLLVMPasses.h.inc"

namespace {

/// Rewrites one entry: its buffers are read from the slot array at the start of the body.
class EntryPacker {
public:
  EntryPacker(func::FuncOp entry, const LLVMTypeConverter &converter)
      : entry(entry), converter(converter), builder(entry.getLoc(), entry.getContext()),
        pointer(LLVM::LLVMPointerType::get(entry.getContext())) {}

  LogicalResult run() {
    if (failed(check()))
      return failure();
    Block &body = entry.getBody().front();
    unsigned count = body.getNumArguments();
    Value slots = body.addArgument(pointer, entry.getLoc());
    sizes.push_back(body.addArgument(builder.getI64Type(), entry.getLoc()));
    builder.setInsertionPointToStart(&body);
    loadSizes(slots);
    unsigned first = sizes.size(); // buffers stand behind the sizes
    for (unsigned index = 0; index < first; ++index)
      body.getArgument(index).replaceAllUsesWith(arith::IndexCastOp::create(builder, builder.getIndexType(), sizes[index]));
    for (unsigned index = first; index < count; ++index) {
      auto type = cast<MemRefType>(body.getArgument(index).getType());
      body.getArgument(index).replaceAllUsesWith(loadSlot(slots, sizeOf(index), index - first, type));
    }
    body.eraseArguments(0, count);
    entry.setType(builder.getFunctionType(body.getArgumentTypes(), {}));
    entry.removeArgAttrsAttr();
    return success();
  }

private:
  LogicalResult check() {
    auto names = entry->getAttrOfType<ArrayAttr>("mimo.slots");
    ArrayRef<Type> types = entry.getArgumentTypes();
    size_t indices = llvm::find_if_not(types, [](Type type) { return type.isIndex(); }) - types.begin();
    if (!names || indices == 0 || names.size() + indices != types.size())
      return entry.emitError() << "entry '" << entry.getName() << "' must take the batch as an index and then one "
                               << "buffer for each name in mimo.slots";
    if (indices > 1 && slotOf("sizes") == names.size())
      return entry.emitError() << "entry '" << entry.getName() << "' has run-time sizes besides the batch and no slot 'sizes'";
    for (Type type : types.drop_front(indices)) {
      auto buffer = dyn_cast<MemRefType>(type);
      if (!buffer || !buffer.getLayout().isIdentity())
        return entry.emitError() << "entry '" << entry.getName() << "' takes " << type
                                 << "; the pointers of the slot array stand for contiguous buffers";
    }
    if (entry.getNumResults() != 0)
      return entry.emitError() << "entry '" << entry.getName() << "' returns a value; entries write to their slots";
    return success();
  }

  Value constant(int64_t value) { return LLVM::ConstantOp::create(builder, builder.getI64IntegerAttr(value)); }

  /// Which pointer of the array belongs to a slot; their number if none does.
  size_t slotOf(StringRef name) {
    auto names = entry->getAttrOfType<ArrayAttr>("mimo.slots").getAsValueRange<StringAttr>();
    return llvm::find(names, name) - names.begin();
  }

  Value loadPointer(Value slots, unsigned index) {
    Value place = LLVM::GEPOp::create(builder, pointer, pointer, slots, ArrayRef<LLVM::GEPArg>{int32_t(index)});
    return LLVM::LoadOp::create(builder, pointer, place);
  }

  /// Run-time sizes besides the batch stand behind it in the block `sizes`.
  void loadSizes(Value slots) {
    unsigned count = llvm::count_if(entry.getArgumentTypes(), [](Type type) { return type.isIndex(); });
    if (count == 1)
      return;
    Value block = loadPointer(slots, slotOf("sizes"));
    Type number = builder.getI64Type();
    for (unsigned i = 1; i < count; ++i) {
      Value place = LLVM::GEPOp::create(builder, pointer, number, block, ArrayRef<LLVM::GEPArg>{int32_t(i)});
      sizes.push_back(LLVM::LoadOp::create(builder, number, place));
    }
  }

  /// The run-time size that a buffer's first dimension has.
  Value sizeOf(unsigned argument) {
    auto dim = entry.getArgAttrOfType<StringAttr>(argument, "mimo.dim");
    for (unsigned i = 1; dim && i < sizes.size(); ++i)
      if (entry.getArgAttrOfType<StringAttr>(i, "mimo.dim") == dim)
        return sizes[i];
    return sizes.front();
  }

  /// The buffer behind pointer `index` of the array, whose unknown sizes are `batch`.
  Value loadSlot(Value slots, Value batch, unsigned index, MemRefType type) {
    Value address = loadPointer(slots, index);
    SmallVector<Value> fields{address, address, constant(0)}, strides;
    Value stride = constant(1);
    for (int64_t size : llvm::reverse(type.getShape())) {
      strides.push_back(stride);
      Value extent = ShapedType::isDynamic(size) ? batch : constant(size);
      stride = LLVM::MulOp::create(builder, stride, extent);
    }
    for (int64_t size : type.getShape())
      fields.push_back(ShapedType::isDynamic(size) ? batch : constant(size));
    fields.append(strides.rbegin(), strides.rend());
    Value descriptor = MemRefDescriptor::pack(builder, builder.getLoc(), converter, type, fields);
    return UnrealizedConversionCastOp::create(builder, TypeRange{type}, descriptor).getResult(0);
  }

  func::FuncOp entry;
  const LLVMTypeConverter &converter;
  ImplicitLocOpBuilder builder;
  Type pointer;
  SmallVector<Value> sizes; ///< i64: the batch, then the others
};

class PackEntryArgumentsPass : public impl::PackEntryArgumentsBase<PackEntryArgumentsPass> {
  void runOnOperation() override {
    LLVMTypeConverter converter(&getContext());
    for (auto function : getOperation().getOps<func::FuncOp>())
      if (function->hasAttr("mimo.entry") && failed(EntryPacker(function, converter).run()))
        return signalPassFailure();
  }
};

} // namespace

} // namespace mimoc
