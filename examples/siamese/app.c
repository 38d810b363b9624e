/* Two inputs through shared layers, trained on simulated data: x in [-1, 1], y = x^3 + noise.
 *
 *   mimoc model.mimo -o siamese.o && cc app.c siamese.o -lm -o app && ./app
 */
#include "siamese.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

enum { BATCH = 64, STEPS = 40000, GRID = 9 };

static uint64_t random_state = 88172645463325252u;

/* Uniform in [-1, 1) (xorshift64). */
static float uniform(void) {
  random_state ^= random_state << 13;
  random_state ^= random_state >> 7;
  random_state ^= random_state << 17;
  return (float)((double)(random_state >> 11) / 4503599627370496.0 - 1.0);
}

/* SIMULATED. */
static void simulate(float *x, float *y) {
  for (int row = 0; row < BATCH; ++row) {
    x[row] = uniform();
    y[row] = x[row] * x[row] * x[row] + 0.02f * uniform();
  }
}

static int complain(const siamese_context *context) {
  fprintf(stderr, "siamese: %s\n", siamese_message(context));
  return 0;
}

static int train(siamese_context *context, float *parameters, void *workspace, uint64_t bytes) {
  static float a[BATCH], b[BATCH], ya[BATCH], yb[BATCH];
  siamese_inputs inputs = {.a = a, .b = b};
  siamese_targets targets = {.ya = ya, .yb = yb};
  siamese_options options = SIAMESE_DEFAULT_OPTIONS;
  siamese_losses losses;
  for (; options.step < STEPS; options.step++) {
    simulate(a, ya);
    simulate(b, yb);
    if (options.step >= STEPS / 2)
      options.learning_rate = 0.02;
    /* Plain gradient descent keeps no state: SIAMESE_STATE_BYTES is 0 and the block may be null. */
    if (siamese_step(context, parameters, NULL, &inputs, &targets, &options, &losses, BATCH, workspace, bytes) !=
        SIAMESE_OK)
      return complain(context);
    if (options.step % (STEPS / 4) == STEPS / 4 - 1)
      printf("step %5d  la %.5f  lb %.5f\n", (int)options.step + 1, losses.la, losses.lb);
  }
  return 1;
}

/* Predictions on a grid; the root of the mean squared error against x^3 without noise. */
static int predict(siamese_context *context, const float *parameters, void *workspace, uint64_t bytes, double *error) {
  float a[GRID], b[GRID], pa[GRID], pb[GRID];
  for (int i = 0; i < GRID; ++i) {
    a[i] = -1.0f + 2.0f * (float)i / (GRID - 1);
    b[i] = -a[i];
  }
  siamese_inputs inputs = {.a = a, .b = b};
  siamese_heads heads = {.pa = pa, .pb = pb};
  if (siamese_forward(context, parameters, &inputs, &heads, GRID, workspace, bytes) != SIAMESE_OK)
    return complain(context);
  double squares = 0;
  for (int i = 0; i < GRID; ++i) {
    double da = pa[i] - pow(a[i], 3), db = pb[i] - pow(b[i], 3);
    squares += (da * da + db * db) / (2 * GRID);
    printf("a %+.2f  pa %+.3f  a^3 %+.3f    b %+.2f  pb %+.3f  b^3 %+.3f\n", (double)a[i], (double)pa[i], pow(a[i], 3),
           (double)b[i], (double)pb[i], pow(b[i], 3));
  }
  *error = sqrt(squares);
  return 1;
}

int main(void) {
  siamese_context context;
  if (siamese_context_init(&context, NULL) != SIAMESE_OK)
    return !complain(&context);
  uint64_t bytes = siamese_workspace_bytes(SIAMESE_FOR_ANY, BATCH);
  void *workspace = aligned_alloc(SIAMESE_BLOCK_ALIGNMENT, bytes);
  float *parameters = aligned_alloc(SIAMESE_BLOCK_ALIGNMENT, SIAMESE_PARAM_BYTES);
  double error = 1;
  int fine = workspace && parameters && (siamese_init_parameters(&context, parameters, 3) == SIAMESE_OK || complain(&context)) &&
             train(&context, parameters, workspace, bytes) && predict(&context, parameters, workspace, bytes, &error);
  if (fine)
    printf("root mean square error %.4f on simulated data\n", error);
  free(workspace);
  free(parameters);
  siamese_context_destroy(&context);
  return fine && error < 0.08 ? 0 : 1;
}
