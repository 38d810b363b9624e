// What would a treatment do for each sample? Trains a network with one head per arm on simulated data in which the
// treated are not a fair sample, then compares its effects with the true ones, which only a simulation knows.
//
//   mimoc model.mimo -o two_head.o && c++ -std=c++17 app.cpp two_head.o -o app && ./app
#include "two_head.h"

#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <numeric>
#include <random>
#include <stdexcept>
#include <vector>

namespace {

constexpr int kFeatures = 25, kTrainRows = 4000, kTestRows = 1000, kBatch = 100, kEpochs = 15;

struct Samples {
  std::vector<float> x, y, w, trueEffect;
  std::vector<int32_t> t;
};

double sigmoid(double x) { return 1 / (1 + std::exp(-x)); }

// SIMULATED. Samples with a large x[0] do better anyhow and are treated more often, so comparing the means of the arms
// misleads. The true effect depends on x[2]. Outcomes lie above -1, as the heads' last activation (elu) wants it.
Samples simulate(int rows, std::mt19937 &random) {
  std::normal_distribution<double> normal;
  std::uniform_real_distribution<double> uniform;
  Samples data;
  for (int row = 0; row < rows; ++row) {
    std::vector<double> x(kFeatures);
    for (double &feature : x)
      feature = normal(random);
    double chance = sigmoid(x[0]), base = 1 + std::log1p(std::exp(x[0] + 0.5 * x[1])), effect = 1 + 0.5 * std::tanh(x[2]);
    bool treated = uniform(random) < chance;
    data.x.insert(data.x.end(), x.begin(), x.end());
    data.t.push_back(treated);
    data.y.push_back(float(base + (treated ? effect : 0) + 0.1 * normal(random)));
    data.w.push_back(float(0.5 / std::max(0.1, treated ? chance : 1 - chance))); // rare cases count more
    data.trueEffect.push_back(float(effect));
  }
  return data;
}

/// A compiled model with the memory that it works in.
class Model {
public:
  explicit Model(int64_t largestBatch) : workspaceBytes(two_head_workspace_bytes(TWO_HEAD_FOR_ANY, largestBatch)) {
    require(two_head_context_init(&context, nullptr));
    workspace.reset(block(workspaceBytes));
    parameters.reset(static_cast<float *>(block(TWO_HEAD_PARAM_BYTES)));
    state.reset(static_cast<float *>(block(TWO_HEAD_STATE_BYTES)));
    require(two_head_init_parameters(&context, parameters.get(), 5));
    require(two_head_init_state(&context, state.get()));
  }
  ~Model() { two_head_context_destroy(&context); }
  Model(const Model &) = delete;
  Model &operator=(const Model &) = delete;

  two_head_losses step(const Samples &data, int first, int rows, const two_head_options &options) {
    two_head_inputs inputs{data.x.data() + first * kFeatures};
    two_head_targets targets{data.t.data() + first, data.y.data() + first, data.w.data() + first};
    two_head_losses losses;
    require(two_head_step(&context, parameters.get(), state.get(), &inputs, &targets, &options, &losses, rows,
                          workspace.get(), workspaceBytes));
    return losses;
  }

  /// The output `effect` alone: y1 - y0 for every row.
  std::vector<float> effects(const Samples &data) {
    std::vector<float> result(data.t.size());
    two_head_inputs inputs{data.x.data()};
    require(two_head_forward_effect(&context, parameters.get(), &inputs, result.data(), int64_t(result.size()),
                                    workspace.get(), workspaceBytes));
    return result;
  }

private:
  struct Free {
    void operator()(void *memory) const { std::free(memory); }
  };

  static void *block(size_t bytes) {
    void *memory = std::aligned_alloc(TWO_HEAD_BLOCK_ALIGNMENT, bytes);
    if (!memory)
      throw std::bad_alloc();
    return memory;
  }
  void require(two_head_status status) const {
    if (status != TWO_HEAD_OK)
      throw std::runtime_error(two_head_message(&context));
  }

  two_head_context context;
  uint64_t workspaceBytes;
  std::unique_ptr<void, Free> workspace;
  std::unique_ptr<float[], Free> parameters, state;
};

void train(Model &model, const Samples &data) {
  two_head_options options = TWO_HEAD_DEFAULT_OPTIONS;
  for (int epoch = 1; epoch <= kEpochs; ++epoch) {
    two_head_losses mean{};
    if (epoch == kEpochs * 2 / 3)
      options.learning_rate *= 0.1;
    for (int first = 0; first < kTrainRows; first += kBatch, ++options.step) {
      two_head_losses losses = model.step(data, first, kBatch, options);
      mean.l0 += losses.l0 * kBatch / kTrainRows;
      mean.l1 += losses.l1 * kBatch / kTrainRows;
    }
    if (epoch % 5 == 0)
      std::printf("epoch %2d  l0 %.4f  l1 %.4f\n", epoch, mean.l0, mean.l1);
  }
}

/// The difference of the arms' means, which the unfair choice of the treated distorts.
double naiveEffect(const Samples &data) {
  double sum[2] = {0, 0}, count[2] = {0, 0};
  for (size_t row = 0; row < data.t.size(); ++row) {
    sum[data.t[row]] += data.y[row];
    count[data.t[row]] += 1;
  }
  return sum[1] / count[1] - sum[0] / count[0];
}

double meanOf(const std::vector<float> &values) {
  return std::accumulate(values.begin(), values.end(), 0.0) / double(values.size());
}

bool report(const Samples &test, const std::vector<float> &effects) {
  double squares = 0;
  for (size_t row = 0; row < effects.size(); ++row)
    squares += std::pow(double(effects[row]) - test.trueEffect[row], 2);
  double error = std::sqrt(squares / double(effects.size())), bias = std::abs(meanOf(effects) - meanOf(test.trueEffect));
  std::printf("mean effect: true %.3f, by comparing the arms %.3f, by the model %.3f\n", meanOf(test.trueEffect),
              naiveEffect(test), meanOf(effects));
  std::printf("error of single effects %.3f on simulated data\n", error);
  return bias < 0.15 && error < 0.35;
}

} // namespace

int main() {
  try {
    std::mt19937 random(11);
    Samples training = simulate(kTrainRows, random), test = simulate(kTestRows, random);
    Model model(kTestRows);
    train(model, training);
    return report(test, model.effects(test)) ? 0 : 1;
  } catch (const std::exception &error) {
    std::fprintf(stderr, "two_head: %s\n", error.what());
    return 1;
  }
}
