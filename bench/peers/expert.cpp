// Model (a) as somebody writes it who knows the machine: layer by layer on oneDNN's products, everything else in vectorised loops over whole
// tensors, threads by OpenMP, no allocation in a call. The branches write side by side, so that concat costs nothing; the optimizer is one pass.
#include <cmath>
#include <cstdint>
#include <cstring>
#include <oneapi/dnnl/dnnl.h>
#include <vector>

namespace {

using Floats = std::vector<float>;

struct Layer {
  int64_t in, out;
  int64_t weight, bias; // offsets in the parameter block
};

// In the order of the model's parameters.
enum { image0, image2, text0, text2, both0, both2, classifier, regressor, layer_count };
const int64_t widths[layer_count][2] = {{256, 128}, {128, 64}, {100, 64}, {64, 32}, {96, 128}, {128, 64}, {64, 10}, {64, 1}};
constexpr int64_t classes = 10;

struct Expert {
  int64_t rows, size = 0, step = 0;
  Layer layers[layer_count];
  Floats p, g, m, v;
  Floats image1, text1, joined, both1, both2_, logits, score;              // outputs of layers, after relu
  Floats d_image1, d_text1, d_joined, d_both1, d_both2, d_logits, d_score; // their cotangents
  const float *image, *text, *target;
  const int64_t *label;
  double losses[2];

  Expert(int64_t rows, const float *start) : rows(rows) {
    for (int i = 0; i < layer_count; ++i) {
      auto [in, out] = widths[i];
      layers[i] = {in, out, size, size + in * out};
      size += in * out + out;
    }
    p.assign(start, start + size), g.resize(size), m.resize(size), v.resize(size);
    for (auto [block, width] : {std::pair(&image1, 128), {&text1, 64}, {&joined, 96}, {&both1, 128}, {&both2_, 64}, {&logits, 10}, {&score, 1}, {&d_image1, 128},
                                {&d_text1, 64}, {&d_joined, 96}, {&d_both1, 128}, {&d_both2, 64}, {&d_logits, 10}, {&d_score, 1}})
      block->resize(rows * width);
  }

  // y = x Wᵀ + b, and relu
  void forward(int layer, const float *x, int64_t ldx, float *y, int64_t ldy, bool relu) {
    const Layer &l = layers[layer];
    dnnl_sgemm('N', 'T', rows, l.out, l.in, 1, x, ldx, &p[l.weight], l.in, 0, y, ldy);
    const float *b = &p[l.bias];
#pragma omp parallel for if (rows * l.out > 32768)
    for (int64_t i = 0; i < rows; ++i) {
      float *row = y + i * ldy;
      if (relu)
#pragma omp simd
        for (int64_t j = 0; j < l.out; ++j)
          row[j] = std::fmax(row[j] + b[j], 0.0f);
      else
#pragma omp simd
        for (int64_t j = 0; j < l.out; ++j)
          row[j] += b[j];
    }
  }

  // The cotangent dy becomes that before relu; dW, db, and dx where it is wanted (added to where `add`).
  void backward(int layer, const float *x, int64_t ldx, const float *y, float *dy, int64_t ldy, bool relu, float *dx, int64_t lddx, float add) {
    const Layer &l = layers[layer];
    float *db = &g[l.bias];
    if (relu)
#pragma omp parallel for if (rows * l.out > 32768)
      for (int64_t i = 0; i < rows; ++i)
#pragma omp simd
        for (int64_t j = 0; j < l.out; ++j)
          dy[i * ldy + j] = y[i * ldy + j] > 0 ? dy[i * ldy + j] : 0;
    std::memset(db, 0, l.out * sizeof(float));
    for (int64_t i = 0; i < rows; ++i)
#pragma omp simd
      for (int64_t j = 0; j < l.out; ++j)
        db[j] += dy[i * ldy + j];
    dnnl_sgemm('T', 'N', l.out, l.in, rows, 1, dy, ldy, x, ldx, 0, &g[l.weight], l.in);
    if (dx)
      dnnl_sgemm('N', 'N', rows, l.in, l.out, 1, dy, ldy, &p[l.weight], l.in, add, dx, lddx);
  }

