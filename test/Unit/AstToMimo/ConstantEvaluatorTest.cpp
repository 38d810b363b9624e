// Compile-time arithmetic at its edges: where 64 bits end, what division rounds to, what cannot be compared.
#include "ConstantEvaluator.h"

#include <gtest/gtest.h>
#include <limits>

using namespace mimoc;
using ast::BinaryOp;
using ast::UnaryOp;

namespace {

constexpr int64_t kMin = std::numeric_limits<int64_t>::min();
constexpr int64_t kMax = std::numeric_limits<int64_t>::max();

Computed compute(BinaryOp op, int64_t a, int64_t b) { return computeBinary(op, Datum::integer(a), Datum::integer(b)); }
Computed compute(BinaryOp op, double a, double b) { return computeBinary(op, Datum::real(a), Datum::real(b)); }

TEST(ConstantEvaluator, IntegersStayIntegersUpToTheLastBit) {
  EXPECT_EQ(compute(BinaryOp::Add, kMax - 1, int64_t(1)).value.asInteger(), kMax);
  EXPECT_EQ(compute(BinaryOp::Subtract, kMin + 1, int64_t(1)).value.asInteger(), kMin);
  EXPECT_EQ(compute(BinaryOp::Power, int64_t(2), int64_t(62)).value.asInteger(), int64_t(1) << 62);
  EXPECT_EQ(compute(BinaryOp::Power, int64_t(-2), int64_t(63)).value.asInteger(), kMin);
  EXPECT_EQ(compute(BinaryOp::Power, int64_t(-1), kMax).value.asInteger(), -1);
  EXPECT_EQ(compute(BinaryOp::Power, int64_t(0), int64_t(0)).value.asInteger(), 1);
}

TEST(ConstantEvaluator, OverflowIsRefusedWithItsOperands) {
  EXPECT_EQ(compute(BinaryOp::Add, kMax, int64_t(1)).problem, "9223372036854775807 + 1 does not fit in 64 bits");
  EXPECT_EQ(compute(BinaryOp::Subtract, kMin, int64_t(1)).problem, "-9223372036854775808 - 1 does not fit in 64 bits");
  EXPECT_EQ(compute(BinaryOp::Multiply, kMin, int64_t(-1)).problem, "-9223372036854775808 * -1 does not fit in 64 bits");
  EXPECT_EQ(compute(BinaryOp::FloorDivide, kMin, int64_t(-1)).problem, "-9223372036854775808 // -1 does not fit in 64 bits");
  EXPECT_EQ(compute(BinaryOp::Power, int64_t(10), int64_t(19)).problem, "10 ** 19 does not fit in 64 bits");
  EXPECT_EQ(computeUnary(UnaryOp::Negate, Datum::integer(kMin)).problem, "-(-9223372036854775808) does not fit in 64 bits");
  EXPECT_EQ(compute(BinaryOp::Multiply, 1e200, 1e200).problem, "1e+200 * 1e+200 is not a finite number");
  EXPECT_EQ(compute(BinaryOp::Power, -8.0, 0.5).problem, "-8 ** 0.5 is not a finite number");
}

TEST(ConstantEvaluator, FloorDivisionRoundsDownAndTheRemainderHasTheSignOfTheDivisor) {
  struct Case { int64_t a, b, quotient, remainder; };
  for (auto [a, b, quotient, remainder] : {Case{7, 2, 3, 1}, {-7, 2, -4, 1}, {7, -2, -4, -1}, {-7, -2, 3, -1}, {6, -3, -2, 0},
                                          {kMin, 3, -3074457345618258603, 1}, {kMin, kMax, -2, kMax - 1}, {5, -1, -5, 0}}) {
    EXPECT_EQ(compute(BinaryOp::FloorDivide, a, b).value.asInteger(), quotient) << a << " // " << b;
    EXPECT_EQ(compute(BinaryOp::Remainder, a, b).value.asInteger(), remainder) << a << " % " << b;
  }
  EXPECT_EQ(compute(BinaryOp::Remainder, kMin, int64_t(-1)).value.asInteger(), 0);
  EXPECT_EQ(compute(BinaryOp::FloorDivide, -7.5, 2.0).value.asNumber(), -4.0);
  EXPECT_EQ(compute(BinaryOp::Remainder, -7.5, 2.0).value.asNumber(), 0.5);
}

TEST(ConstantEvaluator, SlashIsTrueDivision) {
  Computed half = compute(BinaryOp::Divide, int64_t(1), int64_t(2));
  EXPECT_EQ(half.value.asNumber(), 0.5);
  EXPECT_FALSE(compute(BinaryOp::Divide, int64_t(4), int64_t(2)).value.asInteger());
  EXPECT_EQ(compute(BinaryOp::Power, int64_t(2), int64_t(-1)).value.asNumber(), 0.5);
}

TEST(ConstantEvaluator, DivisionByZeroIsRefused) {
  EXPECT_EQ(compute(BinaryOp::Divide, int64_t(1), int64_t(0)).problem, "1 / 0: division by zero");
  EXPECT_EQ(compute(BinaryOp::Remainder, int64_t(1), int64_t(0)).problem, "1 % 0: division by zero");
  EXPECT_EQ(compute(BinaryOp::FloorDivide, 1.5, 0.0).problem, "1.5 // 0: division by zero");
  EXPECT_EQ(compute(BinaryOp::Power, int64_t(0), int64_t(-1)).problem, "0 ** -1: division by zero");
}

TEST(ConstantEvaluator, WhatIsEqual) {
  auto same = [](const Datum &a, const Datum &b) { return computeBinary(BinaryOp::Equal, a, b).value.asFlag(); };
  EXPECT_EQ(same(Datum::integer(2), Datum::real(2)), true);
  EXPECT_EQ(same(Datum::integer(kMax), Datum::integer(kMax - 1)), false); // not through doubles
  EXPECT_EQ(same(Datum::text("a"), Datum::text("a")), true);
  EXPECT_EQ(same(Datum::runTimeSize("batch"), Datum::runTimeSize("batch")), true);
  EXPECT_EQ(computeBinary(BinaryOp::Equal, Datum::runTimeSize("nodes"), Datum::runTimeSize("edges")).problem,
            "the run-time size 'nodes' is known at run time only");
  EXPECT_EQ(same(Datum::list({Datum::runTimeSize("batch"), Datum::integer(3)}), Datum::list({Datum::runTimeSize("batch"), Datum::integer(3)})), true);
  EXPECT_EQ(same(Datum::list({Datum::runTimeSize("batch")}), Datum::list({Datum::integer(3)})), false);
  EXPECT_EQ(computeBinary(BinaryOp::Equal, Datum::runTimeSize("batch"), Datum::integer(3)).problem, "the size of the batch is known at run time only");
  EXPECT_EQ(computeBinary(BinaryOp::NotEqual, Datum::text("a"), Datum::integer(3)).problem, "'!=' does not apply to a string and the integer 3");
}

TEST(ConstantEvaluator, TruthIsNoNumber) {
  EXPECT_EQ(computeBinary(BinaryOp::And, Datum::flag(true), Datum::flag(false)).value.asFlag(), false);
  EXPECT_EQ(computeBinary(BinaryOp::Or, Datum::flag(false), Datum::flag(true)).value.asFlag(), true);
  EXPECT_EQ(computeBinary(BinaryOp::Add, Datum::flag(true), Datum::integer(1)).problem, "'+' does not apply to true and the integer 1");
  EXPECT_EQ(computeUnary(UnaryOp::Not, Datum::integer(1)).problem, "'not' does not apply to the integer 1");
}

} // namespace
