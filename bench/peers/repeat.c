// Calls a function of a compiled model many times, as an application in C does: without an interpreter between two calls.
// Pointers and 64-bit integers alike travel in 64-bit argument slots of the platforms that the benchmark runs on.
#include <stdint.h>
#include <time.h>

typedef int32_t (*function)(uint64_t, uint64_t, uint64_t, uint64_t, uint64_t, uint64_t, uint64_t, uint64_t, uint64_t, uint64_t, uint64_t);

// Seconds for `count` calls; -1 where one is refused.
double repeat(void *f, const uint64_t *a, int64_t count) {
  struct timespec start, end;
  clock_gettime(CLOCK_MONOTONIC, &start);
  for (int64_t i = 0; i < count; ++i)
    if (((function)f)(a[0], a[1], a[2], a[3], a[4], a[5], a[6], a[7], a[8], a[9], a[10]))
      return -1;
  clock_gettime(CLOCK_MONOTONIC, &end);
  return (double)(end.tv_sec - start.tv_sec) + 1e-9 * (double)(end.tv_nsec - start.tv_nsec);
}
