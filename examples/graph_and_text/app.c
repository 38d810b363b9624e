/* Trains two models of graphs: one graph whose nodes are partly labelled, and small graphs with a text each, joined to batches.
 *
 *   mimoc karate.mimo -o karate.o && mimoc discussions.mimo -o discussions.o
 *   cc -I../digits app.c ../digits/npz.c karate.o discussions.o -lm -o app && ./app data
 */
#include "discussions.h"
#include "karate.h"
#include "npz.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* --- One graph: the karate club ------------------------------------------------------------------------------------- */

enum { MEMBERS = 34, TIES = 156, KARATE_STEPS = 200 };

typedef struct {
  int64_t member[MEMBERS], tie[TIES][2], club[MEMBERS];
  int32_t known[MEMBERS], measured[MEMBERS];
  float share[MEMBERS];
} club_data;

static FILE *open_table(const char *folder, const char *name) {
  char path[1024], heading[128];
  snprintf(path, sizeof path, "%s/%s", folder, name);
  FILE *file = fopen(path, "r");
  if (file && fgets(heading, sizeof heading, file))
    return file;
  fprintf(stderr, "%s: cannot be read\n", path);
  if (file)
    fclose(file);
  return NULL;
}

static int load_club(const char *folder, club_data *data) {
  FILE *members = open_table(folder, "members.csv"), *ties = open_table(folder, "ties.csv");
  int rows = 0, pairs = 0;
  long long member, club, from, to;
  for (int known, measured; members && rows < MEMBERS; ++rows) {
    if (fscanf(members, "%lld,%lld,%d,%f,%d", &member, &club, &known, &data->share[rows], &measured) != 5)
      break;
    data->member[rows] = member;
    data->club[rows] = club;
    data->known[rows] = known;
    data->measured[rows] = measured;
  }
  for (; ties && pairs < TIES && fscanf(ties, "%lld,%lld", &from, &to) == 2; ++pairs) {
    data->tie[pairs][0] = from;
    data->tie[pairs][1] = to;
  }
  if (members)
    fclose(members);
  if (ties)
    fclose(ties);
  return rows == MEMBERS && pairs == TIES;
}

/* The whole graph at every step: the sizes stand beside the inputs, and the batch, which no tensor of the model has, is 1. */
static int train_club(const club_data *data, karate_context *context, float *parameters, float *state, void *workspace, uint64_t bytes) {
  karate_inputs inputs = {.member = data->member, .tie = &data->tie[0][0], .nodes = MEMBERS, .edges = TIES};
  karate_targets targets = {.club = data->club, .known = data->known, .share = data->share, .measured = data->measured};
  karate_options options = KARATE_DEFAULT_OPTIONS;
  karate_losses losses;
  for (; options.step < KARATE_STEPS; options.step++)
    if (karate_step(context, parameters, state, &inputs, &targets, &options, &losses, 1, workspace, bytes) != KARATE_OK)
      return 0;
  karate_states states;
  karate_figures figures;
  if (karate_evaluate(context, parameters, &inputs, &targets, NULL, &states, 1, workspace, bytes) != KARATE_OK ||
      karate_metrics_finalise(context, &states, &figures) != KARATE_OK)
    return 0;
  printf("karate: %.0f of 32 members rightly assigned, error of the shares %.2f\n", states.accuracy_sum, figures.error);
  return figures.accuracy >= 0.9 && figures.error < 0.4;
}

static int run_club(const char *folder) {
  static club_data data;
  karate_context context;
  if (!load_club(folder, &data) || karate_context_init(&context, NULL) != KARATE_OK)
    return 0;
  uint64_t bytes = karate_workspace_bytes(KARATE_FOR_ANY, 1);
  float *parameters = aligned_alloc(KARATE_BLOCK_ALIGNMENT, KARATE_PARAM_BYTES);
  float *state = aligned_alloc(KARATE_BLOCK_ALIGNMENT, KARATE_STATE_BYTES);
  void *workspace = aligned_alloc(KARATE_BLOCK_ALIGNMENT, bytes);
  int fine = parameters && state && workspace && karate_init_parameters(&context, parameters, 1) == KARATE_OK &&
             karate_init_state(&context, state) == KARATE_OK && train_club(&data, &context, parameters, state, workspace, bytes);
  if (!fine)
    fprintf(stderr, "karate: %s\n", karate_message(&context));
  karate_context_destroy(&context);
  free(parameters);
  free(state);
  free(workspace);
  return fine;
}

