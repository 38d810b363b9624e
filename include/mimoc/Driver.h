// What mimoc does: one model through all stages, with whatever of it was asked for.
#pragma once

#include "mimoc/LLVMToObject.h"
#include "mimoc/ModelInfo.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"
#include "llvm/Support/raw_ostream.h"
#include <string>

namespace mimoc {

struct CompileOptions {
  std::string model;             ///< which, where the file has several
  std::string prefix;            ///< of exported symbols; empty for the model's name in lower snake case
  std::string target;            ///< LLVM triple; empty for the host
  std::string march = "native";  ///< "native", a level such as "x86-64-v3", or an LLVM cpu name
  DType precision = DType::F32;  ///< of the whole model: F32 or F64
  int optimize = 3;              ///< 0 to 3
  bool debugInfo = false;        ///< line tables that point into the model's source
  Sanitizer sanitizer = Sanitizer::None; ///< checks compiled into the model's code; for objects only
  std::string emit;              ///< stop after this stage and print it; empty for the library
  std::string dumpStages;        ///< folder that gets one file a stage; empty for none
  bool timing = false;           ///< report the seconds of each stage
  std::string output;            ///< .so or .o, or a file for what --emit prints; "-" or empty is standard output for it
  std::string failIn;            ///< for tests of the failure path: pretend an internal failure in this stage
};

/// How a compilation ended; also the exit status of mimoc.
enum class CompileStatus { Success = 0, RefusedSource = 1, BadUsage = 2, InternalFailure = 70 };

/// Compiles `source` as the options say. Messages go to `err`, what --emit asks for to `out` where no output is named.
/// An internal failure, a crash included, leaves a reproducer beside the output and asks for a report.
CompileStatus compile(llvm::StringRef source, const CompileOptions &options, llvm::raw_ostream &out, llvm::raw_ostream &err);

/// Compiles `source` to the shared library (or object) `output` and its header. The error holds the printed messages.
llvm::Error compileToLibrary(llvm::StringRef source, const CompileOptions &options, llvm::StringRef output);

/// mimoc's main: reads the command line.
int runMimoc(int argc, char **argv);

} // namespace mimoc
