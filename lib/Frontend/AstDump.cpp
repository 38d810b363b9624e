// The tree written in the language itself. Every operator's operands stand in brackets of their own, so that precedence
// can be seen; pipes have a line for each step, so that each step's place can be.
#include "mimoc/Frontend.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/TypeSwitch.h"

namespace mimoc {

using namespace ast;

namespace {

class Printer {
public:
  Printer(llvm::raw_ostream &os, AstDumpOptions options) : os(os), options(options) {}

  void print(const File &file) {
    if (file.version)
      os << "mimo " << *file.version << '\n';
    printBody(file.items);
  }

private:
  //===- Lines -----------------------------------------------------------------------------------------------------===//

  llvm::raw_ostream &line() { return os.indent(indent * 2); }

  void endLine(SourceRange place) {
    if (options.places) {
      LineColumn start = place.start();
      os << "  # " << start.line << ':' << start.column;
    }
    os << '\n';
  }

  template <class Body> void indented(unsigned by, Body body) {
    indent += by;
    body();
    indent -= by;
  }

  void printBody(const std::vector<StmtPtr> &body) {
    for (const StmtPtr &stmt : body)
      printStatement(*stmt);
  }

  //===- Statements ------------------------------------------------------------------------------------------------===//

  void printStatement(const Stmt &stmt) {
    llvm::TypeSwitch<const Stmt *>(&stmt)
        .Case<ImportStmt, ConstStmt, DefaultStmt, BlockStmt, ModelStmt, BindingStmt, LayerStmt, AssertStmt, PortStmt,
              DimStmt, OutputStmt, ScoreStmt, EntryStmt, TrainStmt, MinimizeStmt, OptimizerStmt, FreezeStmt, SeedStmt>(
            [&](const auto *known) { printStmt(*known); });
  }

  void printStmt(const ImportStmt &import) {
    line() << "import ";
    printQuoted(import.path);
    endLine(import.range);
  }

  void printStmt(const ConstStmt &constant) {
    line() << "const " << constant.name.text << " =";
    printValue(*constant.value, constant.range);
  }

  void printStmt(const DefaultStmt &preset) {
    line() << "default " << preset.callee.text;
    printArguments(preset.arguments);
    endLine(preset.range);
  }

  void printStmt(const BlockStmt &block) {
    line() << "block " << block.name.text;
    printParameters(block.parameters);
    if (block.chain) {
      os << " =";
      return printChain(*block.chain, block.range);
    }
    os << '(';
    printNames(block.inputs);
    os << ") {";
    endLine(block.range);
    indented(1, [&] {
      printBody(block.body);
      line() << "return ";
      llvm::interleaveComma(block.results, os, [&](const ExprPtr &result) { printExpr(*result); });
      endLine(block.returnKeyword);
    });
    line() << "}\n";
  }

  void printStmt(const ModelStmt &model) {
    line() << "model " << model.name.text;
    printParameters(model.parameters);
    printBraced(model.body, model.range);
  }

  void printStmt(const BindingStmt &binding) {
    line() << roleWord(binding.role);
    printNames(binding.names);
    os << " =";
    printValue(*binding.value, binding.range);
  }

  void printStmt(const LayerStmt &layer) {
    line() << "layer " << layer.name.text << " =";
    printChain(layer.chain, layer.range);
  }

  void printStmt(const AssertStmt &assertion) {
    line() << "assert ";
    printExpr(*assertion.condition);
    if (assertion.message) {
      os << " : ";
      printQuoted(*assertion.message);
    }
    endLine(assertion.range);
  }

  void printStmt(const PortStmt &port) {
    line() << (port.port == PortKind::Input ? "input " : "target ");
    printNames(port.names);
    os << ": " << port.type.element.text << '[';
    llvm::interleaveComma(port.type.dims, os, [&](const ExprPtr &dim) { printExpr(*dim); });
    os << ']';
    if (port.type.bound) {
      os << " < ";
      printExpr(*port.type.bound);
    }
    endLine(port.range);
  }

  void printStmt(const DimStmt &dim) {
    line() << "dim " << dim.name.text;
    if (dim.bound) {
      os << " <= ";
      printExpr(*dim.bound);
    }
    endLine(dim.range);
  }

