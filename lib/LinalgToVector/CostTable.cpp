#include "CostTable.h"

#include "BodyVectorizer.h"

#include "mlir/Dialect/Utils/StaticValueUtils.h"

using namespace mlir;

namespace mimoc {

namespace {

/// What a dimension that is known at run time only is taken for.
constexpr int64_t kTypicalBatch = 64;
/// A gathered or scattered element costs about as much as loading it alone; whole vectors cost one.
constexpr double kStridedElement = 0.7;
/// Shuffles and operations of the tree at the end of a vector of partial sums.
constexpr double kTreePerLevel = 2;

int64_t sizeOf(const NestDim &dim) { return getConstantIntValue(dim.size).value_or(kTypicalBatch); }

double accessCost(const Access &access, unsigned dim, unsigned lanes) {
  return access.isInvariant(dim) || access.isUnit(dim) ? 1 : lanes * kStridedElement;
}

/// Estimated cost of one vector of `dim`, spread over the elements in it; small is good.
double costPerElement(const LoopNest &nest, unsigned dim, unsigned lanes, bool reduction) {
  int64_t size = sizeOf(nest.dims[dim]);
  int64_t vectors = llvm::divideCeil(size, lanes);
  double once = 0, perVector = 1;
  for (const Access &access : nest.inputs)
    perVector += accessCost(access, dim, lanes);
  for (const Access &access : nest.outputs)
    (nest.isCarried(access) && !nest.reductionDims().empty() ? once : perVector) += accessCost(access, dim, lanes);
  if (reduction)
    once += kTreePerLevel * llvm::Log2_32_Ceil(lanes);
  return (vectors * perVector + once) / size;
}

bool canVectorizeReduction(const LoopNest &nest, unsigned dim) {
  for (auto [index, output] : llvm::enumerate(nest.outputs)) {
    if (nest.isCarried(output) ? !findCombiner(nest, index) : output.isInvariant(dim))
      return false;
  }
  return true;
}

bool canVectorizeParallel(const LoopNest &nest, unsigned dim) {
  return llvm::none_of(nest.outputs, [&](const Access &output) { return output.isInvariant(dim); });
}

/// Several accumulators hide the latency of an addition, at the price of as many copies of the body.
unsigned blocksFor(const LoopNest &nest, unsigned dim, unsigned lanes) {
  constexpr unsigned kBlocks = 4, kSmallBody = 10;
  bool small = nest.body->getOperations().size() <= kSmallBody;
  bool long_ = sizeOf(nest.dims[dim]) >= static_cast<int64_t>(kBlocks * lanes);
  return small && long_ && !nest.reductionDims().empty() ? kBlocks : 1;
}

} // namespace

VectorChoice chooseVectorization(const LoopNest &nest, const Target &target) {
  VectorChoice best;
  if (!isBodyVectorizable(*nest.body))
    return best;
  unsigned lanes = std::max(2u, target.vectorBits / widestElementBits(nest));
  double bestCost = 0;
  // From the innermost outwards, so that of equals the one that walks memory in order is taken.
  for (unsigned dim = nest.dims.size(); dim-- > 0;) {
    bool reduction = !nest.dims[dim].isParallel();
    if (reduction ? !canVectorizeReduction(nest, dim) : !canVectorizeParallel(nest, dim))
      continue;
    double cost = costPerElement(nest, dim, lanes, reduction);
    if (best.kind != VectorChoice::Kind::Scalar && cost >= bestCost)
      continue;
    bestCost = cost;
    best.kind = reduction ? VectorChoice::Kind::Reduction : VectorChoice::Kind::Parallel;
    best.dim = dim;
    best.lanes = lanes;
    best.blocks = blocksFor(nest, dim, lanes);
  }
  return best;
}

GemmTile chooseGemmTile(const Target &target, unsigned elementBits, std::optional<int64_t> rows,
                        std::optional<int64_t> columns) {
  GemmTile tile;
  tile.lanes = target.vectorBits / elementBits;
  int64_t vectors = columns ? llvm::divideCeil(*columns, tile.lanes) : 4;
  if (target.vectorRegisters >= 32) { // AVX-512, NEON
    tile.vectors = vectors == 1 ? 1 : vectors % 3 == 0 ? 3 : 2;
    tile.rows = 8;
  } else { // 16 registers: AVX2, SSE
    tile.vectors = vectors == 1 ? 1 : 2;
    tile.rows = tile.vectors == 1 ? 8 : 6;
  }
  if (rows)
    tile.rows = std::min<int64_t>(tile.rows, *rows);
  tile.unroll = 1;
  tile.depth = 512;
  return tile;
}

unsigned chooseTransposeSide(const Target &target) { return target.vectorBits >= 256 ? 8 : 4; }

} // namespace mimoc
