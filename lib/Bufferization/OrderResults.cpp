#include "Roots.h"
#include "RunTimeSizes.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"

namespace mimoc {
#define GEN_PASS_DEF_ORDERRESULTS
#include "BufferizationPasses.h.inc"

using namespace mlir;

namespace {
struct Move {
  Value source, place;
};
} // namespace

static bool readsPlaceOf(const Move &move, const Move &other) { return rootOf(move.source) == rootOf(other.place); }

/// Takes the copies that are meant to happen at once out of the function.
static SmallVector<Move> takeMoves(func::FuncOp function) {
  SmallVector<memref::CopyOp> copies;
  function.walk([&](memref::CopyOp copy) {
    if (copy->hasAttr("mimo.result"))
      copies.push_back(copy);
  });
  SmallVector<Move> moves;
  for (memref::CopyOp copy : copies) {
    Move move{copy.getSource(), copy.getTarget()};
    while (auto cast = move.source.getDefiningOp<memref::CastOp>())
      move.source = cast.getSource();
    if (move.source != move.place)
      moves.push_back(move);
    copy.erase();
  }
  return moves;
}

/// Copies a source aside, so that its place can be overwritten.
static void save(OpBuilder &b, Location loc, func::FuncOp function, Move &move) {
  auto type = cast<MemRefType>(move.place.getType());
  SmallVector<Value> sizes;
  for (int64_t dim = 0; dim < type.getRank(); ++dim)
    if (type.isDynamicDim(dim))
      sizes.push_back(findSize(function, move.place, dim));
  Value saved = memref::AllocOp::create(b, loc, type, sizes, b.getI64IntegerAttr(64));
  memref::CopyOp::create(b, loc, move.source, saved);
  move.source = saved;
}

/// Emits the moves so that each place is overwritten only when no other move reads it any longer.
static void emitMoves(func::FuncOp function, SmallVector<Move> moves) {
  Operation *exit = function.getBody().front().getTerminator();
  OpBuilder b(exit);
  while (!moves.empty()) {
    auto next = llvm::find_if(moves, [&](const Move &move) {
      return llvm::none_of(moves, [&](const Move &other) { return &other != &move && readsPlaceOf(other, move); });
    });
    if (next == moves.end()) { // a circle
      for (Move &move : moves)
        if (&move != &moves.front() && readsPlaceOf(move, moves.front()))
          save(b, exit->getLoc(), function, move);
      continue;
    }
    memref::CopyOp::create(b, exit->getLoc(), next->source, next->place);
    moves.erase(next);
  }
}

namespace {
struct OrderResults : impl::OrderResultsBase<OrderResults> {
  void runOnOperation() override {
    if (getOperation()->hasAttr("mimo.entry"))
      emitMoves(getOperation(), takeMoves(getOperation()));
  }
};
} // namespace

} // namespace mimoc
