/* A .npz file is a zip archive of .npy files. Stored members lie in it byte for byte; the directory at the end says where. */
#include "npz.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct {
  unsigned char *bytes;
  size_t size;
} file_data;

static uint32_t u16(const unsigned char *p) { return p[0] | (uint32_t)p[1] << 8; }
static uint32_t u32(const unsigned char *p) { return u16(p) | u16(p + 2) << 16; }

static void *fail(const char *path, const char *name, const char *why) {
  fprintf(stderr, "%s: array '%s': %s\n", path, name, why);
  return NULL;
}

static file_data read_file(const char *path) {
  file_data data = {NULL, 0};
  FILE *file = fopen(path, "rb");
  if (!file)
    return data;
  long size = fseek(file, 0, SEEK_END) == 0 ? ftell(file) : -1;
  if (size > 0 && fseek(file, 0, SEEK_SET) == 0 && (data.bytes = malloc((size_t)size)) != NULL) {
    data.size = fread(data.bytes, 1, (size_t)size, file);
    if (data.size != (size_t)size)
      data.size = 0;
  }
  fclose(file);
  return data;
}

/* The central directory: one record of 46 bytes and a name for each member. */
static const unsigned char *find_directory(file_data zip, uint32_t *entries) {
  for (size_t back = 22; back <= zip.size && back < 22 + 65536; ++back) {
    const unsigned char *end = zip.bytes + zip.size - back;
    if (memcmp(end, "PK\5\6", 4) == 0 && u32(end + 16) < zip.size) {
      *entries = u16(end + 10);
      return zip.bytes + u32(end + 16);
    }
  }
  return NULL;
}

/* The bytes of the stored member "<name>.npy". */
static const unsigned char *find_member(file_data zip, const char *name, size_t *size) {
  uint32_t entries = 0;
  const unsigned char *record = find_directory(zip, &entries), *end = zip.bytes + zip.size;
  for (; record && entries > 0 && end - record >= 46; --entries) {
    size_t length = u16(record + 28);
    size_t next = 46 + length + u16(record + 30) + u16(record + 32);
    if ((size_t)(end - record) < next)
      return NULL;
    const char *found = (const char *)record + 46;
    if (length == strlen(name) + 4 && memcmp(found, name, length - 4) == 0 && memcmp(found + length - 4, ".npy", 4) == 0) {
      size_t local = u32(record + 42);
      *size = u32(record + 24);
      if (u16(record + 10) != 0 || local > zip.size || zip.size - local < 30)
        return NULL; /* compressed, or out of the file */
      size_t data = local + 30 + u16(zip.bytes + local + 26) + u16(zip.bytes + local + 28);
      return data <= zip.size && zip.size - data >= *size ? zip.bytes + data : NULL;
    }
    record += next;
  }
  return NULL;
}

/* Reads the sizes of "(1437, 1, 32, 32)": the first, and the product of the others, 0 where there are none. */
static int read_shape(const char *text, unsigned long long *rows, unsigned long long *columns) {
  char *end;
  *rows = strtoull(text, &end, 10);
  for (*columns = 0; *end == ',';) {
    const char *start = end + 1;
    unsigned long long size = strtoull(start, &end, 10);
    if (end == start)
      break; /* "(1437,)" */
    if (size == 0 || size > SIZE_MAX / 8 / (*columns ? *columns : 1))
      return 0;
    *columns = (*columns ? *columns : 1) * size;
  }
  return *end == ')';
}

/* A .npy file: magic, version, the length of a header, the header as a Python dictionary, values. */
static void *copy_values(const unsigned char *npy, size_t size, const char *type, size_t columns, size_t *rows) {
  char header[512], wanted[64];
  if (size < 10 || memcmp(npy, "\x93NUMPY\1", 7) != 0)
    return NULL;
  size_t length = u16(npy + 8), start = 10 + length;
  if (length >= sizeof header || start > size)
    return NULL;
  memcpy(header, npy + 10, length);
  header[length] = 0;
  snprintf(wanted, sizeof wanted, "'descr': '%s'", type);
  const char *shape = strstr(header, "'shape': (");
  unsigned long long found_rows = 0, found_columns = 0;
  if (!strstr(header, wanted) || !strstr(header, "'fortran_order': False") || !shape ||
      !read_shape(shape + strlen("'shape': ("), &found_rows, &found_columns) || found_columns != columns)
    return NULL;
  size_t row_bytes = (columns ? columns : 1) * (size_t)(type[2] - '0');
  if (found_rows == 0 || found_rows > (size - start) / row_bytes)
    return NULL;
  void *values = malloc(found_rows * row_bytes);
  if (values)
    memcpy(values, npy + start, found_rows * row_bytes);
  *rows = found_rows;
  return values;
}

void *npz_read(const char *path, const char *name, const char *type, size_t columns, size_t *rows) {
  file_data zip = read_file(path);
  if (zip.size == 0) {
    free(zip.bytes);
    return fail(path, name, "the file cannot be read");
  }
  size_t size = 0;
  const unsigned char *member = find_member(zip, name, &size);
  void *values = member ? copy_values(member, size, type, columns, rows) : NULL;
  free(zip.bytes);
  return values ? values : fail(path, name, "missing, compressed, or of another type or shape");
}
