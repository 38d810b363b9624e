// The transforms by name: what each does with its arguments and its random numbers.
#include "Transforms.h"

#include <math.h>

static double first(const struct transform *transform, int argument) { return transform->arguments[argument].numbers[0]; }
static double second(const struct transform *transform, int argument) { return transform->arguments[argument].numbers[1]; }
static int64_t whole(const struct transform *transform, int argument) { return (int64_t)first(transform, argument); }
static enum mimo_filter filter_of(const struct transform *transform, int argument) {
  return first(transform, argument) != 0 ? MIMO_NEAREST : MIMO_BILINEAR;
}

static struct mimo_draws draws_of(const struct transform *transform, const mimo_sample *sample) {
  return mimo_draws_of(sample, transform->number, transform->occurrence, transform->stream);
}

static int never(const struct transform *transform) { return (void)transform, 0; }
static int always(const struct transform *transform) { return (void)transform, 1; }
static int by_chance(const struct transform *transform) { return first(transform, 0) > 0 && first(transform, 0) < 1; }
static int is_range(const struct transform *transform) { return first(transform, 0) < second(transform, 0); }
static int any_range(const struct transform *transform) {
  for (int i = 0; i < 4; ++i)
    if (first(transform, i) < second(transform, i))
      return 1;
  return 0;
}

// `resize(S)`: the shorter side becomes S, the longer one S * longer / shorter, rounded down.
static mimo_status resize(const struct transform *transform, const mimo_sample *sample, mimo_image *image, char *message) {
  (void)sample;
  int64_t height = whole(transform, 0), width = (int64_t)second(transform, 0), side = height;
  if (transform->arguments[0].count == 1) {
    height = image->height <= image->width ? side : side * image->height / image->width;
    width = image->height <= image->width ? side * image->width / image->height : side;
  }
  return mimo_resize(image, height, width, filter_of(transform, 1), message);
}

static mimo_status too_small(const char *what, int64_t height, int64_t width, const mimo_image *image, char *message) {
  return mimo_refuse(message, MIMO_DOES_NOT_FIT, "%s(%lld x %lld) of a picture of %lld x %lld pixels (height x width): it is too small; "
                     "put a resize before it", what, (long long)height, (long long)width, (long long)image->height,
                     (long long)image->width);
}

static mimo_status centre(const char *what, int64_t height, int64_t width, mimo_image *image, char *message) {
  if (image->height < height || image->width < width)
    return too_small(what, height, width, image, message);
  // As torchvision: half a pixel goes to the even number.
  int64_t top = (int64_t)nearbyint((double)(image->height - height) / 2), left = (int64_t)nearbyint((double)(image->width - width) / 2);
  return mimo_crop(image, top, left, height, width, message);
}

static mimo_status center_crop(const struct transform *transform, const mimo_sample *sample, mimo_image *image, char *message) {
  (void)sample;
  return centre("center_crop", whole(transform, 0), (int64_t)second(transform, 0), image, message);
}

static mimo_status random_crop(const struct transform *transform, const mimo_sample *sample, mimo_image *image, char *message) {
  int64_t height = whole(transform, 0), width = (int64_t)second(transform, 0), pad = whole(transform, 1);
  mimo_status status = pad ? mimo_pad(image, pad, message) : MIMO_OK;
  if (status != MIMO_OK)
    return status;
  if (image->height < height || image->width < width)
    return too_small("random_crop", height, width, image, message);
  if (!sample->random)
    return centre("random_crop", height, width, image, message);
  struct mimo_draws draws = draws_of(transform, sample);
  int64_t top = (int64_t)mimo_below(&draws, (uint64_t)(image->height - height + 1));
  int64_t left = (int64_t)mimo_below(&draws, (uint64_t)(image->width - width + 1));
  return mimo_crop(image, top, left, height, width, message);
}

struct box {
  int64_t top, left, height, width;
};

