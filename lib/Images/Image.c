// Pictures in memory, and which decoder reads a file.
#include "Internal.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

mimo_status mimo_refuse(char *message, mimo_status status, const char *format, ...) {
  if (message) {
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(message, MIMO_MESSAGE_BYTES, format, arguments);
    va_end(arguments);
  }
  return status;
}

mimo_status mimo_make_image(int64_t channels, int64_t height, int64_t width, mimo_image *image, char *message) {
  size_t bytes;
  float *values = NULL;
  if (!__builtin_mul_overflow((size_t)height, (size_t)width, &bytes) && !__builtin_mul_overflow(bytes, 4 * (size_t)channels, &bytes))
    values = malloc(bytes ? bytes : 1);
  if (!values)
    return mimo_refuse(message, MIMO_NO_MEMORY, "not enough memory for a picture of %lld x %lld pixels and %lld channels",
                       (long long)width, (long long)height, (long long)channels);
  *image = (mimo_image){channels, height, width, values};
  return MIMO_OK;
}

void mimo_image_free(mimo_image *image) {
  if (!image)
    return;
  free(image->values);
  *image = (mimo_image){0};
}

void mimo_replace_image(mimo_image *image, mimo_image *fresh) {
  free(image->values);
  *image = *fresh;
}

mimo_status mimo_check_size(const struct mimo_source *source, uint64_t height, uint64_t width, char *message) {
  if (height == 0 || width == 0)
    return mimo_refuse(message, MIMO_BROKEN, "is damaged: it claims %llu x %llu pixels", (unsigned long long)width,
                       (unsigned long long)height);
  if (height > source->limits.pixels / width)
    return mimo_refuse(message, MIMO_TOO_LARGE, "has %llu x %llu pixels, and at most %llu pixels are read", (unsigned long long)width,
                       (unsigned long long)height, (unsigned long long)source->limits.pixels);
  return MIMO_OK;
}

static mimo_image_limits limits_of(const mimo_image_limits *given) {
  mimo_image_limits limits = given ? *given : (mimo_image_limits){0};
  if (limits.file_bytes == 0)
    limits.file_bytes = UINT64_C(1) << 28;
  if (limits.pixels == 0)
    limits.pixels = UINT64_C(1) << 26;
  return limits;
}

mimo_status mimo_image_decode(const void *bytes, size_t size, const mimo_image_limits *given, mimo_image *image, char *message) {
  static const unsigned char png[8] = {0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'}, jpeg[3] = {0xff, 0xd8, 0xff};
  struct mimo_source source = {bytes, size, limits_of(given)};
  if (size > source.limits.file_bytes)
    return mimo_refuse(message, MIMO_TOO_LARGE, "has %zu bytes, and at most %llu are read", size,
                       (unsigned long long)source.limits.file_bytes);
  if (size >= sizeof png && memcmp(bytes, png, sizeof png) == 0)
    return mimo_decode_png(&source, image, message);
  if (size >= sizeof jpeg && memcmp(bytes, jpeg, sizeof jpeg) == 0)
    return mimo_decode_jpeg(&source, image, message);
  return mimo_refuse(message, MIMO_BROKEN, size ? "is neither a PNG nor a JPEG file" : "is empty");
}

// Reads `size` bytes, or fewer where the file became shorter meanwhile; -1 with errno set.
static ssize_t read_all(int file, unsigned char *bytes, size_t size) {
  size_t done = 0;
  while (done < size) {
    ssize_t got = read(file, bytes + done, size - done);
    if (got < 0 && errno == EINTR)
      continue;
    if (got < 0)
      return -1;
    if (got == 0)
      break;
    done += (size_t)got;
  }
  return (ssize_t)done;
}

static mimo_status read_open(int file, const char *path, uint64_t most, unsigned char **bytes, size_t *size, char *message) {
  struct stat facts;
  if (fstat(file, &facts) != 0)
    return mimo_refuse(message, MIMO_NOT_READABLE, "%s: %s", path, strerror(errno));
  if (!S_ISREG(facts.st_mode))
    return mimo_refuse(message, MIMO_NOT_READABLE, "%s: is %s, not a file", path, S_ISDIR(facts.st_mode) ? "a folder" : "a device or pipe");
  if ((uint64_t)facts.st_size > most)
    return mimo_refuse(message, MIMO_TOO_LARGE, "%s: has %llu bytes, and at most %llu are read", path,
                       (unsigned long long)facts.st_size, (unsigned long long)most);
  unsigned char *memory = malloc((size_t)facts.st_size + 1);
  if (!memory)
    return mimo_refuse(message, MIMO_NO_MEMORY, "%s: not enough memory for its %llu bytes", path, (unsigned long long)facts.st_size);
  ssize_t got = read_all(file, memory, (size_t)facts.st_size);
  if (got < 0) {
    mimo_refuse(message, MIMO_NOT_READABLE, "%s: cannot be read: %s", path, strerror(errno));
    free(memory);
    return MIMO_NOT_READABLE;
  }
  *bytes = memory;
  *size = (size_t)got;
  return MIMO_OK;
}

mimo_status mimo_read_file(const char *path, uint64_t most, unsigned char **bytes, size_t *size, char *message) {
  int file = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK); // a pipe that nobody writes to would wait for ever
  if (file < 0)
    return mimo_refuse(message, MIMO_NOT_READABLE, "%s: %s", path, strerror(errno));
  mimo_status status = read_open(file, path, most, bytes, size, message);
  close(file);
  return status;
}

mimo_status mimo_image_read(const char *path, const mimo_image_limits *given, mimo_image *image, char *message) {
  mimo_image_limits limits = limits_of(given);
  unsigned char *bytes = NULL;
  size_t size = 0;
  mimo_status status = mimo_read_file(path, limits.file_bytes, &bytes, &size, message);
  if (status != MIMO_OK)
    return status;
  char reason[MIMO_MESSAGE_BYTES];
  status = mimo_image_decode(bytes, size, &limits, image, reason);
  if (status != MIMO_OK)
    mimo_refuse(message, status, "%s: %s", path, reason);
  free(bytes);
  return status;
}
