// Functions of f32 against the mathematical library in f64, over a sample of all bit patterns.
#include "KernelRunner.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstring>

using namespace mimoc::test;

namespace {

struct Function {
  const char *op;
  double (*reference)(double);
  double ulps;
};

double reciprocalRoot(double x) { return 1 / std::sqrt(x); }

const Function kFunctions[] = {
    {"exp", std::exp, 1},         {"expm1", std::expm1, 5},     {"log", std::log, 1.5},      {"log1p", std::log1p, 2.5},
    {"tanh", std::tanh, 6},       {"erf", std::erf, 0.51},         {"sqrt", std::sqrt, 0.51},   {"rsqrt", reciprocalRoot, 1.5},
    {"sin", std::sin, 0.51},      {"cos", std::cos, 0.51},      {"tan", std::tan, 0.51},     {"asin", std::asin, 0.51},
    {"acos", std::acos, 0.51},    {"atan", std::atan, 0.51},    {"sinh", std::sinh, 0.51},   {"cosh", std::cosh, 0.51},
    {"asinh", std::asinh, 0.51},  {"acosh", std::acosh, 0.51},  {"atanh", std::atanh, 0.51}, {"erfc", std::erfc, 0.51},
    {"exp2", std::exp2, 0.51},    {"log2", std::log2, 0.51},    {"log10", std::log10, 0.51}, {"cbrt", std::cbrt, 0.51}};

std::string unary(const std::string &op, const std::string &element) {
  std::string type = "memref<?x" + element + ">";
  return moduleOf({type, type}, "linalg.generic {indexing_maps = [affine_map<(i)->(i)>, affine_map<(i)->(i)>], "
                                "iterator_types = [\"parallel\"]} ins(%a0 : " + type + ") outs(%a1 : " + type + ") {\n"
                                "^bb0(%x: " + element + ", %o: " + element + "):\n %r = math." + op + " %x : " + element +
                                    "\n linalg.yield %r : " + element + "\n}");
}

/// Every 65,521st float: prime, so that mantissas and exponents mix.
std::vector<float> sampleOfAllFloats() {
  std::vector<float> result;
  for (uint64_t bits = 0; bits < (uint64_t(1) << 32); bits += 65521) {
    uint32_t pattern = static_cast<uint32_t>(bits);
    float value;
    std::memcpy(&value, &pattern, sizeof(value));
    result.push_back(value);
  }
  return result;
}

/// |actual - exact| in units of the last place of `exact`; results below the normal range may be off by the smallest
/// normal number.
double ulpsBetween(float actual, double exact) {
  double difference = std::abs(actual - exact);
  if (std::abs(exact) < std::numeric_limits<float>::min())
    return difference <= std::numeric_limits<float>::min() ? 0 : difference / 1e-45;
  return difference / std::ldexp(1.0, std::ilogb(exact) - 23);
}

class MathTest : public testing::TestWithParam<unsigned> {};

TEST_P(MathTest, SingleIsPreciseEverywhere) {
  std::vector<float> in = sampleOfAllFloats(), out(in.size());
  for (const Function &function : kFunctions) {
    Kernel kernel(unary(function.op, "f32"), hostTarget(GetParam()));
    kernel({in.data(), out.data()}, in.size());
    for (size_t i = 0; i < in.size(); ++i) {
      double exact = function.reference(in[i]);
      if (std::isnan(exact) || std::isinf(static_cast<float>(exact)))
        ASSERT_TRUE(std::isnan(exact) ? std::isnan(out[i]) : std::abs(out[i]) > 3.4e38f)
            << function.op << "(" << in[i] << ") = " << out[i];
      else
        ASSERT_LE(ulpsBetween(out[i], exact), function.ulps)
            << function.op << "(" << in[i] << ") = " << out[i] << ", exactly " << exact;
    }
  }
}

/// f(x, y) on f32.
std::string powers() {
  std::string type = "memref<?xf32>";
  return moduleOf({type, type, type}, "linalg.generic {indexing_maps = [affine_map<(i)->(i)>, affine_map<(i)->(i)>, "
                                      "affine_map<(i)->(i)>], iterator_types = [\"parallel\"]} ins(%a0, %a1 : " + type + ", " + type +
                                          ") outs(%a2 : " + type + ") {\n^bb0(%x: f32, %y: f32, %o: f32):\n"
                                          " %p = math.powf %x, %y : f32\n linalg.yield %p : f32\n}");
}

/// Every pair of special values, and of some ordinary ones.
TEST_P(MathTest, PowerIsThatOfC) {
  const float values[] = {0.0f, -0.0f, 1, -1, 0.5f, -0.5f, 2, -2, 3, -3, 1.5f, -1.5f, 0x1p-149f, -0x1p-149f, 1e-20f, 1e20f, -1e20f, 1.0000001f,
                          0.99999994f, 16777215, 16777216, -16777215, 7.25f, -127, 3.4e38f, -3.4e38f, INFINITY, -INFINITY, NAN};
  std::vector<float> x, y;
  for (float base : values)
    for (float exponent : values) {
      x.push_back(base);
      y.push_back(exponent);
    }
  std::vector<float> out(x.size());
  Kernel kernel(powers(), hostTarget(GetParam()));
  kernel({x.data(), y.data(), out.data()}, x.size());
  for (size_t i = 0; i < x.size(); ++i) {
    double exact = std::pow(static_cast<double>(x[i]), static_cast<double>(y[i]));
    float rounded = static_cast<float>(exact);
    bool fits = std::isnan(exact) ? std::isnan(out[i])
                : rounded == 0 || std::isinf(rounded) ? out[i] == rounded && std::signbit(out[i]) == std::signbit(rounded)
                                                      : ulpsBetween(out[i], exact) < 0.51;
    ASSERT_TRUE(fits) << x[i] << " ** " << y[i] << " = " << out[i] << ", not " << exact;
  }
}

/// The last, masked vector computes what a whole one computes.
TEST_P(MathTest, BitsDoNotDependOnThePlace) {
  std::vector<float> in(37), all(in.size());
  for (size_t i = 0; i < in.size(); ++i)
    in[i] = 0.37f * i - 5;
  for (const char *op : {"exp", "tanh", "log1p", "sin"}) {
    Kernel kernel(unary(op, "f32"), hostTarget(GetParam()));
    kernel({in.data(), all.data()}, in.size());
    for (size_t i = 0; i < in.size(); ++i) {
      float alone;
      kernel({&in[i], &alone}, 1);
      ASSERT_EQ(std::memcmp(&alone, &all[i], sizeof(alone)), 0) << op << "(" << in[i] << ")";
    }
  }
}

TEST_P(MathTest, DoubleIsTheLibrarys) {
  std::vector<double> in(101), out(in.size());
  for (size_t i = 0; i < in.size(); ++i)
    in[i] = 1e-9 + 0.13 * i;
  const std::pair<const char *, double (*)(double)> functions[] = {
      {"exp", std::exp}, {"expm1", std::expm1}, {"log", std::log}, {"log1p", std::log1p}, {"tanh", std::tanh},
      {"erf", std::erf}, {"sqrt", std::sqrt},   {"sin", std::sin}, {"cos", std::cos},     {"cbrt", std::cbrt}};
  for (auto [op, reference] : functions) {
    Kernel kernel(unary(op, "f64"), hostTarget(GetParam()));
    kernel({in.data(), out.data()}, in.size());
    for (size_t i = 0; i < in.size(); ++i)
      ASSERT_DOUBLE_EQ(out[i], reference(in[i])) << op << "(" << in[i] << ")";
  }
}

INSTANTIATE_TEST_SUITE_P(Widths, MathTest, testing::Values(512, 256, 128));

/// Fusing kernels must not change bits, so a product and a sum stay two roundings.
TEST(Contraction, MultiplyAndAddStayTwoRoundings) {
  std::string type = "memref<?xf32>";
  Kernel kernel(moduleOf({type, type, type},
                         "linalg.generic {indexing_maps = [affine_map<(i)->(i)>, affine_map<(i)->(i)>, "
                         "affine_map<(i)->(i)>], iterator_types = [\"parallel\"]} ins(%a0, %a1 : " + type + ", " + type +
                             ") outs(%a2 : " + type + ") {\n^bb0(%x: f32, %y: f32, %o: f32):\n"
                             " %p = arith.mulf %x, %x : f32\n %s = arith.addf %p, %y : f32\n linalg.yield %s : f32\n}"),
                hostTarget());
  std::vector<float> x(20, 1.0f + 0x1p-12f), y(20, -1.0f), out(20);
  kernel({x.data(), y.data(), out.data()}, 20);
  volatile float product = x[0] * x[0];
  for (float value : out)
    ASSERT_EQ(value, product - 1.0f);
}

} // namespace