  void inference() {
    forward(image0, image, 256, image1.data(), 128, true);
    forward(image2, image1.data(), 128, joined.data(), 96, true);
    forward(text0, text, 100, text1.data(), 64, true);
    forward(text2, text1.data(), 64, joined.data() + 64, 96, true);
    forward(both0, joined.data(), 96, both1.data(), 128, true);
    forward(both2, both1.data(), 128, both2_.data(), 64, true);
    forward(classifier, both2_.data(), 64, logits.data(), 10, false);
    forward(regressor, both2_.data(), 64, score.data(), 1, false);
  }

  void loss() {
    float over = 1.0f / rows;
    losses[0] = losses[1] = 0;
    for (int64_t i = 0; i < rows; ++i) {
      const float *x = &logits[i * classes];
      float *dx = &d_logits[i * classes], most = x[0], sum = 0;
      for (int64_t j = 1; j < classes; ++j)
        most = std::fmax(most, x[j]);
      for (int64_t j = 0; j < classes; ++j)
        sum += dx[j] = std::exp(x[j] - most);
      for (int64_t j = 0; j < classes; ++j)
        dx[j] *= over / sum;
      dx[label[i]] -= over;
      losses[0] += std::log(sum) + most - x[label[i]];
      float off = score[i] - target[i];
      d_score[i] = 2 * over * off;
      losses[1] += off * off;
    }
    losses[0] *= over, losses[1] *= over;
  }

  void gradients() {
    inference();
    loss();
    backward(classifier, both2_.data(), 64, nullptr, d_logits.data(), 10, false, d_both2.data(), 64, 0);
    backward(regressor, both2_.data(), 64, nullptr, d_score.data(), 1, false, d_both2.data(), 64, 1);
    backward(both2, both1.data(), 128, both2_.data(), d_both2.data(), 64, true, d_both1.data(), 128, 0);
    backward(both0, joined.data(), 96, both1.data(), d_both1.data(), 128, true, d_joined.data(), 96, 0);
    backward(text2, text1.data(), 64, joined.data() + 64, d_joined.data() + 64, 96, true, d_text1.data(), 64, 0);
    backward(text0, text, 100, text1.data(), d_text1.data(), 64, true, nullptr, 0, 0);
    backward(image2, image1.data(), 128, joined.data(), d_joined.data(), 96, true, d_image1.data(), 128, 0);
    backward(image0, image, 256, image1.data(), d_image1.data(), 128, true, nullptr, 0, 0);
  }

  void whole_step() {
    gradients();
    ++step;
    float rate = float(1e-3 / (1 - std::pow(0.9, step))), correction = float(1 / std::sqrt(1 - std::pow(0.999, step)));
    float *__restrict parameters = p.data(), *__restrict first = m.data(), *__restrict second = v.data();
    const float *__restrict gradient = g.data();
    int64_t count = size;
#pragma omp parallel for simd
    for (int64_t i = 0; i < count; ++i) {
      first[i] = 0.9f * first[i] + 0.1f * gradient[i];
      second[i] = 0.999f * second[i] + 0.001f * gradient[i] * gradient[i];
      parameters[i] -= rate * first[i] / (std::sqrt(second[i]) * correction + 1e-8f);
    }
  }
};

} // namespace

extern "C" {
Expert *expert_new(int64_t rows, const float *start, const float *image, const float *text, const int64_t *label, const float *target) {
  auto *expert = new Expert(rows, start);
  expert->image = image, expert->text = text, expert->label = label, expert->target = target;
  return expert;
}
void expert_delete(Expert *expert) { delete expert; }
int64_t expert_size(Expert *expert) { return expert->size; }
const float *expert_parameters(Expert *expert) { return expert->p.data(); }
const float *expert_gradient(Expert *expert) { return expert->g.data(); }
const double *expert_losses(Expert *expert) { return expert->losses; }
const float *expert_logits(Expert *expert) { return expert->logits.data(); }
const float *expert_score(Expert *expert) { return expert->score.data(); }
int32_t expert_inference(Expert *expert) { return expert->inference(), 0; }
int32_t expert_gradients(Expert *expert) { return expert->gradients(), 0; }
int32_t expert_step(Expert *expert) { return expert->whole_step(), 0; }
}
