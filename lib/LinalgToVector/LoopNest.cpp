#include "LoopNest.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/Utils/StaticValueUtils.h"

using namespace mlir;

namespace mimoc {

//===-- IndexMath ------------------------------------------------------------------------------------------------===//

bool isKnown(OpFoldResult quantity, int64_t value) { return isConstantIntValue(quantity, value); }

Value IndexMath::value(OpFoldResult a) const { return getValueOrCreateConstantIndexOp(builder, builder.getLoc(), a); }

OpFoldResult IndexMath::add(OpFoldResult a, OpFoldResult b) const {
  auto knownA = getConstantIntValue(a), knownB = getConstantIntValue(b);
  if (knownA && knownB)
    return constant(*knownA + *knownB);
  if (knownA == 0)
    return b;
  if (knownB == 0)
    return a;
  return arith::AddIOp::create(builder, value(a), value(b)).getResult();
}

OpFoldResult IndexMath::sub(OpFoldResult a, OpFoldResult b) const {
  auto knownA = getConstantIntValue(a), knownB = getConstantIntValue(b);
  if (knownA && knownB)
    return constant(*knownA - *knownB);
  if (knownB == 0)
    return a;
  return arith::SubIOp::create(builder, value(a), value(b)).getResult();
}

OpFoldResult IndexMath::mul(OpFoldResult a, OpFoldResult b) const {
  auto knownA = getConstantIntValue(a), knownB = getConstantIntValue(b);
  if (knownA && knownB)
    return constant(*knownA * *knownB);
  if (knownA == 0 || knownB == 0)
    return constant(0);
  if (knownA == 1)
    return b;
  if (knownB == 1)
    return a;
  return arith::MulIOp::create(builder, value(a), value(b)).getResult();
}

OpFoldResult IndexMath::min(OpFoldResult a, OpFoldResult b) const {
  auto knownA = getConstantIntValue(a), knownB = getConstantIntValue(b);
  if (knownA && knownB)
    return constant(std::min(*knownA, *knownB));
  return arith::MinSIOp::create(builder, value(a), value(b)).getResult();
}

OpFoldResult IndexMath::alignDown(OpFoldResult a, int64_t step) const {
  if (auto known = getConstantIntValue(a))
    return constant(*known / step * step);
  auto rest = arith::RemUIOp::create(builder, value(a), value(constant(step)));
  return arith::SubIOp::create(builder, value(a), rest).getResult();
}

//===-- LoopNest -------------------------------------------------------------------------------------------------===//

const Access &LoopNest::tableOf(Value memref) const {
  return llvm::find_if(tables, [&](const Table &table) { return table.memref == memref; })->access;
}

SmallVector<unsigned> LoopNest::parallelDims() const {
  SmallVector<unsigned> result;
  for (auto [index, dim] : llvm::enumerate(dims))
    if (dim.isParallel())
      result.push_back(index);
  return result;
}

SmallVector<unsigned> LoopNest::reductionDims() const {
  SmallVector<unsigned> result;
  for (auto [index, dim] : llvm::enumerate(dims))
    if (!dim.isParallel())
      result.push_back(index);
  return result;
}

bool LoopNest::isCarried(const Access &output) const {
  return llvm::none_of(reductionDims(), [&](unsigned dim) { return output.depends[dim]; });
}

bool LoopNest::readsOutput(unsigned index) const {
  return !body->getArgument(inputs.size() + index).use_empty();
}

namespace {

/// One row of a linear map: result = constant + sum of coefficients[d] * d.
struct LinearExpr {
  SmallVector<int64_t> coefficients;
  int64_t constant = 0;
};

/// Reads `expr` as a linear expression of the loop indices; fails on floordiv, mod and symbols.
std::optional<LinearExpr> readLinear(AffineExpr expr, unsigned loops) {
  LinearExpr result;
  result.coefficients.assign(loops, 0);
  SmallVector<std::pair<AffineExpr, int64_t>> pending{{expr, 1}};
  while (!pending.empty()) {
    auto [part, factor] = pending.pop_back_val();
    if (auto dim = dyn_cast<AffineDimExpr>(part)) {
      result.coefficients[dim.getPosition()] += factor;
    } else if (auto constant = dyn_cast<AffineConstantExpr>(part)) {
      result.constant += factor * constant.getValue();
    } else if (auto binary = dyn_cast<AffineBinaryOpExpr>(part); binary && part.getKind() == AffineExprKind::Add) {
      pending.push_back({binary.getLHS(), factor});
      pending.push_back({binary.getRHS(), factor});
    } else if (binary && part.getKind() == AffineExprKind::Mul && isa<AffineConstantExpr>(binary.getRHS())) {
      pending.push_back({binary.getLHS(), factor * cast<AffineConstantExpr>(binary.getRHS()).getValue()});
    } else {
      return std::nullopt;
    }
  }
  return result;
}

std::string text(AffineExpr expr) {
  std::string result;
  llvm::raw_string_ostream(result) << expr;
  return result;
}

void forEachAccess(LoopNest &nest, function_ref<void(Access &)> visit) {
  llvm::for_each(nest.inputs, visit);
  llvm::for_each(nest.outputs, visit);
}

void eraseDim(LoopNest &nest, unsigned dim) {
  nest.dims.erase(nest.dims.begin() + dim);
  forEachAccess(nest, [&](Access &access) {
    access.strides.erase(access.strides.begin() + dim);
    access.depends.erase(access.depends.begin() + dim);
  });
}

/// Two neighbouring loops are one where, in every operand, a step of the outer one is a whole inner loop.
bool canMerge(LoopNest &nest, unsigned outer, utils::IteratorType kind) {
  unsigned inner = outer + 1;
  auto innerSize = getConstantIntValue(nest.dims[inner].size);
  if (!innerSize || nest.dims[outer].kind != kind || nest.dims[inner].kind != kind)
    return false;
  bool possible = true;
  forEachAccess(nest, [&](Access &access) {
    auto outerStride = getConstantIntValue(access.strides[outer]);
    auto innerStride = getConstantIntValue(access.strides[inner]);
    possible &= outerStride && innerStride && *outerStride == *innerStride * *innerSize &&
                access.depends[outer] == access.depends[inner];
  });
  return possible;
}

class NestAnalysis {
public:
  NestAnalysis(ImplicitLocOpBuilder &builder, linalg::LinalgOp op) : builder(builder), math{builder}, op(op) {}

