/* two_threads [FAULT]: forward from two threads on one parameter block, each with a context and a workspace of its own, as
 * the header allows. FAULT "step" trains one block from both, "workspace" shares the workspace: neither is allowed. */
#include "siamese.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { batch = 64, rounds = 50 };

static const char *fault = "";
static float *parameters;
static void *shared_workspace;
static float column[batch];

static void *aligned(size_t bytes) {
  void *memory = NULL;
  if (posix_memalign(&memory, SIAMESE_BLOCK_ALIGNMENT, bytes) != 0)
    exit(2);
  return memory;
}

static void *work(void *unused) {
  (void)unused;
  siamese_context context;
  if (siamese_context_init(&context, NULL) != SIAMESE_OK)
    exit(2);
  uint64_t bytes = siamese_workspace_bytes(SIAMESE_FOR_ANY, batch);
  void *workspace = strcmp(fault, "workspace") == 0 ? shared_workspace : aligned(bytes);
  float *pa = aligned(sizeof column), *pb = aligned(sizeof column);
  siamese_inputs inputs = {.a = column, .b = column};
  siamese_targets targets = {.ya = column, .yb = column};
  siamese_heads heads = {.pa = pa, .pb = pb};
  siamese_options options = SIAMESE_DEFAULT_OPTIONS;
  siamese_losses losses;
  for (int round = 0; round < rounds; round++) {
    siamese_status status =
        strcmp(fault, "step") == 0
            ? siamese_step(&context, parameters, NULL, &inputs, &targets, &options, &losses, batch, workspace, bytes)
            : siamese_forward(&context, parameters, &inputs, &heads, batch, workspace, bytes);
    if (status != SIAMESE_OK)
      exit(2);
  }
  return NULL;
}

int main(int argc, char **argv) {
  if (argc > 1)
    fault = argv[1];
  siamese_context context;
  parameters = aligned(SIAMESE_PARAM_BYTES);
  shared_workspace = aligned(siamese_workspace_bytes(SIAMESE_FOR_ANY, batch));
  if (siamese_context_init(&context, NULL) != SIAMESE_OK || siamese_init_parameters(&context, parameters, 1) != SIAMESE_OK)
    return 2;
  pthread_t threads[2];
  for (int i = 0; i < 2; i++)
    if (pthread_create(&threads[i], NULL, work, NULL) != 0)
      return 2;
  for (int i = 0; i < 2; i++)
    pthread_join(threads[i], NULL);
  puts("both threads done");
  return 0;
}