  void printStmt(const OutputStmt &output) {
    line() << "output ";
    printNames(output.names);
    if (!output.value)
      return endLine(output.range);
    os << " =";
    printValue(*output.value, output.range);
  }

  void printStmt(const ScoreStmt &score) {
    line() << (score.score == ScoreKind::Loss ? "loss " : "metric ") << score.name.text << " =";
    printValue(*score.value, score.range);
    indented(2, [&] {
      if (score.where)
        printClause("where", *score.where, score.whereKeyword);
      if (score.weight)
        printClause("weight", *score.weight, score.weightKeyword);
      if (score.reduction) {
        line() << "reduce " << score.reduction->text;
        endLine(score.reduceKeyword);
      }
    });
  }

  void printStmt(const EntryStmt &entry) {
    line() << "entry " << entry.name.text << " = ";
    printNames(entry.heads);
    endLine(entry.range);
  }

  void printStmt(const TrainStmt &train) {
    line() << "train " << train.name.text;
    printBraced(train.body, train.range);
  }

  void printStmt(const MinimizeStmt &minimize) {
    line() << "minimize";
    printValue(*minimize.value, minimize.range);
  }

  void printStmt(const OptimizerStmt &optimizer) {
    line() << "optimizer ";
    printCall(optimizer.call);
    endLine(optimizer.range);
    if (optimizer.groups.empty())
      return;
    indented(2, [&] {
      line() << "with ";
      llvm::interleaveComma(optimizer.groups, os, [&](const Call &group) { printCall(group); });
      endLine(optimizer.withKeyword);
    });
  }

  void printStmt(const FreezeStmt &freeze) {
    line() << "freeze ";
    llvm::interleaveComma(freeze.paths, os, [&](const Path &path) { os << path.str(); });
    endLine(freeze.range);
  }

  void printStmt(const SeedStmt &seed) {
    line() << "seed";
    printValue(*seed.value, seed.range);
  }

  //===- Parts -----------------------------------------------------------------------------------------------------===//

  static llvm::StringRef roleWord(Role role) {
    switch (role) {
    case Role::Plain: return "";
    case Role::Branch: return "branch ";
    case Role::Trunk: return "trunk ";
    case Role::Head: return "head ";
    }
    return "";
  }

  void printBraced(const std::vector<StmtPtr> &body, SourceRange place) {
    os << " {";
    endLine(place);
    indented(1, [&] { printBody(body); });
    line() << "}\n";
  }

  void printNames(const std::vector<Name> &names) {
    llvm::interleaveComma(names, os, [&](const Name &name) { os << name.text; });
  }

  void printParameters(const std::vector<Parameter> &parameters) {
    if (parameters.empty())
      return;
    os << '(';
    llvm::interleaveComma(parameters, os, [&](const Parameter &parameter) {
      os << parameter.name.text;
      if (!parameter.value)
        return;
      os << " = ";
      printExpr(*parameter.value);
    });
    os << ')';
  }

  /// The right side of `=`, to the end of the line: a pipe gets a line for each step.
  void printValue(const Expr &value, SourceRange place) {
    os << ' ';
    auto *pipe = llvm::dyn_cast<PipeExpr>(&value);
    if (!pipe || pipe->inBrackets) {
      printExpr(value);
      return endLine(place);
    }
    printExpr(*pipe->input);
    endLine(place);
    printSteps(pipe->steps);
  }

  void printChain(const Chain &chain, SourceRange place) {
    os << ' ';
    printStep(chain.steps.front());
    endLine(place);
    printSteps(llvm::ArrayRef(chain.steps).drop_front());
  }

  void printSteps(llvm::ArrayRef<Step> steps) {
    indented(2, [&] {
      for (const Step &step : steps) {
        line() << "-> ";
        printStep(step);
        endLine(step.range);
      }
    });
  }

  void printClause(llvm::StringRef word, const Expr &value, SourceRange place) {
    line() << word << ' ';
    printExpr(value);
    endLine(place);
  }

  void printStep(const Step &step) {
    if (step.label)
      os << step.label->text << ": ";
    printCall(step.call);
  }

  void printCall(const Call &call) {
    os << call.callee.str();
    if (call.hasBrackets)
      printArguments(call.arguments);
  }

