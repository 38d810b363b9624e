/* Trains the classic small convolutional network on real digits, evaluating digits that it has not seen after every epoch, and shows which
 * digits it takes for which.
 *
 *   mimoc model.mimo -o simple_cnn.o && cc -I../digits app.c ../digits/npz.c simple_cnn.o -lm -o app && ./app images
 */
#include "npz.h"
#include "simple_cnn.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { PIXELS = 32 * 32, CLASSES = 10, BATCH = 32, EPOCHS = 10 };

typedef struct {
  float *image;
  int64_t *label;
  size_t rows;
} samples;

typedef struct {
  simple_cnn_context context;
  float *parameters, *state;
  void *workspace;
  uint64_t workspace_bytes;
} trainer;

static int load(const char *folder, const char *file, samples *data) {
  char path[1024];
  snprintf(path, sizeof path, "%s/%s", folder, file);
  size_t labels = 0;
  data->image = npz_read(path, "image", "<f4", PIXELS, &data->rows);
  data->label = npz_read(path, "label", "<i8", 0, &labels);
  return data->image && data->label && labels == data->rows;
}

static void unload(samples *data) {
  free(data->image);
  free(data->label);
}

static int complain(const trainer *t) {
  fprintf(stderr, "simple_cnn: %s\n", simple_cnn_message(&t->context));
  return 0;
}

/* Memory for every function of the model, and initial parameters: Xavier's for weights, a constant for biases. */
static int prepare(trainer *t) {
  if (simple_cnn_context_init(&t->context, NULL) != SIMPLE_CNN_OK)
    return complain(t);
  t->workspace_bytes = simple_cnn_workspace_bytes(SIMPLE_CNN_FOR_ANY, BATCH);
  t->workspace = aligned_alloc(SIMPLE_CNN_BLOCK_ALIGNMENT, t->workspace_bytes);
  t->parameters = aligned_alloc(SIMPLE_CNN_BLOCK_ALIGNMENT, SIMPLE_CNN_PARAM_BYTES);
  t->state = aligned_alloc(SIMPLE_CNN_BLOCK_ALIGNMENT, SIMPLE_CNN_STATE_BYTES);
  if (!t->workspace || !t->parameters || !t->state)
    return 0;
  uint64_t seed = 7;
  if (simple_cnn_init_parameters(&t->context, t->parameters, seed) != SIMPLE_CNN_OK ||
      simple_cnn_init_state(&t->context, t->state) != SIMPLE_CNN_OK)
    return complain(t);
  return 1;
}

static void release(trainer *t) {
  simple_cnn_context_destroy(&t->context);
  free(t->workspace);
  free(t->parameters);
  free(t->state);
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
static int train_epoch(trainer *t, const samples *data, const size_t *order, simple_cnn_options *options, double *mean) {
  static float image[BATCH * PIXELS];
  int64_t label[BATCH];
  simple_cnn_inputs inputs = {.image = image};
  simple_cnn_targets targets = {.label = label};
  *mean = 0;
  for (size_t start = 0; start < data->rows; start += BATCH) {
    size_t rows = data->rows - start < BATCH ? data->rows - start : BATCH; /* the last batch may be smaller */
    for (size_t i = 0; i < rows; ++i) {
      memcpy(image + i * PIXELS, data->image + order[start + i] * PIXELS, PIXELS * sizeof *image);
      label[i] = data->label[order[start + i]];
    }
    simple_cnn_losses losses;
    if (simple_cnn_step(&t->context, t->parameters, t->state, &inputs, &targets, options, &losses, (int64_t)rows, t->workspace,
                        t->workspace_bytes) != SIMPLE_CNN_OK)
      return complain(t);
    options->step++;
    *mean += losses.ce * (double)rows / (double)data->rows;
  }
  return 1;
}

/* Figures of the whole set: the states of batches are sums over rows, and are added. */
static int evaluate(trainer *t, const samples *data, simple_cnn_states *total, simple_cnn_figures *figures) {
  simple_cnn_metrics_reset(&t->context, total);
  for (size_t start = 0; start < data->rows; start += BATCH) {
    int64_t rows = data->rows - start < BATCH ? (int64_t)(data->rows - start) : BATCH;
    simple_cnn_inputs inputs = {.image = data->image + start * PIXELS};
    simple_cnn_targets targets = {.label = data->label + start};
    simple_cnn_states states;
    if (simple_cnn_evaluate(&t->context, t->parameters, &inputs, &targets, NULL, &states, rows, t->workspace,
                            t->workspace_bytes) != SIMPLE_CNN_OK)
      return complain(t);
    simple_cnn_metrics_add(&t->context, total, &states);
  }
  return simple_cnn_metrics_finalise(&t->context, total, figures) == SIMPLE_CNN_OK ? 1 : complain(t);
}

static int train(trainer *t, const samples *training, const samples *held_out, simple_cnn_states *total, simple_cnn_figures *figures) {
  size_t *order = malloc(training->rows * sizeof *order);
  if (!order)
    return 0;
  for (size_t i = 0; i < training->rows; ++i)
    order[i] = i;
  uint32_t random = 1;
  simple_cnn_options options = SIMPLE_CNN_DEFAULT_OPTIONS;
  int fine = 1;
  for (int epoch = 1; fine && epoch <= EPOCHS; ++epoch) {
    double mean;
    shuffle(order, training->rows, &random);
    if (epoch > EPOCHS * 7 / 10) /* a schedule is an assignment */
      options.learning_rate = 0.002;
    fine = train_epoch(t, training, order, &options, &mean) && evaluate(t, held_out, total, figures);
    if (fine)
      printf("epoch %2d  loss %.4f  held out: loss %.4f  accuracy %.1f %%\n", epoch, mean, figures->ce, 100 * figures->accuracy);
  }
  free(order);
  return fine;
}

/* The table of what was predicted for what, without its diagonal. */
static void show_confusions(const simple_cnn_states *total) {
  for (int is = 0; is < CLASSES; ++is)
    for (int taken = 0; taken < CLASSES; ++taken)
      if (is != taken && total->confused_counts[is][taken] > 0)
        printf("a %d taken for a %d: %.0f times\n", is, taken, total->confused_counts[is][taken]);
}

static int run(const samples *training, const samples *held_out) {
  trainer t;
  memset(&t, 0, sizeof t);
  simple_cnn_states total;
  simple_cnn_figures figures;
  int fine = prepare(&t) && train(&t, training, held_out, &total, &figures);
  if (fine) {
    show_confusions(&total);
    printf("test accuracy %.1f %%\n", 100 * figures.accuracy);
  }
  release(&t);
  return fine && figures.accuracy >= 0.97 ? 0 : 1;
}

int main(int argc, char **argv) {
  const char *folder = argc > 1 ? argv[1] : "images";
  samples training = {0}, held_out = {0};
  int status = 1;
  if (load(folder, "train.npz", &training) && load(folder, "test.npz", &held_out))
    status = run(&training, &held_out);
  unload(&training);
  unload(&held_out);
  return status;
}
