// What `minimize` adds up: losses, penalties, and which of them are balanced. Private to AstToMimo.
#pragma once

#include "Lowering.h"

namespace mimoc {

/// A loss or a penalty.
struct Lowering::Term {
  std::string name; ///< of its run-time coefficient
  double coefficient = 1;
  SourceRange place;
  mlir::mimo::LossOp loss;                ///< or else
  llvm::StringRef penalty = {};           ///< "l1" or "l2"
  llvm::SmallVector<mlir::Value> weights = {};
};

/// Losses that one rule weighs against one another: `uncertainty(a, b)`.
struct Lowering::Balance {
  const mlir::mimo::BalancingRule::Concept *rule = nullptr;
  std::string name; ///< of the rule
  SourceRange place;
  mlir::DictionaryAttr settings;
  std::vector<std::string> terms;
  std::vector<SourceRange> termPlaces;
};

struct Lowering::Terms {
  std::vector<Term> all;
  std::vector<Balance> balances;
};

/// A setting of an optimizer or a balancing rule as the attribute that its op has under its name.
mlir::Attribute settingAttribute(mlir::Builder &b, const mlir::mimo::Formal &formal, const Datum &value);

} // namespace mimoc
