// Trains a ResNet18 with two heads on pictures of colours and depth, a third of whose labels are missing: first the heads, on a trunk that
// stands still, then all of it. The trunk may begin with the weights of a file.
//
//   mimoc model.mimo --prefix=resnet18 -o resnet18.o && c++ -std=c++17 app.cpp resnet18.o -lmimo-data -o app
//   ./app images 2 8 [colours/best.safetensors features]
//
// takes the folder that make_images.py wrote, the epochs of both phases, and a file with the prefix of its tensors.
#include "mimoc/Images.h"
#include "mimoc/Weights.h"
#include "resnet18.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <memory>
#include <numeric>
#include <random>
#include <sstream>
#include <stdexcept>
#include <string>
#include <vector>

namespace {

constexpr int64_t kSide = 64, kPixels = kSide * kSide, kBatch = 16;
constexpr uint64_t kSeed = 18;

/// A row of a table: two pictures and, where they are known, a class and an angle.
struct Sample {
  std::string rgb, depth;
  int64_t label = -1;
  float angle = NAN;
};

/// The tables of make_images.py, whose cells need no quotes. An empty cell is missing.
std::vector<Sample> readTable(const std::string &folder, const std::string &part) {
  std::ifstream file(folder + "/" + part + ".csv");
  std::string line, label, angle;
  if (!std::getline(file, line) || line != "rgb,depth,label,angle")
    throw std::runtime_error(folder + "/" + part + ".csv is no table of rgb,depth,label,angle");
  std::vector<Sample> samples;
  while (std::getline(file, line)) {
    Sample sample;
    std::istringstream cells(line);
    std::getline(cells, sample.rgb, ',');
    std::getline(cells, sample.depth, ',');
    std::getline(cells, label, ',');
    if (!label.empty())
      sample.label = std::stoll(label);
    if (std::getline(cells, angle))
      sample.angle = std::stof(angle);
    sample.rgb = folder + "/" + sample.rgb;
    sample.depth = folder + "/" + sample.depth;
    samples.push_back(sample);
  }
  return samples;
}

/// What becomes of the pictures of one input.
class Preparation {
public:
  Preparation(const char *text, int64_t channels) : channels(channels) {
    char message[MIMO_MESSAGE_BYTES];
    if (mimo_transforms_parse(text, &transforms, message) != MIMO_OK)
      throw std::runtime_error(message);
  }
  ~Preparation() { mimo_transforms_free(transforms); }
  Preparation(const Preparation &) = delete;
  Preparation &operator=(const Preparation &) = delete;

  /// Writes [channels, kSide, kSide].
  void read(const std::string &path, const mimo_sample &sample, float *values) const {
    char message[MIMO_MESSAGE_BYTES];
    mimo_image image{};
    if (mimo_image_read(path.c_str(), nullptr, &image, message) != MIMO_OK)
      throw std::runtime_error(message);
    bool fine = mimo_transforms_apply(transforms, &sample, &image, message) == MIMO_OK;
    bool fits = image.channels == channels && image.height == kSide && image.width == kSide;
    if (fine && fits)
      std::copy_n(image.values, channels * kPixels, values);
    mimo_image_free(&image);
    if (!fine || !fits)
      throw std::runtime_error(path + ": " + (fine ? "has another size or number of channels" : message));
  }

private:
  mimo_transforms *transforms = nullptr;
  int64_t channels;
};

/// The memory of one batch.
struct Batch {
  std::vector<float> rgb = std::vector<float>(kBatch * 3 * kPixels), depth = std::vector<float>(kBatch * kPixels);
  std::vector<int64_t> label = std::vector<int64_t>(kBatch);
  std::vector<float> angle = std::vector<float>(kBatch);
  int64_t rows = 0;
  resnet18_inputs inputs{rgb.data(), depth.data()};
  resnet18_targets targets{label.data(), angle.data()};

