// Every number that decides how a loop nest meets the machine: which loop becomes the vector, how many lanes, and how
// large the register tile of a GEMM is. Nothing else in this stage is tuned.
#pragma once

#include "LoopNest.h"

#include "mimoc/Target.h"

#include <optional>

namespace mimoc {

/// How the elements of a nest are spread over lanes.
struct VectorChoice {
  enum class Kind {
    Scalar,   ///< one element after the other: the body or the addressing leaves nothing else
    Parallel, ///< lanes are elements of the outputs
    Reduction ///< lanes are partial sums of one element, combined at the end by a fixed tree
  };
  Kind kind = Kind::Scalar;
  unsigned dim = 0;
  unsigned lanes = 1;
  unsigned blocks = 1; ///< vectors per iteration of the vector loop; in a reduction a power of two
};

VectorChoice chooseVectorization(const LoopNest &nest, const Target &target);

/// The register tile of a GEMM: `rows` x (`vectors` * `lanes`) accumulators; `unroll` steps of k per iteration, and
/// `depth` steps of k before the next block of columns, so that a panel of B stays in the first-level cache.
struct GemmTile {
  unsigned lanes, rows, vectors, unroll;
  unsigned tailRows; ///< of the tiles at the end of rows whose number is known at run time only
  int64_t depth;
};

/// `rows` and `columns` are the sizes of C, nothing where they are known at run time only.
GemmTile chooseGemmTile(const Target &target, unsigned elementBits, std::optional<int64_t> rows,
                        std::optional<int64_t> columns);

/// The side of the square tile that a transposed copy is made of.
unsigned chooseTransposeSide(const Target &target);

} // namespace mimoc
