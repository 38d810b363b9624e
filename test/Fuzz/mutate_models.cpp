// mutate_models --seed S --count N --deep D OUT FOLDERS...: breaks models and compiles what comes out, in this process.
//
// A mutant is a model with some of its words replaced by other words of the same kind (from any of the models: names,
// operators, numbers at the edges), dropped, doubled or moved, so that most of them get past the parser and meet the rules of
// shapes, names and operators. Each must end in success or in a refusal whose every message has a place; never in an internal
// failure, a crash or a hang. Every D-th mutant that is accepted is compiled all the way to an object, as what the front
// end accepts can be lowered. A mutant that fails is kept in OUT. Exit status 1 where there was one.
#include "mimoc/Driver.h"

#include "llvm/Support/FileSystem.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Path.h"

#include <csignal>
#include <fmt/format.h>
#include <map>
#include <random>
#include <sys/resource.h>
#include <unistd.h>

using namespace mimoc;

namespace {

enum class Kind { Space, Name, Number, Other };
struct Word {
  Kind kind;
  std::string text;
};
using Words = std::vector<Word>;

Kind kindOf(char c) {
  if (c == ' ' || c == '\n' || c == '\t')
    return Kind::Space;
  if (std::isalpha(static_cast<unsigned char>(c)) || c == '_')
    return Kind::Name;
  return std::isdigit(static_cast<unsigned char>(c)) ? Kind::Number : Kind::Other;
}

Words split(llvm::StringRef text) {
  Words words;
  while (!text.empty()) {
    Kind kind = kindOf(text.front());
    size_t length = 1;
    if (kind != Kind::Other && text.front() != '\n')
      while (length < text.size() && text[length] != '\n' &&
             (kindOf(text[length]) == kind || (kind == Kind::Name && kindOf(text[length]) == Kind::Number)))
        ++length;
    words.push_back({kind, text.take_front(length).str()});
    text = text.drop_front(length);
  }
  return words;
}

const char *const kNumbers[] = {"0",   "1",   "2",    "-1",  "3",     "7",          "8",     "64",  "1000", "4096",
                                "0.0", "0.5", "1e-3", "1e9", "1e400", "2147483648", "99999", "255", "1.0",  "9223372036854775807"};

class Mutator {
public:
  Mutator(uint64_t seed, std::vector<Words> models) : engine(seed), models(std::move(models)) {
    for (const Words &model : this->models)
      for (const Word &word : model)
        if (word.kind != Kind::Space)
          pool[word.kind].push_back(word.text);
  }

  std::string mutant() {
    Words words = models[draw(models.size())];
    for (size_t left = 1 + draw(4); left > 0; --left)
      mutate(words);
    std::string text;
    for (const Word &word : words)
      text += word.text;
    return text;
  }

private:
  size_t draw(size_t bound) { return engine() % bound; }

  std::string replacement(const Words &words, Kind kind) {
    if (kind == Kind::Number && draw(2))
      return kNumbers[draw(std::size(kNumbers))];
    const Word &own = words[draw(words.size())]; // names of the model itself make the deeper mistakes
    if (own.kind == kind && draw(3))
      return own.text;
    return pool[kind][draw(pool[kind].size())];
  }

  /// The line that holds word `at`: [first, last), its newline included.
  static std::pair<size_t, size_t> lineOf(const Words &words, size_t at) {
    size_t first = at, last = at;
    while (first > 0 && words[first - 1].text != "\n")
      --first;
    while (last < words.size() && words[last].text != "\n")
      ++last;
    return {first, std::min(last + 1, words.size())};
  }

  void mutate(Words &words) {
    size_t at = draw(words.size());
    auto [first, last] = lineOf(words, at);
    Words line(words.begin() + first, words.begin() + last);
    switch (draw(8)) {
    case 0: // drops a word
      words.erase(words.begin() + at);
      break;
    case 1: // doubles a word
      words.insert(words.begin() + at, words[at]);
      break;
    case 2: // drops a line
      if (words.size() > line.size())
        words.erase(words.begin() + first, words.begin() + last);
      break;
    case 3: { // moves or copies a line, from here or from another model
      const Words &from = draw(2) ? words : models[draw(models.size())];
      auto [begin, end] = lineOf(from, draw(from.size()));
      Words copied(from.begin() + begin, from.begin() + end);
      words.insert(words.begin() + first, copied.begin(), copied.end());
      break;
    }
    default:
      if (words[at].kind != Kind::Space)
        words[at].text = replacement(words, words[at].kind);
    }
  }