  FailureOr<LoopNest> run() {
    nest.body = op.getBlock();
    SmallVector<Range> ranges = op.createLoopRanges(builder, builder.getLoc());
    for (auto [loop, kind] : llvm::enumerate(op.getIteratorTypesArray()))
      nest.dims.push_back({ranges[loop].size, kind, static_cast<unsigned>(loop)});
    for (OpOperand &operand : op->getOpOperands())
      if (failed(addOperand(operand)))
        return failure();
    if (failed(addTables()))
      return failure();
    dropUnitDims();
    if (!op.hasIndexSemantics())
      mergeNeighbours(nest, math, utils::IteratorType::parallel);
    return std::move(nest);
  }

private:
  LogicalResult addOperand(OpOperand &operand) {
    Access access;
    access.start = math.constant(0);
    access.strides.assign(nest.dims.size(), math.constant(0));
    access.depends.assign(nest.dims.size(), false);
    auto type = dyn_cast<MemRefType>(operand.get().getType());
    if (!type) {
      access.scalar = operand.get();
      access.elementType = operand.get().getType();
    } else if (failed(addStrides(operand, type, access))) {
      return failure();
    }
    (op.isDpsInit(&operand) ? nest.outputs : nest.inputs).push_back(std::move(access));
    return success();
  }

