// First values of parameters and of the optimizer's state. Part of Runtime.c.
//
// Numbers come from Philox4x32-10 (Salmon et al., SC 2011) keyed by the seed, with the hash of the parameter's name and
// the number of the element as counter: a parameter's values do not depend on which others a model has. Everything is
// computed in double precision with code of our own, so f32 and f64 models and all processors draw the same numbers.

struct words {
  uint32_t at[4];
};

static struct words philox(uint64_t key, uint64_t low, uint64_t high) {
  uint32_t k0 = (uint32_t)key, k1 = (uint32_t)(key >> 32);
  struct words c = {{(uint32_t)low, (uint32_t)(low >> 32), (uint32_t)high, (uint32_t)(high >> 32)}};
  for (int round = 0; round < 10; ++round) {
    uint64_t p0 = UINT64_C(0xD2511F53) * c.at[0], p1 = UINT64_C(0xCD9E8D57) * c.at[2];
    uint32_t mixed0 = (uint32_t)(p1 >> 32) ^ c.at[1] ^ k0, mixed1 = (uint32_t)(p0 >> 32) ^ c.at[3] ^ k1;
    c = (struct words){{mixed0, (uint32_t)p1, mixed1, (uint32_t)p0}};
    k0 += UINT32_C(0x9E3779B9);
    k1 += UINT32_C(0xBB67AE85);
  }
  return c;
}

// FNV-1a.
static uint64_t hash_of(const char *text) {
  uint64_t hash = UINT64_C(0xcbf29ce484222325);
  for (; *text; ++text)
    hash = (hash ^ (unsigned char)*text) * UINT64_C(0x100000001b3);
  return hash;
}

// In (0, 1).
static double unit(uint32_t word) { return ((double)word + 0.5) * 0x1p-32; }

// log x = e log 2 + 2 atanh((m - 1) / (m + 1)) for x = m 2^e with m in [sqrt(1/2), sqrt 2). x is positive and normal.
static double natural_log(double x) {
  uint64_t bits;
  __builtin_memcpy(&bits, &x, 8);
  int64_t e = (int64_t)(bits >> 52) - 1023;
  bits = (bits & UINT64_C(0xfffffffffffff)) | UINT64_C(0x3ff0000000000000);
  double m;
  __builtin_memcpy(&m, &bits, 8);
  if (m > 1.4142135623730951) {
    m *= 0.5;
    ++e;
  }
  double s = (m - 1) / (m + 1), square = s * s, sum = 0;
  for (int k = 23; k >= 1; k -= 2)
    sum = sum * square + 1.0 / k;
  return (double)e * 0.69314718055994530942 + 2 * s * sum;
}

// cos and sin of 2 pi u for u in [0, 1): Taylor series about the nearest quarter turn.
static void turn(double u, double *cosine, double *sine) {
  int quarter = (int)(u * 4 + 0.5);
  double x = (u - quarter * 0.25) * 6.28318530717958647693, square = x * x, c = 1, s = 1; // |x| <= pi / 4
  for (int k = 18; k >= 2; k -= 2) {
    c = 1 - c * square / ((k - 1) * k);
    s = 1 - s * square / (k * (k + 1));
  }
  s *= x;
  double cosines[] = {c, -s, -c, s}, sines[] = {s, c, -s, -c};
  *cosine = cosines[quarter % 4];
  *sine = sines[quarter % 4];
}

// Box and Muller's transformation of two pairs of uniform numbers.
static void draw_normal(struct words words, double values[4]) {
  for (int pair = 0; pair < 4; pair += 2) {
    double radius = __builtin_sqrt(-2 * natural_log(unit(words.at[pair]))), cosine, sine;
    turn(unit(words.at[pair + 1]), &cosine, &sine);
    values[pair] = radius * cosine;
    values[pair + 1] = radius * sine;
  }
}

static void draw(const struct mimort_parameter *parameter, struct words words, double values[4]) {
  if (parameter->distribution == MIMORT_NORMAL) {
    draw_normal(words, values);
    for (int i = 0; i < 4; ++i)
      values[i] = parameter->a + parameter->b * values[i];
    return;
  }
  for (int i = 0; i < 4; ++i)
    values[i] = parameter->distribution == MIMORT_UNIFORM
                    ? parameter->a + (parameter->b - parameter->a) * unit(words.at[i])
                    : parameter->a;
}

static void initialise(const struct mimort_model *model, const struct mimort_parameter *parameter, void *block,
                       uint64_t seed) {
  uint64_t name = hash_of(parameter->name);
  double values[4];
  for (int64_t i = 0; i < parameter->elements; ++i) {
    if (i % 4 == 0)
      draw(parameter, philox(seed, (uint64_t)i / 4, name), values);
    if (model->real_bytes == 8)
      ((double *)block)[parameter->offset + i] = values[i % 4];
    else
      ((float *)block)[parameter->offset + i] = (float)values[i % 4];
  }
}

static mimoc_status refuse_block(struct context *context, const char *function, const char *name, const void *block) {
  begin_refusal(context, function, "");
  put(context, name);
  put(context, block ? " must start on a 64-byte boundary; it is " : " is null");
  if (!block)
    return MIMOC_NULL_POINTER;
  put_unsigned(context, (uintptr_t)block % MIMOC_BLOCK_ALIGNMENT);
  put(context, " bytes past one");
  return MIMOC_MISALIGNED;
}

mimoc_status mimort_init_parameters(const struct mimort_model *model, mimoc_context *context, void *parameters,
                                    uint64_t seed) {
  if (!is_ready(context, model))
    return MIMOC_INVALID_CONTEXT;
  if (model->parameter_elements && (!parameters || is_misaligned(parameters, MIMOC_BLOCK_ALIGNMENT)))
    return refuse_block(context_of(context), "init_parameters", "parameters", parameters);
  for (int64_t i = 0; i < model->parameter_count; ++i)
    initialise(model, &model->parameters[i], parameters, seed);
  return MIMOC_OK;
}

mimoc_status mimort_init_state(const struct mimort_model *model, mimoc_context *context, void *state) {
  if (!is_ready(context, model))
    return MIMOC_INVALID_CONTEXT;
  int64_t bytes = times(model->moment_count, parameter_bytes(model));
  if (bytes && (!state || is_misaligned(state, MIMOC_BLOCK_ALIGNMENT)))
    return refuse_block(context_of(context), "init_state", "state", state);
  if (bytes)
    __builtin_memset(state, 0, (size_t)bytes);
  return MIMOC_OK;
}
