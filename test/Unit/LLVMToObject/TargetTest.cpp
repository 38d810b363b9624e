#include "mimoc/Target.h"

#include <gtest/gtest.h>

using mimoc::resolveTarget;

namespace {

mimoc::Target target(const char *triple, const char *march) {
  llvm::Expected<mimoc::Target> result = resolveTarget(triple, march);
  EXPECT_TRUE(bool(result)) << llvm::toString(result.takeError());
  return *result;
}

TEST(Target, LevelsOfX86) {
  const char *triple = "x86_64-unknown-linux-gnu";
  EXPECT_EQ(target(triple, "x86-64-v2").vectorBits, 128u);
  EXPECT_FALSE(target(triple, "x86-64-v2").fma);
  EXPECT_EQ(target(triple, "x86-64-v3").vectorBits, 256u);
  EXPECT_TRUE(target(triple, "x86-64-v3").fma);
  EXPECT_EQ(target(triple, "x86-64-v4").vectorBits, 512u);
  EXPECT_EQ(target(triple, "x86-64-v4").vectorRegisters, 32u);
}

TEST(Target, Arm) {
  mimoc::Target neon = target("aarch64-linux-gnu", "native");
  EXPECT_EQ(neon.vectorBits, 128u);
  EXPECT_EQ(neon.vectorRegisters, 32u);
  EXPECT_TRUE(neon.fma);
}

TEST(Target, NativeIsTheSameEveryTime) {
  mimoc::Target first = target("", "native"), second = target("", "");
  EXPECT_EQ(first.features, second.features);
  EXPECT_EQ(first.cpu, second.cpu);
}

TEST(Target, UnknownNamesAreRefused) {
  auto message = [](const char *triple, const char *march) {
    llvm::Expected<mimoc::Target> result = resolveTarget(triple, march);
    EXPECT_FALSE(bool(result));
    return result ? std::string() : llvm::toString(result.takeError());
  };
  EXPECT_NE(message("x86_64-linux-gnu", "x86-64-v9").find("unknown cpu 'x86-64-v9'"), std::string::npos);
  EXPECT_NE(message("vax-dec-vms", "native").find("no code generator for target"), std::string::npos);
}

} // namespace
