#include "DiagnosticBridge.h"

#include "mlir/IR/Location.h"

namespace mimoc {

DiagnosticBridge::DiagnosticBridge(mlir::MLIRContext &context, const Program &program, Diagnostics &diagnostics)
    : context(context), program(program), diagnostics(diagnostics), handler(&context, [this](mlir::Diagnostic &diagnostic) {
        report(diagnostic);
        return mlir::success();
      }) {}

mlir::Location DiagnosticBridge::locationOf(SourceRange place) const {
  if (!place)
    return mlir::UnknownLoc::get(&context);
  LineColumn start = place.start(), stop = place.stop();
  return mlir::FileLineColRange::get(&context, place.file->name(), start.line, start.column, stop.line, stop.column);
}

SourceRange DiagnosticBridge::rangeOf(mlir::Location location) const {
  auto range = location->findInstanceOf<mlir::FileLineColRange>();
  if (!range)
    return {};
  for (const auto &source : program.sources)
    if (range.getFilename() == source->name())
      return {source.get(), source->offsetAt(range.getStartLine(), range.getStartColumn()),
              source->offsetAt(range.getEndLine(), range.getEndColumn())};
  return {};
}

void DiagnosticBridge::report(mlir::Diagnostic &diagnostic) {
  bool isError = diagnostic.getSeverity() == mlir::DiagnosticSeverity::Error;
  if (!isError && diagnostic.getSeverity() != mlir::DiagnosticSeverity::Warning)
    return;
  SourceRange place = rangeOf(diagnostic.getLocation());
  Diagnostic &reported = isError ? diagnostics.error(place, diagnostic.str()) : diagnostics.warning(place, diagnostic.str());
  // Notes with a place of their own say where a shape came from; the caller says that for every operand alike.
  for (mlir::Diagnostic &note : diagnostic.getNotes())
    if (note.getLocation() == diagnostic.getLocation())
      reported.note(note.str());
  if (isError)
    last = &reported;
  if (isError && decorate)
    decorate(reported);
}

} // namespace mimoc
