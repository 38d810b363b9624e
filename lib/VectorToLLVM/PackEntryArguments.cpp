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
    Value batch = body.addArgument(builder.getI64Type(), entry.getLoc());
    builder.setInsertionPointToStart(&body);
    body.getArgument(0).replaceAllUsesWith(arith::IndexCastOp::create(builder, builder.getIndexType(), batch));
    for (unsigned index = 1; index < count; ++index) {
      auto type = cast<MemRefType>(body.getArgument(index).getType());
      body.getArgument(index).replaceAllUsesWith(loadSlot(slots, batch, index - 1, type));
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
    if (!names || types.empty() || !types[0].isIndex() || names.size() + 1 != types.size())
      return entry.emitError() << "entry '" << entry.getName() << "' must take the batch as an index and then one "
                               << "buffer for each name in mimo.slots";
    for (Type type : types.drop_front()) {
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

  /// The buffer behind pointer `index` of the array; every unknown size is the batch.
  Value loadSlot(Value slots, Value batch, unsigned index, MemRefType type) {
    Value place = LLVM::GEPOp::create(builder, pointer, pointer, slots, ArrayRef<LLVM::GEPArg>{int32_t(index)});
    Value address = LLVM::LoadOp::create(builder, pointer, place);
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
