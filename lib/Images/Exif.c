// EXIF's orientation (CIPA DC-008, tag 0x0112): how the camera was held.
#include "Internal.h"

static uint32_t number(const unsigned char *bytes, int count, int little) {
  uint32_t value = 0;
  for (int i = 0; i < count; ++i)
    value |= (uint32_t)bytes[i] << 8 * (little ? i : count - 1 - i);
  return value;
}

int mimo_exif_orientation(const unsigned char *bytes, size_t size) {
  if (size < 8 || bytes[0] != bytes[1] || (bytes[0] != 'I' && bytes[0] != 'M'))
    return 1;
  int little = bytes[0] == 'I';
  size_t place = number(bytes + 4, 4, little);
  if (number(bytes + 2, 2, little) != 42 || place > size - 2)
    return 1;
  size_t count = number(bytes + place, 2, little);
  place += 2;
  for (size_t i = 0; i < count && size - place >= 12; ++i, place += 12)
    if (number(bytes + place, 2, little) == 0x0112) {
      uint32_t value = number(bytes + place + 8, 2, little);
      int is_short = number(bytes + place + 2, 2, little) == 3;
      return is_short && value >= 1 && value <= 8 ? (int)value : 1;
    }
  return 1;
}

// The row and column of the stored picture that stand at (y, x) of the upright one, whose size is height x width.
static void stored_place(int orientation, int64_t height, int64_t width, int64_t y, int64_t x, int64_t *row, int64_t *column) {
  int64_t down = height - 1 - y, right = width - 1 - x;
  switch (orientation) {
  case 2: *row = y, *column = right; break;
  case 3: *row = down, *column = right; break;
  case 4: *row = down, *column = x; break;
  case 5: *row = x, *column = y; break;
  case 6: *row = right, *column = y; break;
  case 7: *row = right, *column = down; break;
  case 8: *row = x, *column = down; break;
  default: *row = y, *column = x; break;
  }
}

mimo_status mimo_turn_upright(int orientation, mimo_image *image, char *message) {
  if (orientation <= 1)
    return MIMO_OK;
  mimo_image turned;
  int on_its_side = orientation >= 5;
  mimo_status status = mimo_make_image(image->channels, on_its_side ? image->width : image->height,
                                       on_its_side ? image->height : image->width, &turned, message);
  if (status != MIMO_OK)
    return status;
  for (int64_t channel = 0; channel < turned.channels; ++channel)
    for (int64_t y = 0; y < turned.height; ++y)
      for (int64_t x = 0; x < turned.width; ++x) {
        int64_t row, column;
        stored_place(orientation, turned.height, turned.width, y, x, &row, &column);
        mimo_row(&turned, channel, y)[x] = mimo_row(image, channel, row)[column];
      }
  mimo_replace_image(image, &turned);
  return MIMO_OK;
}
