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
/// Vectors of f32 partial sums in a reduction: enough to hide the latency of an addition behind the loads.
constexpr unsigned kPartialVectors = 2;

int64_t sizeOf(const NestDim &dim) { return getConstantIntValue(dim.size).value_or(kTypicalBatch); }

/// Estimated cost of an element where `dim` is the vector loop; small is good.
double costPerElement(const LoopNest &nest, unsigned dim, unsigned lanes) {
  double perVector = 1;
  auto add = [&](const Access &access) {
    perVector += access.isInvariant(dim) || access.isUnit(dim) ? 1 : lanes * kStridedElement;
  };
  llvm::for_each(nest.inputs, add);
  llvm::for_each(nest.outputs, add);
  int64_t size = sizeOf(nest.dims[dim]);
  return perVector * llvm::divideCeil(size, lanes) / size;
}

bool canVectorizeReduction(const LoopNest &nest, unsigned dim) {
  for (auto [index, output] : llvm::enumerate(nest.outputs))
    if (nest.isCarried(output) ? !findCombiner(nest, index) : output.isInvariant(dim))
      return false;
  return true;
}

bool canVectorizeParallel(const LoopNest &nest, unsigned dim) {
  return nest.dims[dim].isParallel() &&
         llvm::none_of(nest.outputs, [&](const Access &output) { return output.isInvariant(dim); });
}

/// Several accumulators hide the latency of an addition, at the price of as many copies of the body.
unsigned parallelBlocks(const LoopNest &nest, unsigned dim, unsigned lanes) {
  constexpr unsigned kBlocks = 4, kSmallBody = 10;
  bool isSmall = nest.body->getOperations().size() <= kSmallBody;
  bool isLong = sizeOf(nest.dims[dim]) >= static_cast<int64_t>(kBlocks * lanes);
  return isSmall && isLong && !nest.reductionDims().empty() ? kBlocks : 1;
}

/// The number of partial sums is the target's and the size's, whatever the lanes: fusion must not change bits.
unsigned reductionBlocks(const LoopNest &nest, unsigned dim, unsigned lanes, const Target &target) {
  int64_t most = kPartialVectors * target.vectorBits / 32 / lanes;
  auto size = getConstantIntValue(nest.dims[dim].size);
  return size ? std::min<int64_t>(most, llvm::PowerOf2Ceil(llvm::divideCeil(*size, lanes))) : most;
}

} // namespace

VectorChoice chooseVectorization(const LoopNest &nest, const Target &target) {
  VectorChoice best;
  if (!isBodyVectorizable(*nest.body))
    return best;
  unsigned lanes = std::max(2u, target.vectorBits / widestElementBits(nest));
  // Where the innermost loop is a sum, its lanes are partial sums. Which loop is summed in lanes decides the order of
  // the additions, so the operands, which differ with what was fused, have no say in it.
  unsigned innermost = nest.dims.size() - 1;
  if (!nest.dims.empty() && !nest.dims[innermost].isParallel() && canVectorizeReduction(nest, innermost))
    return {VectorChoice::Kind::Reduction, innermost, lanes, reductionBlocks(nest, innermost, lanes, target)};
  double bestCost = 0;
  // From the innermost outwards, so that of equals the one that walks memory in order is taken.
  for (unsigned dim = nest.dims.size(); dim-- > 0;) {
    if (!canVectorizeParallel(nest, dim))
      continue;
    double cost = costPerElement(nest, dim, lanes);
    if (best.kind == VectorChoice::Kind::Scalar || cost < bestCost) {
      best = {VectorChoice::Kind::Parallel, dim, lanes, parallelBlocks(nest, dim, lanes)};
      bestCost = cost;
    }
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
  // Half a tile has just enough accumulators to hide the latency of its multiply-adds: lower would be no faster.
  tile.tailRows = tile.rows / 2;
  tile.unroll = 1;
  tile.depth = 512;
  return tile;
}

/// A store then fills a vector register, and with 512 bits a cache line: rows of the result lie far apart.
unsigned chooseTransposeSide(const Target &target) { return target.vectorBits / 32; }

} // namespace mimoc