  Batch() = default;
  Batch(const Batch &) = delete;
  Batch &operator=(const Batch &) = delete;

  /// Takes the samples order[first], order[first + 1], ...; `changed`: augmented, differently in every epoch.
  void fill(const std::vector<Sample> &samples, const std::vector<size_t> &order, size_t first, uint64_t epoch, bool changed) {
    static const Preparation colours("jitter(0.2, 0.2, 0.2) -> normalize(0.5, 0.25)", 3), distances("normalize(0.5, 0.25)", 1);
    rows = int64_t(std::min<size_t>(kBatch, order.size() - first));
    for (int64_t i = 0; i < rows; ++i) {
      const Sample &sample = samples[order[first + size_t(i)]];
      mimo_sample random{kSeed, epoch, order[first + size_t(i)], changed};
      colours.read(sample.rgb, random, &rgb[size_t(i * 3 * kPixels)]);
      distances.read(sample.depth, random, &depth[size_t(i * kPixels)]);
      label[size_t(i)] = sample.label;
      angle[size_t(i)] = sample.angle;
    }
  }
};

struct Free {
  void operator()(void *memory) const { std::free(memory); }
};

template <typename T> std::unique_ptr<T, Free> block(size_t bytes) {
  void *memory = std::aligned_alloc(RESNET18_BLOCK_ALIGNMENT, bytes);
  if (!memory)
    throw std::bad_alloc();
  return std::unique_ptr<T, Free>(static_cast<T *>(memory));
}

/// The compiled model, its parameters and the memory that it works in.
class Model {
public:
  Model()
      : workspaceBytes(std::max(resnet18_workspace_bytes(RESNET18_FOR_STEP, kBatch), resnet18_workspace_bytes(RESNET18_FOR_EVALUATE, kBatch))),
        workspace(block<void>(workspaceBytes)), parameters(block<float>(RESNET18_PARAM_BYTES)) {
    require(resnet18_context_init(&context, nullptr));
    require(resnet18_init_parameters(&context, parameters.get(), kSeed));
  }
  ~Model() { resnet18_context_destroy(&context); }
  Model(const Model &) = delete;
  Model &operator=(const Model &) = delete;

  /// The trunk begins with the tensors of a file below `prefix`, whose first convolution sees colours only: the depth gets their mean.
  void load(const char *path, const char *prefix) {
    static const char *const ignored[] = {"fc.*", nullptr}, *const channels[] = {"features.conv1.weight=mean", nullptr};
    mimo_weight_rules rules{};
    rules.part = "features";
    rules.prefix = prefix;
    rules.ignored = prefix ? nullptr : ignored; // torchvision's last layer
    rules.channels = channels;
    rules.report = [](void *, const char *line) { std::fprintf(stderr, "%s\n", line); };
    char message[MIMO_MESSAGE_BYTES];
    if (mimo_weights_load(resnet18_describe(), path, &rules, parameters.get(), message) != MIMO_OK)
      throw std::runtime_error(message);
  }

  /// One phase: its options and state are its own, and the parameters are those that the phase before it left. `schedule` sets rates for a
  /// share that goes from 1 to 0 along half a cosine.
  template <typename Options, typename Init, typename Step>
  void train(const char *phase, size_t stateBytes, Options options, Init init, Step step, const std::vector<Sample> &samples, int epochs,
             void (*schedule)(Options &, double)) {
    auto state = block<float>(stateBytes);
    require(init(&context, state.get()));
    std::vector<size_t> order(samples.size());
    std::iota(order.begin(), order.end(), size_t(0));
    std::mt19937 random(kSeed);
    const double steps = double(epochs) * std::ceil(double(order.size()) / kBatch);
    for (int epoch = 0; epoch < epochs; ++epoch) {
      double cls = 0, reg = 0;
      std::shuffle(order.begin(), order.end(), random);
      for (size_t first = 0; first < order.size(); first += kBatch, ++options.step) {
        batch.fill(samples, order, first, uint64_t(epoch), true);
        schedule(options, 0.5 + 0.5 * std::cos(M_PI * double(options.step) / steps));
        resnet18_losses losses;
        require(step(&context, parameters.get(), state.get(), &batch.inputs, &batch.targets, &options, &losses, batch.rows,
                     workspace.get(), workspaceBytes));
        cls += losses.cls * double(batch.rows) / double(order.size());
        reg += losses.reg * double(batch.rows) / double(order.size());
      }
      std::printf("%s, epoch %d: cls %.4f  reg %.4f\n", phase, epoch + 1, cls, reg);
      std::fflush(stdout);
    }
  }

