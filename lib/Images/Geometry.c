// What changes places: sizes, crops, mirrors and rotations.
#include "Internal.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define MAX_RESULT (INT64_C(1) << 26)

// The pixels [first, first + count) of a line that make one pixel of the resized line, with weights of sum 1.
struct window {
  int64_t first, count;
  double *weights;
};

struct windows {
  struct window *all;
  double *weights;
};

static void free_windows(struct windows *windows) {
  free(windows->all);
  free(windows->weights);
}

// A triangle around the place that the pixel comes from, as wide as a pixel of the coarser of the two grids: bilinear interpolation where
// it grows, and a weighted mean (antialiasing) where it shrinks. PIL's BILINEAR; PyTorch's interpolate(mode="bilinear", antialias=True,
// align_corners=False).
static void triangle(struct window *window, int64_t i, double scale, int64_t from) {
  double reach = scale > 1 ? scale : 1, centre = scale * ((double)i + 0.5), sum = 0;
  int64_t first = (int64_t)(centre - reach + 0.5), end = (int64_t)(centre + reach + 0.5);
  window->first = first > 0 ? first : 0;
  window->count = (end < from ? end : from) - window->first;
  for (int64_t k = 0; k < window->count; ++k) {
    double distance = fabs(((double)(k + window->first) - centre + 0.5) / reach);
    sum += window->weights[k] = distance < 1 ? 1 - distance : 0;
  }
  for (int64_t k = 0; k < window->count; ++k)
    window->weights[k] /= sum;
}

// A picture of one row and many columns would become huge where its shorter side grows.
static mimo_status check_result(int64_t height, int64_t width, char *message) {
  if (height <= MAX_RESULT / width)
    return MIMO_OK;
  return mimo_refuse(message, MIMO_TOO_LARGE, "would become %lld x %lld pixels, and at most %lld are made", (long long)width,
                     (long long)height, (long long)MAX_RESULT);
}

static int make_windows(int64_t from, int64_t to, enum mimo_filter filter, struct windows *windows) {
  double scale = (double)from / (double)to;
  int64_t most = filter == MIMO_NEAREST ? 1 : 2 * (int64_t)ceil(scale > 1 ? scale : 1) + 1;
  *windows = (struct windows){calloc((size_t)to, sizeof(struct window)), calloc((size_t)to * (size_t)most, sizeof(double))};
  if (!windows->all || !windows->weights)
    return 0;
  for (int64_t i = 0; i < to; ++i) {
    struct window *window = &windows->all[i];
    window->weights = windows->weights + i * most;
    if (filter == MIMO_BILINEAR) {
      triangle(window, i, scale, from);
      continue;
    }
    int64_t place = (int64_t)(((double)i + 0.5) * scale);
    *window = (struct window){place < from ? place : from - 1, 1, window->weights};
    window->weights[0] = 1;
  }
  return 1;
}

static void resize_rows(const mimo_image *from, const mimo_image *to, const struct windows *windows) {
  for (int64_t channel = 0; channel < from->channels; ++channel)
    for (int64_t y = 0; y < from->height; ++y) {
      const float *values = mimo_row(from, channel, y);
      float *result = mimo_row(to, channel, y);
      for (int64_t x = 0; x < to->width; ++x) {
        const struct window *window = &windows->all[x];
        double sum = 0;
        for (int64_t k = 0; k < window->count; ++k)
          sum += window->weights[k] * (double)values[window->first + k];
        result[x] = (float)sum;
      }
    }
}

// A row at a time, so that memory is read in its order; `sums` has room for one.
static void resize_columns(const mimo_image *from, const mimo_image *to, const struct windows *windows, double *sums) {
  for (int64_t channel = 0; channel < from->channels; ++channel)
    for (int64_t y = 0; y < to->height; ++y) {
      const struct window *window = &windows->all[y];
      memset(sums, 0, (size_t)to->width * sizeof *sums);
      for (int64_t k = 0; k < window->count; ++k) {
        const float *values = mimo_row(from, channel, window->first + k);
        double weight = window->weights[k];
        for (int64_t x = 0; x < to->width; ++x)
          sums[x] += weight * (double)values[x];
      }
      float *result = mimo_row(to, channel, y);
      for (int64_t x = 0; x < to->width; ++x)
        result[x] = (float)sums[x];
    }
}

mimo_status mimo_resize(mimo_image *image, int64_t height, int64_t width, enum mimo_filter filter, char *message) {
  if (image->height == height && image->width == width)
    return MIMO_OK;
  mimo_status status = check_result(height, width, message);
  if (status != MIMO_OK)
    return status;
  struct windows across = {0}, down = {0};
  mimo_image narrow = {0}, result = {0};
  double *sums = malloc((size_t)width * sizeof *sums);
  status = sums && make_windows(image->width, width, filter, &across) && make_windows(image->height, height, filter, &down)
                           ? MIMO_OK
                           : mimo_refuse(message, MIMO_NO_MEMORY, "not enough memory to resize a picture");
  if (status == MIMO_OK)
    status = mimo_make_image(image->channels, image->height, width, &narrow, message);
  if (status == MIMO_OK)
    status = mimo_make_image(image->channels, height, width, &result, message);
  if (status == MIMO_OK) {
    resize_rows(image, &narrow, &across);
    resize_columns(&narrow, &result, &down, sums);
    mimo_replace_image(image, &result);
  } else {
    mimo_image_free(&result);
  }
  mimo_image_free(&narrow);
  free(sums);
  free_windows(&across);
  free_windows(&down);
  return status;
}

