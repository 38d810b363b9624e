#include "mimoc/AstToMimo.h"

#include "Lowering.h"

#include "llvm/ADT/STLExtras.h"

namespace mimoc {

using namespace ast;

/// The model that is asked for, or the only one; null after an error.
static const ModelStmt *chooseModel(const File &file, Diagnostics &diagnostics, llvm::StringRef wanted) {
  llvm::SmallVector<const ModelStmt *> models;
  llvm::SmallVector<llvm::StringRef> names;
  std::string listed;
  bool unique = true;
  for (const StmtPtr &item : file.items) {
    const auto *model = llvm::dyn_cast<ModelStmt>(item.get());
    if (!model)
      continue;
    if (const auto *first = llvm::find(names, model->name.text); first != names.end()) {
      diagnostics.error(model->name.range, "model '" + model->name.text + "' is declared twice")
          .note("the first one stands", models[first - names.begin()]->name.range);
      unique = false;
      continue;
    }
    listed += (names.empty() ? "" : ", ") + model->name.text.str();
    models.push_back(model);
    names.push_back(model->name.text);
  }
  if (!unique)
    return nullptr;
  std::string fileName = file.source->name().str();
  if (models.empty()) {
    diagnostics.error("there is no model in " + fileName);
    return nullptr;
  }
  if (wanted.empty() && models.size() == 1)
    return models[0];
  if (wanted.empty()) {
    diagnostics.error("there are several models in " + fileName + ": " + listed).note("choose one with --model=NAME");
    return nullptr;
  }
  if (const auto *found = llvm::find(names, wanted); found != names.end())
    return models[found - names.begin()];
  diagnostics.error("there is no model '" + wanted + "' in " + fileName + ", which has " + listed).didYouMean(wanted, names);
  return nullptr;
}

mlir::OwningOpRef<mlir::ModuleOp> lowerToMimo(const Program &program, Diagnostics &diagnostics, mlir::MLIRContext &context,
                                              const AstToMimoOptions &options) {
  const File &file = program.mainFile();
  const ModelStmt *model = chooseModel(file, diagnostics, options.model);
  if (!model)
    return {};
  context.getOrLoadDialect<mlir::mimo::MimoDialect>();
  DiagnosticBridge bridge(context, program, diagnostics);
  mlir::OwningOpRef<mlir::ModuleOp> module = mlir::ModuleOp::create(bridge.locationOf(model->name.range));
  Network network(*module, model->name.text, options, model->name.range, bridge, diagnostics);
  Lowering(file, diagnostics, network).lowerModel(*model);
  if (diagnostics.hasErrors())
    return {};
  return module;
}

} // namespace mimoc
