// JPEG by libjpeg-turbo. Its errors come back by longjmp, so nothing in a function with setjmp lives in its own variables.
#include "Internal.h"

#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jpeglib.h>

#include <jerror.h>

// A progressive file may repeat scans over a large picture at no cost to its length.
#define MAX_SCANS 100
#define MAX_MEMORY (1L << 30)

struct job {
  struct jpeg_decompress_struct jpeg; // first, as the callbacks get a pointer to it
  struct jpeg_error_mgr errors;
  struct jpeg_progress_mgr progress;
  jmp_buf out;
  const struct mimo_source *source;
  mimo_image image;
  unsigned char *row;
  int orientation;
  char *message;
  mimo_status status;
};

static void refuse_in(struct job *job, mimo_status status) {
  job->status = status;
  if (status != MIMO_OK)
    longjmp(job->out, 1);
}

static void on_error(j_common_ptr jpeg) {
  struct job *job = (struct job *)jpeg;
  char text[JMSG_LENGTH_MAX];
  job->errors.format_message(jpeg, text);
  refuse_in(job, mimo_refuse(job->message, MIMO_BROKEN, "is a damaged JPEG file: %s", text));
}

// libjpeg only warns where data are missing or wrong, and makes the pixels up. Others are harmless slips of encoders.
static void on_message(j_common_ptr jpeg, int level) {
  int code = jpeg->err->msg_code;
  if (level >= 0 || code == JWRN_EXTRANEOUS_DATA || code == JWRN_ADOBE_XFORM || code == JWRN_JFIF_MAJOR || code == JWRN_TOO_MUCH_DATA)
    return;
  on_error(jpeg);
}

static void on_progress(j_common_ptr jpeg) {
  struct job *job = (struct job *)jpeg;
  if (job->jpeg.input_scan_number > MAX_SCANS)
    refuse_in(job, mimo_refuse(job->message, MIMO_BROKEN, "is a damaged JPEG file: more than %d scans", MAX_SCANS));
}

static void find_orientation(struct job *job) {
  static const char start[6] = "Exif\0";
  for (jpeg_saved_marker_ptr marker = job->jpeg.marker_list; marker; marker = marker->next)
    if (marker->data_length > sizeof start && memcmp(marker->data, start, sizeof start) == 0) {
      job->orientation = mimo_exif_orientation(marker->data + sizeof start, marker->data_length - sizeof start);
      return;
    }
}

static void choose_colours(struct job *job) {
  switch (job->jpeg.jpeg_color_space) {
  case JCS_GRAYSCALE: job->jpeg.out_color_space = JCS_GRAYSCALE; break;
  case JCS_YCbCr: case JCS_RGB: job->jpeg.out_color_space = JCS_RGB; break;
  default:
    refuse_in(job, mimo_refuse(job->message, MIMO_UNSUPPORTED,
                               "is a JPEG file with %d channels that are not grey, RGB or YCbCr (CMYK, perhaps); save it as RGB",
                               job->jpeg.num_components));
  }
}

static void read_pixels(struct job *job) {
  jpeg_start_decompress(&job->jpeg);
  int64_t channels = job->jpeg.output_components, width = job->jpeg.output_width;
  refuse_in(job, mimo_make_image(channels, job->jpeg.output_height, width, &job->image, job->message));
  job->row = malloc((size_t)(channels * width));
  if (!job->row)
    refuse_in(job, mimo_refuse(job->message, MIMO_NO_MEMORY, "not enough memory to read its pixels"));
  while (job->jpeg.output_scanline < job->jpeg.output_height) {
    int64_t row = job->jpeg.output_scanline;
    jpeg_read_scanlines(&job->jpeg, &job->row, 1);
    for (int64_t channel = 0; channel < channels; ++channel) {
      float *values = mimo_row(&job->image, channel, row);
      const unsigned char *bytes = job->row + channel;
      for (int64_t x = 0; x < width; ++x)
        values[x] = (float)bytes[x * channels] / 255.0f;
    }
  }
  jpeg_finish_decompress(&job->jpeg);
}

static void run(struct job *job) {
  if (setjmp(job->out))
    return;
  jpeg_create_decompress(&job->jpeg);
  job->jpeg.mem->max_memory_to_use = MAX_MEMORY;
  job->progress.progress_monitor = on_progress;
  job->jpeg.progress = &job->progress;
  jpeg_mem_src(&job->jpeg, job->source->bytes, (unsigned long)job->source->size);
  jpeg_save_markers(&job->jpeg, JPEG_APP0 + 1, 0xffff);
  jpeg_read_header(&job->jpeg, TRUE);
  refuse_in(job, mimo_check_size(job->source, job->jpeg.image_height, job->jpeg.image_width, job->message));
  find_orientation(job);
  choose_colours(job);
  job->jpeg.dct_method = JDCT_ISLOW;
  read_pixels(job);
}

mimo_status mimo_decode_jpeg(const struct mimo_source *source, mimo_image *image, char *message) {
  struct job *job = calloc(1, sizeof *job);
  if (!job)
    return mimo_refuse(message, MIMO_NO_MEMORY, "not enough memory for libjpeg");
  job->source = source;
  job->orientation = 1;
  job->message = message;
  job->jpeg.err = jpeg_std_error(&job->errors);
  job->errors.error_exit = on_error;
  job->errors.emit_message = on_message;
  run(job);
  jpeg_destroy_decompress(&job->jpeg);
  free(job->row);
  mimo_status status = job->status;
  if (status == MIMO_OK)
    status = mimo_turn_upright(job->orientation, &job->image, message);
  if (status == MIMO_OK)
    *image = job->image;
  else
    mimo_image_free(&job->image);
  free(job);
  return status;
}
