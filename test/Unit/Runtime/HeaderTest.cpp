// The generated header: accepted by C99 and C++ without a warning, with an example that runs; and programs that use it.
#include "FakeModel.h"
#include "mimoc/ObjectToLibrary.h"

#include <gtest/gtest.h>

using namespace fake;

namespace {

const std::string c99 = TEST_CLANG " -std=c99 -Wall -Wextra -Wpedantic -Wconversion -Werror ";
const std::string cpp = TEST_CLANG " -x c++ -std=c++11 -Wall -Wextra -Wpedantic -Wconversion -Werror ";

void expectRuns(const std::string &command) {
  int status = 0;
  std::string output = run(command, status);
  EXPECT_EQ(status, 0) << command << "\n" << output;
}

/// The program in the opening comment.
std::string exampleOf(const std::string &header) {
  std::string program;
  size_t at = header.find(" * #include");
  for (size_t end = header.find(" */"); at < end;) {
    size_t newline = header.find('\n', at);
    program += header.substr(std::min(at + 3, newline), newline - std::min(at + 3, newline)) + "\n";
    at = newline + 1;
  }
  return program;
}

void writeModel(const mimoc::ModelInfo &info, const std::string &path) {
  std::string object = compileObject(info);
  llvm::Error error = mimoc::writeLibrary(llvm::MemoryBufferRef(object, "model.o"), info, path);
  EXPECT_FALSE(bool(error)) << llvm::toString(std::move(error));
}

} // namespace

TEST(Header, NoWarningsInCAndCpp) {
  Folder folder;
  mimoc::ModelInfo info = modelInfo();
  writeFile(folder / "net.h", mimoc::emitHeader(info));
  writeFile(folder / "use.c", "#include \"net.h\"\nfake_net_options options = FAKE_NET_DEFAULT_OPTIONS;\n"
                              "const float *weight(const float *p) { return p + FAKE_NET_PARAM_y_weight; }\n");
  expectRuns(c99 + "-Wno-missing-prototypes -c " + folder / "use.c" + " -o " + folder / "use.o");
  expectRuns(cpp + "-c " + folder / "use.c" + " -o " + folder / "use.o");
}

TEST(Header, NoLineIsTooLong) {
  std::string header = mimoc::emitHeader(modelInfo());
  for (size_t at = 0, end; at < header.size(); at = end + 1) {
    end = header.find('\n', at);
    EXPECT_LE(end - at, 120u) << header.substr(at, end - at);
  }
}

TEST(Header, ExampleRuns) {
  Folder folder;
  mimoc::ModelInfo info = modelInfo();
  writeModel(info, folder / "fake_net.so");
  std::string program = exampleOf(readFile(folder / "fake_net.h"));
  ASSERT_NE(program.find("fake_net_step("), std::string::npos) << program;
  writeFile(folder / "example.c", program);
  const std::string compile = TEST_CLANG " -std=c11 -Wall -Wextra -Wpedantic -Werror ";
  expectRuns(compile + folder / "example.c" + " " + folder / "fake_net.so" + " -Wl,-rpath," + folder.path + " -o " +
             folder / "example");
  int status = 0;
  std::string output = run(folder / "example", status);
  EXPECT_EQ(status, 0) << output;
  EXPECT_NE(output.find("ce 0 l2_all 7"), std::string::npos) << output;
  EXPECT_NE(output.find("y[0] = "), std::string::npos) << output;
}

TEST(Header, OfAModelThatOnlyComputes) {
  Folder folder;
  mimoc::ModelInfo info = modelInfo();
  info.targets.clear();
  info.losses.clear();
  info.metrics.clear();
  info.phases = std::vector<mimoc::PhaseInfo>(1);
  info.checks.clear();
  info.entries.resize(2);
  writeModel(info, folder / "fake_net.so");
  std::string header = readFile(folder / "fake_net.h");
  EXPECT_EQ(header.find("step("), std::string::npos);
  EXPECT_EQ(header.find("targets"), std::string::npos);
  EXPECT_EQ(header.find("init_state"), std::string::npos);
  writeFile(folder / "example.c", exampleOf(header));
  expectRuns(TEST_CLANG " -std=c11 -Wall -Wextra -Wpedantic -Werror " + folder / "example.c" + " " +
             folder / "fake_net.so" + " -Wl,-rpath," + folder.path + " -o " + folder / "example && " +
             folder / "example");
}

TEST(Header, NamesThatCReserves) {
  Folder folder;
  mimoc::ModelInfo info = modelInfo();
  info.inputs[0].name = "int";
  info.inputs[1].name = "operator";
  info.targets[0].name = "register";
  info.metrics[0].name = "double";
  std::string header = mimoc::emitHeader(info);
  for (const char *field : {"const float *int_;", "const int32_t *operator_;", "const int64_t *register_;",
                            "float *class_;", "double double_;"})
    EXPECT_NE(header.find(field), std::string::npos) << field;
  writeFile(folder / "net.h", header);
  writeFile(folder / "use.c", "#include \"net.h\"\nextern int unused;\n");
  expectRuns(c99 + "-fsyntax-only " + folder / "use.c");
  expectRuns(cpp + "-fsyntax-only " + folder / "use.c");
}

TEST(Header, StaleHeaderDoesNotLink) {
  Folder folder;
  mimoc::ModelInfo info = modelInfo();
  writeModel(info, folder / "net.so");
  info.inputs[0].shape[1] = 4; // the model has changed since the header was written
  writeFile(folder / "net.h", mimoc::emitHeader(info));
  writeFile(folder / "use.c", "#include \"net.h\"\nint main(void) {\n  fake_net_context context;\n"
                              "  return fake_net_context_init(&context, NULL);\n}\n");
  int status = 0;
  std::string output = run(c99 + folder / "use.c" + " " + folder / "net.so" + " -o " + folder / "use", status);
  EXPECT_NE(status, 0);
  EXPECT_NE(output.find("fake_net_context_init_" + mimoc::layoutHash(info)), std::string::npos) << output;
}

TEST(Header, TwoModelsInOneProgram) {
  Folder folder;
  mimoc::ModelInfo first = modelInfo(), second = modelInfo();
  second.prefix = "other";
  second.parameters[1].init.a = 0.5;
  const std::string program = R"(
#include "first.h"
#include "second.h"
#include <stdlib.h>
int main(void) {
  fake_net_context first;
  other_context second;
  if (fake_net_context_init(&first, NULL) || other_context_init(&second, NULL)) return 1;
  float *a = aligned_alloc(64, FAKE_NET_PARAM_BYTES), *b = aligned_alloc(64, OTHER_PARAM_BYTES);
  if (fake_net_init_parameters(&first, a, 1) || other_init_parameters(&second, b, 1)) return 2;
  if (a[FAKE_NET_PARAM_y_bias] != 0.01f || b[OTHER_PARAM_y_bias] != 0.5f) return 3;
  // A context belongs to its model.
  if (other_init_parameters((other_context *)(void *)&first, b, 1) != OTHER_INVALID_CONTEXT) return 4;
  free(a);
  free(b);
  return 0;
}
)";
  writeFile(folder / "use.c", program);
  for (std::string extension : {".so", ".o"}) {
    writeModel(first, folder / "first" + extension);
    writeModel(second, folder / "second" + extension);
    expectRuns(TEST_CLANG " -std=c11 -Wall -Wextra -Werror " + folder / "use.c" + " " + folder / "first" + extension +
               " " + folder / "second" + extension + " -Wl,-rpath," + folder.path + " -o " + folder / "use && " +
               folder / "use");
  }
}
