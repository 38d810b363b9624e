// Names and what they stand for. Operators, blocks and layers share one namespace, all other names another. Private to
// AstToMimo.
#pragma once

#include "Datum.h"
#include "mimo/IR/Signature.h"
#include "mimoc/Ast.h"

#include "llvm/ADT/MapVector.h"
#include "llvm/ADT/StringMap.h"

namespace mimoc {

/// How weights that arise in an expression are called, and whether they may arise there.
struct Naming {
  enum class Weights {
    InSteps,      ///< the outermost pipe of a binding: every step may make them
    UnderLabels,  ///< elsewhere: a step needs a label
    Nowhere,      ///< inside something that was applied without a name
  };
  Weights weights = Weights::UnderLabels;
  std::string stepPath;  ///< what the name or the indices of unlabelled steps come below
  std::string labelPath; ///< what labels come below
  SourceRange unnamed;   ///< for Nowhere: what was applied without a name
  bool unnamedIsStep = false;
  std::string index = {}; ///< what comes behind a label: which element of a comprehension this is

  /// For a part of the expression that is not its outermost pipe.
  Naming inner() const;
  /// For an element of a list, as in nn.ModuleList. Labels of a comprehension are the same in each element, so that they need
  /// its number as well.
  Naming element(size_t number, bool ofComprehension) const;
};

/// "a" and "b" give "a.b"; either may be empty.
std::string joinPath(llvm::StringRef path, llvm::StringRef leaf);

enum class NameKind { Constant, Dim, Input, Target, Plain, Part, Head, Output, Loss, Metric };

/// "an input", "a head", for messages.
llvm::StringRef describe(NameKind kind);

struct NamedDatum {
  NameKind kind = NameKind::Constant;
  Datum value;
  SourceRange place;
  bool used = false;
  const Datum::List *growing = nullptr; ///< of a list that is being made: the elements so far, in place of `value`
};

struct Scope;

/// A `layer`: a chain that owns its weights, so that every use shares them.
struct Layer {
  const ast::LayerStmt *statement = nullptr;
  Scope *scope = nullptr; ///< where it was declared
  SourceRange firstUse;
  bool active = false;    ///< being applied: an application in there would never end
};

/// A `block`, and the scope of the file that declares it.
struct Block {
  const ast::BlockStmt *statement = nullptr;
  Scope *file = nullptr;
};

/// One option that a `default` statement sets.
struct DefaultOption {
  std::string callee, formal;
  Datum value;
  std::optional<mlir::mimo::Initializer> initializer;
  SourceRange place;
};

struct Scope {
  explicit Scope(Scope *parent) : parent(parent) {}

  Scope *const parent; ///< null for the file
  Naming part;         ///< what this scope's weights are called; of a model, nothing
  bool isBlock = false;
  llvm::MapVector<llvm::StringRef, NamedDatum> values;
  llvm::StringMap<Layer> layers;
  llvm::StringMap<Block> blocks; ///< of a file: its own, and those of the files that it imports
  std::vector<DefaultOption> defaults;

  /// Null if there is none, here or around.
  NamedDatum *find(llvm::StringRef name);
  Layer *findLayer(llvm::StringRef name);
  const Block *findBlock(llvm::StringRef name) const;
  /// The innermost `default` that stands before `place`; of one scope, the last. Null if there is none.
  const DefaultOption *findDefault(llvm::StringRef callee, llvm::StringRef formal, SourceRange place) const;

  /// Every name that find, findLayer and findBlock know, for did-you-mean.
  std::vector<llvm::StringRef> names() const;
  std::vector<llvm::StringRef> layerNames() const;
  std::vector<llvm::StringRef> blockNames() const;

private:
  const Scope &ofFile() const;
};

} // namespace mimoc
