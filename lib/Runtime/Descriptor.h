// What the run-time support knows of a model: constant data that ObjectToLibrary writes into the model's module
// (Descriptor.cpp there builds these structs field by field, so the two change together). Every field is 8 bytes wide.
#ifndef MIMOC_RUNTIME_DESCRIPTOR_H
#define MIMOC_RUNTIME_DESCRIPTOR_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

enum { MIMORT_F32, MIMORT_F64, MIMORT_I32, MIMORT_I64, MIMORT_I1 };
enum { MIMORT_CONSTANT, MIMORT_UNIFORM, MIMORT_NORMAL, MIMORT_TRUNCATED_NORMAL, MIMORT_ORTHOGONAL, MIMORT_IDENTITY };

// What a slot of an entry point is. The first five are tensors with a pointer each, in a struct of pointers.
enum {
  MIMORT_INPUT,
  MIMORT_TARGET,
  MIMORT_HEAD,
  MIMORT_COTANGENT,
  MIMORT_INPUT_GRADIENT,
  MIMORT_PARAMETERS,
  MIMORT_GRADIENTS,
  MIMORT_STATE,
  MIMORT_LOSSES,
  MIMORT_STATES,
  MIMORT_CHECKS,
  MIMORT_OPTIONS,
  MIMORT_RNG,
  MIMORT_SIZES, // i64: the batch, then the run-time sizes that the model declares
  MIMORT_WORKSPACE,
  MIMORT_SLOT_KINDS
};

// Entry points by purpose: those of Runtime.h, and one that callers do not see.
enum { MIMORT_CHECK = 9 };

// Rows are rounded up to this many, so that every per-row buffer starts on a 64-byte boundary.
enum { MIMORT_ROW_ROUNDING = 4, MIMORT_BATCH = -1 };

typedef void mimort_entry_fn(void **slots, int64_t batch);

// A run-time size that the model declares. The caller hands it in as a 64-bit number behind the pointers of the inputs.
struct mimort_dim {
  const char *name;
  int64_t least, bound;
  int64_t line;
};

struct mimort_tensor {
  const char *name;
  int64_t type;
  int64_t rank;
  const int64_t *shape; // MIMORT_BATCH where the dimension is the batch, MIMORT_BATCH - 1 - k for the k-th declared size
};

struct mimort_slot {
  int64_t kind;
  int64_t field;                      // which pointer of the struct, for tensors
  const struct mimort_tensor *tensor; // null for blocks
};

struct mimort_least {
  int64_t size; // MIMORT_BATCH or MIMORT_BATCH - 1 - k, as in a shape
  int64_t least;
  int64_t line; // of the source that asks for it
};

struct mimort_entry {
  mimort_entry_fn *function;
  int64_t purpose;
  const char *name; // the head or loss, else ""
  int64_t slot_count;
  const struct mimort_slot *slots;
  int64_t workspace_static;
  int64_t workspace_per_row;
  int64_t workspace_per_pair; // of rows
  int64_t least_count;
  const struct mimort_least *least; // run-time sizes that this function needs more of than the model
  const struct mimort_phase *phase; // whose options and gradients it takes
};

// A piece of a state block that does not start from 0. In elements.
struct mimort_fill {
  int64_t first;
  int64_t elements;
  double value;
};

// One way of training.
struct mimort_phase {
  const char *name;
  int64_t option_count;
  const void *default_options; // option_count doubles, seed, step 0, random 0
  int64_t gradient_elements;   // of the gradient block, with what it holds of buffers
  int64_t state_elements;
  int64_t fill_count;
  const struct mimort_fill *fills;
};

struct mimort_parameter {
  const char *name;
  int64_t offset; // in elements
  int64_t elements;
  int64_t distribution;
  double a, b;
  double low, high;             // bounds of a truncated normal distribution
  double below_low, below_high; // the probabilities that a number without these bounds lies below them
  int64_t rows;                 // of a matrix: its first dimension
  int64_t zero_begin, zero_end; // elements that start from 0 nevertheless
};

struct mimort_check {
  int64_t kind; // MIMORT_INPUT or MIMORT_TARGET
  int64_t field;
  const struct mimort_tensor *tensor;
  int64_t bound; // values must lie in [0, bound); a run-time size is written as in a shape
  int64_t line;
};

// How a figure is made of its totals, by the rule that the dialect names. Metrics.c has the formulas.
enum {
  MIMORT_RATIO,          // ratio: sum, divisor
  MIMORT_ROOT,           // root: the square root of that
  MIMORT_DETERMINATION,  // determination: of each output weight, sum, sum of squares, sum of squared residuals
  MIMORT_PRECISION,      // precision, recall, f1: of one class, or of all together, hits, predicted, actual
  MIMORT_RECALL,
  MIMORT_F1,
  MIMORT_MEAN_PRECISION, // mean_precision, mean_recall, mean_f1: the same of each class
  MIMORT_MEAN_RECALL,
  MIMORT_MEAN_F1,
  MIMORT_DIAGONAL,       // diagonal: a square table, row by row
};

// A loss or metric: `fields` lists of `count` doubles each, one after the other, from number `state` of the states on.
struct mimort_figure {
  int64_t rule;
  int64_t state;
  int64_t fields;
  int64_t count;
};

struct mimort_model {
  const char *prefix;
  const char *source; // base name of the .mimo file
  const char *json;
  int64_t tensor_count; // inputs, targets and heads
  const struct mimort_tensor *tensors;
  int64_t input_count;
  int64_t dim_count;
  const struct mimort_dim *dims;
  int64_t parameter_count; // parameters, then buffers
  const struct mimort_parameter *parameters;
  int64_t parameter_elements;
  int64_t real_bytes; // 4 or 8
  int64_t loss_count;   // losses and penalties
  int64_t figure_count; // and metrics
  const struct mimort_figure *figures;
  int64_t state_numbers; // of all figures
  int64_t phase_count;
  const struct mimort_phase *phases;
  int64_t check_count;
  const struct mimort_check *checks;
  int64_t entry_count;
  const struct mimort_entry *entries;
  uint64_t cpu_features; // bits of CpuFeatures.def
};

#ifdef __cplusplus
}
#endif

#endif
