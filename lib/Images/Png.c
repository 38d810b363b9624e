// PNG by libpng. Its errors come back by longjmp, so nothing in a function with setjmp lives in its own variables.
#include "Internal.h"

#include <png.h>
#include <stdlib.h>
#include <string.h>

// No deflate stream expands by more than 1032:1 (258 bytes from 2 bits).
#define MAX_DEFLATE_RATIO 1032

struct job {
  const struct mimo_source *source;
  size_t at; // of the bytes, what comes next
  png_structp png;
  png_infop info;
  mimo_image image;
  unsigned char *pixels; // a row, or all of them where they are interlaced
  unsigned char **rows;
  int orientation;
  char *message;
  mimo_status status;
};

static void on_error(png_structp png, png_const_charp text) {
  struct job *job = png_get_error_ptr(png);
  if (job->status == MIMO_OK)
    job->status = mimo_refuse(job->message, MIMO_BROKEN, "is a damaged PNG file: %s", text);
  longjmp(png_jmpbuf(png), 1);
}

static void on_warning(png_structp png, png_const_charp text) {
  (void)png;
  (void)text; // of chunks that do not change the pixels
}

static void on_read(png_structp png, png_bytep bytes, size_t size) {
  struct job *job = png_get_io_ptr(png);
  if (size > job->source->size - job->at)
    png_error(png, "it is cut short");
  memcpy(bytes, job->source->bytes + job->at, size);
  job->at += size;
}

static void refuse_in(struct job *job, mimo_status status) {
  job->status = status;
  if (status != MIMO_OK)
    longjmp(png_jmpbuf(job->png), 1);
}

// Nothing is allocated on the word of a header that the file's length does not bear out.
static void check_header(struct job *job) {
  uint64_t height = png_get_image_height(job->png, job->info), width = png_get_image_width(job->png, job->info);
  refuse_in(job, mimo_check_size(job->source, height, width, job->message));
  uint64_t bytes = height * png_get_rowbytes(job->png, job->info);
  if (bytes / MAX_DEFLATE_RATIO > job->source->size)
    refuse_in(job, mimo_refuse(job->message, MIMO_BROKEN, "is damaged: %zu bytes cannot hold the %llu x %llu pixels that it claims",
                               job->source->size, (unsigned long long)width, (unsigned long long)height));
}

// To grey or colours of 8 or 16 bits, with alpha where the file says what is transparent.
static void set_up(struct job *job) {
  png_set_crc_action(job->png, PNG_CRC_DEFAULT, PNG_CRC_DEFAULT);
#ifdef FUZZING_BUILD_MODE_UNSAFE_FOR_PRODUCTION // a fuzzer does not guess checksums
  png_set_crc_action(job->png, PNG_CRC_QUIET_USE, PNG_CRC_QUIET_USE);
#endif
  png_set_user_limits(job->png, 1 << 24, 1 << 24);
  png_set_chunk_malloc_max(job->png, 1 << 23);
  png_set_chunk_cache_max(job->png, 64);
  png_read_info(job->png, job->info);
  check_header(job);
  if (png_get_color_type(job->png, job->info) == PNG_COLOR_TYPE_PALETTE)
    png_set_palette_to_rgb(job->png);
  if (png_get_color_type(job->png, job->info) == PNG_COLOR_TYPE_GRAY && png_get_bit_depth(job->png, job->info) < 8)
    png_set_expand_gray_1_2_4_to_8(job->png);
  if (png_get_valid(job->png, job->info, PNG_INFO_tRNS))
    png_set_tRNS_to_alpha(job->png);
}

static void spread_row(struct job *job, int64_t row, const unsigned char *bytes, int wide) {
  int64_t channels = job->image.channels;
  for (int64_t channel = 0; channel < channels; ++channel) {
    float *values = mimo_row(&job->image, channel, row);
    for (int64_t x = 0; x < job->image.width; ++x) {
      const unsigned char *place = bytes + (x * channels + channel) * (wide ? 2 : 1);
      values[x] = wide ? (float)(place[0] << 8 | place[1]) / 65535.0f : (float)place[0] / 255.0f;
    }
  }
}

static void read_pixels(struct job *job) {
  int passes = png_set_interlace_handling(job->png);
  png_read_update_info(job->png, job->info);
  int64_t height = png_get_image_height(job->png, job->info), width = png_get_image_width(job->png, job->info);
  size_t row_bytes = png_get_rowbytes(job->png, job->info), kept = passes == 1 ? 1 : (size_t)height;
  int wide = png_get_bit_depth(job->png, job->info) == 16;
  refuse_in(job, mimo_make_image(png_get_channels(job->png, job->info), height, width, &job->image, job->message));
  job->pixels = calloc(kept, row_bytes);
  job->rows = malloc(kept * sizeof *job->rows);
  if (!job->pixels || !job->rows)
    refuse_in(job, mimo_refuse(job->message, MIMO_NO_MEMORY, "not enough memory to read its pixels"));
  for (size_t row = 0; row < kept; ++row)
    job->rows[row] = job->pixels + row * row_bytes;
  if (passes > 1)
    png_read_image(job->png, job->rows);
  for (int64_t row = 0; row < height; ++row) {
    if (passes == 1)
      png_read_row(job->png, job->pixels, NULL);
    spread_row(job, row, passes == 1 ? job->pixels : job->rows[row], wide);
  }
}

static void read_end(struct job *job) {
  png_bytep exif = NULL;
  png_uint_32 size = 0;
  png_read_end(job->png, job->info);
  if (png_get_eXIf_1(job->png, job->info, &size, &exif))
    job->orientation = mimo_exif_orientation(exif, size);
}

// libpng allocates on the word of some chunks before it looks whether their bytes are there.
static mimo_status check_chunks(const struct mimo_source *source, char *message) {
  size_t at = 8;
  while (source->size - at >= 12) {
    const unsigned char *chunk = source->bytes + at;
    size_t length = (size_t)chunk[0] << 24 | (size_t)chunk[1] << 16 | (size_t)chunk[2] << 8 | chunk[3];
    if (length > source->size - at - 12)
      break;
    if (memcmp(chunk + 4, "IEND", 4) == 0)
      return MIMO_OK;
    at += length + 12;
  }
  return mimo_refuse(message, MIMO_BROKEN, "is a PNG file that is cut short: a chunk at byte %zu of %zu ends beyond them", at,
                     source->size);
}

static void run(struct job *job) {
  if (setjmp(png_jmpbuf(job->png)))
    return;
  png_set_read_fn(job->png, job, on_read);
  set_up(job);
  read_pixels(job);
  read_end(job);
}

mimo_status mimo_decode_png(const struct mimo_source *source, mimo_image *image, char *message) {
  mimo_status whole = check_chunks(source, message);
  if (whole != MIMO_OK)
    return whole;
  struct job job = {.source = source, .orientation = 1, .message = message};
  job.png = png_create_read_struct(PNG_LIBPNG_VER_STRING, &job, on_error, on_warning);
  job.info = job.png ? png_create_info_struct(job.png) : NULL;
  if (job.info)
    run(&job);
  else
    job.status = mimo_refuse(message, MIMO_NO_MEMORY, "not enough memory for libpng");
  png_destroy_read_struct(&job.png, &job.info, NULL);
  free(job.pixels);
  free(job.rows);
  if (job.status == MIMO_OK)
    job.status = mimo_turn_upright(job.orientation, &job.image, message);
  if (job.status == MIMO_OK)
    *image = job.image;
  else
    mimo_image_free(&job.image);
  return job.status;
}
