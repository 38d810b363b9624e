/* The functions that every compiled model exports, seen by a program that learns of the model at run time only.
 *
 * A program that knows its model includes the header that mimoc writes beside the library and needs nothing of this.
 * A generic tool (mimo train, a Python binding) opens the library, reads the JSON text of <prefix>_describe(), looks up
 * <prefix>_<function> and calls it through the types below. Plain C99 or C++; needs no library.
 *
 *   const char *(*describe)(void)      = dlsym(library, "<prefix>_describe");     // the prefix is that of this symbol
 *   mimoc_context_init_fn *context_init = dlsym(library, <"context_init" of the JSON>); // carries the layout hash
 *   mimoc_step_fn *step                = dlsym(library, "<prefix>_step");          // null: the model has no optimizer
 *
 * Structs of a model's header are passed as arrays here, because they hold pointers, doubles or 64-bit integers only:
 *   inputs, targets, heads, cotangents  one pointer each, in declaration order (the JSON's lists of these names);
 *                                       behind those of the inputs one int64_t for each run-time size ("dims")
 *   input_gradients                     one pointer per input of floating-point type, in declaration order
 *   losses                              one double each: losses, then penalties ("losses" of the JSON)
 *   states                              doubles that are added over batches: of losses, penalties, then metrics, each
 *                                       as its "state" of the JSON lists them: sum and divisor of a loss
 *   figures                             one double each: losses, penalties, then metrics
 *   options                             doubles as "options" of the JSON lists them (learning_rate first), then
 *                                       uint64_t seed, uint64_t step, int64_t random: 8 bytes each
 *
 * All memory is the caller's. Parameter, gradient and state blocks and the workspace start on 64-byte boundaries, all
 * else is naturally aligned. A call that returns anything but MIMOC_OK has changed nothing but the text that
 * <prefix>_message() returns and the contents of the workspace. Calls with different contexts may run at the same time.
 */
#ifndef MIMOC_RUNTIME_H
#define MIMOC_RUNTIME_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Grows when a signature or the meaning of a field changes; "abi_version" of the JSON. docs/abi.md tells what changed. */
#define MIMOC_ABI_VERSION 4

#define MIMOC_BLOCK_ALIGNMENT 64
#define MIMOC_CONTEXT_WORDS 96
#define MIMOC_MESSAGE_BYTES 512

typedef int32_t mimoc_status;
enum {
  MIMOC_OK = 0,
  MIMOC_INVALID_CONTEXT = 1,      /* null, never initialised, destroyed, or another model's */
  MIMOC_NULL_POINTER = 2,         /* a pointer that must be set is not; the message names it */
  MIMOC_INVALID_BATCH = 3,        /* less than 1, or so large that sizes overflow */
  MIMOC_MISALIGNED = 4,           /* the message names the pointer and the alignment it needs */
  MIMOC_WORKSPACE_TOO_SMALL = 5,  /* the message says how much is needed */
  MIMOC_VALUE_OUT_OF_RANGE = 6,   /* e.g. a label that is no class; the message names tensor, place, value and bound */
  MIMOC_UNSUPPORTED_CPU = 7,      /* the processor lacks an instruction set that the code was compiled for */
  MIMOC_INVALID_OPTION = 8,       /* e.g. a negative number of threads */
  MIMOC_INVALID_SIZE = 9          /* a run-time size ("dims" of the JSON) beyond its bound; the message names it */
};

/* Which function a workspace is for. ANY is the largest of all. */
enum {
  MIMOC_FOR_ANY = 0,
  MIMOC_FOR_FORWARD = 1,
  MIMOC_FOR_FORWARD_HEAD = 2, /* of the most demanding head */
  MIMOC_FOR_EVALUATE = 3,
  MIMOC_FOR_BACKWARD = 4,
  MIMOC_FOR_BACKWARD_LOSS = 5, /* of the most demanding loss */
  MIMOC_FOR_VJP = 6,
  MIMOC_FOR_APPLY = 7,
  MIMOC_FOR_STEP = 8
};

/* Caller-owned; its contents belong to the model. Use it from one thread at a time. */
typedef struct mimoc_context {
  uint64_t opaque[MIMOC_CONTEXT_WORDS];
} mimoc_context;

/* Runs body(body_data, i) for every i in [0, count), on any threads in any order, and returns when all are done. */
typedef void mimoc_parallel_for_fn(void *data, int64_t count, void (*body)(void *body_data, int64_t i),
                                   void *body_data);

