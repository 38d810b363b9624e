/* Trains a small convolutional network on the real digits of ../digits/data, then recognises digits that it has not seen.
 *
 *   mimoc model.mimo -o digits_cnn.o && cc -I../digits app.c ../digits/npz.c digits_cnn.o -lm -o app && ./app ../digits/data
 */
#include "digits_cnn.h"
#include "npz.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { HALF = 32, CLASSES = 10, BATCH = 32, EPOCHS = 15 };

typedef struct {
  float *left, *right;
  int64_t *label;
  size_t rows;
} samples;

typedef struct {
  digits_cnn_context context;
  float *parameters, *state;
  void *workspace;
  uint64_t workspace_bytes;
} trainer;

static int load(const char *folder, const char *file, samples *data) {
  char path[1024];
  snprintf(path, sizeof path, "%s/%s", folder, file);
  size_t rows[3] = {0, 0, 0};
  data->left = npz_read(path, "left", "<f4", HALF, &rows[0]);
  data->right = npz_read(path, "right", "<f4", HALF, &rows[1]);
  data->label = npz_read(path, "label", "<i8", 0, &rows[2]);
  data->rows = rows[0];
  return data->left && data->right && data->label && rows[1] == rows[0] && rows[2] == rows[0];
}

static void unload(samples *data) {
  free(data->left);
  free(data->right);
  free(data->label);
}

static int complain(const trainer *t) {
  fprintf(stderr, "digits_cnn: %s\n", digits_cnn_message(&t->context));
  return 0;
}

static int prepare(trainer *t) {
  if (digits_cnn_context_init(&t->context, NULL) != DIGITS_CNN_OK)
    return complain(t);
  t->workspace_bytes = digits_cnn_workspace_bytes(DIGITS_CNN_FOR_ANY, BATCH);
  t->workspace = aligned_alloc(DIGITS_CNN_BLOCK_ALIGNMENT, t->workspace_bytes);
  t->parameters = aligned_alloc(DIGITS_CNN_BLOCK_ALIGNMENT, DIGITS_CNN_PARAM_BYTES);
  t->state = aligned_alloc(DIGITS_CNN_BLOCK_ALIGNMENT, DIGITS_CNN_STATE_BYTES);
  if (!t->workspace || !t->parameters || !t->state)
    return 0;
  if (digits_cnn_init_parameters(&t->context, t->parameters, 1) != DIGITS_CNN_OK ||
      digits_cnn_init_state(&t->context, t->state) != DIGITS_CNN_OK)
    return complain(t);
  return 1;
}

static void shuffle(size_t *order, size_t count, uint32_t *random) {
  for (size_t i = count - 1; i > 0; --i) {
    *random = *random * 1664525u + 1013904223u;
    size_t other = (size_t)(((uint64_t)*random * (i + 1)) >> 32), kept = order[i];
    order[i] = order[other];
    order[other] = kept;
  }
}

/* One pass over the data in the order given; `mean` gets the mean loss of the epoch. */
static int train_epoch(trainer *t, const samples *data, const size_t *order, digits_cnn_options *options, double *mean) {
  float left[BATCH * HALF], right[BATCH * HALF];
  int64_t label[BATCH];
  digits_cnn_inputs inputs = {.left = left, .right = right};
  digits_cnn_targets targets = {.label = label};
  *mean = 0;
  for (size_t start = 0; start < data->rows; start += BATCH) {
    size_t rows = data->rows - start < BATCH ? data->rows - start : BATCH; /* the last batch may be smaller */
    for (size_t i = 0; i < rows; ++i) {
      size_t from = order[start + i];
      memcpy(left + i * HALF, data->left + from * HALF, HALF * sizeof *left);
      memcpy(right + i * HALF, data->right + from * HALF, HALF * sizeof *right);
      label[i] = data->label[from];
    }
    digits_cnn_losses losses;
    if (digits_cnn_step(&t->context, t->parameters, t->state, &inputs, &targets, options, &losses, (int64_t)rows,
                        t->workspace, t->workspace_bytes) != DIGITS_CNN_OK)
      return complain(t);
    options->step++; /* the next step drops out other elements */
    *mean += losses.ce * (double)rows / (double)data->rows;
  }
  return 1;
}