  std::mt19937_64 engine;
  std::vector<Words> models;
  std::map<Kind, std::vector<std::string>> pool;
};

std::string currentMutant, outFolder;

void keepMutant(const char *why) {
  std::string path = fmt::format("{}/{}-{:016x}.mimo", outFolder, why, std::hash<std::string>()(currentMutant));
  std::error_code failure;
  llvm::raw_fd_ostream(path, failure) << currentMutant;
  fmt::print("{}: {}\n", why, path);
}

void onAlarm(int) {
  keepMutant("hang");
  _exit(1);
}

bool everyErrorHasAPlace(llvm::StringRef messages, llvm::StringRef path) {
  llvm::SmallVector<llvm::StringRef> lines;
  messages.split(lines, '\n');
  bool any = false;
  for (llvm::StringRef line : lines) {
    bool isError = line.contains(": error: ") || line.starts_with("error: ");
    any |= isError;
    if (!isError || line.starts_with(" ") || line.starts_with("error: too many errors"))
      continue;
    if (line.starts_with("error: there is no model in")) // an empty file has no place
      continue;
    // "PATH:LINE:COLUMN: error: ...", or a place in the shipped library, "std:mlp:LINE:COLUMN: error: ..."
    if (line.consume_front("std:"))
      line = line.drop_until([](char c) { return c == ':'; });
    else if (!line.consume_front(path))
      return false;
    if (!line.consume_front(":"))
      return false;
    unsigned number, column;
    if (line.consumeInteger(10, number) || !line.consume_front(":") || line.consumeInteger(10, column) || !number || !column)
      return false;
  }
  return any;
}

struct Counts {
  unsigned accepted = 0, refused = 0, compiled = 0, failed = 0;
};

CompileStatus compileTo(const std::string &stage, std::string &messages) {
  CompileOptions options;
  options.emit = stage;
  options.output = outFolder + "/output";
  llvm::raw_string_ostream err(messages);
  alarm(60);
  CompileStatus status = compile(outFolder + "/mutant.mimo", options, llvm::nulls(), err);
  alarm(0);
  return status;
}

void tryMutant(Counts &counts, unsigned deep) {
  std::error_code failure;
  std::string path = outFolder + "/mutant.mimo";
  llvm::raw_fd_ostream(path, failure) << currentMutant;
  std::string messages;
  CompileStatus status = compileTo("mimo", messages);
  if (status == CompileStatus::RefusedSource) {
    ++counts.refused;
    if (everyErrorHasAPlace(messages, path))
      return;
    ++counts.failed;
    return keepMutant("no-place");
  }
  // More than one model without --model is a matter of usage.
  if (status == CompileStatus::Success && ++counts.accepted % deep == 0) {
    ++counts.compiled;
    messages.clear();
    status = compileTo("obj", messages);
  }
  if (status == CompileStatus::Success)
    return;
  ++counts.failed;
  fmt::print("{}", messages);
  keepMutant("failure");
}

/// Every .mimo file below `folder`, in the order of their names.
void addModels(llvm::StringRef folder, std::vector<Words> &models) {
  std::vector<std::string> paths;
  std::error_code failure;
  for (llvm::sys::fs::recursive_directory_iterator file(folder, failure), end; file != end && !failure; file.increment(failure))
    if (llvm::sys::path::extension(file->path()) == ".mimo")
      paths.push_back(file->path());
  llvm::sort(paths);
  for (const std::string &path : paths)
    if (auto text = llvm::MemoryBuffer::getFile(path))
      models.push_back(split((*text)->getBuffer()));
}

} // namespace

int main(int argc, char **argv) {
  uint64_t seed = 1;
  unsigned count = 1000, deep = 20;
  std::vector<Words> models;
  for (int i = 1; i < argc; ++i) {
    llvm::StringRef argument = argv[i];
    if (argument.starts_with("--") && i + 1 < argc) {
      uint64_t value = std::strtoull(argv[++i], nullptr, 10);
      argument == "--seed" ? seed = value : argument == "--count" ? count = value : deep = value;
    } else if (outFolder.empty()) {
      outFolder = argument;
    } else {
      addModels(argument, models);
    }
  }
  if (models.empty() || deep == 0 || llvm::sys::fs::create_directories(outFolder)) {
    fmt::print("usage: mutate_models --seed S --count N --deep D OUT FOLDERS...\n");
    return 2;
  }
  rlimit memory{rlim_t(6) << 30, rlim_t(6) << 30}; // no model here needs a tenth of this
  setrlimit(RLIMIT_AS, &memory);
  std::signal(SIGALRM, onAlarm);
  Mutator mutator(seed, std::move(models));
  Counts counts;
  for (unsigned i = 0; i < count; ++i) {
    currentMutant = mutator.mutant();
    tryMutant(counts, deep);
  }
  fmt::print("seed {}: {} mutants, {} refused, {} accepted, {} of them compiled, {} failed\n", seed, count, counts.refused,
             counts.accepted, counts.compiled, counts.failed);
  return counts.failed ? 1 : 0;
}
