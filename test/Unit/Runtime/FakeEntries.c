// The entry points of a model that no compiler made: simple enough that a test can say what every call must do.
// CMake turns this into bitcode; FakeModel.cpp describes it, adds the run-time support and links it into a library.
//
//   parameters: w [3, 2], b [2], and `big`, which no entry reads       (8 + BIG numbers)
//   y = x w + b;  the output `class` = y[0] + y[1]
#include "FakeModel.h"

#include <stdint.h>

static const float *in(void **slots, int i) { return slots[i]; }
static float *out(void **slots, int i) { return slots[i]; }

static float head(const float *x, const float *p, int64_t row, int column) {
  float sum = p[6 + column];
  for (int k = 0; k < 3; ++k)
    sum += x[3 * row + k] * p[2 * k + column];
  return sum;
}

// slots: input x, params, head y, head class, workspace
void fake_forward(void **slots, int64_t batch) {
  for (int64_t row = 0; row < batch; ++row) {
    for (int column = 0; column < 2; ++column)
      out(slots, 2)[2 * row + column] = head(in(slots, 0), in(slots, 1), row, column);
    out(slots, 3)[row] = out(slots, 2)[2 * row] + out(slots, 2)[2 * row + 1];
  }
  // Touches all the workspace that the description claims, so that a test notices scratch that overlaps it.
  for (int64_t i = 0; i < FAKE_STATIC + (batch + 3) / 4 * 4 * FAKE_ROW; ++i)
    ((unsigned char *)slots[4])[i] = 0xff;
}

// slots: input x, params, head y
void fake_forward_y(void **slots, int64_t batch) {
  for (int64_t row = 0; row < batch; ++row)
    for (int column = 0; column < 2; ++column)
      out(slots, 2)[2 * row + column] = head(in(slots, 0), in(slots, 1), row, column);
}

// slots: input x, target label, params, losses, states. The loss is the mean label, the metric the share of zeros.
void fake_evaluate(void **slots, int64_t batch) {
  const int64_t *label = slots[1];
  double *losses = slots[3], *states = slots[4], sum = 0, zeros = 0;
  for (int64_t row = 0; row < batch; ++row) {
    sum += (double)label[row];
    zeros += label[row] == 0;
  }
  losses[0] = sum / (double)batch;
  losses[1] = 7;
  states[0] = sum, states[1] = (double)batch;
  states[2] = 7, states[3] = 1;
  states[4] = zeros, states[5] = (double)batch;
}

// slots: input x, target label, params, options, rng, losses, gradients, workspace.
// Gradient number i is coefficient * (i + label[0]) + random.
void fake_backward(void **slots, int64_t batch) {
  const double *options = slots[3];
  const int64_t *label = slots[1], *rng = slots[4];
  double *losses = slots[5];
  losses[0] = (double)label[0];
  losses[1] = 7;
  for (int64_t i = 0; i < FAKE_PARAMETERS; ++i)
    out(slots, 6)[i] = (float)(options[1] * (double)(i + label[0]) + (double)(rng[2] ? rng[1] : 0));
  for (int64_t i = 0; i < FAKE_STATIC + (batch + 3) / 4 * 4 * FAKE_ROW; ++i)
    ((unsigned char *)slots[7])[i] = 0xff;
}

// slots: params, gradients, state, options. state += g; p -= learning rate * g
void fake_apply(void **slots, int64_t batch) {
  (void)batch;
  double rate = ((const double *)slots[3])[0];
  for (int64_t i = 0; i < FAKE_PARAMETERS; ++i) {
    out(slots, 2)[i] += in(slots, 1)[i];
    out(slots, 0)[i] -= (float)rate * in(slots, 1)[i];
  }
}

// slots: input x, target label, params, state, options, rng, losses
void fake_step(void **slots, int64_t batch) {
  const double *options = slots[4];
  const int64_t *label = slots[1];
  double *losses = slots[6];
  (void)batch;
  losses[0] = (double)label[0];
  losses[1] = 7;
  for (int64_t i = 0; i < FAKE_PARAMETERS; ++i) {
    float gradient = (float)(options[1] * (double)(i + label[0]));
    out(slots, 3)[i] += gradient;
    out(slots, 2)[i] -= (float)options[0] * gradient;
  }
}

// slots: input x, params, rng, cotangent y, cotangent class, gradients, input_gradient x
void fake_vjp(void **slots, int64_t batch) {
  const int64_t *rng = slots[2];
  for (int64_t i = 0; i < FAKE_PARAMETERS; ++i)
    out(slots, 5)[i] = (float)rng[2];
  for (int64_t row = 0; row < batch; ++row)
    for (int k = 0; k < 3; ++k) {
      float sum = 0;
      for (int column = 0; column < 2; ++column)
        sum += (in(slots, 3)[2 * row + column] + in(slots, 4)[row]) * in(slots, 1)[2 * k + column];
      out(slots, 6)[3 * row + k] = sum;
    }
}

// slots: input ids, checks
void fake_check_inputs(void **slots, int64_t batch) {
  const int32_t *ids = slots[0];
  int64_t *checks = slots[1];
  for (int64_t i = 0; i < 2 * batch && checks[0] < 0; ++i)
    if (ids[i] < 0 || ids[i] >= 5)
      checks[0] = i;
}

// slots: target label, checks
void fake_check_targets(void **slots, int64_t batch) {
  const int64_t *label = slots[0];
  int64_t *checks = slots[1];
  for (int64_t i = 0; i < batch && checks[1] < 0; ++i)
    if (label[i] < 0 || label[i] >= 4)
      checks[1] = i;
}
