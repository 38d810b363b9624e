// Which tensor goes where. First all is looked at, then all is written: a refusal leaves the block as it was.
#include "Internal.h"

#include <errno.h>
#include <fnmatch.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct loading {
  const mimo_weight_rules *rules;
  struct model model;
  struct file file;
  char *block;
  int missing, unused, misfits;
};

static const char *text(const char *value) { return value ? value : ""; }

// The rest of a name below a path; null where it is not below it.
static const char *below(const char *name, const char *path) {
  size_t length = strlen(path);
  if (length == 0)
    return name;
  return strncmp(name, path, length) == 0 && name[length] == '.' ? name + length + 1 : NULL;
}

static int matches(const char *const *patterns, const char *name) {
  for (; patterns && *patterns; ++patterns)
    if (fnmatch(*patterns, name, 0) == 0)
      return 1;
  return 0;
}

static void report(const struct loading *loading, const char *what, const char *name, const char *rest) {
  char line[MIMO_MESSAGE_BYTES];
  if (!loading->rules->report)
    return;
  snprintf(line, sizeof line, "%s: '%.200s'%s", what, name, rest);
  loading->rules->report(loading->rules->context, line);
}

static int compare_name(const void *name, const void *tensor) { return strcmp(name, ((const struct tensor *)tensor)->name); }

// The tensor of a parameter below the part; null where the file has none, or it is left out.
static struct tensor *tensor_of(const struct loading *loading, const char *rest) {
  const char *prefix = text(loading->rules->prefix);
  size_t length = strlen(prefix) + strlen(rest) + 2;
  char *name = malloc(length);
  struct tensor *found = NULL;
  if (name && loading->file.count) {
    snprintf(name, length, "%s%s%s", prefix, *prefix ? "." : "", rest);
    found = bsearch(name, loading->file.tensors, loading->file.count, sizeof *found, compare_name);
  }
  free(name);
  return found && !matches(loading->rules->ignored, found->name) ? found : NULL;
}

static const char *channel_rule(const struct loading *loading, const char *name) {
  size_t length = strlen(name);
  for (const char *const *rule = loading->rules->channels; rule && *rule; ++rule)
    if (strncmp(*rule, name, length) == 0 && (*rule)[length] == '=')
      return *rule + length + 1;
  return NULL;
}

static int same_shape(const struct parameter *parameter, const struct tensor *tensor) {
  return parameter->rank == tensor->rank && memcmp(parameter->shape, tensor->shape, (size_t)tensor->rank * sizeof *tensor->shape) == 0;
}

// Does a rule make the parameter's channels (axis 1) of the tensor's?
static int makes_channels(const char *rule, const struct parameter *parameter, const struct tensor *tensor) {
  if (!rule || parameter->rank != tensor->rank || parameter->rank < 2 || tensor->shape[1] < 1)
    return 0;
  for (int i = 0; i < parameter->rank; ++i)
    if (i != 1 && parameter->shape[i] != tensor->shape[i])
      return 0;
  return strcmp(rule, "sum") == 0 ? parameter->shape[1] == 1
                                  : (strcmp(rule, "mean") == 0 || strcmp(rule, "zero") == 0) && parameter->shape[1] > tensor->shape[1];
}

static double value_at(const struct tensor *tensor, int64_t index, int *fits) {
  return mimo_element(tensor->type, tensor->bytes + (size_t)index * mimo_element_bytes(tensor->type), fits);
}

// Element `i` of the parameter. `rule` is null where the shapes are the same.
static double value_of(const struct parameter *parameter, const struct tensor *tensor, const char *rule, int64_t i, int *fits) {
  if (!rule)
    return value_at(tensor, i, fits);
  int64_t slice = 1, channels = tensor->shape[1];
  for (int axis = 2; axis < tensor->rank; ++axis)
    slice *= tensor->shape[axis];
  int64_t inside = i % slice, channel = i / slice % parameter->shape[1], out = i / slice / parameter->shape[1];
  int64_t first = out * channels * slice + inside;
  if (channel < channels && strcmp(rule, "sum") != 0)
    return value_at(tensor, first + channel * slice, fits);
  double sum = 0;
  for (int64_t k = 0; k < channels && strcmp(rule, "zero") != 0; ++k)
    sum += value_at(tensor, first + k * slice, fits);
  return strcmp(rule, "mean") == 0 ? sum / (double)channels : sum;
}

