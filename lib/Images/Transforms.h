// The list of transforms as the parser leaves it. Private to this folder.
#ifndef MIMO_IMAGES_TRANSFORMS_H
#define MIMO_IMAGES_TRANSFORMS_H

#include "Internal.h"

#define MAX_PARAMETERS 5
#define MAX_NUMBERS 4
#define MAX_STEPS 64

// What an argument may be, and what is kept of it.
enum parameter_type {
  NONE,
  SIZE,        // 224 or [height, width]: the two, both the same for one number, and `count` tells
  AMOUNT,      // a whole number from 0
  PROBABILITY, // 0 to 1
  NUMBER,
  POSITIVE,    // a range of positive numbers
  FACTOR,      // b for max(0, 1 - b) .. 1 + b, or a range from 0
  TURN,        // h for -h .. h of at most 1/2, or such a range
  ANGLE,       // d for -d .. d, or a range
  NUMBERS,     // a number for all channels, or a list with one for each
  DIVISORS,    // the same, all positive
  FILTER       // bilinear or nearest
};

struct parameter {
  const char *name;
  enum parameter_type type;
  int required;
  double standard[2]; // what it is where it is left out
};

struct argument {
  int given, count;
  double numbers[MAX_NUMBERS];
};

struct transform;

struct transform_kind {
  const char *name;
  struct parameter parameters[MAX_PARAMETERS];
  // Does it draw random numbers with these arguments?
  int (*is_random)(const struct transform *transform);
  mimo_status (*apply)(const struct transform *transform, const mimo_sample *sample, mimo_image *image, char *message);
};

struct transform {
  const struct transform_kind *kind;
  uint32_t number, occurrence, stream; // which of the kinds, how many of the same before it, and the stream of random numbers
  struct argument arguments[MAX_PARAMETERS];
};

struct mimo_transforms {
  size_t count;
  struct transform steps[MAX_STEPS];
};

extern const struct transform_kind mimo_kinds[];
extern const size_t mimo_kind_count;

#endif
