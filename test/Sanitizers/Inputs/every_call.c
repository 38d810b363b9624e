/* every_call [FAULT]: calls every function of the siamese model with blocks of exactly the size that the header asks for.
 * FAULT gives one of them a row or a number too little, so that an address checker has something to find. */
#include "siamese.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { batch = 37 };

static const char *fault = "";
static void *blocks[16];
static int block_count;

static float *block(const char *name, size_t bytes, size_t less) {
  void *memory = NULL;
  if (strcmp(fault, name) == 0)
    bytes -= less;
  if (posix_memalign(&memory, SIAMESE_BLOCK_ALIGNMENT, bytes) != 0)
    exit(2);
  memset(memory, 0, bytes);
  blocks[block_count++] = memory;
  return memory;
}

static void check(const siamese_context *context, siamese_status status) {
  if (status == SIAMESE_OK)
    return;
  fprintf(stderr, "refused: %s\n", siamese_message(context));
  exit(2);
}

int main(int argc, char **argv) {
  if (argc > 1)
    fault = argv[1];
  siamese_context context;
  if (siamese_context_init(&context, NULL) != SIAMESE_OK)
    return 2;
  const size_t column = batch * sizeof(float), row = sizeof(float);
  float *parameters = block("parameters", SIAMESE_PARAM_BYTES, SIAMESE_BLOCK_ALIGNMENT);
  float *gradients = block("gradients", SIAMESE_GRADIENT_BYTES, SIAMESE_BLOCK_ALIGNMENT);
  uint64_t bytes = siamese_workspace_bytes(SIAMESE_FOR_ANY, batch);
  void *workspace = block("workspace", bytes, bytes / 2);
  float *a = block("input", column, row), *b = block("b", column, row);
  float *ya = block("target", column, row), *yb = block("yb", column, row);
  float *pa = block("head", column, row), *pb = block("pb", column, row);
  float *da = block("input_gradient", column, row);
  check(&context, siamese_init_parameters(&context, parameters, 1));

  siamese_inputs inputs = {.a = a, .b = b};
  siamese_targets targets = {.ya = ya, .yb = yb};
  siamese_heads heads = {.pa = pa, .pb = pb};
  siamese_cotangents cotangents = {.pa = ya, .pb = yb};
  siamese_input_gradients input_gradients = {.a = da};
  siamese_options options = SIAMESE_DEFAULT_OPTIONS;
  siamese_losses losses;
  siamese_states states;
  check(&context, siamese_forward(&context, parameters, &inputs, &heads, batch, workspace, bytes));
  check(&context, siamese_forward_pa(&context, parameters, &inputs, pa, batch, workspace, bytes));
  check(&context, siamese_evaluate(&context, parameters, &inputs, &targets, &losses, &states, batch, workspace, bytes));
  check(&context, siamese_backward(&context, parameters, &inputs, &targets, &options, &losses, gradients, 0, batch,
                                   workspace, bytes));
  check(&context, siamese_backward_la(&context, parameters, &inputs, &targets, &options, &losses, gradients, 1, batch,
                                      workspace, bytes));
  check(&context, siamese_vjp(&context, parameters, &inputs, &options, &cotangents, gradients, &input_gradients, batch,
                              workspace, bytes));
  check(&context, siamese_apply(&context, parameters, NULL, gradients, &options, workspace, bytes));
  check(&context, siamese_step(&context, parameters, NULL, &inputs, &targets, &options, &losses, batch, workspace, bytes));
  siamese_context_destroy(&context);
  while (block_count > 0)
    free(blocks[--block_count]);
  puts("every call done");
  return 0;
}
