// Reading a source, and the way between byte offsets and the lines and columns that people read.
#include "mimoc/Frontend.h"

#include "llvm/Support/Errc.h"
#include "llvm/Support/FileSystem.h"

#include <algorithm>

namespace mimoc {

namespace {

bool isContinuationByte(char byte) { return (static_cast<unsigned char>(byte) & 0xC0) == 0x80; }

/// Bytes beyond the limit are never read, so a pipe or a device without an end is refused like a file that is too big.
llvm::Error readUpTo(llvm::sys::fs::file_t file, uint64_t limit, std::string &text) {
  std::vector<char> chunk(1 << 16);
  while (text.size() <= limit) {
    llvm::Expected<size_t> got = llvm::sys::fs::readNativeFile(file, chunk);
    if (!got)
      return got.takeError();
    if (*got == 0)
      return llvm::Error::success();
    text.append(chunk.data(), *got);
  }
  return llvm::createStringError(llvm::errc::file_too_large, "it is larger than 16 MiB, the largest source that is read");
}

llvm::Error readPath(llvm::StringRef path, std::string &text) {
  if (path == "-")
    return readUpTo(llvm::sys::fs::getStdinHandle(), kMaxSourceBytes, text);
  if (llvm::sys::fs::is_directory(path))
    return llvm::createStringError(llvm::errc::is_a_directory, "it is a folder; name a .mimo file in it");
  llvm::Expected<llvm::sys::fs::file_t> file = llvm::sys::fs::openNativeFileForRead(path);
  if (!file)
    return file.takeError();
  llvm::Error error = readUpTo(*file, kMaxSourceBytes, text);
  llvm::sys::fs::closeFile(*file);
  return error;
}

} // namespace

SourceFile::SourceFile(std::string name, std::string text) : fileName(std::move(name)), contents(std::move(text)) {
  // Places are 32-bit; parseSource refuses what is over the limit, so the rest of a longer text is never looked at.
  if (contents.size() > kMaxSourceBytes + 1)
    contents.resize(kMaxSourceBytes + 1);
  lineStarts.push_back(0);
  for (size_t i = 0; i < contents.size(); ++i)
    if (contents[i] == '\n')
      lineStarts.push_back(static_cast<uint32_t>(i + 1));
  ascii = std::all_of(contents.begin(), contents.end(), [](char byte) { return static_cast<signed char>(byte) >= 0; });
}

llvm::Expected<std::unique_ptr<SourceFile>> SourceFile::open(llvm::StringRef path, llvm::StringRef name) {
  std::string text;
  if (llvm::Error error = readPath(path, text))
    return std::move(error);
  return std::make_unique<SourceFile>(name.str(), std::move(text));
}

std::unique_ptr<SourceFile> SourceFile::read(llvm::StringRef path, Diagnostics &diagnostics) {
  llvm::Expected<std::unique_ptr<SourceFile>> file = open(path, path == "-" ? "<stdin>" : path);
  if (file)
    return std::move(*file);
  diagnostics.error("cannot read '" + path + "': " + llvm::toString(file.takeError()));
  return nullptr;
}

LineColumn SourceFile::lineColumn(uint32_t offset) const {
  offset = std::min<uint32_t>(offset, contents.size());
  auto after = std::upper_bound(lineStarts.begin(), lineStarts.end(), offset);
  uint32_t lineIndex = static_cast<uint32_t>(after - lineStarts.begin()) - 1;
  uint32_t start = lineStarts[lineIndex];
  // Counting characters takes time in proportion to the line, so plain ASCII goes without.
  uint32_t characters = offset - start;
  if (!ascii)
    characters -= std::count_if(contents.begin() + start, contents.begin() + offset, isContinuationByte);
  return {lineIndex + 1, characters + 1};
}

uint32_t SourceFile::offsetAt(uint32_t number, uint32_t column) const {
  llvm::StringRef content = line(number);
  size_t byte = 0;
  for (uint32_t character = 1; character < column && byte < content.size(); ++character)
    do
      ++byte;
    while (byte < content.size() && isContinuationByte(content[byte]));
  return static_cast<uint32_t>(content.begin() - contents.data() + byte);
}

llvm::StringRef SourceFile::line(uint32_t number) const {
  uint32_t index = std::clamp<uint32_t>(number, 1, lineStarts.size()) - 1;
  llvm::StringRef rest = text().drop_front(lineStarts[index]);
  return rest.take_until([](char c) { return c == '\n'; }).rtrim('\r');
}

llvm::StringRef SourceRange::text() const { return file ? file->text().slice(begin, end) : llvm::StringRef(); }
LineColumn SourceRange::start() const { return file ? file->lineColumn(begin) : LineColumn(); }
LineColumn SourceRange::stop() const { return file ? file->lineColumn(end) : LineColumn(); }

} // namespace mimoc
