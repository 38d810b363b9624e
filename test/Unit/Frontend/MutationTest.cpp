// Thousands of broken reference models, the same ones in every run: nothing crashes, every refusal has a place, and what
// is still a model survives a round trip through its dump.
#include "ParseHelpers.h"

#include <fstream>
#include <random>
#include <sstream>

using namespace mimoc;
using namespace mimoc::testing;

namespace {

const char *const kModels[] = {"multi_input_output", "two_head", "siamese", "simple_cnn", "resnet18_two_head"};

const char *const kSplices[] = {"(",     ")",     "[",      "]",      "{",     "}",       ",",     "=",    "->",   "\n",   ".",
                                "**",    "*",     ":",      "..",     "if",    " else ",  "for",   "in",   "not ", "head ", "model ",
                                "block", "train", "where ", "return", "0",     "1e-3",    "1e999", "\"",   "#",    "\r\n", "\t",
                                "é",     "\x01",  "\xff",   "é",      "<=",    "default", "input ", "with ", "mimo 1\n", "99999999999999999999"};

std::string readModel(const std::string &name) {
  std::ifstream stream(std::string(MIMOC_TEST_INPUTS "/") + name + ".mimo");
  std::stringstream text;
  text << stream.rdbuf();
  return text.str();
}

/// A generator whose draws do not depend on the standard library.
class Mutator {
public:
  explicit Mutator(uint32_t seed) : engine(seed) {}

  std::string mutate(std::string text) {
    for (size_t left = 1 + draw(4); left > 0; --left)
      mutateOnce(text);
    return text;
  }

private:
  size_t draw(size_t bound) { return engine() % bound; }

  void mutateOnce(std::string &text) {
    size_t place = draw(text.size() + 1), length = std::min(draw(20), text.size() - place);
    switch (draw(5)) {
    case 0: text.erase(place, length); break;
    case 1: text.insert(place, kSplices[draw(std::size(kSplices))]); break;
    case 2: text.replace(place, length, kSplices[draw(std::size(kSplices))]); break;
    case 3: text.insert(draw(text.size() + 1), text.substr(place, length)); break;
    case 4: text.resize(draw(8) == 0 ? place : text.size()); break;
    }
  }

  std::mt19937 engine;
};

void expectSound(const std::string &text) {
  Parsed parsed(text);
  for (const Diagnostic &diagnostic : parsed.diagnostics.all()) {
    ASSERT_TRUE(diagnostic.place) << diagnostic.text;
    ASSERT_LE(diagnostic.place.begin, diagnostic.place.end);
    ASSERT_LE(diagnostic.place.end, text.size());
  }
  std::string messages = parsed.messages();
  if (!parsed.file) {
    ASSERT_TRUE(parsed.diagnostics.hasErrors()) << text;
    ASSERT_NE(messages.find("error: "), std::string::npos);
    return;
  }
  ASSERT_FALSE(parsed.diagnostics.hasErrors()) << messages;
  Parsed again(parsed.dump());
  ASSERT_EQ(parsed.dump(), again.dump()) << text << "\n" << again.messages();
}

} // namespace

TEST(Mutation, ReferenceModelsAreSound) {
  for (const char *name : kModels) {
    std::string text = readModel(name);
    ASSERT_FALSE(text.empty()) << name;
    ASSERT_TRUE(Parsed(text).file) << Parsed(text).messages();
    expectSound(text);
  }
}

TEST(Mutation, EveryPrefixIsSound) {
  for (const char *name : kModels) {
    std::string text = readModel(name);
    for (size_t length = 0; length < text.size(); ++length)
      expectSound(text.substr(0, length));
  }
}

TEST(Mutation, ThousandsOfMutantsAreSound) {
  Mutator mutator(20240817);
  for (const char *name : kModels) {
    std::string text = readModel(name);
    for (int i = 0; i < 4000 && !::testing::Test::HasFatalFailure(); ++i)
      expectSound(mutator.mutate(text));
  }
}
