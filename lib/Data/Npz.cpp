#include "mimoc/Data/Npz.h"
#include "mimoc/Data/File.h"
#include "mimoc/Data/Npy.h"
#include "mimoc/Data/Refuse.h"

#include "llvm/ADT/ScopeExit.h"
#include "llvm/ADT/StringSet.h"

#include <filesystem>
#include <zip.h>

namespace mimoc {

namespace {

// No deflate stream expands by more than 1032:1 (258 bytes from 2 bits).
constexpr uint64_t kMaxDeflateRatio = 1032;

std::string openText(int code) {
  zip_error_t error;
  zip_error_init_with_code(&error, code);
  std::string text = zip_error_strerror(&error);
  zip_error_fini(&error);
  return text;
}

} // namespace

struct NpzReader::Impl {
  zip_t *archive = nullptr;
  uint64_t fileSize = 0;
  uint64_t inflated = 0; ///< by all compressed members read so far
  std::vector<std::string> names;

  ~Impl() { zip_discard(archive); }

  llvm::Error list();
  llvm::Error checkSize(const zip_stat_t &facts);
  llvm::Expected<FileBytes> readMember(uint64_t index);
};

llvm::Error NpzReader::Impl::list() {
  llvm::StringSet<> seen;
  for (int64_t i = 0, count = zip_get_num_entries(archive, 0); i < count; ++i) {
    const char *raw = zip_get_name(archive, uint64_t(i), ZIP_FL_ENC_RAW);
    llvm::StringRef name = raw ? raw : "";
    if (!name.consume_back(".npy"))
      return refuse("is not an .npz archive: member '{}' is not a .npy file", name.str());
    if (!seen.insert(name).second)
      return refuse("has two members named '{}'", name.str());
    names.push_back(name.str());
  }
  return llvm::Error::success();
}

// Nothing is allocated on the word of a directory entry that the file's length does not bear out.
llvm::Error NpzReader::Impl::checkSize(const zip_stat_t &facts) {
  constexpr uint64_t needed = ZIP_STAT_SIZE | ZIP_STAT_COMP_SIZE | ZIP_STAT_COMP_METHOD;
  if ((facts.valid & needed) != needed)
    return refuse("its directory entry is incomplete");
  if ((facts.valid & ZIP_STAT_ENCRYPTION_METHOD) && facts.encryption_method != ZIP_EM_NONE)
    return refuse("is encrypted");
  if (facts.comp_method != ZIP_CM_STORE && facts.comp_method != ZIP_CM_DEFLATE)
    return refuse("is compressed by method {}; np.savez and np.savez_compressed write what is read", facts.comp_method);
  bool stored = facts.comp_method == ZIP_CM_STORE;
  uint64_t most = stored ? facts.comp_size : (facts.comp_size + 1) * kMaxDeflateRatio;
  if (facts.comp_size > fileSize || facts.size > most)
    return refuse("is damaged: {} bytes cannot come from the {} that are there", facts.size,
                  std::min<uint64_t>(facts.comp_size, fileSize));
  if (!stored && facts.size > kMaxInflatedBytes - inflated)
    return refuse("inflates the archive beyond the limit of {} GiB; save it with np.savez", kMaxInflatedBytes >> 30);
  inflated += stored ? 0 : facts.size;
  return llvm::Error::success();
}

llvm::Expected<FileBytes> NpzReader::Impl::readMember(uint64_t index) {
  zip_stat_t facts;
  zip_stat_init(&facts);
  if (zip_stat_index(archive, index, 0, &facts) != 0)
    return refuse("is damaged: {}", zip_strerror(archive));
  if (auto error = checkSize(facts))
    return std::move(error);
  auto memory = allocateBytes(size_t(facts.size));
  if (!memory)
    return refuse("not enough memory for its {} bytes", facts.size);
  zip_file_t *member = zip_fopen_index(archive, index, 0);
  if (!member)
    return refuse("is damaged: {}", zip_strerror(archive));
  llvm::scope_exit close([&] { zip_fclose(member); });

  uint64_t done = 0;
  char beyond = 0; // reading past the end makes libzip compare the checksum
  for (;;) {
    bool full = done == facts.size;
    int64_t got = full ? zip_fread(member, &beyond, 1) : zip_fread(member, memory.get() + done, facts.size - done);
    if (got < 0)
      return refuse("is damaged: {}", zip_error_strerror(zip_file_get_error(member)));
    if (got == 0)
      break;
    if (full)
      return refuse("is damaged: it is longer than its directory entry says");
    done += uint64_t(got);
  }
  if (done != facts.size)
    return refuse("is damaged: {} of {} bytes are there", done, facts.size);
  return FileBytes{std::move(memory), size_t(done)};
}

NpzReader::NpzReader(std::unique_ptr<Impl> impl) : impl(std::move(impl)) {}
NpzReader::NpzReader(NpzReader &&) noexcept = default;
NpzReader::~NpzReader() = default;

llvm::Expected<NpzReader> NpzReader::open(llvm::StringRef path) {
  std::error_code failure;
  std::filesystem::path file(path.str());
  bool regular = std::filesystem::is_regular_file(file, failure);
  if (failure || !regular)
    return refuse("{}: {}", path.str(), failure ? failure.message() : "is not a file");
  auto impl = std::make_unique<Impl>();
  impl->fileSize = std::filesystem::file_size(file, failure);
  int code = 0;
  impl->archive = zip_open(file.c_str(), ZIP_RDONLY | ZIP_CHECKCONS, &code);
  if (!impl->archive)
    return refuse("{}: is not an .npz archive or is damaged: {}", path.str(), openText(code));
  if (auto error = impl->list())
    return at(path, std::move(error));
  return NpzReader(std::move(impl));
}

const std::vector<std::string> &NpzReader::names() const { return impl->names; }

llvm::Expected<Array> NpzReader::read(llvm::StringRef name) {
  auto place = llvm::find(impl->names, name);
  if (place == impl->names.end())
    return refuse("no member '{}'", name.str());
  std::string where = fmt::format("member '{}'", name.str());
  auto bytes = impl->readMember(uint64_t(place - impl->names.begin()));
  if (!bytes)
    return at(where, bytes.takeError());
  auto array = parseNpy(*bytes);
  return array ? std::move(array) : at(where, array.takeError());
}

namespace {

// 1980-01-01, the first day that a zip file can name.
constexpr uint16_t kNoDate = (0 << 9) | (1 << 5) | 1;

llvm::Error addMember(zip_t *archive, const std::string &name, const std::string &bytes) {
  zip_source_t *source = zip_source_buffer(archive, bytes.data(), bytes.size(), 0);
  int64_t index = source ? zip_file_add(archive, (name + ".npy").c_str(), source, ZIP_FL_ENC_UTF_8) : -1;
  if (source && index < 0)
    zip_source_free(source);
  if (index < 0 || zip_set_file_compression(archive, uint64_t(index), ZIP_CM_STORE, 0) != 0 ||
      zip_file_set_dostime(archive, uint64_t(index), 0, kNoDate, 0) != 0)
    return refuse("member '{}' cannot be added: {}", name, zip_strerror(archive));
  return llvm::Error::success();
}

llvm::Expected<std::string> sourceBytes(zip_source_t *source) {
  zip_stat_t facts;
  zip_stat_init(&facts);
  if (zip_source_stat(source, &facts) != 0 || !(facts.valid & ZIP_STAT_SIZE) || zip_source_open(source) != 0)
    return refuse("the archive cannot be made: {}", zip_error_strerror(zip_source_error(source)));
  std::string bytes(facts.size, '\0');
  uint64_t done = 0;
  while (done < bytes.size()) {
    int64_t got = zip_source_read(source, bytes.data() + done, bytes.size() - done);
    if (got <= 0)
      break;
    done += uint64_t(got);
  }
  zip_source_close(source);
  if (done != bytes.size())
    return refuse("the archive cannot be made: {} of {} bytes came", done, bytes.size());
  return bytes;
}

} // namespace

llvm::Expected<std::string> npzBytes(llvm::ArrayRef<std::pair<std::string, Array>> members) {
  zip_error_t code;
  zip_error_init(&code);
  zip_source_t *target = zip_source_buffer_create(nullptr, 0, 0, &code);
  zip_t *archive = target ? zip_open_from_source(target, ZIP_TRUNCATE, &code) : nullptr;
  if (!archive)
    return refuse("the archive cannot be made: {}", zip_error_strerror(&code));
  zip_source_keep(target);
  llvm::scope_exit release([&] { zip_source_free(target); });

  // libzip reads the members when it closes the archive, so their bytes must live until then.
  std::vector<std::string> contents;
  contents.reserve(members.size());
  for (const auto &[name, array] : members) {
    contents.push_back(npyHeader(array) + array.raw().str());
    if (auto error = addMember(archive, name, contents.back())) {
      zip_discard(archive);
      return std::move(error);
    }
  }
  if (zip_close(archive) != 0) {
    std::string text = zip_strerror(archive);
    zip_discard(archive);
    return refuse("the archive cannot be made: {}", text);
  }
  return sourceBytes(target);
}

} // namespace mimoc
