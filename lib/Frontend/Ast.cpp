#include "mimoc/Ast.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"

#include <algorithm>

namespace mimoc::ast {

bool Path::hasWildcard() const {
  return llvm::any_of(parts, [](const Name &part) { return part.text == "*" || part.text == "**"; });
}

std::string Path::str() const {
  return llvm::join(llvm::map_range(parts, [](const Name &part) { return part.text; }), ".");
}

std::optional<Path> asPath(const Expr &expr) {
  Path path;
  path.range = expr.range;
  const Expr *rest = &expr;
  while (auto *member = llvm::dyn_cast<MemberExpr>(rest)) {
    path.parts.push_back(member->member);
    rest = member->base.get();
  }
  auto *first = llvm::dyn_cast<NameExpr>(rest);
  if (!first)
    return std::nullopt;
  path.parts.push_back({first->name, first->range});
  std::reverse(path.parts.begin(), path.parts.end());
  return path;
}

llvm::StringRef spelling(UnaryOp op) { return op == UnaryOp::Negate ? "-" : "not"; }

llvm::StringRef spelling(BinaryOp op) {
  switch (op) {
  case BinaryOp::Or: return "or";
  case BinaryOp::And: return "and";
  case BinaryOp::Equal: return "==";
  case BinaryOp::NotEqual: return "!=";
  case BinaryOp::Less: return "<";
  case BinaryOp::LessEqual: return "<=";
  case BinaryOp::Greater: return ">";
  case BinaryOp::GreaterEqual: return ">=";
  case BinaryOp::Add: return "+";
  case BinaryOp::Subtract: return "-";
  case BinaryOp::Multiply: return "*";
  case BinaryOp::Divide: return "/";
  case BinaryOp::FloorDivide: return "//";
  case BinaryOp::Remainder: return "%";
  case BinaryOp::Power: return "**";
  }
  return "";
}

} // namespace mimoc::ast