mimo_status mimo_crop(mimo_image *image, int64_t top, int64_t left, int64_t height, int64_t width, char *message) {
  mimo_image part;
  mimo_status status = mimo_make_image(image->channels, height, width, &part, message);
  if (status != MIMO_OK)
    return status;
  for (int64_t channel = 0; channel < part.channels; ++channel)
    for (int64_t y = 0; y < height; ++y)
      memcpy(mimo_row(&part, channel, y), mimo_row(image, channel, top + y) + left, (size_t)width * sizeof(float));
  mimo_replace_image(image, &part);
  return MIMO_OK;
}

mimo_status mimo_pad(mimo_image *image, int64_t amount, char *message) {
  mimo_image wide;
  mimo_status status = check_result(image->height + 2 * amount, image->width + 2 * amount, message);
  if (status == MIMO_OK)
    status = mimo_make_image(image->channels, image->height + 2 * amount, image->width + 2 * amount, &wide, message);
  if (status != MIMO_OK)
    return status;
  memset(wide.values, 0, (size_t)(wide.channels * mimo_plane(&wide)) * sizeof(float));
  for (int64_t channel = 0; channel < image->channels; ++channel)
    for (int64_t y = 0; y < image->height; ++y)
      memcpy(mimo_row(&wide, channel, y + amount) + amount, mimo_row(image, channel, y), (size_t)image->width * sizeof(float));
  mimo_replace_image(image, &wide);
  return MIMO_OK;
}

static void swap(float *a, float *b) {
  float kept = *a;
  *a = *b;
  *b = kept;
}

void mimo_mirror(mimo_image *image, int vertically) {
  int64_t rows = vertically ? image->height / 2 : image->height, columns = vertically ? image->width : image->width / 2;
  for (int64_t channel = 0; channel < image->channels; ++channel)
    for (int64_t y = 0; y < rows; ++y)
      for (int64_t x = 0; x < columns; ++x)
        swap(mimo_row(image, channel, y) + x,
             vertically ? mimo_row(image, channel, image->height - 1 - y) + x : mimo_row(image, channel, y) + image->width - 1 - x);
}

static double value_at(const mimo_image *image, int64_t channel, int64_t y, int64_t x, double fill) {
  int inside = y >= 0 && y < image->height && x >= 0 && x < image->width;
  return inside ? (double)mimo_row(image, channel, y)[x] : fill;
}

static double sample(const mimo_image *image, int64_t channel, double y, double x, double fill, enum mimo_filter filter) {
  if (filter == MIMO_NEAREST) // ties to even, as PyTorch's grid_sample
    return value_at(image, channel, (int64_t)nearbyint(y), (int64_t)nearbyint(x), fill);
  double top = floor(y), left = floor(x), dy = y - top, dx = x - left;
  int64_t row = (int64_t)top, column = (int64_t)left;
  return (1 - dy) * ((1 - dx) * value_at(image, channel, row, column, fill) + dx * value_at(image, channel, row, column + 1, fill)) +
         dy * ((1 - dx) * value_at(image, channel, row + 1, column, fill) + dx * value_at(image, channel, row + 1, column + 1, fill));
}

// Around the centre, against the clock; what comes from outside the picture is `fill`.
mimo_status mimo_rotate(mimo_image *image, double degrees, double fill, enum mimo_filter filter, char *message) {
  mimo_image turned;
  mimo_status status = mimo_make_image(image->channels, image->height, image->width, &turned, message);
  if (status != MIMO_OK)
    return status;
  const double pi = 3.14159265358979323846;
  double c = cos(degrees * pi / 180), s = sin(degrees * pi / 180);
  double middle_y = 0.5 * (double)image->height - 0.5, middle_x = 0.5 * (double)image->width - 0.5;
  for (int64_t channel = 0; channel < image->channels; ++channel)
    for (int64_t y = 0; y < image->height; ++y)
      for (int64_t x = 0; x < image->width; ++x) {
        double from_x = c * ((double)x - middle_x) - s * ((double)y - middle_y) + middle_x;
        double from_y = s * ((double)x - middle_x) + c * ((double)y - middle_y) + middle_y;
        mimo_row(&turned, channel, y)[x] = (float)sample(image, channel, from_y, from_x, fill, filter);
      }
  mimo_replace_image(image, &turned);
  return MIMO_OK;
}
