// What the files of this folder share. Private to it.
#ifndef MIMO_WEIGHTS_INTERNAL_H
#define MIMO_WEIGHTS_INTERNAL_H

#include "mimoc/Weights.h"

#include <stdint.h>

#define MAX_RANK 8

// JSON, read from front to end; a function returns 0 where it is not what is wanted.
struct json {
  const char *at, *end;
};
int mimo_json_take(struct json *json, char sign);                // after blanks; without an effect where it is another
int mimo_json_string(struct json *json, char **text);            // the caller frees the text
int mimo_json_whole(struct json *json, int64_t *number);         // not negative
int mimo_json_shape(struct json *json, int64_t *sizes, int *rank); // a list of at most MAX_RANK whole numbers
int mimo_json_skip(struct json *json);                           // a value, whatever it is
// The next key of an object that is entered: 1, at its end 0, -1 where it is damaged. `first` is 1 before the first.
int mimo_json_key(struct json *json, int *first, char **key);
// Is there another element of a list that is entered? As mimo_json_key.
int mimo_json_element(struct json *json, int *first);

enum element { BOOL, U8, I8, U16, I16, U32, I32, U64, I64, F16, BF16, F32, F64, ELEMENTS };

struct tensor {
  char *name;
  enum element type;
  int rank, used;
  int64_t shape[MAX_RANK], elements;
  const unsigned char *bytes;
};

struct parameter {
  char *name;
  int rank;
  int64_t shape[MAX_RANK], elements, offset; // in elements
};

// Tensors of a file, by name, or parameters of a model.
struct file {
  struct tensor *tensors;
  size_t count;
  int is_checkpoint; // of mimo train
};
struct model {
  struct parameter *parameters;
  size_t count;
  int is_double;
};

mimo_status mimo_parse_tensors(const unsigned char *bytes, size_t size, struct file *file, char *message);
mimo_status mimo_parse_model(const char *description, struct model *model, char *message);
void mimo_free_file(struct file *file);
void mimo_free_model(struct model *model);

size_t mimo_element_bytes(enum element type);
// The value of an element, exactly where it has at most 53 bits; sets `exact` to 0 else.
double mimo_element(enum element type, const unsigned char *bytes, int *exact);

// In lib/Images.
mimo_status mimo_read_file(const char *path, uint64_t most, unsigned char **bytes, size_t *size, char *message);
mimo_status mimo_refuse(char *message, mimo_status status, const char *format, ...) __attribute__((format(printf, 3, 4)));

#endif