/* Zero-initialise, then set what is wanted. A null pointer to it means: all defaults. */
typedef struct mimoc_context_options {
  int64_t threads;                     /* 0 = 1. This version runs everything on the calling thread. */
  mimoc_parallel_for_fn *parallel_for; /* the caller's own thread pool; not called by this version */
  void *parallel_for_data;
} mimoc_context_options;

/* <prefix>_describe: the JSON self-description, static storage. <prefix>_status_text: a status in words. */
typedef const char *mimoc_describe_fn(void);
typedef const char *mimoc_status_text_fn(mimoc_status status);

/* <prefix>_context_init_<layout hash>, <prefix>_context_destroy,
 * <prefix>_message: the text of the last refusal, "" if there was none. After a context_init that failed with
 * UNSUPPORTED_CPU or INVALID_OPTION the message can still be asked for. */
typedef mimoc_status mimoc_context_init_fn(mimoc_context *context, const mimoc_context_options *options);
typedef void mimoc_context_destroy_fn(mimoc_context *context);
typedef const char *mimoc_message_fn(const mimoc_context *context);

/* <prefix>_workspace_bytes: MIMOC_FOR_..., rows; 0 where the batch is refused or the model lacks the function. */
typedef uint64_t mimoc_workspace_bytes_fn(int64_t purpose, int64_t batch);

/* <prefix>_init_parameters: the declared distributions, drawn by seed; f32 and f64 models draw the same numbers.
 * <prefix>_init_state: what the optimizer starts from. */
typedef mimoc_status mimoc_init_parameters_fn(mimoc_context *context, void *parameters, uint64_t seed);
typedef mimoc_status mimoc_init_state_fn(mimoc_context *context, void *state);

/* <prefix>_forward: every head and output, in evaluation mode; no head may be null.
 * <prefix>_forward_<head>: one head, computing only what it needs. */
typedef mimoc_status mimoc_forward_fn(mimoc_context *context, const void *parameters, const void *const *inputs,
                                      void *const *heads, int64_t batch, void *workspace, uint64_t workspace_bytes);
typedef mimoc_status mimoc_forward_head_fn(mimoc_context *context, const void *parameters, const void *const *inputs,
                                           void *head, int64_t batch, void *workspace, uint64_t workspace_bytes);

/* <prefix>_evaluate: unscaled losses and the metrics' states of this batch, in evaluation mode. Either may be null. */
typedef mimoc_status mimoc_evaluate_fn(mimoc_context *context, const void *parameters, const void *const *inputs,
                                       const void *const *targets, double *losses, double *states, int64_t batch,
                                       void *workspace, uint64_t workspace_bytes);

/* <prefix>_backward: forward and gradients of the weighted sum; <prefix>_backward_<loss>: of one loss, unscaled.
 * accumulate = 0 overwrites the gradients, anything else adds to them. losses may be null; backward_<loss> writes the
 * field of its loss. */
typedef mimoc_status mimoc_backward_fn(mimoc_context *context, const void *parameters, const void *const *inputs,
                                       const void *const *targets, const void *options, double *losses,
                                       void *gradients, int64_t accumulate, int64_t batch, void *workspace,
                                       uint64_t workspace_bytes);

/* <prefix>_vjp: cotangents of the heads in, gradients of parameters and inputs out. A null cotangent counts as zeros,
 * null gradients, input_gradients or a null entry of it are not wanted. options may be null: evaluation mode. */
typedef mimoc_status mimoc_vjp_fn(mimoc_context *context, const void *parameters, const void *const *inputs,
                                  const void *options, const void *const *cotangents, void *gradients,
                                  void *const *input_gradients, int64_t batch, void *workspace,
                                  uint64_t workspace_bytes);

/* <prefix>_apply: the optimizer alone. <prefix>_step: backward and apply in one, the same bits; losses may be null. */
typedef mimoc_status mimoc_apply_fn(mimoc_context *context, void *parameters, void *state, const void *gradients,
                                    const void *options, void *workspace, uint64_t workspace_bytes);
typedef mimoc_status mimoc_step_fn(mimoc_context *context, void *parameters, void *state, const void *const *inputs,
                                   const void *const *targets, const void *options, double *losses, int64_t batch,
                                   void *workspace, uint64_t workspace_bytes);

/* <prefix>_metrics_reset, _add (total += a batch's states), _merge (total += another total), _finalise (states to
 * figures). A loss over nothing is 0, a metric over nothing is NaN. */
typedef mimoc_status mimoc_metrics_reset_fn(mimoc_context *context, double *states);
typedef mimoc_status mimoc_metrics_add_fn(mimoc_context *context, double *total, const double *states);
typedef mimoc_status mimoc_metrics_finalise_fn(mimoc_context *context, const double *states, double *figures);

#ifdef __cplusplus
}
#endif

#endif
