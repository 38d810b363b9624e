/* The functions of the elementwise family and their derivatives in double, and how far floats are from them. exhaustive.py
 * calls this. The formulas owe nothing to those of the compiler; each is good to 1e-12 for every float. */
#include <float.h>
#include <math.h>
#include <stdint.h>
#include <string.h>

static double zero(double x) { (void)x; return 0; }
static double sigmoid(double x) { return 1 / (1 + exp(-x)); }
static double inverse(double x) { return 1 / x; }
static double minus_inverse_square(double x) { return -1 / x / x; }
static double twice(double x) { return 2 * x; }
static double square(double x) { return x * x; }
static double half_inverse_root(double x) { return 0.5 / sqrt(x); }
static double inverse_root(double x) { return 1 / sqrt(x); }
static double d_inverse_root(double x) { return -0.5 * inverse_root(x) * inverse_root(x) * inverse_root(x); }
static double d_exp2(double x) { return M_LN2 * exp2(x); }
static double d_log2(double x) { return M_LOG2E / x; }
static double d_log10(double x) { return M_LOG10E / x; }
static double d_log1p(double x) { return 1 / (1 + x); }
static double minus_sin(double x) { return -sin(x); }
static double d_tan(double x) { return 1 / cos(x) / cos(x); }
static double d_asin(double x) { return 1 / sqrt((1 - x) * (1 + x)); }
static double d_acos(double x) { return -d_asin(x); }
static double d_atan(double x) { return 1 / (1 + x * x); }
static double d_asinh(double x) { return 1 / hypot(x, 1); }
static double d_acosh(double x) { return x < 1 ? NAN : 1 / sqrt((x - 1) * (x + 1)); }
static double d_atanh(double x) { return 1 / ((1 - x) * (1 + x)); }
static double d_tanh(double x) { return fabs(x) > 300 ? 0 : 1 / cosh(x) / cosh(x); }
static double d_erf(double x) { return M_2_SQRTPI * exp(-x * x); }
static double d_erfc(double x) { return -d_erf(x); }
static double d_sigmoid(double x) { return sigmoid(x) * sigmoid(-x); }
static double elu(double x) { return x > 0 ? x : expm1(x); }
static double d_elu(double x) { return x > 0 ? 1 : exp(x); }
static double celu(double x) { return x > 0 ? x : 0.75 * expm1(x / 0.75); }
static double d_celu(double x) { return x > 0 ? 1 : exp(x / 0.75); }
static double selu(double x) { return 1.0507009873554804934 * (x > 0 ? x : 1.6732632423543772848 * expm1(x)); }
static double d_selu(double x) { return 1.0507009873554804934 * (x > 0 ? 1 : 1.6732632423543772848 * exp(x)); }
static double silu(double x) { return x < -300 ? 0 : x * sigmoid(x); }
static double d_silu(double x) { return fabs(x) > 300 ? x > 0 : sigmoid(x) * (1 + x * sigmoid(-x)); }
static double softplus1(double x) { return x > 0 ? x + log1p(exp(-x)) : log1p(exp(x)); }
static double softplus(double x) { return x > 20 ? x : softplus1(x); }
static double d_softplus(double x) { return x > 20 ? 1 : sigmoid(x); }
static double logsigmoid(double x) { return -softplus1(-x); }
static double d_logsigmoid(double x) { return sigmoid(-x); }
static double mish(double x) { return x < -300 ? 0 : x * tanh(softplus1(x)); }
static double d_mish(double x) {
  double t = tanh(softplus1(x)), c = cosh(softplus1(x));
  return fabs(x) > 300 ? x > 0 : t + x * sigmoid(x) / c / c;
}
static double gelu(double x) { return x < -40 ? 0 : 0.5 * x * erfc(-x * M_SQRT1_2); }
static double d_gelu(double x) {
  return fabs(x) > 40 ? x > 0 : 0.5 * erfc(-x * M_SQRT1_2) + x * exp(-0.5 * x * x) * (0.5 * M_SQRT1_2 * M_2_SQRTPI);
}
static double twice_u(double x) { return 2 * (M_2_SQRTPI * M_SQRT1_2) * (x + 0.044715 * x * x * x); }
static double gelu_tanh(double x) { return fabs(x) > 40 ? (x > 0 ? x : 0) : x * sigmoid(twice_u(x)); }
static double d_gelu_tanh(double x) {
  double s = sigmoid(twice_u(x)), slope = 2 * (M_2_SQRTPI * M_SQRT1_2) * (1 + 3 * 0.044715 * x * x);
  return fabs(x) > 40 ? x > 0 : s * (1 + x * sigmoid(-twice_u(x)) * slope);
}
static double softsign(double x) { return isinf(x) ? (x > 0 ? 1 : -1) : x / (1 + fabs(x)); }
static double d_softsign(double x) { return 1 / (1 + fabs(x)) / (1 + fabs(x)); }
static double tanhshrink(double x) {
  double s = x * x;
  return fabs(x) < 0.02 ? x * s * (1. / 3 - s * (2. / 15 - s * (17. / 315 - s * (62. / 2835)))) : x - tanh(x);
}
static double d_tanhshrink(double x) { return tanh(x) * tanh(x); }
static double leaky(double x) { return x > 0 ? x : x * 0.01; }
static double d_leaky(double x) { return x > 0 ? 1 : 0.01; }
static double relu6(double x) { return x < 0 ? 0 : x > 6 ? 6 : x; }
static double d_relu6(double x) { return x <= 0 || x >= 6 ? 0 : 1; }
static double hardsigmoid(double x) { return relu6(x + 3) / 6; }
static double d_hardsigmoid(double x) { return x > -3 && x < 3 ? 1. / 6 : 0; }
static double hardswish(double x) { return x <= -3 ? 0 : x >= 3 ? x : x * (x + 3) / 6; }
static double d_hardswish(double x) { return x <= -3 ? 0 : x >= 3 ? 1 : x != x ? 1 : x / 3 + 0.5; }
static double power_fraction(double x) { return pow(x, 2.5); }
static double d_power_fraction(double x) { return 2.5 * pow(x, 1.5); }
static double power_21(double x) { return pow(x, 21); }
static double d_power_21(double x) { return 21 * pow(x, 20); }
static double power_minus_3(double x) { return 1 / x / x / x; }
static double d_power_minus_3(double x) { return -3 / x / x / x / x; }

