// Does this processor, and the operating system on it, have the instruction sets that the code was compiled for?
// Part of Runtime.c. Runs before any compiled code does, so it must itself keep to the architecture's baseline.

#if defined(__x86_64__)

struct cpuid {
  uint32_t EAX, EBX, ECX, EDX;
};

static struct cpuid cpuid(uint32_t leaf, uint32_t subleaf) {
  struct cpuid r;
  __asm__ volatile("cpuid" : "=a"(r.EAX), "=b"(r.EBX), "=c"(r.ECX), "=d"(r.EDX) : "a"(leaf), "c"(subleaf));
  return r;
}

// The register states that the operating system saves: without them AVX faults although the processor has it.
static uint64_t saved_states(void) {
  const uint32_t osxsave = UINT32_C(1) << 27;
  if (!(cpuid(1, 0).ECX & osxsave))
    return 0;
  uint32_t low, high;
  __asm__ volatile("xgetbv" : "=a"(low), "=d"(high) : "c"(0));
  return (uint64_t)high << 32 | low;
}

static uint32_t highest_leaf(uint32_t leaf) { return cpuid(leaf & UINT32_C(0x80000000), 0).EAX; }

// The name of the first needed instruction set that is missing, null if there is none.
static const char *missing_feature(uint64_t needed) {
  uint64_t states = saved_states();
  int index = 0;
#define X86(name, leaf, subleaf, reg, bit, os)                                                                         \
  if (needed >> index++ & 1)                                                                                           \
    if (highest_leaf(leaf) < (leaf) || !(cpuid(leaf, subleaf).reg >> (bit) & 1) || (states & (os)) != (os))            \
      return name;
#include "CpuFeatures.def"
  return NULL;
}

#elif defined(__aarch64__)

unsigned long getauxval(unsigned long type); // libc

static const char *missing_feature(uint64_t needed) {
  int index = 0;
#define AARCH64(name, type, bit)                                                                                       \
  if (needed >> index++ & 1)                                                                                           \
    if (!(getauxval(type) >> (bit) & 1))                                                                               \
      return name;
#include "CpuFeatures.def"
  return NULL;
}

#else
#error "the run-time support is built for x86-64 and aarch64"
#endif