/* --- Many graphs: discussions ---------------------------------------------------------------------------------------- */

enum { WORDS = 6, KINDS = 3, BATCH = 14, EPOCHS = 30, MOST_NODES = 512, MOST_EDGES = 2048 };

typedef struct {
  float *activity, *text, *rating;
  int64_t *answer, *kind, *nodes, *edges; /* nodes and edges: where those of each discussion begin, and where the last ones end */
  size_t count;
} discussion_data;

static int load_discussions(const char *folder, const char *name, discussion_data *data) {
  char path[1024];
  snprintf(path, sizeof path, "%s/%s", folder, name);
  size_t rows[7];
  data->activity = npz_read(path, "activity", "<f4", 2, &rows[0]);
  data->answer = npz_read(path, "answer", "<i8", 2, &rows[1]);
  data->text = npz_read(path, "text", "<f4", WORDS, &rows[2]);
  data->kind = npz_read(path, "kind", "<i8", 0, &rows[3]);
  data->rating = npz_read(path, "rating", "<f4", 1, &rows[4]);
  data->nodes = npz_read(path, "nodes.offsets", "<i8", 0, &rows[5]);
  data->edges = npz_read(path, "edges.offsets", "<i8", 0, &rows[6]);
  data->count = rows[2];
  return data->activity && data->answer && data->text && data->kind && data->rating && data->nodes && data->edges;
}

static void unload_discussions(discussion_data *data) {
  void *blocks[] = {data->activity, data->text, data->rating, data->answer, data->kind, data->nodes, data->edges};
  for (size_t i = 0; i < sizeof blocks / sizeof *blocks; ++i)
    free(blocks[i]);
}

/* A batch: discussions side by side, the participants of each counted on from those before. */
typedef struct {
  float activity[MOST_NODES][2], text[BATCH][WORDS], rating[BATCH];
  int64_t answer[MOST_EDGES][2], discussion[MOST_NODES], kind[BATCH];
  discussions_inputs inputs;
  discussions_targets targets;
} batch;

static void join(batch *b, const discussion_data *data, const size_t *which, size_t count) {
  int64_t nodes = 0, edges = 0;
  for (size_t i = 0; i < count; ++i) {
    size_t from = which[i];
    int64_t before = nodes;
    for (int64_t node = data->nodes[from]; node < data->nodes[from + 1]; ++node, ++nodes) {
      memcpy(b->activity[nodes], data->activity + 2 * node, sizeof b->activity[0]);
      b->discussion[nodes] = (int64_t)i;
    }
    for (int64_t edge = data->edges[from]; edge < data->edges[from + 1]; ++edge, ++edges) {
      b->answer[edges][0] = before + data->answer[2 * edge];
      b->answer[edges][1] = before + data->answer[2 * edge + 1];
    }
    memcpy(b->text[i], data->text + WORDS * from, sizeof b->text[0]);
    b->kind[i] = data->kind[from];
    b->rating[i] = data->rating[from];
  }
  b->inputs = (discussions_inputs){.activity = b->activity[0], .answer = b->answer[0], .discussion = b->discussion, .text = b->text[0],
                                   .nodes = nodes, .edges = edges};
  b->targets = (discussions_targets){.kind = b->kind, .rating = b->rating};
}

static void shuffle(size_t *order, size_t count, uint32_t *random) {
  for (size_t i = count - 1; i > 0; --i) {
    *random = *random * 1664525u + 1013904223u;
    size_t other = (size_t)(((uint64_t)*random * (i + 1)) >> 32), kept = order[i];
    order[i] = order[other];
    order[other] = kept;
  }
}

typedef struct {
  discussions_context context;
  float *parameters, *state;
  void *workspace;
  uint64_t bytes;
  batch *batch;
} trainer;

static int train_discussions(trainer *t, const discussion_data *data, size_t *order) {
  discussions_options options = DISCUSSIONS_DEFAULT_OPTIONS;
  uint32_t random = 1;
  for (int epoch = 1; epoch <= EPOCHS; ++epoch) {
    shuffle(order, data->count, &random);
    for (size_t start = 0; start < data->count; start += BATCH, options.step++) {
      size_t count = data->count - start < BATCH ? data->count - start : BATCH;
      discussions_losses losses;
      join(t->batch, data, order + start, count);
      if (discussions_step(&t->context, t->parameters, t->state, &t->batch->inputs, &t->batch->targets, &options, &losses, (int64_t)count,
                           t->workspace, t->bytes) != DISCUSSIONS_OK)
        return 0;
      if (epoch % 10 == 0 && start == 0)
        printf("discussions: epoch %d, losses %.4f and %.4f\n", epoch, losses.kind_loss, losses.rating_loss);
    }
  }
  return 1;
}

