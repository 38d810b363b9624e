/* Trains the model on simulated data, twice: with the fused step, and with backward, gradient clipping and apply as a
 * program does that wants to see the gradients. Then predicts with one head alone.
 *
 *   mimoc model.mimo -o multi_input_output.o && cc app.c multi_input_output.o -lm -o app && ./app
 */
#include "multi_input_output.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { IMAGE = 256, TEXT = 100, CLASSES = 10, BATCH = 64, STEPS = 600, TEST = 512 };

typedef struct {
  float image[TEST * IMAGE], text[TEST * TEXT], score[TEST];
  int64_t label[TEST];
} samples;

static uint64_t random_state = 88172645463325252u;

/* Roughly normal: the sum of four uniform numbers, scaled to deviation 1 (xorshift64). */
static float noise(void) {
  double sum = 0;
  for (int i = 0; i < 4; ++i) {
    random_state ^= random_state << 13;
    random_state ^= random_state >> 7;
    random_state ^= random_state << 17;
    sum += (double)(random_state >> 11) / 9007199254740992.0 - 0.5;
  }
  return (float)(sum * 1.7320508);
}

/* SIMULATED. Each class shifts a few image features and a few text features; the score mixes both inputs. */
static void simulate(samples *data, int rows) {
  for (int row = 0; row < rows; ++row) {
    float *image = data->image + row * IMAGE, *text = data->text + row * TEXT;
    int label = (int)((random_state >> 20) % CLASSES);
    for (int i = 0; i < IMAGE; ++i)
      image[i] = noise() + (i % CLASSES == label && i < 60 ? 1.5f : 0.0f);
    for (int i = 0; i < TEXT; ++i)
      text[i] = noise() + (i % CLASSES == label && i < 30 ? 1.5f : 0.0f);
    data->label[row] = label;
    data->score[row] = 0.5f * image[100] - 0.5f * text[50] + 0.1f * (float)label + 0.05f * noise();
  }
}

typedef struct {
  multi_input_output_context context;
  float *parameters, *state, *gradients;
  void *workspace;
  uint64_t bytes;
} model;

static int complain(const model *m) {
  fprintf(stderr, "multi_input_output: %s\n", multi_input_output_message(&m->context));
  return 0;
}

static int prepare(model *m) {
  memset(m, 0, sizeof *m);
  if (multi_input_output_context_init(&m->context, NULL) != MULTI_INPUT_OUTPUT_OK)
    return complain(m);
  m->bytes = multi_input_output_workspace_bytes(MULTI_INPUT_OUTPUT_FOR_ANY, TEST);
  m->workspace = aligned_alloc(MULTI_INPUT_OUTPUT_BLOCK_ALIGNMENT, m->bytes);
  m->parameters = aligned_alloc(MULTI_INPUT_OUTPUT_BLOCK_ALIGNMENT, MULTI_INPUT_OUTPUT_PARAM_BYTES);
  m->gradients = aligned_alloc(MULTI_INPUT_OUTPUT_BLOCK_ALIGNMENT, MULTI_INPUT_OUTPUT_GRADIENT_BYTES);
  m->state = aligned_alloc(MULTI_INPUT_OUTPUT_BLOCK_ALIGNMENT, MULTI_INPUT_OUTPUT_STATE_BYTES);
  if (!m->workspace || !m->parameters || !m->gradients || !m->state)
    return 0;
  if (multi_input_output_init_parameters(&m->context, m->parameters, 7) != MULTI_INPUT_OUTPUT_OK ||
      multi_input_output_init_state(&m->context, m->state) != MULTI_INPUT_OUTPUT_OK)
    return complain(m);
  return 1;
}

static void release(model *m) {
  multi_input_output_context_destroy(&m->context);
  free(m->workspace);
  free(m->parameters);
  free(m->gradients);
  free(m->state);
}

/* Scales all gradients down so that their common norm is at most `limit`: the gradients are one plain block. */
static void clip(float *gradients, double limit) {
  double squares = 0;
  for (int i = 0; i < MULTI_INPUT_OUTPUT_PARAM_COUNT; ++i)
    squares += (double)gradients[i] * gradients[i];
  double norm = sqrt(squares);
  for (int i = 0; norm > limit && i < MULTI_INPUT_OUTPUT_PARAM_COUNT; ++i)
    gradients[i] = (float)(gradients[i] * (limit / norm));
}

static multi_input_output_status one_step(model *m, const samples *data, const multi_input_output_options *options,
                                          multi_input_output_losses *losses, int in_one) {
  multi_input_output_inputs inputs = {.image = data->image, .text = data->text};
  multi_input_output_targets targets = {.label = data->label, .score = data->score};
  if (in_one)
    return multi_input_output_step(&m->context, m->parameters, m->state, &inputs, &targets, options, losses, BATCH,
                                   m->workspace, m->bytes);
  multi_input_output_status status =
      multi_input_output_backward(&m->context, m->parameters, &inputs, &targets, options, losses, m->gradients,
                                  /*accumulate=*/0, BATCH, m->workspace, m->bytes);
  if (status != MULTI_INPUT_OUTPUT_OK)
    return status;
  clip(m->gradients, 1.0);
  return multi_input_output_apply(&m->context, m->parameters, m->state, m->gradients, options, m->workspace, m->bytes);
}

static int train(model *m, samples *batch, int in_one) {
  multi_input_output_options options = MULTI_INPUT_OUTPUT_DEFAULT_OPTIONS;
  options.regression = 0.5; /* the weight of a loss is a run-time field */
  multi_input_output_losses losses;
  for (; options.step < STEPS; options.step++) {
    simulate(batch, BATCH);
    if (one_step(m, batch, &options, &losses, in_one) != MULTI_INPUT_OUTPUT_OK)
      return complain(m);
    if (options.step % 200 == 199)
      printf("step %3d  classification %.4f  regression %.4f\n", (int)options.step + 1, losses.classification,
             losses.regression);
  }
  return 1;
}

/* The share of right classes among fresh samples, computed by the classifier alone: the regressor does not run. */
static int test(model *m, samples *data, double *accuracy) {
  static float logits[TEST * CLASSES];
  simulate(data, TEST);
  multi_input_output_inputs inputs = {.image = data->image, .text = data->text};
  if (multi_input_output_forward_classifier(&m->context, m->parameters, &inputs, logits, TEST, m->workspace, m->bytes) !=
      MULTI_INPUT_OUTPUT_OK)
    return complain(m);
  int right = 0;
  for (int row = 0; row < TEST; ++row) {
    int best = 0;
    for (int i = 1; i < CLASSES; ++i)
      best = logits[row * CLASSES + i] > logits[row * CLASSES + best] ? i : best;
    right += best == data->label[row];
  }
  *accuracy = (double)right / (double)TEST;
  return 1;
}

int main(void) {
  static samples data;
  int fine = 1;
  for (int in_one = 1; fine && in_one >= 0; --in_one) {
    model m;
    double accuracy = 0;
    printf(in_one ? "fused steps:\n" : "backward, clipping, apply:\n");
    fine = prepare(&m) && train(&m, &data, in_one) && test(&m, &data, &accuracy);
    printf("test accuracy %.1f %% on simulated data\n", 100 * accuracy);
    fine = fine && accuracy > 0.9;
    release(&m);
  }
  return fine ? 0 : 1;
}