  /// Exact figures of a whole set.
  resnet18_figures evaluate(const std::vector<Sample> &samples) {
    resnet18_states total, states;
    resnet18_figures figures;
    std::vector<size_t> order(samples.size());
    std::iota(order.begin(), order.end(), size_t(0));
    resnet18_metrics_reset(&context, &total);
    for (size_t first = 0; first < order.size(); first += kBatch) {
      batch.fill(samples, order, first, 0, false);
      require(resnet18_evaluate(&context, parameters.get(), &batch.inputs, &batch.targets, nullptr, &states, batch.rows, workspace.get(),
                                workspaceBytes));
      resnet18_metrics_add(&context, &total, &states);
    }
    require(resnet18_metrics_finalise(&context, &total, &figures));
    return figures;
  }

private:
  void require(resnet18_status status) const {
    if (status != RESNET18_OK)
      throw std::runtime_error(resnet18_message(&context));
  }

  resnet18_context context;
  uint64_t workspaceBytes;
  std::unique_ptr<void, Free> workspace;
  std::unique_ptr<float, Free> parameters;
  Batch batch;
};

void show(const char *when, const resnet18_figures &figures) {
  std::printf("%s: test accuracy %.1f %%, error of the angle %.1f degrees (simulated)\n", when, 100 * figures.accuracy,
              figures.error * 180 / M_PI);
}

void run(const std::string &folder, int headEpochs, int fullEpochs, const char *weights, const char *prefix) {
  std::vector<Sample> training = readTable(folder, "train"), test = readTable(folder, "test");
  Model model;
  if (weights)
    model.load(weights, prefix);
  resnet18_options_heads heads = RESNET18_DEFAULT_OPTIONS_HEADS;
  model.train<resnet18_options_heads>("heads", RESNET18_STATE_BYTES_HEADS, heads, resnet18_init_state_heads, resnet18_step_heads, training,
                                      headEpochs, [](resnet18_options_heads &, double) {});
  show("after the heads", model.evaluate(test));
  resnet18_options_full full = RESNET18_DEFAULT_OPTIONS_FULL;
  model.train<resnet18_options_full>("full", RESNET18_STATE_BYTES_FULL, full, resnet18_init_state_full, resnet18_step_full, training,
                                     fullEpochs, [](resnet18_options_full &options, double share) {
                                       options.learning_rate = 0.01 * share;
                                       options.learning_rate_features = 0.01 * share;
                                     });
  show("after all of it", model.evaluate(test));
}

} // namespace

int main(int argc, char **argv) {
  if (argc != 4 && argc != 5 && argc != 6) {
    std::fprintf(stderr, "usage: %s FOLDER EPOCHS_OF_HEADS EPOCHS_OF_ALL [WEIGHTS.safetensors [PREFIX]]\n", argv[0]);
    return 2;
  }
  try {
    run(argv[1], std::atoi(argv[2]), std::atoi(argv[3]), argc > 4 ? argv[4] : nullptr, argc > 5 ? argv[5] : nullptr);
    return 0;
  } catch (const std::exception &error) {
    std::fprintf(stderr, "resnet18_two_head: %s\n", error.what());
    return 1;
  }
}
