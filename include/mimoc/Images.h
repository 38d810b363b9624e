/* libmimo-data: reads PNG and JPEG into tensors, and prepares and augments them. What `mimo train` does with pictures, for programs of
 * one's own. Plain C99 or C++; link libmimo-data (CMake: mimoc::mimo-data).
 *
 *   mimo_transforms *prepare;
 *   mimo_image image = {0};
 *   char message[MIMO_MESSAGE_BYTES];
 *   if (mimo_transforms_parse("resized_crop(224) -> hflip -> normalize(0.5, 0.25)", &prepare, message) ||
 *       mimo_image_read("cat.jpg", NULL, &image, message) ||
 *       mimo_transforms_apply(prepare, &(mimo_sample){.seed = 1, .epoch = epoch, .sample = row, .random = 1}, &image, message))
 *     puts(message);
 *   memcpy(batch + row * 3 * 224 * 224, image.values, 3 * 224 * 224 * sizeof(float));
 *   mimo_image_free(&image);
 *
 * No function keeps state: all may be called from several threads at once, and the values depend on the arguments alone, not on threads
 * or on the order of calls. A call that does not return MIMO_OK has changed nothing but the message.
 */
#ifndef MIMOC_IMAGES_H
#define MIMOC_IMAGES_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define MIMO_MESSAGE_BYTES 512

#if defined(__GNUC__)
#define MIMO_EXPORT __attribute__((visibility("default")))
#else
#define MIMO_EXPORT
#endif

typedef int32_t mimo_status;
enum {
  MIMO_OK = 0,
  MIMO_NOT_READABLE = 1,     /* there is no such file, or no permission, or it is no regular file */
  MIMO_BROKEN = 2,           /* neither PNG nor JPEG, damaged, or cut short */
  MIMO_TOO_LARGE = 3,        /* more bytes or pixels than the limits allow */
  MIMO_UNSUPPORTED = 4,      /* a kind of picture that is not read, e.g. CMYK */
  MIMO_INVALID_TRANSFORM = 5, /* the text of the transforms is wrong; the message names the column */
  MIMO_DOES_NOT_FIT = 6,     /* a transform meets a picture that it cannot change: channels, or too small */
  MIMO_NO_MEMORY = 7
};

/* A picture: float32 in the order channel, row, column. As read, values lie in [0, 1]. */
typedef struct mimo_image {
  int64_t channels, height, width;
  float *values; /* owned; mimo_image_free gives it back */
} mimo_image;

/* What is refused before memory is asked for. A field of 0 means its default. */
typedef struct mimo_image_limits {
  uint64_t file_bytes; /* 268,435,456 */
  uint64_t pixels;     /* 67,108,864: 8192 x 8192 */
} mimo_image_limits;

/* Reads a PNG or JPEG file; the first bytes say which, not the name. `limits` may be null. What `image` held is not freed.
 *
 * Channels are those of the file: 1 grey, 2 grey and alpha, 3 red, green, blue, 4 those and alpha. Pictures with a palette become 3, or
 * 4 where it holds transparency. Of 8 bits a value is v / 255, of 16 bits v / 65535, of 1, 2 and 4 bits v / (2^bits - 1). Alpha is
 * neither multiplied in nor taken out; gamma and colour profiles are not applied. YCbCr becomes red, green, blue as JFIF says.
 * A picture is turned as its EXIF orientation says, in JPEG and PNG, so that what is up stands first. */
MIMO_EXPORT mimo_status mimo_image_read(const char *path, const mimo_image_limits *limits, mimo_image *image, char *message);

/* The same of bytes in memory. */
MIMO_EXPORT mimo_status mimo_image_decode(const void *bytes, size_t size, const mimo_image_limits *limits, mimo_image *image,
                                          char *message);

MIMO_EXPORT void mimo_image_free(mimo_image *image);

/* A list of transforms, one after another: see docs/tool.md for all of them and their formulas. */
typedef struct mimo_transforms mimo_transforms;

/* Parses `resize(256) -> center_crop(224) -> normalize(0.5, 0.25)`. An empty text is the list that changes nothing. */
MIMO_EXPORT mimo_status mimo_transforms_parse(const char *text, mimo_transforms **transforms, char *message);
MIMO_EXPORT void mimo_transforms_free(mimo_transforms *transforms);

/* Does one of them draw random numbers? */
MIMO_EXPORT int mimo_transforms_are_random(const mimo_transforms *transforms);

/* What the random numbers depend on, all of them. */
typedef struct mimo_sample {
  uint64_t seed;
  uint64_t epoch, sample; /* their lower 32 bits count */
  int32_t random;         /* 0: for evaluation, without random changes: crops are taken from the centre, the rest is left out */
} mimo_sample;

/* Changes a picture. */
MIMO_EXPORT mimo_status mimo_transforms_apply(const mimo_transforms *transforms, const mimo_sample *sample, mimo_image *image,
                                              char *message);

#ifdef __cplusplus
}
#endif
#endif
