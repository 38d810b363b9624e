// Names of the language in C.
#include "ObjectToLibrary/Names.h"
#include "mimoc/ObjectToLibrary.h"

#include <gtest/gtest.h>

using namespace mimoc;

TEST(Names, Prefixes) {
  for (const char *good : {"net", "_net", "Net2", "int"})
    EXPECT_TRUE(isPrefix(good)) << good;
  for (const char *bad : {"", "2net", "a-b", "a b", "ne\xc3\xa4"})
    EXPECT_FALSE(isPrefix(bad)) << bad;
}

TEST(Names, ReservedWordsAndOtherCharacters) {
  EXPECT_EQ(toCName("label"), "label");
  EXPECT_EQ(toCName("int"), "int_");
  EXPECT_EQ(toCName("class"), "class_");
  EXPECT_EQ(toCName("linux"), "linux_");
  EXPECT_EQ(toCName("l2_image_fc.0"), "l2_image_fc_0");
  EXPECT_EQ(toCName("0"), "_0");
}

TEST(Names, Clashes) {
  EXPECT_EQ(toCNames({"a.b", "a_b", "a-b"}), (std::vector<std::string>{"a_b", "a_b_2", "a_b_3"}));
  ModelInfo info;
  info.phases.front().options = {{"learning_rate", 1}, {"seed", 1}};
  EXPECT_EQ(optionFields(info.phases.front()),
            (std::vector<std::string>{"learning_rate", "seed_2", "seed", "step", "random"}));
}