/* Exact figures of discussions that were not seen, and that a discussion alone gives the bits that it gives in a batch. */
static int evaluate_discussions(trainer *t, const discussion_data *data, const size_t *order) {
  discussions_states total, states;
  discussions_figures figures;
  discussions_metrics_reset(&t->context, &total);
  float ratings[BATCH], kinds[BATCH][KINDS], alone, kinds_alone[KINDS];
  for (size_t start = 0; start < data->count; start += BATCH) {
    size_t count = data->count - start < BATCH ? data->count - start : BATCH;
    join(t->batch, data, order + start, count);
    discussions_heads heads = {.kinds_of = kinds[0], .ratings = ratings}, single = {.kinds_of = kinds_alone, .ratings = &alone};
    if (discussions_evaluate(&t->context, t->parameters, &t->batch->inputs, &t->batch->targets, NULL, &states, (int64_t)count, t->workspace,
                             t->bytes) != DISCUSSIONS_OK ||
        discussions_forward(&t->context, t->parameters, &t->batch->inputs, &heads, (int64_t)count, t->workspace, t->bytes) != DISCUSSIONS_OK)
      return 0;
    discussions_metrics_add(&t->context, &total, &states);
    join(t->batch, data, order + start + count - 1, 1);
    if (discussions_forward(&t->context, t->parameters, &t->batch->inputs, &single, 1, t->workspace, t->bytes) != DISCUSSIONS_OK ||
        memcmp(&alone, &ratings[count - 1], sizeof alone) != 0 || memcmp(kinds_alone, kinds[count - 1], sizeof kinds_alone) != 0)
      return 0;
  }
  if (discussions_metrics_finalise(&t->context, &total, &figures) != DISCUSSIONS_OK)
    return 0;
  printf("discussions: test accuracy %.1f %%, error of the rating %.2f\n", 100 * figures.accuracy, figures.error);
  return figures.accuracy >= 0.9 && figures.error < 0.2;
}

static int prepare(trainer *t) {
  if (discussions_context_init(&t->context, NULL) != DISCUSSIONS_OK)
    return 0;
  t->bytes = discussions_workspace_bytes(DISCUSSIONS_FOR_ANY, BATCH);
  t->parameters = aligned_alloc(DISCUSSIONS_BLOCK_ALIGNMENT, DISCUSSIONS_PARAM_BYTES);
  t->state = aligned_alloc(DISCUSSIONS_BLOCK_ALIGNMENT, DISCUSSIONS_STATE_BYTES);
  t->workspace = aligned_alloc(DISCUSSIONS_BLOCK_ALIGNMENT, t->bytes);
  t->batch = malloc(sizeof *t->batch);
  return t->parameters && t->state && t->workspace && t->batch &&
         discussions_init_parameters(&t->context, t->parameters, 1) == DISCUSSIONS_OK &&
         discussions_init_state(&t->context, t->state) == DISCUSSIONS_OK;
}

static int run_discussions(const char *folder) {
  discussion_data training = {0}, held_out = {0};
  trainer t;
  memset(&t, 0, sizeof t);
  int fine = load_discussions(folder, "train.npz", &training) && load_discussions(folder, "test.npz", &held_out) && prepare(&t);
  size_t *order = malloc((training.count + held_out.count + 1) * sizeof *order);
  for (size_t i = 0; order && i < training.count + held_out.count; ++i)
    order[i] = i < training.count ? i : i - training.count;
  fine = fine && order && train_discussions(&t, &training, order) && evaluate_discussions(&t, &held_out, order + training.count);
  if (!fine)
    fprintf(stderr, "discussions: %s\n", discussions_message(&t.context));
  discussions_context_destroy(&t.context);
  unload_discussions(&training);
  unload_discussions(&held_out);
  free(order);
  free(t.parameters);
  free(t.state);
  free(t.workspace);
  free(t.batch);
  return fine;
}

int main(int argc, char **argv) {
  const char *folder = argc > 1 ? argv[1] : "data";
  int club = run_club(folder), talks = run_discussions(folder);
  return club && talks ? 0 : 1;
}
