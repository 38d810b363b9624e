// What the files of libmimo-data share. Private to this folder.
#ifndef MIMO_IMAGES_INTERNAL_H
#define MIMO_IMAGES_INTERNAL_H

#include "mimoc/Images.h"

#include <stdint.h>

// Puts a text into a message of MIMO_MESSAGE_BYTES, which may be null, and returns the status.
mimo_status mimo_refuse(char *message, mimo_status status, const char *format, ...) __attribute__((format(printf, 3, 4)));

// A regular file's bytes, which the caller frees.
mimo_status mimo_read_file(const char *path, uint64_t most, unsigned char **bytes, size_t *size, char *message);

// An image with room for its values, not initialised. The image is changed only if there is memory.
mimo_status mimo_make_image(int64_t channels, int64_t height, int64_t width, mimo_image *image, char *message);

static inline float *mimo_row(const mimo_image *image, int64_t channel, int64_t row) {
  return image->values + (channel * image->height + row) * image->width;
}

static inline int64_t mimo_plane(const mimo_image *image) { return image->height * image->width; }

// Gives back what `image` held and puts `fresh` there.
void mimo_replace_image(mimo_image *image, mimo_image *fresh);

// A file that is decoded. The limits are set.
struct mimo_source {
  const unsigned char *bytes;
  size_t size;
  mimo_image_limits limits;
};

// Refuses 0 and what the limits do not allow.
mimo_status mimo_check_size(const struct mimo_source *source, uint64_t height, uint64_t width, char *message);

mimo_status mimo_decode_png(const struct mimo_source *source, mimo_image *image, char *message);
mimo_status mimo_decode_jpeg(const struct mimo_source *source, mimo_image *image, char *message);

// The orientation, 1 to 8, of a TIFF structure as EXIF holds it; 1 where there is none or the structure is damaged.
int mimo_exif_orientation(const unsigned char *bytes, size_t size);
// Turns and mirrors a picture so that it is upright.
mimo_status mimo_turn_upright(int orientation, mimo_image *image, char *message);

// A stream of random numbers that the sample, the kind of transform and how many of the kind came before decide.
struct mimo_draws {
  uint64_t seed;
  uint32_t sample, epoch, use, occurrence;
  uint32_t block, left;
  uint32_t words[4];
};
struct mimo_draws mimo_draws_of(const mimo_sample *sample, uint32_t kind, uint32_t occurrence, uint32_t stream);
double mimo_uniform(struct mimo_draws *draws, double low, double high); // in [low, high)
uint64_t mimo_below(struct mimo_draws *draws, uint64_t bound);          // 0 .. bound - 1, without bias

enum mimo_filter { MIMO_BILINEAR, MIMO_NEAREST };

// Each replaces the picture.
mimo_status mimo_resize(mimo_image *image, int64_t height, int64_t width, enum mimo_filter filter, char *message);
mimo_status mimo_crop(mimo_image *image, int64_t top, int64_t left, int64_t height, int64_t width, char *message);
mimo_status mimo_pad(mimo_image *image, int64_t amount, char *message);
mimo_status mimo_rotate(mimo_image *image, double degrees, double fill, enum mimo_filter filter, char *message);
void mimo_mirror(mimo_image *image, int vertically);

// Colours. The picture has 1 or 3 channels in those that need them; the caller has seen to it.
mimo_status mimo_to_channels(mimo_image *image, int64_t channels, char *message);
void mimo_brightness(mimo_image *image, double factor);
void mimo_contrast(mimo_image *image, double factor);
void mimo_saturation(mimo_image *image, double factor);
void mimo_hue(mimo_image *image, double shift);

#endif
