#include "mimoc/Data/Safetensors.h"
#include "SafetensorsHeader.h"
#include "mimoc/Data/Refuse.h"

#include "llvm/Support/Endian.h"
#include "llvm/Support/xxhash.h"

namespace mimoc {

namespace {

constexpr uint64_t kMaxHeader = 100'000'000; // the format's own limit
constexpr llvm::StringLiteral kBlankChecksum("0000000000000000");

// Where the checksum's digits stand in a header, or npos. A quote inside a JSON string is escaped, so that this text
// is always a key and its value.
size_t findChecksum(llvm::StringRef header) {
  std::string key = fmt::format("\"{}\":\"", kChecksumKey.str());
  size_t place = header.find(key);
  if (place == llvm::StringRef::npos || header.size() - place < key.size() + kBlankChecksum.size() + 1)
    return llvm::StringRef::npos;
  size_t digits = place + key.size();
  return header[digits + kBlankChecksum.size()] == '"' ? digits : llvm::StringRef::npos;
}

// Of the header with a blank checksum, and of every tensor's bytes. Tensors may lie in different buffers.
class Checksum {
public:
  void add(llvm::StringRef bytes) {
    uint64_t hash = llvm::xxh3_64bits(bytes);
    for (int shift = 0; shift < 64; shift += 8)
      hashes += char(hash >> shift & 255);
  }
  std::string text() const { return fmt::format("{:016x}", llvm::xxh3_64bits(llvm::StringRef(hashes))); }

private:
  std::string hashes;
};

std::string checksumOf(llvm::StringRef headerWithChecksum, size_t place, llvm::ArrayRef<NamedArray> tensors) {
  std::string header = headerWithChecksum.str();
  header.replace(place, kBlankChecksum.size(), kBlankChecksum.str());
  Checksum checksum;
  checksum.add(header);
  for (const NamedArray &tensor : tensors)
    checksum.add(tensor.array.raw());
  return checksum.text();
}

llvm::Error verify(llvm::StringRef header, const Safetensors &contents) {
  auto stored = contents.metadata.find(kChecksumKey.str());
  if (stored == contents.metadata.end())
    return llvm::Error::success();
  size_t place = findChecksum(header);
  if (place == llvm::StringRef::npos || checksumOf(header, place, contents.tensors) != stored->second)
    return refuse("is damaged or was edited: its checksum does not match (a program that edits it must drop '{}' from "
                  "__metadata__)", kChecksumKey.str());
  return llvm::Error::success();
}

} // namespace

const Array *Safetensors::find(llvm::StringRef name) const {
  auto place = llvm::find_if(tensors, [&](const NamedArray &tensor) { return tensor.name == name; });
  return place == tensors.end() ? nullptr : &place->array;
}

llvm::Expected<Safetensors> parseSafetensors(const FileBytes &bytes) {
  if (bytes.size < 8)
    return refuse("is not a safetensors file: it has {} bytes", bytes.size);
  uint64_t length = llvm::support::endian::read64le(bytes.data.get());
  if (length > kMaxHeader || length > bytes.size - 8)
    return refuse("is not a safetensors file or is cut short: its header claims {} bytes, {} follow", length,
                  bytes.size - 8);
  llvm::StringRef header = bytes.text().substr(8, length);
  if (!header.starts_with("{"))
    return refuse("is not a safetensors file: its header does not begin with a brace");
  auto layout = parseSafetensorsHeader(header, bytes.size - 8 - length);
  if (!layout)
    return layout.takeError();

  Safetensors contents;
  contents.metadata = std::move(layout->metadata);
  for (TensorEntry &tensor : layout->tensors) {
    std::shared_ptr<const char> data(bytes.data, bytes.data.get() + 8 + length + tensor.begin);
    contents.tensors.push_back({std::move(tensor.name), {tensor.type, std::move(tensor.shape), std::move(data)}});
  }
  if (auto error = verify(header, contents))
    return std::move(error);
  return contents;
}

llvm::Expected<Safetensors> readSafetensors(llvm::StringRef path) {
  auto bytes = readFile(path);
  if (!bytes)
    return bytes.takeError();
  auto contents = parseSafetensors(*bytes);
  return contents ? std::move(contents) : at(path, contents.takeError());
}

std::string safetensorsHeader(const Safetensors &contents) {
  std::string json;
  llvm::raw_string_ostream stream(json);
  llvm::json::OStream out(stream);
  out.object([&] {
    out.attributeObject("__metadata__", [&] {
      for (const auto &[key, value] : contents.metadata)
        if (key != kChecksumKey)
          out.attribute(key, value);
      out.attribute(kChecksumKey, kBlankChecksum);
    });
    uint64_t end = 0;
    for (const NamedArray &tensor : contents.tensors) {
      uint64_t begin = end;
      end += tensor.array.bytes();
      out.attributeObject(tensor.name, [&] {
        out.attribute("dtype", safetensorsName(tensor.array.type));
        out.attribute("shape", llvm::json::Array(tensor.array.shape));
        out.attribute("data_offsets", llvm::json::Array{begin, end});
      });
    }
  });
  json.append((64 - (8 + json.size()) % 64) % 64, ' '); // the data starts at a multiple of 64
  size_t place = findChecksum(json);
  json.replace(place, kBlankChecksum.size(), checksumOf(json, place, contents.tensors));
  std::string header(8, '\0');
  llvm::support::endian::write64le(header.data(), json.size());
  return header + json;
}

llvm::Error writeSafetensors(llvm::StringRef path, const Safetensors &contents, FileSystem &system) {
  auto file = AtomicFile::create(path, system);
  if (!file)
    return file.takeError();
  if (auto error = file->write(safetensorsHeader(contents)))
    return error;
  for (const NamedArray &tensor : contents.tensors)
    if (auto error = file->write(tensor.array.raw()))
      return error;
  return file->commit();
}

} // namespace mimoc