// torchvision's RandomResizedCrop: ten tries at an area and a ratio, then the largest part of the centre with a ratio that is allowed.
static struct box random_box(const struct transform *transform, struct mimo_draws *draws, const mimo_image *image) {
  double height = (double)image->height, width = (double)image->width;
  for (int i = 0; i < 10; ++i) {
    double area = height * width * mimo_uniform(draws, first(transform, 1), second(transform, 1));
    double ratio = exp(mimo_uniform(draws, log(first(transform, 2)), log(second(transform, 2))));
    double w = nearbyint(sqrt(area * ratio)), h = nearbyint(sqrt(area / ratio));
    if (w >= 1 && w <= width && h >= 1 && h <= height) {
      int64_t top = (int64_t)mimo_below(draws, (uint64_t)(height - h + 1));
      return (struct box){top, (int64_t)mimo_below(draws, (uint64_t)(width - w + 1)), (int64_t)h, (int64_t)w};
    }
  }
  double h = height, w = width;
  if (width / height < first(transform, 2))
    h = nearbyint(width / first(transform, 2));
  else if (width / height > second(transform, 2))
    w = nearbyint(height * second(transform, 2));
  h = fmin(fmax(h, 1), height);
  w = fmin(fmax(w, 1), width);
  return (struct box){(int64_t)((height - h) / 2), (int64_t)((width - w) / 2), (int64_t)h, (int64_t)w};
}

// For evaluation the picture shrinks until it just covers the size, and its centre is taken.
static mimo_status resized_crop(const struct transform *transform, const mimo_sample *sample, mimo_image *image, char *message) {
  int64_t height = whole(transform, 0), width = (int64_t)second(transform, 0);
  enum mimo_filter filter = filter_of(transform, 3);
  if (sample->random) {
    struct mimo_draws draws = draws_of(transform, sample);
    struct box box = random_box(transform, &draws, image);
    mimo_status status = mimo_crop(image, box.top, box.left, box.height, box.width, message);
    return status == MIMO_OK ? mimo_resize(image, height, width, filter, message) : status;
  }
  int tall = height * image->width >= width * image->height; // then the height says how much it shrinks
  int64_t rows = tall ? height : image->height * width / image->width, columns = tall ? image->width * height / image->height : width;
  mimo_status status = mimo_resize(image, rows, columns, filter, message);
  return status == MIMO_OK ? centre("resized_crop", height, width, image, message) : status;
}

static int happens(const struct transform *transform, const mimo_sample *sample) {
  if (!by_chance(transform))
    return first(transform, 0) > 0;
  struct mimo_draws draws = draws_of(transform, sample);
  return sample->random && mimo_uniform(&draws, 0, 1) < first(transform, 0);
}

static mimo_status hflip(const struct transform *transform, const mimo_sample *sample, mimo_image *image, char *message) {
  (void)message;
  if (happens(transform, sample))
    mimo_mirror(image, 0);
  return MIMO_OK;
}

static mimo_status vflip(const struct transform *transform, const mimo_sample *sample, mimo_image *image, char *message) {
  (void)message;
  if (happens(transform, sample))
    mimo_mirror(image, 1);
  return MIMO_OK;
}

static mimo_status rotate(const struct transform *transform, const mimo_sample *sample, mimo_image *image, char *message) {
  if (is_range(transform) && !sample->random)
    return MIMO_OK;
  struct mimo_draws draws = draws_of(transform, sample);
  double degrees = mimo_uniform(&draws, first(transform, 0), second(transform, 0));
  return degrees == 0 ? MIMO_OK : mimo_rotate(image, degrees, first(transform, 1), filter_of(transform, 2), message);
}

// torchvision's ColorJitter: the four in a random order, each with a factor of its own. Fixed factors have a fixed order.
static mimo_status jitter(const struct transform *transform, const mimo_sample *sample, mimo_image *image, char *message) {
  static void (*const change[4])(mimo_image *, double) = {mimo_brightness, mimo_contrast, mimo_saturation, mimo_hue};
  if (image->channels != 1 && image->channels != 3)
    return mimo_refuse(message, MIMO_DOES_NOT_FIT, "jitter needs 1 or 3 channels and the picture has %lld; put 'grey' or 'rgb' before it",
                       (long long)image->channels);
  if (any_range(transform) && !sample->random)
    return MIMO_OK;
  struct mimo_draws draws = draws_of(transform, sample);
  int order[4] = {0, 1, 2, 3};
  double factors[4];
  for (int i = 0; i < 4; ++i)
    factors[i] = mimo_uniform(&draws, first(transform, i), second(transform, i));
  for (int i = any_range(transform) ? 3 : 0; i > 0; --i) {
    int other = (int)mimo_below(&draws, (uint64_t)i + 1), kept = order[i];
    order[i] = order[other];
    order[other] = kept;
  }
  for (int i = 0; i < 4; ++i)
    if (factors[order[i]] != (order[i] == 3 ? 0 : 1))
      change[order[i]](image, factors[order[i]]);
  return MIMO_OK;
}

