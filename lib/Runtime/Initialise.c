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

// The value at c[0] + c[1] x + ... + c[7] x^7.
static double polynomial(const double c[8], double x) {
  double sum = 0;
  for (int k = 7; k >= 0; --k)
    sum = sum * x + c[k];
  return sum;
}

// The number that a standard normal one is below with probability p: Wichura's algorithm AS 241 (1988), PPND16.
static double normal_quantile(double p) {
  static const double near[2][8] = {
      {3.3871328727963666080e0, 1.3314166789178437745e+2, 1.9715909503065514427e+3, 1.3731693765509461125e+4,
       4.5921953931549871457e+4, 6.7265770927008700853e+4, 3.3430575583588128105e+4, 2.5090809287301226727e+3},
      {1.0, 4.2313330701600911252e+1, 6.8718700749205790830e+2, 5.3941960214247511077e+3, 2.1213794301586595867e+4,
       3.9307895800092710610e+4, 2.8729085735721942674e+4, 5.2264952788528545610e+3}};
  static const double middle[2][8] = {
      {1.42343711074968357734e0, 4.63033784615654529590e0, 5.76949722146069140550e0, 3.64784832476320460504e0,
       1.27045825245236838258e0, 2.41780725177450611770e-1, 2.27238449892691845833e-2, 7.74545014278341407640e-4},
      {1.0, 2.05319162663775882187e0, 1.67638483018380384940e0, 6.89767334985100004550e-1, 1.48103976427480074590e-1,
       1.51986665636164571966e-2, 5.47593808499534494600e-4, 1.05075007164441684324e-9}};
  static const double far[2][8] = {
      {6.65790464350110377720e0, 5.46378491116411436990e0, 1.78482653991729133580e0, 2.96560571828504891230e-1,
       2.65321895265761230930e-2, 1.24266094738807843860e-3, 2.71155556874348757815e-5, 2.01033439929228813265e-7},
      {1.0, 5.99832206555887937690e-1, 1.36929880922735805310e-1, 1.48753612908506148525e-2, 7.86869131145613259100e-4,
       1.84631831751005468180e-5, 1.42151175831644588870e-7, 2.04426310338993978564e-15}};
  double q = p - 0.5;
  if (q >= -0.425 && q <= 0.425) {
    double r = 0.180625 - q * q;
    return q * polynomial(near[0], r) / polynomial(near[1], r);
  }
  double r = __builtin_sqrt(-natural_log(q < 0 ? p : 1 - p)), shift = r <= 5 ? 1.6 : 5;
  const double(*c)[8] = r <= 5 ? middle : far;
  double quantile = polynomial(c[0], r - shift) / polynomial(c[1], r - shift);
  return q < 0 ? -quantile : quantile;
}

static double between(double value, double low, double high) { return value < low ? low : value > high ? high : value; }

static void draw(const struct mimort_parameter *parameter, struct words words, double values[4]) {
  if (parameter->distribution == MIMORT_NORMAL || parameter->distribution == MIMORT_ORTHOGONAL)
    draw_normal(words, values);
  for (int i = 0; i < 4; ++i) {
    double u = unit(words.at[i]);
    switch (parameter->distribution) {
    case MIMORT_UNIFORM: values[i] = parameter->a + (parameter->b - parameter->a) * u; break;
    case MIMORT_NORMAL: values[i] = parameter->a + parameter->b * values[i]; break;
    case MIMORT_TRUNCATED_NORMAL: {
      double p = parameter->below_low + (parameter->below_high - parameter->below_low) * u;
      p = between(p, 0x1p-60, 1 - 0x1p-53); // where the quantiles are finite
      values[i] = between(parameter->a + parameter->b * normal_quantile(p), parameter->low, parameter->high);
      break;
    }
    case MIMORT_ORTHOGONAL: break; // the normal numbers themselves
    default: values[i] = parameter->a;
    }
  }
}

static double load_real(const struct mimort_model *model, const void *block, int64_t i) {
  return model->real_bytes == 8 ? ((const double *)block)[i] : (double)((const float *)block)[i];
}

static void store_real(const struct mimort_model *model, void *block, int64_t i, double value) {
  if (model->real_bytes == 8)
    ((double *)block)[i] = value;
  else
    ((float *)block)[i] = (float)value;
}

// Vectors in a block: the k-th starts at first + k * next, its elements are `stride` apart.
struct vectors {
  const struct mimort_model *model;
  void *block;
  int64_t first, next, stride, length;
};

static double load_element(const struct vectors *v, int64_t k, int64_t i) {
  return load_real(v->model, v->block, v->first + k * v->next + i * v->stride);
}

