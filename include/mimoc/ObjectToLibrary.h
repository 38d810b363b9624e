// The last stage: what the outside sees of a compiled model. Before code generation it adds the exported functions and
// the descriptor to the model's LLVM module; afterwards it writes the C header, the JSON self-description, and links.
//
//   linkRuntime(module, info)  ->  optimise, generate code (LLVMToObject)  ->  writeLibrary(object, info, "net.so")
#pragma once

#include "mimoc/ModelInfo.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/IR/Module.h"
#include "llvm/Support/Error.h"
#include "llvm/Support/MemoryBufferRef.h"

namespace mimoc {

/// Can exported names start with this? Letters, digits and '_', and no digit first.
bool isPrefix(llvm::StringRef text);

/// 16 hexadecimal digits that change with what the header shows: names, order, types, sizes.
std::string layoutHash(const ModelInfo &info);

/// The one exported name that carries the layout hash, so that a stale header fails to link.
std::string contextInitSymbol(const ModelInfo &info);

/// Adds to the model's module the run-time support, the descriptor (constant data) and the exported functions, and makes
/// everything else internal. The module holds the entry points that `info.entries` names; its triple and data layout
/// are set. Inline assembly is among what is added: code generation needs the target's assembly parser registered.
llvm::Error linkRuntime(llvm::Module &module, const ModelInfo &info);

/// The C99 and C++ header of the model. It includes <stddef.h> and <stdint.h> only.
std::string emitHeader(const ModelInfo &info);

/// The self-description that <prefix>_describe() returns, and its reader. What ModelInfo holds survives the round trip,
/// but for the symbols and slots of entry points, which are internal.
std::string emitJson(const ModelInfo &info);
llvm::Expected<ModelInfo> parseJson(llvm::StringRef json);

/// The self-description of a compiled library or object file. Reads the file and runs none of its code.
llvm::Expected<std::string> readDescription(llvm::StringRef path);

/// Links the object into the shared library `path`, or copies it where `path` ends in ".o", and writes the header beside
/// it ("net.h" for "net.so"). Both appear whole or not at all. Needs no linker or library on the machine: lld runs in
/// process against stubs of libc and libm that mimoc carries.
llvm::Error writeLibrary(llvm::MemoryBufferRef object, const ModelInfo &info, llvm::StringRef path);

} // namespace mimoc
