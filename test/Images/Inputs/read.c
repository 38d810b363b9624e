/* What the head of mimoc/Images.h shows, as a program: prints the size and the mean of a picture after transforms. */
#include <mimoc/Images.h>

#include <stdio.h>

int main(int count, char **arguments) {
  mimo_transforms *prepare = NULL;
  mimo_image image = {0, 0, 0, NULL};
  mimo_sample sample = {1, 0, 3, 1};
  char message[MIMO_MESSAGE_BYTES];
  double sum = 0;
  int64_t i;
  if (count != 3)
    return 2;
  if (mimo_transforms_parse(arguments[2], &prepare, message) || mimo_image_read(arguments[1], NULL, &image, message) ||
      mimo_transforms_apply(prepare, &sample, &image, message)) {
    puts(message);
    mimo_transforms_free(prepare);
    mimo_image_free(&image);
    return 1;
  }
  for (i = 0; i < image.channels * image.height * image.width; ++i)
    sum += image.values[i];
  printf("%d x %d x %d, mean %.2f\n", (int)image.channels, (int)image.height, (int)image.width, sum / (double)i);
  mimo_image_free(&image);
  mimo_transforms_free(prepare);
  return 0;
}
