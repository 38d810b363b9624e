// The library file: hardened, minimal, reproducible, written whole or not at all.
#include "FakeModel.h"
#include "mimoc/ObjectToLibrary.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/Object/ELFObjectFile.h"
#include "llvm/Support/FileSystem.h"
#include <gtest/gtest.h>

#include <set>
#include <sys/stat.h>

using namespace fake;
using namespace mimoc;
using ElfFile = llvm::object::ELFFile<llvm::object::ELF64LE>;

namespace {

struct Elf {
  explicit Elf(const std::string &path) : contents(readFile(path)), file(llvm::cantFail(ElfFile::create(contents))) {}

  std::set<uint64_t> segmentTypes() {
    std::set<uint64_t> types;
    for (const auto &header : llvm::cantFail(file.program_headers()))
      types.insert(header.p_type);
    return types;
  }
  std::vector<std::pair<int64_t, uint64_t>> dynamic() {
    std::vector<std::pair<int64_t, uint64_t>> entries;
    for (const auto &entry : llvm::cantFail(file.dynamicEntries()))
      entries.emplace_back(entry.getTag(), entry.getVal());
    return entries;
  }

  std::string contents;
  ElfFile file;
};

llvm::Error write(const ModelInfo &info, const std::string &path) {
  std::string object = compileObject(info);
  return writeLibrary(llvm::MemoryBufferRef(object, "model.o"), info, path);
}

std::string dynamicSymbols(const std::string &path, const char *which) {
  int status = 0;
  return run(TEST_LLVM_TOOLS "/llvm-nm -D " + std::string(which) + " " + path, status);
}

} // namespace

TEST(Library, Hardened) {
  Elf elf(Library::get().path);
  std::set<uint64_t> types = elf.segmentTypes();
  EXPECT_TRUE(types.count(llvm::ELF::PT_GNU_RELRO));
  for (const auto &header : llvm::cantFail(elf.file.program_headers())) {
    bool isWritable = header.p_flags & llvm::ELF::PF_W, isExecutable = header.p_flags & llvm::ELF::PF_X;
    EXPECT_FALSE(isWritable && isExecutable);
  }
  bool bindsNow = false;
  for (auto [tag, value] : elf.dynamic()) {
    bindsNow |= (tag == llvm::ELF::DT_FLAGS && (value & llvm::ELF::DF_BIND_NOW)) ||
                (tag == llvm::ELF::DT_FLAGS_1 && (value & llvm::ELF::DF_1_NOW));
    for (int64_t unwanted : {llvm::ELF::DT_TEXTREL, llvm::ELF::DT_INIT, llvm::ELF::DT_FINI, llvm::ELF::DT_INIT_ARRAY,
                             llvm::ELF::DT_FINI_ARRAY, llvm::ELF::DT_RPATH, llvm::ELF::DT_RUNPATH})
      EXPECT_NE(tag, unwanted);
  }
  EXPECT_TRUE(bindsNow);
}

TEST(Library, ExportsThePrefixOnly) {
  std::string symbols = dynamicSymbols(Library::get().path, "--defined-only");
  llvm::SmallVector<llvm::StringRef> lines;
  llvm::StringRef(symbols).split(lines, '\n', -1, /*KeepEmpty=*/false);
  EXPECT_GT(lines.size(), 15u);
  for (llvm::StringRef line : lines)
    EXPECT_TRUE(line.rsplit(' ').second.starts_with("fake_net_")) << line.str();
}

TEST(Library, NeedsLibcOnlyWithVersions) {
  std::string symbols = dynamicSymbols(Library::get().path, "--undefined-only");
  llvm::SmallVector<llvm::StringRef> lines;
  llvm::StringRef(symbols).split(lines, '\n', -1, /*KeepEmpty=*/false);
  for (llvm::StringRef line : lines) {
    EXPECT_TRUE(line.contains("@GLIBC_")) << line.str();
    EXPECT_TRUE(line.contains(" mem") || line.contains(" getauxval")) << line.str();
  }
  int status = 0;
  std::string dynamic = run(TEST_LLVM_TOOLS "/llvm-readelf -d " + Library::get().path, status);
  EXPECT_EQ(dynamic.find("libm.so"), std::string::npos);
  EXPECT_NE(dynamic.find("soname: [fake.so]"), std::string::npos) << dynamic;
}

TEST(Library, OfAnotherArchitecture) {
  ModelInfo info = modelInfo();
  info.target = "aarch64-unknown-linux-gnu";
  info.features = "+sve";
  Folder folder;
  llvm::Error error = write(info, folder / "net.so");
  ASSERT_FALSE(bool(error)) << llvm::toString(std::move(error));
  int status = 0;
  std::string text = run(TEST_LLVM_TOOLS "/llvm-readelf -W -hd --dyn-syms " + folder / "net.so", status);
  EXPECT_NE(text.find("AArch64"), std::string::npos) << text;
  EXPECT_NE(text.find("getauxval@GLIBC_2.17"), std::string::npos) << text;
  EXPECT_NE(text.find("Shared library: [libc.so.6]"), std::string::npos) << text;
  EXPECT_TRUE(bool(readDescription(folder / "net.so")));
}

TEST(Library, SameBytesFromAnyFolder) {
  Folder first, second;
  ASSERT_FALSE(bool(write(modelInfo(), first / "net.so")));
  ASSERT_FALSE(bool(write(modelInfo(), second / "net.so")));
  EXPECT_EQ(readFile(first / "net.so"), readFile(second / "net.so"));
  EXPECT_EQ(readFile(first / "net.h"), readFile(second / "net.h"));
  EXPECT_EQ(readFile(first / "net.so").find(first.path), std::string::npos);
  EXPECT_EQ(first.files(), (std::vector<std::string>{"net.h", "net.so"}));
}