  /// What the body reads by memref.load.
  LogicalResult addTables() {
    for (auto load : nest.body->getOps<memref::LoadOp>()) {
      MemRefType type = load.getMemRefType();
      if (type.getElementType().isInteger(1))
        return op.emitError() << "the body reads a buffer of i1; store booleans as i8";
      if (llvm::any_of(nest.tables, [&](const Table &table) { return table.memref == load.getMemRef(); }))
        continue;
      Access access;
      auto meta = memref::ExtractStridedMetadataOp::create(builder, load.getMemRef());
      access.strides = meta.getConstifiedMixedStrides();
      access.elementType = type.getElementType();
      access.start = math.constant(0);
      access.buffer = linearView(meta, type, access.strides);
      nest.tables.push_back({load.getMemRef(), std::move(access)});
    }
    return success();
  }

  LogicalResult addStrides(OpOperand &operand, MemRefType type, Access &access) {
    if (type.getElementType().isInteger(1)) // LLVM would pack a vector of them to bits
      return op.emitError() << "operand " << operand.getOperandNumber() << " is a buffer of i1; store booleans as i8";
    auto meta = memref::ExtractStridedMetadataOp::create(builder, operand.get());
    SmallVector<OpFoldResult> strides = meta.getConstifiedMixedStrides();
    access.elementType = type.getElementType();
    access.buffer = linearView(meta, type, strides);
    AffineMap map = op.getMatchingIndexingMap(&operand);
    for (auto [position, expr] : llvm::enumerate(map.getResults())) {
      auto linear = readLinear(expr, nest.dims.size());
      if (!linear)
        return op.emitError() << "operand " << operand.getOperandNumber() << " is indexed by '" << text(expr)
                              << "', which is not a sum of multiples of loop indices; express it by a view instead";
      for (auto [dim, coefficient] : llvm::enumerate(linear->coefficients)) {
        if (coefficient == 0)
          continue;
        access.depends[dim] = true;
        OpFoldResult step = math.mul(strides[position], math.constant(coefficient));
        access.strides[dim] = math.add(access.strides[dim], step);
      }
      access.start = math.add(access.start, math.mul(strides[position], math.constant(linear->constant)));
    }
    return success();
  }

  /// The operand's memory as one row of elements that starts at its first element.
  Value linearView(memref::ExtractStridedMetadataOp meta, MemRefType type, ArrayRef<OpFoldResult> strides) {
    OpFoldResult span = math.constant(1);
    for (auto [size, stride] : llvm::zip(meta.getConstifiedMixedSizes(), strides))
      span = math.add(span, math.mul(math.sub(size, math.constant(1)), stride));
    OpFoldResult offset = meta.getConstifiedMixedOffset();
    return memref::ReinterpretCastOp::create(builder, meta.getBaseBuffer(), offset, ArrayRef{span},
                                             ArrayRef{math.constant(1)});
  }

  void dropUnitDims() {
    for (unsigned dim = nest.dims.size(); dim-- > 0;)
      if (isKnown(nest.dims[dim].size, 1))
        eraseDim(nest, dim);
  }

  ImplicitLocOpBuilder &builder;
  IndexMath math;
  linalg::LinalgOp op;
  LoopNest nest;
};

} // namespace

void mergeNeighbours(LoopNest &nest, IndexMath math, utils::IteratorType kind) {
  for (unsigned outer = nest.dims.size(); outer-- > 0;) {
    if (outer + 1 >= nest.dims.size() || !canMerge(nest, outer, kind))
      continue;
    nest.dims[outer + 1].size = math.mul(nest.dims[outer].size, nest.dims[outer + 1].size);
    eraseDim(nest, outer);
  }
}

FailureOr<LoopNest> analyzeLoopNest(ImplicitLocOpBuilder &builder, linalg::LinalgOp op) {
  return NestAnalysis(builder, op).run();
}

} // namespace mimoc
