// safetensors: eight bytes of header length, a JSON header, the tensors' bytes. And the parameters in a model's description.
#include "Internal.h"

#include <stdlib.h>
#include <string.h>

#define MAX_HEADER 100000000 // the format's own limit

static const struct {
  const char *name;
  size_t bytes;
} kElements[ELEMENTS] = {[BOOL] = {"BOOL", 1}, [U8] = {"U8", 1},   [I8] = {"I8", 1},   [U16] = {"U16", 2},   [I16] = {"I16", 2},
                         [U32] = {"U32", 4},   [I32] = {"I32", 4}, [U64] = {"U64", 8}, [I64] = {"I64", 8},   [F16] = {"F16", 2},
                         [BF16] = {"BF16", 2}, [F32] = {"F32", 4}, [F64] = {"F64", 8}};

size_t mimo_element_bytes(enum element type) { return kElements[type].bytes; }

static uint64_t little(const unsigned char *bytes, size_t count) {
  uint64_t value = 0;
  for (size_t i = 0; i < count; ++i)
    value |= (uint64_t)bytes[i] << 8 * i;
  return value;
}

static double from_float_bits(uint32_t bits) {
  float value;
  memcpy(&value, &bits, sizeof value);
  return (double)value;
}

static double from_half_bits(uint32_t bits) {
  uint32_t sign = (bits & 0x8000) << 16, exponent = bits >> 10 & 31, mantissa = bits & 1023;
  if (exponent == 31)
    return from_float_bits(sign | 0x7f800000 | mantissa << 13);
  if (exponent == 0) // subnormal: mantissa * 2^-24
    return (sign ? -1 : 1) * (double)mantissa * 0x1p-24;
  return from_float_bits(sign | (exponent + 112) << 23 | mantissa << 13);
}

double mimo_element(enum element type, const unsigned char *bytes, int *exact) {
  uint64_t bits = little(bytes, kElements[type].bytes);
  double value;
  switch (type) {
  case BOOL: case U8: case U16: case U32: return (double)bits;
  case I8: return (double)(int8_t)bits;
  case I16: return (double)(int16_t)bits;
  case I32: return (double)(int32_t)bits;
  case U64: value = (double)bits; *exact &= bits <= UINT64_C(1) << 53; return value;
  case I64:
    *exact &= (int64_t)bits <= INT64_C(1) << 53 && (int64_t)bits >= -(INT64_C(1) << 53);
    return (double)(int64_t)bits;
  case F16: return from_half_bits((uint32_t)bits);
  case BF16: return from_float_bits((uint32_t)bits << 16);
  case F32: return from_float_bits((uint32_t)bits);
  default: memcpy(&value, &bits, sizeof value); return value;
  }
}

// The product of the sizes; 0 where it does not fit.
static int count_elements(const int64_t *shape, int rank, int64_t *elements) {
  *elements = 1;
  for (int i = 0; i < rank; ++i)
    if (__builtin_mul_overflow(*elements, shape[i], elements) || *elements > INT64_MAX / 8)
      return 0;
  return 1;
}

static int parse_type(struct json *json, enum element *type) {
  char *name;
  int found = 0;
  if (!mimo_json_string(json, &name))
    return 0;
  for (int i = 0; i < ELEMENTS && !found; ++i)
    if ((found = strcmp(kElements[i].name, name) == 0))
      *type = (enum element)i;
  free(name);
  return found;
}

static int parse_tensor(struct json *json, const unsigned char *data, size_t size, struct tensor *tensor) {
  int first = 1, more, fields = 0, rank = 0;
  int64_t offsets[MAX_RANK] = {0};
  char *key;
  if (!mimo_json_take(json, '{'))
    return 0;
  while ((more = mimo_json_key(json, &first, &key)) > 0) {
    int done = strcmp(key, "dtype") == 0          ? (fields |= 1, parse_type(json, &tensor->type))
               : strcmp(key, "shape") == 0        ? (fields |= 2, mimo_json_shape(json, tensor->shape, &tensor->rank))
               : strcmp(key, "data_offsets") == 0 ? (fields |= 4, mimo_json_shape(json, offsets, &rank))
                                                  : 0;
    free(key);
    if (!done)
      return 0;
  }
  if (more < 0 || fields != 7 || rank != 2 || offsets[0] > offsets[1] || (uint64_t)offsets[1] > size ||
      !count_elements(tensor->shape, tensor->rank, &tensor->elements))
    return 0;
  tensor->bytes = data + offsets[0];
  return (uint64_t)tensor->elements * kElements[tensor->type].bytes == (uint64_t)(offsets[1] - offsets[0]);
}

static int parse_metadata(struct json *json, struct file *file) {
  int first = 1, more;
  char *key;
  if (!mimo_json_take(json, '{'))
    return 0;
  while ((more = mimo_json_key(json, &first, &key)) > 0) {
    file->is_checkpoint |= strcmp(key, "mimoc.version") == 0;
    free(key);
    if (!mimo_json_skip(json))
      return 0;
  }
  return more == 0;
}

// Room for one more, zeroed; grows by doubling.
static void *grown(void *items, size_t count, size_t bytes) {
  if (count & (count - 1))
    return items;
  char *more = realloc(items, (count ? 2 * count : 1) * bytes);
  return more;
}