// With a block, writes the parameter; without one, says whether it can be written.
static int convert(const struct loading *loading, const struct parameter *parameter, const struct tensor *tensor, char *block) {
  const char *rule = same_shape(parameter, tensor) ? NULL : channel_rule(loading, parameter->name);
  int fits = 1, whole = tensor->type <= I64;
  for (int64_t i = 0; i < parameter->elements && fits; ++i) {
    double value = value_of(parameter, tensor, rule, i, &fits);
    float single = (float)value;
    if (!loading->model.is_double)
      fits &= whole ? (double)single == value && fabs(value) <= 0x1p24 : isfinite(single) || !isfinite(value);
    char *place = block ? block + (size_t)(parameter->offset + i) * (loading->model.is_double ? 8 : 4) : NULL;
    if (place)
      memcpy(place, loading->model.is_double ? (const void *)&value : (const void *)&single, loading->model.is_double ? 8 : 4);
  }
  return fits;
}

static void look_at_parameter(struct loading *loading, const struct parameter *parameter, const char *rest) {
  struct tensor *tensor = tensor_of(loading, rest);
  if (!tensor) {
    if (matches(loading->rules->fresh, parameter->name))
      return;
    ++loading->missing;
    report(loading, "missing", parameter->name, " of the model");
    return;
  }
  tensor->used = 1;
  if (!same_shape(parameter, tensor) && !makes_channels(channel_rule(loading, parameter->name), parameter, tensor)) {
    ++loading->misfits;
    report(loading, "another shape", parameter->name, " of the model than in the file");
  } else if (!convert(loading, parameter, tensor, NULL)) {
    ++loading->misfits;
    report(loading, "values that do not fit", parameter->name, "");
  }
}

static mimo_status look_at_all(struct loading *loading, char *message) {
  int any = 0;
  for (size_t i = 0; i < loading->model.count; ++i) {
    const char *rest = below(loading->model.parameters[i].name, text(loading->rules->part));
    if (rest)
      look_at_parameter(loading, &loading->model.parameters[i], rest);
    any |= rest != NULL;
  }
  if (!any)
    return mimo_refuse(message, MIMO_DOES_NOT_FIT, "the model has no parameters below '%.200s'", text(loading->rules->part));
  for (size_t i = 0; i < loading->file.count; ++i) {
    const struct tensor *tensor = &loading->file.tensors[i];
    int outside = !below(tensor->name, text(loading->rules->prefix)) ||
                  (loading->file.is_checkpoint && below(tensor->name, "optimizer")) || matches(loading->rules->ignored, tensor->name);
    if (tensor->used || outside)
      continue;
    ++loading->unused;
    report(loading, "not used", tensor->name, " of the file");
  }
  if (!loading->missing && !loading->unused && !loading->misfits)
    return MIMO_OK;
  return mimo_refuse(message, MIMO_DOES_NOT_FIT, "does not fit '%.200s' of the model: %d missing, %d not used, %d that do not fit; nothing "
                     "was loaded", text(loading->rules->part), loading->missing, loading->unused, loading->misfits);
}

static void write_all(const struct loading *loading) {
  for (size_t i = 0; i < loading->model.count; ++i) {
    const struct parameter *parameter = &loading->model.parameters[i];
    const char *rest = below(parameter->name, text(loading->rules->part));
    const struct tensor *tensor = rest ? tensor_of(loading, rest) : NULL;
    if (tensor)
      convert(loading, parameter, tensor, loading->block);
  }
}

mimo_status mimo_weights_decode(const char *description, const void *bytes, size_t size, const mimo_weight_rules *rules, void *parameters,
                                char *message) {
  static const mimo_weight_rules none;
  struct loading loading = {.rules = rules ? rules : &none, .block = parameters};
  mimo_status status = mimo_parse_model(description, &loading.model, message);
  if (status == MIMO_OK)
    status = mimo_parse_tensors(bytes, size, &loading.file, message);
  if (status == MIMO_OK)
    status = look_at_all(&loading, message);
  if (status == MIMO_OK)
    write_all(&loading);
  mimo_free_model(&loading.model);
  mimo_free_file(&loading.file);
  return status;
}

mimo_status mimo_weights_load(const char *description, const char *path, const mimo_weight_rules *rules, void *parameters,
                              char *message) {
  unsigned char *bytes = NULL;
  size_t size = 0;
  mimo_status status = mimo_read_file(path, UINT64_MAX, &bytes, &size, message);
  if (status != MIMO_OK)
    return status;
  char reason[MIMO_MESSAGE_BYTES];
  status = mimo_weights_decode(description, bytes, size, rules, parameters, reason);
  if (status != MIMO_OK)
    mimo_refuse(message, status, "%.200s: %.300s", path, reason);
  free(bytes);
  return status;
}
