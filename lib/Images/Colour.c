// What changes values: the formulas of torchvision's transforms for floating-point tensors.
#include "Internal.h"

#include <math.h>
#include <string.h>

// ITU-R BT.601 as torchvision rounds it.
static double luma(double red, double green, double blue) { return 0.2989 * red + 0.587 * green + 0.114 * blue; }

static double grey_at(const mimo_image *image, int64_t i) {
  const float *values = image->values;
  int64_t plane = mimo_plane(image);
  return image->channels < 3 ? (double)values[i] : luma((double)values[i], (double)values[i + plane], (double)values[i + 2 * plane]);
}

static float clamped(double value) { return (float)(value < 0 ? 0 : value > 1 ? 1 : value); }

// Grey from colours, colours from grey; alpha is dropped, or added as 1.
mimo_status mimo_to_channels(mimo_image *image, int64_t channels, char *message) {
  if (image->channels == channels)
    return MIMO_OK;
  mimo_image changed;
  mimo_status status = mimo_make_image(channels, image->height, image->width, &changed, message);
  if (status != MIMO_OK)
    return status;
  int64_t plane = mimo_plane(image), coloured = image->channels >= 3;
  for (int64_t channel = 0; channel < channels; ++channel)
    for (int64_t i = 0; i < plane; ++i) {
      int64_t alpha = image->channels == 2 ? 1 : 3;
      double value = channels == 1  ? grey_at(image, i)
                     : channel < 3  ? (double)image->values[(coloured ? channel : 0) * plane + i]
                     : image->channels % 2 == 0 ? (double)image->values[alpha * plane + i]
                                                : 1;
      changed.values[channel * plane + i] = (float)value;
    }
  mimo_replace_image(image, &changed);
  return MIMO_OK;
}

void mimo_brightness(mimo_image *image, double factor) {
  for (int64_t i = 0, count = image->channels * mimo_plane(image); i < count; ++i)
    image->values[i] = clamped(factor * (double)image->values[i]);
}

// Away from the mean grey of the whole picture.
void mimo_contrast(mimo_image *image, double factor) {
  int64_t plane = mimo_plane(image);
  double mean = 0;
  for (int64_t i = 0; i < plane; ++i)
    mean += grey_at(image, i);
  mean /= (double)plane;
  for (int64_t i = 0; i < image->channels * plane; ++i)
    image->values[i] = clamped(factor * (double)image->values[i] + (1 - factor) * mean);
}

// Away from each pixel's grey. A picture without colours has none to change.
void mimo_saturation(mimo_image *image, double factor) {
  int64_t plane = mimo_plane(image);
  if (image->channels < 3)
    return;
  for (int64_t i = 0; i < plane; ++i) {
    double grey = grey_at(image, i);
    for (int64_t channel = 0; channel < 3; ++channel) {
      float *value = image->values + channel * plane + i;
      *value = clamped(factor * (double)*value + (1 - factor) * grey);
    }
  }
}

// Hue in [0, 1), saturation, value; as colorsys and torchvision.
static void to_hsv(const double rgb[3], double hsv[3]) {
  double most = fmax(rgb[0], fmax(rgb[1], rgb[2])), least = fmin(rgb[0], fmin(rgb[1], rgb[2])), range = most - least;
  hsv[0] = 0;
  hsv[1] = range > 0 ? range / most : 0;
  hsv[2] = most;
  if (!(range > 0))
    return;
  double red = (most - rgb[0]) / range, green = (most - rgb[1]) / range, blue = (most - rgb[2]) / range;
  double sixth = most == rgb[0] ? blue - green : most == rgb[1] ? 2 + red - blue : 4 + green - red;
  hsv[0] = sixth / 6 - floor(sixth / 6);
}

static void to_rgb(const double hsv[3], double rgb[3]) {
  double sector = floor(hsv[0] * 6), part = hsv[0] * 6 - sector, v = hsv[2];
  double p = v * (1 - hsv[1]), q = v * (1 - hsv[1] * part), t = v * (1 - hsv[1] * (1 - part));
  const double all[6][3] = {{v, t, p}, {q, v, p}, {p, v, t}, {p, q, v}, {t, p, v}, {v, p, q}};
  memcpy(rgb, all[sector > 0 && sector < 6 ? (int)sector : 0], sizeof all[0]); // NaN, too
}

void mimo_hue(mimo_image *image, double shift) {
  int64_t plane = mimo_plane(image);
  if (image->channels < 3)
    return;
  for (int64_t i = 0; i < plane; ++i) {
    double rgb[3], hsv[3];
    for (int64_t channel = 0; channel < 3; ++channel)
      rgb[channel] = (double)image->values[channel * plane + i];
    to_hsv(rgb, hsv);
    hsv[0] += shift;
    hsv[0] -= floor(hsv[0]);
    to_rgb(hsv, rgb);
    for (int64_t channel = 0; channel < 3; ++channel)
      image->values[channel * plane + i] = clamped(rgb[channel]);
  }
}
