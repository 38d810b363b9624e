// The way between places in the source and MLIR locations, and from MLIR's diagnostics to those of the model: what an op
// says while it is being built comes out with the line of the model and a caret. Private to AstToMimo.
#pragma once

#include "mimoc/Frontend.h"
#include "mlir/IR/Diagnostics.h"
#include "mlir/IR/MLIRContext.h"

#include <functional>

namespace mimoc {

class DiagnosticBridge {
public:
  DiagnosticBridge(mlir::MLIRContext &context, const Program &program, Diagnostics &diagnostics);

  mlir::Location locationOf(SourceRange place) const;
  /// Nowhere for a location that was not made by locationOf.
  SourceRange rangeOf(mlir::Location location) const;

  /// The last error that an op reported; null before the first.
  Diagnostic *lastError() const { return last; }
  /// Called with every error of an op, e.g. to add the notes that every error gets.
  std::function<void(Diagnostic &)> decorate;

private:
  void report(mlir::Diagnostic &diagnostic);

  mlir::MLIRContext &context;
  const Program &program;
  Diagnostics &diagnostics;
  Diagnostic *last = nullptr;
  mlir::ScopedDiagnosticHandler handler;
};

} // namespace mimoc
