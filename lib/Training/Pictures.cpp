#include "mimoc/Training/Pictures.h"
#include "mimoc/Data/Refuse.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/xxhash.h"

#include <atomic>
#include <mutex>
#include <system_error>
#include <thread>

namespace mimoc {

namespace {

/// A picture that frees itself.
struct OwnImage : mimo_image {
  OwnImage() : mimo_image{} {}
  OwnImage(const OwnImage &) = delete;
  ~OwnImage() { mimo_image_free(this); }
};

llvm::Error check(mimo_status status, const char *message) {
  return status == MIMO_OK ? llvm::Error::success() : refuse("{}", message);
}

// The memory comes from malloc, as mimo_image_free expects.
llvm::Error copyRow(const Array &array, int64_t row, mimo_image &image) {
  image.channels = array.shape[1], image.height = array.shape[2], image.width = array.shape[3];
  size_t count = size_t(image.channels * image.height * image.width);
  image.values = static_cast<float *>(std::malloc(count * sizeof(float)));
  if (!image.values)
    return refuse("not enough memory for a picture of {} values", count);
  const char *place = array.data.get() + size_t(row) * count * byteSize(array.type);
  for (size_t i = 0; i < count; ++i)
    image.values[i] = array.type == Element::U8    ? float(uint8_t(place[i])) / 255.0f
                      : array.type == Element::F64 ? float(loadAs<double>(place + 8 * i))
                                                   : loadAs<float>(place + 4 * i);
  return llvm::Error::success();
}

// The usual slips: colours where grey is meant, and pictures as large as a camera makes them.
std::string remedy(const mimo_image &image, llvm::ArrayRef<int64_t> shape) {
  if (image.channels != shape[0] && (shape[0] == 1 || shape[0] == 3 || shape[0] == 4))
    return fmt::format("; add '{}' to its transforms", shape[0] == 1 ? "grey" : shape[0] == 3 ? "rgb" : "rgba");
  return image.channels == shape[0] ? fmt::format("; add 'resized_crop([{0}, {1}])' or 'resize([{0}, {1}])' to its transforms", shape[1],
                                                  shape[2])
                                    : "";
}

void store(const mimo_image &image, Element type, char *bytes) {
  size_t count = size_t(image.channels * image.height * image.width);
  if (type == Element::F32) {
    std::memcpy(bytes, image.values, count * sizeof(float));
    return;
  }
  for (size_t i = 0; i < count; ++i) {
    double value = image.values[i];
    std::memcpy(bytes + i * sizeof value, &value, sizeof value);
  }
}

} // namespace

llvm::Error addTransforms(llvm::StringRef option, llvm::StringRef setting, std::map<std::string, std::string> &texts) {
  size_t colon = setting.find(':');
  llvm::StringRef name = setting.take_front(colon).trim();
  if (colon == llvm::StringRef::npos || name.empty() || !llvm::all_of(name, [](char c) { return llvm::isAlnum(c) || c == '_'; }))
    return refuse("{0} '{1}': write {0} 'INPUT: transform -> transform'", option.str(), setting.str());
  // Blanks in place of the name, so that columns are those of the option.
  std::string text = std::string(colon + 1, ' ') + setting.drop_front(colon + 1).str();
  if (!texts.try_emplace(name.str(), llvm::StringRef(text).trim().str()).second)
    return refuse("{} '{}': '{}' has transforms already", option.str(), setting.str(), name.str());
  auto parsed = Transforms::parse(option.str() + " '" + setting.str() + "'", text);
  return parsed ? llvm::Error::success() : parsed.takeError();
}

llvm::Expected<Transforms> Transforms::parse(llvm::StringRef option, llvm::StringRef text) {
  char message[MIMO_MESSAGE_BYTES];
  mimo_transforms *parsed = nullptr;
  if (mimo_transforms_parse(text.str().c_str(), &parsed, message) != MIMO_OK)
    return refuse("{}: {}", option.str(), message);
  Transforms result;
  result.transforms = std::shared_ptr<const mimo_transforms>(parsed, [](const mimo_transforms *list) {
    mimo_transforms_free(const_cast<mimo_transforms *>(list));
  });
  return result;
}

llvm::Error Pictures::loadRow(int64_t row, const Augmentation &augmentation, char *bytes) const {
  OwnImage image;
  char message[MIMO_MESSAGE_BYTES];
  if (files.empty()) {
    if (auto error = copyRow(array, samples[size_t(row)], image))
      return error;
  } else if (mimo_status status = mimo_image_read(files[size_t(row)].c_str(), nullptr, &image, message)) {
    return check(status, message);
  }
  std::string file = files.empty() ? fmt::format("row {}", samples[size_t(row)]) : files[size_t(row)];
  mimo_sample sample{augmentation.seed, augmentation.epoch, uint64_t(samples[size_t(row)]), augmentation.random};
  const Transforms &transforms = augmentation.random ? train : evaluation;
  if (mimo_status status = mimo_transforms_apply(transforms.get(), &sample, &image, message))
    return at(file, check(status, message));
  if (image.channels != shape[0] || image.height != shape[1] || image.width != shape[2])
    return refuse("{}: is [{}, {}, {}] after its transforms (channels, height, width), and the {} wants {}{}", file, image.channels,
                  image.height, image.width, what, shapeText(shape), remedy(image, shape));
  store(image, type, bytes);
  return llvm::Error::success();
}

llvm::Error Pictures::load(llvm::ArrayRef<int64_t> rows, const Augmentation &augmentation, unsigned threads, char *bytes) const {
  std::atomic<size_t> next = 0;
  std::mutex guard;
  size_t failedAt = rows.size();
  std::string failure;
  auto work = [&] {
    for (size_t i; (i = next++) < rows.size();)
      if (auto error = loadRow(rows[i], augmentation, bytes + i * rowBytes())) {
        std::string text = llvm::toString(std::move(error));
        std::lock_guard lock(guard);
        if (i < failedAt) {
          failedAt = i;
          failure = std::move(text);
        }
      }
  };
  std::vector<std::thread> helpers;
  try {
    for (size_t i = 1; i < std::min<size_t>(threads, rows.size()); ++i)
      helpers.emplace_back(work);
  } catch (const std::system_error &) {
    // The system gives no more threads: those that are there do the work.
  }
  work();
  for (std::thread &helper : helpers)
    helper.join();
  if (failedAt == rows.size())
    return llvm::Error::success();
  return places.empty() ? refuse("{}: {}", what, failure) : at(places[size_t(rows[failedAt])], refuse("{}", failure));
}

llvm::Error Pictures::checkFiles() const {
  for (size_t i = 0; i < files.size(); ++i)
    if (!llvm::sys::fs::is_regular_file(files[i]))
      return at(places[i], refuse("{}: {}", files[i], llvm::sys::fs::exists(files[i]) ? "is not a file" : "there is no such file"));
  return llvm::Error::success();
}

std::string Pictures::fingerprint() const {
  if (files.empty())
    return fmt::format("{} {} {:x}", numpyName(array.type).str(), shapeText(array.shape), llvm::xxh3_64bits(array.raw()));
  std::string text;
  for (size_t i = 0; i < files.size(); ++i) {
    uint64_t bytes = 0;
    (void)llvm::sys::fs::file_size(files[i], bytes);
    text += fmt::format("{} {}\n", names[i], bytes);
  }
  return text;
}

Pictures Pictures::select(llvm::ArrayRef<int64_t> which) const {
  Pictures result = *this;
  result.samples.clear();
  for (auto *list : {&result.files, &result.names, &result.places})
    list->clear();
  for (int64_t row : which) {
    result.samples.push_back(samples[size_t(row)]);
    if (!files.empty()) {
      result.files.push_back(files[size_t(row)]);
      result.names.push_back(names[size_t(row)]);
      result.places.push_back(places[size_t(row)]);
    }
  }
  return result;
}

} // namespace mimoc