typedef struct {
  const char *name;
  double (*value)(double), (*derivative)(double);
} function;

static const function functions[] = {
    {"square", square, twice}, {"sqrt", sqrt, half_inverse_root}, {"rsqrt", inverse_root, d_inverse_root},
    {"reciprocal", inverse, minus_inverse_square}, {"exp", exp, exp}, {"exp2", exp2, d_exp2}, {"expm1", expm1, exp},
    {"log", log, inverse}, {"log2", log2, d_log2}, {"log10", log10, d_log10}, {"log1p", log1p, d_log1p},
    {"sin", sin, cos}, {"cos", cos, minus_sin}, {"tan", tan, d_tan}, {"asin", asin, d_asin}, {"acos", acos, d_acos},
    {"atan", atan, d_atan}, {"sinh", sinh, cosh}, {"cosh", cosh, sinh}, {"tanh", tanh, d_tanh}, {"asinh", asinh, d_asinh},
    {"acosh", acosh, d_acosh}, {"atanh", atanh, d_atanh}, {"erf", erf, d_erf}, {"erfc", erfc, d_erfc},
    {"sigmoid", sigmoid, d_sigmoid}, {"logsigmoid", logsigmoid, d_logsigmoid}, {"softplus", softplus, d_softplus},
    {"silu", silu, d_silu}, {"mish", mish, d_mish}, {"gelu", gelu, d_gelu}, {"gelu_tanh", gelu_tanh, d_gelu_tanh},
    {"elu", elu, d_elu}, {"celu", celu, d_celu}, {"selu", selu, d_selu}, {"softsign", softsign, d_softsign},
    {"tanhshrink", tanhshrink, d_tanhshrink}, {"leaky_relu", leaky, d_leaky}, {"relu6", relu6, d_relu6},
    {"hardsigmoid", hardsigmoid, d_hardsigmoid}, {"hardswish", hardswish, d_hardswish},
    {"floor", floor, zero}, {"ceil", ceil, zero}, {"trunc", trunc, zero}, {"round", rint, zero},
    {"power_fraction", power_fraction, d_power_fraction}, {"power_21", power_21, d_power_21},
    {"power_minus_3", power_minus_3, d_power_minus_3}};

