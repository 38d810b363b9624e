// Parsing text in a test: the tree, and what was said about it.
#pragma once

#include "mimoc/Frontend.h"
#include "llvm/Support/Casting.h"

#include <gtest/gtest.h>
#include <string>
#include <vector>

namespace mimoc::testing {

/// A source with everything that came of it. Members refer to each other, so it stays where it was made.
struct Parsed {
  explicit Parsed(std::string text) : source("test.mimo", std::move(text)), file(parseSource(source, diagnostics)) {}
  Parsed(const Parsed &) = delete;

  /// The printed diagnostics.
  std::string messages() const {
    std::string text;
    llvm::raw_string_ostream os(text);
    diagnostics.print(os);
    return text;
  }

  /// "line:column text" of each error, in the order in which they were found.
  std::vector<std::string> errors() const {
    std::vector<std::string> found;
    for (const Diagnostic &diagnostic : diagnostics.all()) {
      LineColumn start = diagnostic.place.start();
      found.push_back(std::to_string(start.line) + ":" + std::to_string(start.column) + " " + diagnostic.text);
    }
    return found;
  }

  /// The tree without places; empty after an error.
  std::string dump() const {
    std::string text;
    llvm::raw_string_ostream os(text);
    if (file)
      dumpAst(*file, os, {.places = false});
    return text;
  }

  Diagnostics diagnostics;
  SourceFile source;
  std::unique_ptr<ast::File> file;
};

/// The body of a model M with these lines.
inline std::string inModel(const std::string &lines) { return "model M {\n" + lines + "\n}\n"; }

/// The statements of the model that `inModel` made.
inline const std::vector<ast::StmtPtr> &modelBody(const Parsed &parsed) {
  return llvm::cast<ast::ModelStmt>(*parsed.file->items.front()).body;
}

/// How one expression is understood: its dump, with every operator's operands in brackets.
inline std::string understood(const std::string &expression) {
  Parsed parsed("const c = " + expression + "\n");
  EXPECT_TRUE(parsed.file) << expression << "\n" << parsed.messages();
  std::string dump = parsed.dump();
  const std::string head = "const c = ";
  return dump.size() > head.size() ? dump.substr(head.size(), dump.size() - head.size() - 1) : dump;
}

} // namespace mimoc::testing
