#include "digits.h"

#include <stdio.h>

int second_features(void);
int second_bytes(void);

int main(void) {
  printf("first %d features, f%d\n", DIGITS_PARAM_left_half_0_bias / 64, 8 * (int)sizeof *(((digits_inputs *)0)->left));
  printf("second %d features, f%d\n", second_features(), 8 * second_bytes());
  digits_context context;
  return digits_context_init(&context, NULL) == DIGITS_OK ? 0 : 1;
}
