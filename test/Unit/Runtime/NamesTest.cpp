// Names of the language in C.
#include "ObjectToLibrary/Names.h"
#include "mimoc/ObjectToLibrary.h"

#include <gtest/gtest.h>

using namespace mimoc;

TEST(Names, Prefix) {
  EXPECT_EQ(toPrefix("MultiInputOutput"), "multi_input_output");
  EXPECT_EQ(toPrefix("SimpleCNN"), "simple_cnn");
  EXPECT_EQ(toPrefix("ResNet18TwoHead"), "res_net18_two_head");
  EXPECT_EQ(toPrefix("HTTPServer"), "http_server");
  EXPECT_EQ(toPrefix("already_snake"), "already_snake");
  EXPECT_EQ(toPrefix("Net"), "net");
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
  info.options = {{"learning_rate", 1}, {"seed", 1}};
  EXPECT_EQ(optionFields(info),
            (std::vector<std::string>{"learning_rate", "seed_2", "seed", "step", "random"}));
}
