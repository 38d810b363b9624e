// Any bytes are a source: the parser neither crashes nor hangs, every refusal has a message with a place, and an accepted
// source survives a round trip through its dump.
#include "mimoc/Frontend.h"

#include <cstdlib>
#include <string>

using namespace mimoc;

namespace {

/// The dump of `text`; empty where it was refused.
std::string parseAndDump(std::string text) {
  Diagnostics diagnostics;
  SourceFile source("fuzz.mimo", std::move(text));
  std::unique_ptr<ast::File> file = parseSource(source, diagnostics);
  if (!file != diagnostics.hasErrors())
    std::abort();
  for (const Diagnostic &diagnostic : diagnostics.all())
    if (!diagnostic.place)
      std::abort();
  std::string printed;
  llvm::raw_string_ostream os(printed);
  diagnostics.print(os);
  printed.clear();
  if (file)
    dumpAst(*file, os, {.places = false});
  return printed;
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  std::string dump = parseAndDump(std::string(reinterpret_cast<const char *>(data), size));
  // The dump has more brackets than its source, so only small ones are sure to stay within the limit on nesting.
  if (size < 100 && !dump.empty() && parseAndDump(dump) != dump)
    std::abort();
  return 0;
}