static mimo_status normalize(const struct transform *transform, const mimo_sample *sample, mimo_image *image, char *message) {
  (void)sample;
  for (int i = 0; i < 2; ++i)
    if (transform->arguments[i].count != 1 && transform->arguments[i].count != image->channels)
      return mimo_refuse(message, MIMO_DOES_NOT_FIT, "normalize has %d numbers as '%s' and the picture has %lld channels",
                         transform->arguments[i].count, transform->kind->parameters[i].name, (long long)image->channels);
  int64_t plane = mimo_plane(image);
  for (int64_t channel = 0; channel < image->channels; ++channel) {
    double mean = transform->arguments[0].numbers[transform->arguments[0].count == 1 ? 0 : channel];
    double deviation = transform->arguments[1].numbers[transform->arguments[1].count == 1 ? 0 : channel];
    for (int64_t i = 0; i < plane; ++i) {
      float *value = image->values + channel * plane + i;
      *value = (float)(((double)*value - mean) / deviation);
    }
  }
  return MIMO_OK;
}

static mimo_status grey(const struct transform *transform, const mimo_sample *sample, mimo_image *image, char *message) {
  (void)transform, (void)sample;
  return mimo_to_channels(image, 1, message);
}

static mimo_status rgb(const struct transform *transform, const mimo_sample *sample, mimo_image *image, char *message) {
  (void)transform, (void)sample;
  return mimo_to_channels(image, 3, message);
}

static mimo_status rgba(const struct transform *transform, const mimo_sample *sample, mimo_image *image, char *message) {
  (void)transform, (void)sample;
  return mimo_to_channels(image, 4, message);
}

// The place in this list is part of the key of random numbers: new ones go to its end.
const struct transform_kind mimo_kinds[] = {
    {"resize", {{"size", SIZE, 1, {0}}, {"filter", FILTER, 0, {0}}}, never, resize},
    {"center_crop", {{"size", SIZE, 1, {0}}}, never, center_crop},
    {"random_crop", {{"size", SIZE, 1, {0}}, {"pad", AMOUNT, 0, {0}}}, always, random_crop},
    {"resized_crop",
     {{"size", SIZE, 1, {0}}, {"scale", POSITIVE, 0, {0.08, 1}}, {"ratio", POSITIVE, 0, {0.75, 4.0 / 3}}, {"filter", FILTER, 0, {0}}},
     always, resized_crop},
    {"hflip", {{"p", PROBABILITY, 0, {0.5}}}, by_chance, hflip},
    {"vflip", {{"p", PROBABILITY, 0, {0.5}}}, by_chance, vflip},
    {"rotate", {{"degrees", ANGLE, 1, {0}}, {"fill", NUMBER, 0, {0}}, {"filter", FILTER, 0, {0}}}, is_range, rotate},
    {"jitter",
     {{"brightness", FACTOR, 0, {1, 1}}, {"contrast", FACTOR, 0, {1, 1}}, {"saturation", FACTOR, 0, {1, 1}}, {"hue", TURN, 0, {0, 0}}},
     any_range, jitter},
    {"normalize", {{"mean", NUMBERS, 1, {0}}, {"std", DIVISORS, 1, {0}}}, never, normalize},
    {"grey", {{0}}, never, grey},
    {"rgb", {{0}}, never, rgb},
    {"rgba", {{0}}, never, rgba},
};
const size_t mimo_kind_count = sizeof mimo_kinds / sizeof mimo_kinds[0];

int mimo_transforms_are_random(const mimo_transforms *transforms) {
  for (size_t i = 0; i < transforms->count; ++i)
    if (transforms->steps[i].kind->is_random(&transforms->steps[i]))
      return 1;
  return 0;
}

// On a copy, so that a picture stays as it was where a later transform does not fit.
mimo_status mimo_transforms_apply(const mimo_transforms *transforms, const mimo_sample *sample, mimo_image *image, char *message) {
  mimo_image changed;
  mimo_status status = mimo_make_image(image->channels, image->height, image->width, &changed, message);
  if (status != MIMO_OK)
    return status;
  __builtin_memcpy(changed.values, image->values, (size_t)(image->channels * mimo_plane(image)) * sizeof(float));
  for (size_t i = 0; i < transforms->count && status == MIMO_OK; ++i)
    status = transforms->steps[i].kind->apply(&transforms->steps[i], sample, &changed, message);
  if (status == MIMO_OK)
    mimo_replace_image(image, &changed);
  else
    mimo_image_free(&changed);
  return status;
}
