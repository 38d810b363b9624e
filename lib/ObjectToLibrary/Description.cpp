// Finds the JSON text in a compiled library or object file without running any of its code.
#include "mimoc/ObjectToLibrary.h"

#include "llvm/Object/ELFObjectFile.h"

using namespace mimoc;
using namespace llvm::object;

static constexpr llvm::StringRef suffix = "_description";

/// The bytes of a symbol, empty where it does not lie within its section.
static llvm::Expected<llvm::StringRef> contentsOf(const ELFObjectFileBase &file, const ELFSymbolRef &symbol) {
  auto section = symbol.getSection();
  if (!section)
    return section.takeError();
  if (*section == file.section_end())
    return llvm::StringRef();
  auto contents = (*section)->getContents();
  auto address = symbol.getAddress();
  if (!contents || !address)
    return llvm::joinErrors(contents.takeError(), address.takeError());
  uint64_t offset = *address - (*section)->getAddress(), size = symbol.getSize();
  if (offset > contents->size() || size > contents->size() - offset)
    return llvm::StringRef();
  return contents->substr(offset, size).rtrim('\0');
}

template <class Range>
static llvm::Expected<std::string> findDescription(const ELFObjectFileBase &file, const Range &symbols) {
  for (ELFSymbolRef symbol : symbols) {
    auto name = symbol.getName();
    if (!name)
      return name.takeError();
    if (!name->ends_with(suffix) || symbol.getELFType() != llvm::ELF::STT_OBJECT)
      continue;
    auto text = contentsOf(file, symbol);
    if (!text)
      return text.takeError();
    if (text->starts_with("{"))
      return text->str();
  }
  return std::string();
}

static llvm::Expected<std::string> findDescription(const ELFObjectFileBase &file) {
  if (file.isRelocatableObject())
    return findDescription(file, file.symbols());
  return findDescription(file, file.getDynamicSymbolIterators());
}

llvm::Expected<std::string> mimoc::readDescription(llvm::StringRef path) {
  auto named = [&](llvm::Error error) {
    return llvm::createStringError(path.str() + ": " + llvm::toString(std::move(error)));
  };
  auto file = ObjectFile::createObjectFile(path);
  if (!file)
    return named(file.takeError());
  auto *elf = llvm::dyn_cast<ELFObjectFileBase>(file->getBinary());
  if (!elf)
    return llvm::createStringError(path.str() + ": not an ELF file");
  auto text = findDescription(*elf);
  if (!text)
    return named(text.takeError());
  if (text->empty())
    return llvm::createStringError(path.str() + ": not a model compiled by mimoc: it has no '<model>_description'");
  return text;
}