static int by_name(const void *a, const void *b) {
  return strcmp(((const struct tensor *)a)->name, ((const struct tensor *)b)->name);
}

static mimo_status refuse_tensor(const char *name, char *message) {
  return mimo_refuse(message, MIMO_BROKEN, "is a damaged safetensors file: '%.100s' of its header", name);
}

static mimo_status parse_header(struct json *json, const unsigned char *data, size_t size, struct file *file, char *message) {
  int first = 1, more;
  char *name;
  if (!mimo_json_take(json, '{'))
    return mimo_refuse(message, MIMO_BROKEN, "is no safetensors file: its header is no JSON object");
  while ((more = mimo_json_key(json, &first, &name)) > 0) {
    if (strcmp(name, "__metadata__") == 0) {
      free(name);
      if (!parse_metadata(json, file))
        return refuse_tensor("__metadata__", message);
      continue;
    }
    struct tensor *tensors = grown(file->tensors, file->count, sizeof *tensors);
    if (!tensors) {
      free(name);
      return mimo_refuse(message, MIMO_NO_MEMORY, "not enough memory for the names of its tensors");
    }
    file->tensors = tensors;
    tensors[file->count] = (struct tensor){.name = name};
    if (!parse_tensor(json, data, size, &tensors[file->count++]))
      return refuse_tensor(name, message);
  }
  if (more < 0)
    return mimo_refuse(message, MIMO_BROKEN, "is a damaged safetensors file: its header is not JSON");
  if (file->count)
    qsort(file->tensors, file->count, sizeof *file->tensors, by_name);
  for (size_t i = 1; i < file->count; ++i)
    if (strcmp(file->tensors[i - 1].name, file->tensors[i].name) == 0)
      return refuse_tensor(file->tensors[i].name, message);
  return MIMO_OK;
}

mimo_status mimo_parse_tensors(const unsigned char *bytes, size_t size, struct file *file, char *message) {
  uint64_t length = size < 8 ? UINT64_MAX : little(bytes, 8);
  if (length > MAX_HEADER || length > size - 8)
    return mimo_refuse(message, MIMO_BROKEN, "is no safetensors file, or cut short: it has %zu bytes", size);
  struct json json = {(const char *)bytes + 8, (const char *)bytes + 8 + length};
  return parse_header(&json, bytes + 8 + length, size - 8 - (size_t)length, file, message);
}

void mimo_free_file(struct file *file) {
  for (size_t i = 0; i < file->count; ++i)
    free(file->tensors[i].name);
  free(file->tensors);
}

static int parse_parameter(struct json *json, struct parameter *parameter) {
  int first = 1, more, fields = 0;
  char *key;
  if (!mimo_json_take(json, '{'))
    return 0;
  while ((more = mimo_json_key(json, &first, &key)) > 0) {
    int done = strcmp(key, "name") == 0 && !parameter->name ? (fields |= 1, mimo_json_string(json, &parameter->name))
               : strcmp(key, "shape") == 0                  ? (fields |= 2, mimo_json_shape(json, parameter->shape, &parameter->rank))
               : strcmp(key, "offset") == 0                 ? (fields |= 4, mimo_json_whole(json, &parameter->offset))
                                                            : mimo_json_skip(json);
    free(key);
    if (!done)
      return 0;
  }
  return more == 0 && fields == 7 && count_elements(parameter->shape, parameter->rank, &parameter->elements);
}

static int parse_parameters(struct json *json, struct model *model) {
  int first = 1, more;
  if (!mimo_json_take(json, '['))
    return 0;
  while ((more = mimo_json_element(json, &first)) > 0) {
    struct parameter *parameters = grown(model->parameters, model->count, sizeof *parameters);
    if (!parameters)
      return 0;
    model->parameters = parameters;
    parameters[model->count] = (struct parameter){0};
    if (!parse_parameter(json, &parameters[model->count++]))
      return 0;
  }
  return more == 0;
}

// What is trained, and running statistics where a model has some.
mimo_status mimo_parse_model(const char *description, struct model *model, char *message) {
  struct json json = {description, description + strlen(description)};
  int first = 1, more = -1;
  char *key, *precision = NULL;
  if (mimo_json_take(&json, '{'))
    while ((more = mimo_json_key(&json, &first, &key)) > 0) {
      int mine = strcmp(key, "parameters") == 0 || strcmp(key, "buffers") == 0;
      int done = mine                                             ? parse_parameters(&json, model)
                 : strcmp(key, "precision") == 0 && !precision ? mimo_json_string(&json, &precision)
                                                                  : mimo_json_skip(&json);
      free(key);
      if (!done) {
        more = -1;
        break;
      }
    }
  model->is_double = precision && strcmp(precision, "f64") == 0;
  int whole = more == 0 && precision;
  free(precision);
  return whole ? MIMO_OK : mimo_refuse(message, MIMO_BROKEN, "the description is not what <prefix>_describe() of a model returns");
}

void mimo_free_model(struct model *model) {
  for (size_t i = 0; i < model->count; ++i)
    free(model->parameters[i].name);
  free(model->parameters);
}