  void printArguments(const std::vector<Argument> &arguments) {
    os << '(';
    llvm::interleaveComma(arguments, os, [&](const Argument &argument) {
      if (argument.name)
        os << argument.name->text << " = ";
      printExpr(*argument.value);
    });
    os << ')';
  }

  void printQuoted(llvm::StringRef text) {
    os << '"';
    for (char c : text) {
      if (c == '\n')
        os << "\\n";
      else if (c == '\t')
        os << "\\t";
      else
        os << (c == '"' || c == '\\' ? "\\" : "") << c;
    }
    os << '"';
  }

  //===- Expressions -----------------------------------------------------------------------------------------------===//

  /// In brackets where the source has them.
  void printExpr(const Expr &expr) {
    if (!expr.inBrackets || llvm::isa<TupleExpr>(expr))
      return printBare(expr);
    os << '(';
    printBare(expr);
    os << ')';
  }

  /// As part of an operator or before a suffix: in brackets unless it is one word.
  void printOperand(const Expr &expr) {
    bool oneWord = !llvm::isa<UnaryExpr, BinaryExpr, ConditionalExpr, PipeExpr>(expr);
    if (oneWord || expr.inBrackets)
      return printExpr(expr);
    os << '(';
    printBare(expr);
    os << ')';
  }

  void printBare(const Expr &expr) {
    llvm::TypeSwitch<const Expr *>(&expr)
        .Case<IntegerExpr, FloatExpr, StringExpr, BoolExpr, NameExpr, UnaryExpr, BinaryExpr, ConditionalExpr, PipeExpr,
              CallExpr, IndexExpr, MemberExpr, TupleExpr, ListExpr, ComprehensionExpr>(
            [&](const auto *known) { print(*known); });
  }

  void print(const IntegerExpr &expr) { os << expr.value; }
  void print(const FloatExpr &expr) { os << expr.spelling; }
  void print(const StringExpr &expr) { printQuoted(expr.value); }
  void print(const BoolExpr &expr) { os << (expr.value ? "true" : "false"); }
  void print(const NameExpr &expr) { os << expr.name; }

  void print(const UnaryExpr &expr) {
    os << spelling(expr.op) << (expr.op == UnaryOp::Not ? " " : "");
    printOperand(*expr.operand);
  }

  void print(const BinaryExpr &expr) {
    printOperand(*expr.left);
    os << ' ' << spelling(expr.op) << ' ';
    printOperand(*expr.right);
  }

  void print(const ConditionalExpr &expr) {
    printExpr(*expr.then);
    os << " if ";
    printExpr(*expr.condition);
    os << " else ";
    printExpr(*expr.otherwise);
  }

  void print(const PipeExpr &expr) {
    printExpr(*expr.input);
    for (const Step &step : expr.steps) {
      os << " -> ";
      printStep(step);
    }
  }

  void print(const CallExpr &expr) {
    printOperand(*expr.callee);
    printArguments(expr.arguments);
  }

  void print(const IndexExpr &expr) {
    printOperand(*expr.base);
    os << '[';
    llvm::interleaveComma(expr.items, os, [&](const IndexItem &item) { printIndexItem(item); });
    os << ']';
  }

  void printIndexItem(const IndexItem &item) {
    if (item.start)
      printExpr(*item.start);
    if (item.isSlice)
      os << ':';
    if (item.stop)
      printExpr(*item.stop);
  }

  void print(const MemberExpr &expr) {
    printOperand(*expr.base);
    os << '.' << expr.member.text;
  }

  void print(const TupleExpr &expr) {
    os << '(';
    llvm::interleaveComma(expr.elements, os, [&](const ExprPtr &element) { printExpr(*element); });
    os << ')';
  }

  void print(const ListExpr &expr) {
    os << '[';
    llvm::interleaveComma(expr.elements, os, [&](const ExprPtr &element) { printExpr(*element); });
    os << ']';
  }

  void print(const ComprehensionExpr &expr) {
    os << '[';
    printExpr(*expr.element);
    os << " for " << expr.variable.text << " in ";
    printOperand(*expr.first);
    os << " .. ";
    printOperand(*expr.last);
    os << ']';
  }

  llvm::raw_ostream &os;
  const AstDumpOptions options;
  unsigned indent = 0;
};

} // namespace

void dumpAst(const File &file, llvm::raw_ostream &os, AstDumpOptions options) { Printer(os, options).print(file); }

} // namespace mimoc