static void store_element(const struct vectors *v, int64_t k, int64_t i, double value) {
  store_real(v->model, v->block, v->first + k * v->next + i * v->stride, value);
}

enum { PROJECTED_AT_ONCE = 16 };

// Takes from vector k its parts along the vectors from..to-1, which are orthonormal; at most PROJECTED_AT_ONCE of them.
static void take_parts(const struct vectors *v, int64_t k, int64_t from, int64_t to) {
  double parts[PROJECTED_AT_ONCE] = {0};
  for (int64_t i = 0; i < v->length; ++i) {
    double x = load_element(v, k, i);
    for (int64_t j = from; j < to; ++j)
      parts[j - from] += x * load_element(v, j, i);
  }
  for (int64_t i = 0; i < v->length; ++i) {
    double x = load_element(v, k, i);
    for (int64_t j = from; j < to; ++j)
      x -= parts[j - from] * load_element(v, j, i);
    store_element(v, k, i, x);
  }
}

static double norm_of(const struct vectors *v, int64_t k) {
  double sum = 0;
  for (int64_t i = 0; i < v->length; ++i)
    sum += load_element(v, k, i) * load_element(v, k, i);
  return __builtin_sqrt(sum);
}

static void scale(const struct vectors *v, int64_t k, double factor) {
  for (int64_t i = 0; i < v->length; ++i)
    store_element(v, k, i, load_element(v, k, i) * factor);
}

// Gram and Schmidt's process, each vector twice, which is enough (Giraud et al. 2005): the Q of a QR decomposition whose R
// has a positive diagonal. Of normal numbers it is uniformly distributed over all of its kind (Mezzadri 2007).
static void orthogonalise(const struct mimort_model *model, const struct mimort_parameter *parameter, void *block) {
  int64_t rows = parameter->rows, columns = parameter->elements / rows;
  int wide = rows <= columns; // then the rows become orthonormal, else the columns
  struct vectors v = {model, block, parameter->offset, wide ? columns : 1, wide ? 1 : columns, wide ? columns : rows};
  int64_t count = wide ? rows : columns;
  for (int64_t k = 0; k < count; ++k) {
    for (int pass = 0; pass < 2; ++pass)
      for (int64_t from = 0; from < k; from += PROJECTED_AT_ONCE)
        take_parts(&v, k, from, from + PROJECTED_AT_ONCE < k ? from + PROJECTED_AT_ONCE : k);
    scale(&v, k, 1 / norm_of(&v, k));
  }
  for (int64_t k = 0; k < count; ++k)
    scale(&v, k, parameter->a);
}

static void initialise(const struct mimort_model *model, const struct mimort_parameter *parameter, void *block,
                       uint64_t seed) {
  uint64_t name = hash_of(parameter->name);
  double values[4];
  for (int64_t i = 0; i < parameter->elements; ++i) {
    if (i % 4 == 0)
      draw(parameter, philox(seed, (uint64_t)i / 4, name), values);
    double value = i >= parameter->zero_begin && i < parameter->zero_end ? 0 : values[i % 4];
    store_real(model, block, parameter->offset + i, value);
  }
  int64_t columns = parameter->elements / parameter->rows;
  if (parameter->distribution == MIMORT_IDENTITY)
    for (int64_t i = 0; i < parameter->elements; ++i)
      store_real(model, block, parameter->offset + i, i / columns == i % columns ? parameter->a : 0);
  if (parameter->distribution == MIMORT_ORTHOGONAL)
    orthogonalise(model, parameter, block);
}

static mimoc_status refuse_block(struct context *context, const char *function, const char *phase, const char *name, const void *block) {
  begin_refusal(context, function, phase);
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
    return refuse_block(context_of(context), "init_parameters", "", "parameters", parameters);
  for (int64_t i = 0; i < model->parameter_count; ++i)
    initialise(model, &model->parameters[i], parameters, seed);
  return MIMOC_OK;
}

mimoc_status mimort_init_state(const struct mimort_model *model, int64_t number, mimoc_context *context, void *state) {
  if (!is_ready(context, model))
    return MIMOC_INVALID_CONTEXT;
  const struct mimort_phase *phase = &model->phases[number];
  int64_t bytes = block_bytes(model, phase->state_elements);
  if (bytes && (!state || is_misaligned(state, MIMOC_BLOCK_ALIGNMENT)))
    return refuse_block(context_of(context), "init_state", phase->name, "state", state);
  if (bytes)
    __builtin_memset(state, 0, (size_t)bytes);
  for (const struct mimort_fill *fill = phase->fills; fill < phase->fills + phase->fill_count; ++fill)
    for (int64_t k = fill->first; k < fill->first + fill->elements; ++k)
      store_real(model, state, k, fill->value);
  return MIMOC_OK;
}
