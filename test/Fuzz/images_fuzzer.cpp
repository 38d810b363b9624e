// Feeds one input to the decoders of pictures, or to the parser of transforms: `T`, the text, a zero byte, and a picture that it changes;
// or, after `W`, to the reader of weights, and after `D` to that of a model's description.
#include "mimoc/Images.h"
#include "mimoc/Weights.h"

#include <cmath>
#include <cstdlib>
#include <cstring>
#include <string>

static constexpr uint64_t kPixels = 1 << 20; // keeps the fuzzer quick

static void decode(const uint8_t *data, size_t size, const char *text) {
  mimo_image_limits limits{0, kPixels};
  mimo_image image{};
  char message[MIMO_MESSAGE_BYTES] = "";
  if (mimo_status status = mimo_image_decode(data, size, &limits, &image, message)) {
    if (!*message || image.values || status == MIMO_INVALID_TRANSFORM)
      std::abort();
    return;
  }
  int64_t count = image.channels * image.height * image.width;
  if (count < 1 || uint64_t(image.height * image.width) > kPixels)
    std::abort();
  for (int64_t i = 0; i < count; ++i)
    if (!(image.values[i] >= 0 && image.values[i] <= 1))
      std::abort();
  mimo_transforms *transforms = nullptr;
  if (mimo_transforms_parse(text, &transforms, message) == MIMO_OK && image.height * image.width <= 4096) {
    mimo_sample sample{size, 1, 2, 1};
    (void)mimo_transforms_apply(transforms, &sample, &image, message);
  }
  mimo_transforms_free(transforms);
  mimo_image_free(&image);
}

static void load(const std::string &description, const uint8_t *data, size_t size) {
  static const char *const ignored[] = {"x*", nullptr}, *const fresh[] = {"f.b", nullptr}, *const channels[] = {"f.w=mean", nullptr};
  mimo_weight_rules rules{};
  rules.part = "f";
  rules.ignored = ignored;
  rules.fresh = fresh;
  rules.channels = channels;
  float parameters[64];
  std::memset(parameters, 1, sizeof parameters);
  char before[sizeof parameters], message[MIMO_MESSAGE_BYTES] = "";
  std::memcpy(before, parameters, sizeof parameters);
  if (mimo_weights_decode(description.c_str(), data, size, &rules, parameters, message) &&
      (!*message || std::memcmp(before, parameters, sizeof parameters) != 0))
    std::abort();
}

static const char kDescription[] = R"({"precision": "f32", "parameters": [{"name": "f.w", "shape": [2, 3, 2], "offset": 0, "x": [1e5, {}]},
  {"name": "f.b", "shape": [2], "offset": 12}], "buffers": [{"name": "f.n", "shape": [], "offset": 14}]})";

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  if (size && data[0] == 'W') {
    load(kDescription, data + 1, size - 1);
    return 0;
  }
  if (size && data[0] == 'D') { // nothing of the model is written, as the file has nothing for it
    load(std::string(reinterpret_cast<const char *>(data + 1), size - 1), nullptr, 0);
    return 0;
  }
  if (size == 0 || data[0] != 'T') {
    decode(data, size, "resize(9) -> rotate(20) -> jitter(0.4, 0.4, 0.4, 0.1) -> resized_crop(5)");
    return 0;
  }
  std::string text(reinterpret_cast<const char *>(data + 1), strnlen(reinterpret_cast<const char *>(data + 1), size - 1));
  mimo_transforms *transforms = nullptr;
  char message[MIMO_MESSAGE_BYTES] = "";
  if (mimo_transforms_parse(text.c_str(), &transforms, message)) {
    if (std::strncmp(message, "column ", 7) != 0 || transforms)
      std::abort();
    return 0;
  }
  mimo_transforms_free(transforms);
  if (text.size() < 256 && size > text.size() + 2 && text.find('9') == std::string::npos) // small results
    decode(data + text.size() + 2, size - text.size() - 2, text.c_str());
  return 0;
}
