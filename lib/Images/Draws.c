// Random numbers by Philox4x32-10 (Salmon et al., "Parallel random numbers: as easy as 1, 2, 3", SC 2011). The seed is the key; the
// counter is (block + 65536 occurrence, sample, epoch, 3 + 256 kind + 65536 stream), where 3 keeps these streams apart from those that
// shuffle and split rows.
#include "Internal.h"

static void next_block(struct mimo_draws *draws) {
  uint32_t k0 = (uint32_t)draws->seed, k1 = (uint32_t)(draws->seed >> 32);
  uint32_t c[4] = {draws->block++ | draws->occurrence << 16, draws->sample, draws->epoch, draws->use};
  for (int round = 0; round < 10; ++round) {
    uint64_t p0 = UINT64_C(0xD2511F53) * c[0], p1 = UINT64_C(0xCD9E8D57) * c[2];
    c[0] = (uint32_t)(p1 >> 32) ^ c[1] ^ k0;
    c[1] = (uint32_t)p1;
    c[2] = (uint32_t)(p0 >> 32) ^ c[3] ^ k1;
    c[3] = (uint32_t)p0;
    k0 += UINT32_C(0x9E3779B9);
    k1 += UINT32_C(0xBB67AE85);
  }
  for (int i = 0; i < 4; ++i)
    draws->words[i] = c[i];
  draws->left = 4;
}

static uint64_t next(struct mimo_draws *draws) {
  if (draws->left == 0)
    next_block(draws);
  uint64_t low = draws->words[4 - draws->left], high = draws->words[5 - draws->left];
  draws->left -= 2;
  return low | high << 32;
}

struct mimo_draws mimo_draws_of(const mimo_sample *sample, uint32_t kind, uint32_t occurrence, uint32_t stream) {
  return (struct mimo_draws){.seed = sample->seed,
                             .sample = (uint32_t)sample->sample,
                             .epoch = (uint32_t)sample->epoch,
                             .use = 3 | kind << 8 | stream << 16,
                             .occurrence = occurrence};
}

double mimo_uniform(struct mimo_draws *draws, double low, double high) {
  return low + (high - low) * ((double)(next(draws) >> 11) * 0x1p-53);
}

// The product's upper half, without the few values that would favour some results (Lemire 2019).
uint64_t mimo_below(struct mimo_draws *draws, uint64_t bound) {
  uint64_t unfair = (0 - bound) % bound;
  for (;;) {
    unsigned __int128 product = (unsigned __int128)next(draws) * bound;
    if ((uint64_t)product >= unfair)
      return (uint64_t)(product >> 64);
  }
}
