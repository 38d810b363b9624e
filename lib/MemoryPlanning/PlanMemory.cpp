#include "Packer.h"

#include "mimoc/ModelInfo.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Interfaces/ViewLikeInterface.h"
#include "llvm/Support/MathExtras.h"

namespace mimoc {
#define GEN_PASS_DEF_PLANMEMORY
#include "MemoryPlanningPasses.h.inc"

using namespace mlir;

/// Every buffer starts on a cache line: so many bytes, bytes a row times the rounding of the batch, bytes a pair of rows times its square.
/// A batch is rounded up by few rows, because rows may be large (images); small ones take 16 bytes instead of 4.
static constexpr int64_t kAlignments[] = {64, 64 / kRowRounding, 64 / (kRowRounding * kRowRounding)};
static_assert(64 % (kRowRounding * kRowRounding) == 0);

/// No machine has as much memory, and sums of a few such numbers do not overflow.
static constexpr int64_t kMostBytes = int64_t(1) << 48;

namespace {
struct Buffer {
  memref::AllocOp alloc;
  Interval interval; ///< size in bytes, in bytes a row, or in bytes a pair of rows
};

/// A region of the workspace holds the buffers with so many run-time dimensions: those of fixed bytes, of bytes a row, and of
/// bytes a pair of rows. Each begins where the one before it ends.
struct Region {
  std::vector<Buffer> buffers;
  int64_t bytes = 0;
};

constexpr int64_t kRegions = 3;
using Plan = std::array<Region, kRegions>;
} // namespace

static int64_t bytesOf(Type element) { return llvm::divideCeil(element.getIntOrFloatBitWidth(), 8); }

/// The most that a run-time size other than the batch can be; nothing where the value is none.
static std::optional<int64_t> boundOf(func::FuncOp entry, Value size) {
  auto argument = dyn_cast<BlockArgument>(size);
  auto bound = argument ? entry.getArgAttrOfType<IntegerAttr>(argument.getArgNumber(), "mimo.bound") : nullptr;
  return bound ? std::optional(bound.getInt()) : std::nullopt;
}

/// How many of the buffer's dimensions are the batch.
static int64_t batchPower(memref::AllocOp alloc, Value batch) { return llvm::count(alloc.getDynamicSizes(), batch); }

/// The buffer's size for a batch of one. Other run-time sizes are planned at their bounds.
static FailureOr<int64_t> sizeOf(memref::AllocOp alloc, func::FuncOp entry) {
  Value batch = entry.getArgument(0);
  MemRefType type = alloc.getType();
  if (!type.getElementType().isIntOrFloat() || !type.getLayout().isIdentity())
    return alloc.emitError() << "buffer of type " << type << " cannot be planned: only contiguous ones of numbers can";
  if (batchPower(alloc, batch) >= kRegions)
    return alloc.emitError() << "buffer of type " << type
                             << " grows with more than the square of the batch; only sizes that are constant, so many bytes a "
                                "row or so many a pair of rows can be planned";
  int64_t bytes = bytesOf(type.getElementType());
  bool tooLarge = false;
  for (Value size : alloc.getDynamicSizes()) {
    std::optional<int64_t> bound = boundOf(entry, size);
    if (size != batch && !bound)
      return alloc.emitError() << "buffer of type " << type << " has a run-time size that is neither the batch nor bounded";
    tooLarge |= llvm::MulOverflow(bytes, bound.value_or(1), bytes);
  }
  for (int64_t size : type.getShape())
    tooLarge |= llvm::MulOverflow(bytes, ShapedType::isDynamic(size) ? 1 : size, bytes);
  if (tooLarge || bytes > kMostBytes)
    return alloc.emitError() << "buffer of type " << type << " is too large for any memory, with its run-time sizes at their bounds";
  return bytes;
}

/// Widens the lifetime to every op that touches `value` or a view of it.
static void extendLifetime(Value value, const DenseMap<Operation *, int64_t> &positions, Block *block,
                           Interval &lifetime) {
  for (Operation *user : value.getUsers()) {
    if (isa<ViewLikeOpInterface>(user)) {
      extendLifetime(user->getResult(0), positions, block, lifetime);
      continue;
    }
    int64_t position = positions.lookup(block->findAncestorOpInBlock(*user));
    lifetime.first = std::min(lifetime.first, position);
    lifetime.last = std::max(lifetime.last, position);
  }
}

static FailureOr<Plan> collectBuffers(func::FuncOp entry) {
  Block &body = entry.getBody().front();
  DenseMap<Operation *, int64_t> positions;
  for (auto [index, op] : llvm::enumerate(body))
    positions[&op] = index;
  Plan plan;
  for (auto alloc : body.getOps<memref::AllocOp>()) {
    FailureOr<int64_t> size = sizeOf(alloc, entry);
    if (failed(size))
      return failure();
    int64_t dynamic = batchPower(alloc, entry.getArgument(0)), end = positions.size();
    Interval interval{static_cast<int64_t>(llvm::alignTo(*size, kAlignments[dynamic])), end, -1};
    extendLifetime(alloc, positions, &body, interval);
    if (interval.last < 0)
      interval.first = interval.last = positions.lookup(alloc); // nothing touches it
    plan[dynamic].buffers.push_back({alloc, interval});
  }
  return plan;
}

static std::vector<int64_t> packBuffers(const std::vector<Buffer> &buffers, int64_t &size) {
  std::vector<Interval> intervals;
  for (const Buffer &buffer : buffers)
    intervals.push_back(buffer.interval);
  Packing packing = pack(intervals);
  size = packing.size;
  return packing.offsets;
}

static void replaceByView(OpBuilder &b, const Buffer &buffer, Value workspace, Value offset) {
  memref::AllocOp alloc = buffer.alloc;
  b.setInsertionPoint(alloc);
  auto view = memref::ViewOp::create(b, alloc.getLoc(), alloc.getType(), workspace, offset, alloc.getDynamicSizes());
  view->setAttr("mimo.live", b.getI64ArrayAttr({buffer.interval.first, buffer.interval.last}));
  alloc.replaceAllUsesWith(view.getResult());
  alloc.erase();
}

/// The batch rounded up to kRowRounding rows.
static Value roundedBatch(OpBuilder &b, Location loc, Value batch) {
  Value up = arith::ConstantIndexOp::create(b, loc, kRowRounding - 1);
  Value mask = arith::ConstantIndexOp::create(b, loc, -kRowRounding);
  return arith::AndIOp::create(b, loc, arith::AddIOp::create(b, loc, batch, up), mask);
}

/// bytes * rows^power
static Value scaled(OpBuilder &b, Location loc, Value rows, int64_t bytes, size_t power) {
  Value amount = arith::ConstantIndexOp::create(b, loc, bytes);
  for (size_t i = 0; i < power; ++i)
    amount = arith::MulIOp::create(b, loc, rows, amount);
  return amount;
}

static void applyPlan(func::FuncOp entry, Plan &plan) {
  OpBuilder b = OpBuilder::atBlockBegin(&entry.getBody().front());
  Location loc = entry.getLoc();
  bool growing = !plan[1].buffers.empty() || !plan[2].buffers.empty();
  Value rows = growing ? roundedBatch(b, loc, entry.getArgument(0)) : Value();
  Value start = arith::ConstantIndexOp::create(b, loc, 0);
  for (auto [power, region] : llvm::enumerate(plan)) {
    std::vector<int64_t> offsets = packBuffers(region.buffers, region.bytes);
    for (auto [buffer, offset] : llvm::zip_equal(region.buffers, offsets)) {
      OpBuilder at(buffer.alloc);
      replaceByView(at, buffer, entry.getArguments().back(), arith::AddIOp::create(at, loc, start, scaled(at, loc, rows, offset, power)));
    }
    if (!growing || power + 1 == plan.size())
      continue;
    b.setInsertionPointAfterValue(start); // `rows` stands before it
    start = arith::AddIOp::create(b, loc, start, scaled(b, loc, rows, region.bytes, power));
  }
  entry->setAttr("mimo.workspace_static", b.getI64IntegerAttr(plan[0].bytes));
  entry->setAttr("mimo.workspace_row", b.getI64IntegerAttr(plan[1].bytes));
  if (plan[2].bytes > 0)
    entry->setAttr("mimo.workspace_square", b.getI64IntegerAttr(plan[2].bytes));
}

/// Nothing may be left that asks for memory at run time.
static LogicalResult checkNoAllocation(func::FuncOp entry) {
  WalkResult result = entry.walk([](Operation *op) {
    if (!isa<memref::AllocOp, memref::AllocaOp, memref::DeallocOp>(op))
      return WalkResult::advance();
    op->emitError() << "'" << op->getName() << "' cannot be planned: it is not at the top level of its entry point";
    return WalkResult::interrupt();
  });
  return failure(result.wasInterrupted());
}

namespace {
struct PlanMemory : impl::PlanMemoryBase<PlanMemory> {
  void runOnOperation() override {
    func::FuncOp entry = getOperation();
    if (!entry->hasAttr("mimo.entry"))
      return;
    FailureOr<Plan> plan = collectBuffers(entry);
    if (failed(plan))
      return signalPassFailure();
    applyPlan(entry, *plan);
    if (failed(checkNoAllocation(entry)))
      signalPassFailure();
  }
};
} // namespace

} // namespace mimoc
