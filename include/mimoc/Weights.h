/* Part of libmimo-data: parameters from safetensors files, those of `mimo train` or of any other program, into a model's block. What
 * `mimo train --load` does, for programs of one's own. Plain C99 or C++; link libmimo-data (CMake: mimoc::mimo-data).
 *
 *   static const char *const unused[] = {"fc.*", NULL};
 *   mimo_weight_rules rules = {.part = "features", .ignored = unused};
 *   char message[MIMO_MESSAGE_BYTES];
 *   net_init_parameters(&context, parameters, seed);
 *   if (mimo_weights_load(net_describe(), "resnet18.safetensors", &rules, parameters, message) != MIMO_OK)
 *     puts(message);
 *
 * A call that does not return MIMO_OK has changed nothing but the message.
 */
#ifndef MIMOC_WEIGHTS_H
#define MIMOC_WEIGHTS_H

#include "mimoc/Images.h" /* mimo_status, MIMO_MESSAGE_BYTES */

#ifdef __cplusplus
extern "C" {
#endif

/* Which tensor belongs to which parameter, and what may be left over. All fields may be null.
 *
 * In patterns `*` stands for any characters, `?` for one, `[ab]` for one of them, as in fnmatch. Lists end with null. */
typedef struct mimo_weight_rules {
  const char *part;           /* only the parameters below this name: `conv1.weight` of the file is `<part>.conv1.weight` */
  const char *prefix;         /* only the tensors below this name: it is then `<prefix>.conv1.weight` of the file */
  const char *const *ignored; /* patterns of tensors, by their names in the file, that are left unused */
  const char *const *fresh;   /* patterns of parameters that keep what the block holds where the file has no tensor for them */
  const char *const *channels; /* `<parameter>=mean`, `=zero` or `=sum`: a kernel for other input channels; see docs/tool.md */
  void (*report)(void *context, const char *line); /* gets a line for each parameter or tensor that does not fit */
  void *context;
} mimo_weight_rules;

/* Writes the tensors of a file into a parameter block. `description` is what <prefix>_describe() returns. `rules` may be null: the whole
 * model from the whole file.
 *
 * Every parameter of the part must be found with its shape, and every tensor be used, but for the rules: else MIMO_DOES_NOT_FIT, and
 * `report` gets all that do not. Of a checkpoint of `mimo train` the optimizer's state is passed over. Values are converted to the model's
 * type, rounded to nearest; whole numbers that would change, and numbers that would become infinite, do not fit. */
MIMO_EXPORT mimo_status mimo_weights_load(const char *description, const char *path, const mimo_weight_rules *rules, void *parameters,
                                          char *message);

/* The same of a file's bytes in memory. */
MIMO_EXPORT mimo_status mimo_weights_decode(const char *description, const void *bytes, size_t size, const mimo_weight_rules *rules,
                                            void *parameters, char *message);

#ifdef __cplusplus
}
#endif
#endif