static int train(trainer *t, const samples *data) {
  size_t *order = malloc(data->rows * sizeof *order);
  if (!order)
    return 0;
  for (size_t i = 0; i < data->rows; ++i)
    order[i] = i;
  uint32_t random = 1;
  digits_cnn_options options = DIGITS_CNN_DEFAULT_OPTIONS;
  int fine = 1;
  for (int epoch = 1; fine && epoch <= EPOCHS; ++epoch) {
    double mean;
    shuffle(order, data->rows, &random);
    if (epoch > EPOCHS * 2 / 3)
      options.learning_rate = 0.005;
    fine = train_epoch(t, data, order, &options, &mean);
    if (fine && epoch % 5 == 0)
      printf("epoch %2d  loss %.4f\n", epoch, mean);
  }
  free(order);
  return fine;
}

/* Exact figures of the whole set: states add up over batches. Evaluation drops nothing out. */
static int evaluate(trainer *t, const samples *data, digits_cnn_figures *figures) {
  digits_cnn_states total, states;
  digits_cnn_metrics_reset(&t->context, &total);
  for (size_t start = 0; start < data->rows; start += BATCH) {
    int64_t rows = data->rows - start < BATCH ? (int64_t)(data->rows - start) : BATCH;
    digits_cnn_inputs inputs = {.left = data->left + start * HALF, .right = data->right + start * HALF};
    digits_cnn_targets targets = {.label = data->label + start};
    if (digits_cnn_evaluate(&t->context, t->parameters, &inputs, &targets, NULL, &states, rows, t->workspace,
                            t->workspace_bytes) != DIGITS_CNN_OK)
      return complain(t);
    digits_cnn_metrics_add(&t->context, &total, &states);
  }
  return digits_cnn_metrics_finalise(&t->context, &total, figures) == DIGITS_CNN_OK ? 1 : complain(t);
}

static int show_prediction(trainer *t, const samples *data, size_t sample) {
  float logits[CLASSES];
  digits_cnn_inputs inputs = {.left = data->left + sample * HALF, .right = data->right + sample * HALF};
  digits_cnn_heads heads = {.logits = logits};
  if (digits_cnn_forward(&t->context, t->parameters, &inputs, &heads, 1, t->workspace, t->workspace_bytes) != DIGITS_CNN_OK)
    return complain(t);
  int best = 0;
  for (int i = 1; i < CLASSES; ++i)
    best = logits[i] > logits[best] ? i : best;
  printf("sample %zu: digit %d (is %d)\n", sample, best, (int)data->label[sample]);
  return 1;
}

static int run(const samples *training, const samples *held_out) {
  trainer t;
  memset(&t, 0, sizeof t);
  digits_cnn_figures figures;
  int fine = prepare(&t) && train(&t, training) && evaluate(&t, held_out, &figures);
  for (size_t sample = 0; fine && sample < 3; ++sample)
    fine = show_prediction(&t, held_out, sample);
  if (fine)
    printf("test accuracy %.1f %%\n", 100 * figures.accuracy);
  digits_cnn_context_destroy(&t.context);
  free(t.workspace);
  free(t.parameters);
  free(t.state);
  return fine && figures.accuracy >= 0.97 ? 0 : 1;
}

int main(int argc, char **argv) {
  const char *folder = argc > 1 ? argv[1] : "../digits/data";
  samples training = {0}, held_out = {0};
  int status = 1;
  if (load(folder, "train.npz", &training) && load(folder, "test.npz", &held_out))
    status = run(&training, &held_out);
  unload(&training);
  unload(&held_out);
  return status;
}