enum { FUNCTIONS = sizeof functions / sizeof functions[0] };

int function_count(void) { return FUNCTIONS; }
const char *function_name(int index) { return functions[index].name; }

typedef struct {
  double ulps, ulps_at;   /* largest distance in units of the last place of the exact value */
  double mixed, mixed_at; /* the same, but of 1 where the exact value is smaller */
  double wrong, wrong_at; /* results that are no distance away: NaN, or infinite, or finite where the other is not */
} worst;

/* bits[i] = first + i * stride as floats */
void fill(uint32_t first, uint32_t stride, int64_t count, float *x) {
  for (int64_t i = 0; i < count; ++i) {
    uint32_t pattern = first + (uint32_t)i * stride;
    memcpy(&x[i], &pattern, sizeof pattern);
  }
}

/* 2^(23 - e) of a normal number 2^e m: one over its unit in the last place as a float. By its bits, since the calls of
 * ilogb and ldexp would take longer than the function that is judged. */
static inline double inverse_ulp(double exact) {
  uint64_t bits;
  memcpy(&bits, &exact, sizeof bits);
  bits = (uint64_t)(2046 + 23 - (int)(bits >> 52 & 2047)) << 52;
  memcpy(&exact, &bits, sizeof exact);
  return exact;
}

static inline void judge(double x, float actual, double exact, worst *found) {
  const double overflow = 0x1.ffffffp127; /* rounds to infinity from here on */
  if (isnan(exact) || isnan(actual)) {
    if (isnan(exact) && isnan(actual))
      return;
  } else if (isinf(actual) || fabs(exact) >= overflow) {
    /* Next to the largest float a result may fall on either side of infinity. */
    if ((actual > 0) == (exact > 0) && fabs(exact) > FLT_MAX * (1 - 0x1p-20) && fabs(actual) > FLT_MAX * (1 - 0x1p-20))
      return;
  } else {
    double distance = fabs(actual - exact), size = fabs(exact) < FLT_MIN ? FLT_MIN : fabs(exact);
    double ulps = size == FLT_MIN && distance <= FLT_MIN ? 0 : distance * inverse_ulp(size);
    double mixed = distance * inverse_ulp(size < 1 ? 1 : size);
    if (ulps > found->ulps)
      found->ulps = ulps, found->ulps_at = x;
    if (mixed > found->mixed)
      found->mixed = mixed, found->mixed_at = x;
    return;
  }
  found->wrong += 1;
  found->wrong_at = x;
}

void compare(int index, int derivative, const float *x, const float *actual, int64_t count, worst *found) {
  double (*exact)(double) = derivative ? functions[index].derivative : functions[index].value;
  enum { BLOCK = 512 };
  double results[BLOCK];
  for (int64_t first = 0; first < count; first += BLOCK) {
    int64_t size = count - first < BLOCK ? count - first : BLOCK;
    for (int64_t i = 0; i < size; ++i)
      results[i] = exact(x[first + i]);
    for (int64_t i = 0; i < size; ++i)
      judge(x[first + i], actual[first + i], results[i], found);
  }
}