TEST(Library, ModeFollowsTheUmask) {
  Folder folder;
  mode_t old = umask(022);
  ASSERT_FALSE(bool(write(modelInfo(), folder / "net.so")));
  umask(old);
  struct stat status;
  ASSERT_EQ(stat((folder / "net.so").c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777, 0755u);
  ASSERT_EQ(stat((folder / "net.h").c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777, 0644u);
}

TEST(Library, FailuresLeaveTheOldFilesAndNothingElse) {
  Folder folder;
  writeFile(folder / "net.so", "old");
  writeFile(folder / "net.h", "old");
  std::string noObject = "not an object file";
  llvm::Error error = writeLibrary(llvm::MemoryBufferRef(noObject, "x"), modelInfo(), folder / "net.so");
  EXPECT_NE(llvm::toString(std::move(error)).find("linking failed"), std::string::npos);
  EXPECT_EQ(readFile(folder / "net.so"), "old");
  EXPECT_EQ(folder.files(), (std::vector<std::string>{"net.h", "net.so"}));
  // And the linker still works.
  ASSERT_FALSE(bool(write(modelInfo(), folder / "net.so")));

  EXPECT_EQ(llvm::toString(write(modelInfo(), folder / "net.dll")),
            "cannot write '" + folder / "net.dll" + "': a model becomes a shared library (.so) or an object file (.o)");
  EXPECT_EQ(llvm::toString(write(modelInfo(), folder / "none/net.so")),
            "cannot write '" + folder / "none/net.so" + "': No such file or directory");
  ASSERT_EQ(mkdir((folder / "folder.so").c_str(), 0755), 0);
  EXPECT_EQ(llvm::toString(write(modelInfo(), folder / "folder.so")),
            "cannot write '" + folder / "folder.so" + "': it exists and is not a file");
}

TEST(Library, UndefinedSymbolsAreNamed) {
  int status = 0;
  Folder folder;
  writeFile(folder / "bad.c", "int nowhere(int); int fake_net_bad(int x) { return nowhere(x); }\n");
  run(TEST_CLANG " -O1 -fPIC -c " + folder / "bad.c" + " -o " + folder / "bad.o", status);
  ASSERT_EQ(status, 0);
  std::string object = readFile(folder / "bad.o");
  std::string text =
      llvm::toString(writeLibrary(llvm::MemoryBufferRef(object, "bad.o"), modelInfo(), folder / "net.so"));
  EXPECT_NE(text.find("undefined symbol: nowhere"), std::string::npos) << text;
  EXPECT_EQ(text.find("/proc"), std::string::npos) << text;
}

TEST(Library, ProcessorWithoutTheInstructionSet) {
#if defined(__x86_64__)
  ModelInfo info = modelInfo();
  info.features = "+xop"; // which no processor since 2017 has
  Folder folder;
  ASSERT_FALSE(bool(write(info, folder / "net.so")));
  void *handle = dlopen((folder / "net.so").c_str(), RTLD_NOW | RTLD_LOCAL);
  ASSERT_TRUE(handle);
  auto *init = reinterpret_cast<mimoc_context_init_fn *>(dlsym(handle, contextInitSymbol(info).c_str()));
  auto *message = reinterpret_cast<mimoc_message_fn *>(dlsym(handle, "fake_net_message"));
  mimoc_context context;
  EXPECT_EQ(init(&context, nullptr), MIMOC_UNSUPPORTED_CPU);
  EXPECT_STREQ(message(&context), "fake_net_context_init: this processor (or its operating system) lacks 'xop', which "
                                  "the model was compiled for; compile it with a lower --march");
  dlclose(handle);
#else
  GTEST_SKIP() << "needs an instruction set that no processor has";
#endif
}

TEST(Library, ProcessorOfThisMachineIsAccepted) {
  ModelInfo info = modelInfo();
  info.cpu = "native";
  Folder folder;
  ASSERT_FALSE(bool(write(info, folder / "net.so")));
  void *handle = dlopen((folder / "net.so").c_str(), RTLD_NOW | RTLD_LOCAL);
  ASSERT_TRUE(handle);
  auto *init = reinterpret_cast<mimoc_context_init_fn *>(dlsym(handle, contextInitSymbol(info).c_str()));
  mimoc_context context;
  EXPECT_EQ(init(&context, nullptr), MIMOC_OK);
  dlclose(handle);
}

TEST(Library, DescriptionsThatDoNotFitTheModule) {
  llvm::LLVMContext context;
  llvm::Module module("empty", context);
  ModelInfo info = modelInfo();
  module.setTargetTriple(llvm::Triple(info.target));
  EXPECT_EQ(llvm::toString(linkRuntime(module, info)),
            "cannot describe model 'FakeNet' to its run-time support: the module does not define 'fake_forward'");
  info.prefix = "fake-net";
  EXPECT_EQ(llvm::toString(linkRuntime(module, info)), "names in C cannot start with 'fake-net'; a prefix is made of "
                                                       "letters, digits and '_' and starts with no digit");
  info.prefix = "fake_net";
  llvm::Module other("empty", context);
  other.setTargetTriple(llvm::Triple("riscv64-unknown-linux-gnu"));
  EXPECT_EQ(llvm::toString(linkRuntime(other, info)), "there is no run-time support for riscv64-unknown-linux-gnu; "
                                                      "models can be compiled for x86_64 and aarch64");
}
