#include "Commands.h"
#include "mimoc/Data/Names.h"
#include "mimoc/Data/Refuse.h"
#include "mimoc/Tool.h"

#include <CLI/CLI.hpp>

#include <cmath>

namespace mimoc {

namespace {

constexpr const char *kModelHelp =
    "a model's source (net.mimo, compiled in this process) or a compiled library (net.so)";
constexpr const char *kDataHelp = "arrays by name: FILE.npz, NAME=FILE.npy or NAME=FILE.npz:MEMBER; columns: FILE.csv or "
                                  "NAME=FILE.csv:COLUMN; pictures: NAME=FILE.png or NAME=FOLDER; may be repeated";
constexpr const char *kCoefHelp = "weight of a term of 'minimize', NAME=VALUE; may be repeated";
constexpr const char *kAveragedHelp = "with the moving average of the parameters that the run kept beside them";

void addModel(CLI::App &command, ModelOptions &options) {
  command.add_option("MODEL", options.path, kModelHelp)->required()->type_name("FILE");
  command.add_option("--model", options.compile.model, "which model, where the source has several")->type_name("NAME");
  command.add_option("--precision", options.compile.precision, "type of all floating-point values of a source")
      ->check(CLI::IsMember({"f32", "f64"}))->capture_default_str()->type_name("TYPE");
  command.add_option("--march", options.compile.march, "processor to compile a source for")
      ->capture_default_str()->type_name("CPU");
  command.add_option("-O", options.compile.optimize, "optimization level for a source")
      ->check(CLI::Range(0, 3))->capture_default_str()->type_name("LEVEL");
}

// CLI11's own checks print the limits of the type, and let -3 wrap round to a huge unsigned number.
CLI::Validator wholeNumber(int64_t least) {
  return CLI::Validator(
      [least](const std::string &text) -> std::string {
        int64_t value = 0;
        bool fits = !llvm::StringRef(text).getAsInteger(10, value) && value >= least;
        return fits ? "" : fmt::format("'{}' is not a whole number of {} or more", text, least);
      },
      "");
}

CLI::Validator fraction() {
  return CLI::Validator(
      [](const std::string &text) -> std::string {
        double value = 0;
        bool fits = !llvm::StringRef(text).getAsDouble(value) && value >= 0 && value < 1;
        return fits ? "" : fmt::format("'{}' is not a fraction such as 0.2", text);
      },
      "");
}

CLI::Validator rate() {
  return CLI::Validator(
      [](const std::string &text) -> std::string {
        double value = 0;
        bool fits = !llvm::StringRef(text).getAsDouble(value) && value >= 0 && std::isfinite(value);
        return fits ? "" : fmt::format("'{}' is not a finite number of 0 or more", text);
      },
      "");
}

void addData(CLI::App &command, std::vector<std::string> &data) {
  command.add_option("--data", data, kDataHelp)->required()->type_name("SOURCE")->expected(1)
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
}

void addPhase(CLI::App &command, ModelOptions &model) {
  command.add_option("--phase", model.phase, "which train block, where the model has several [the checkpoint's]")->type_name("NAME");
}

void addList(CLI::App &command, const char *name, std::vector<std::string> &list, const char *help, const char *type) {
  command.add_option(name, list, help)->type_name(type)->expected(1)
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
}

void addPictures(CLI::App &command, PictureOptions &options) {
  addList(command, "--transform", options.transform, "what prepares pictures for evaluation, e.g. 'image: resize(256) -> "
          "center_crop(224)'; may be repeated", "'NAME: ...'");
  command.add_option("--workers", options.workers, "threads that read pictures; the values do not depend on it [processors, up to 8]")
      ->check(wholeNumber(1))->type_name("N");
}

void addCheckpoint(CLI::App &command, std::string &checkpoint) {
  command.add_option("--checkpoint", checkpoint,
                     "parameters, a .safetensors file; without it they are fresh from the seed")->type_name("FILE");
}

void addBatch(CLI::App &command, int64_t &batch, const char *help) {
  command.add_option("--batch", batch, help)->check(wholeNumber(1))->capture_default_str()->type_name("ROWS");
}

void addLoad(CLI::App &command, LoadRules &rules, CLI::Option *resume) {
  auto list = [&](const char *name, std::vector<std::string> &texts, const char *help, const char *type) {
    return command.add_option(name, texts, help)->type_name(type)->expected(1)->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
  };
  auto *load = list("--load", rules.sources, "start from the parameters of this file, all else fresh: FILE for the whole model, PART=FILE "
                    "or PART=FILE:PREFIX for a part; may be repeated", "[PART=]FILE")->excludes(resume);
  list("--load-ignore", rules.ignored, "tensors of the files that are left unused, e.g. 'fc.*'; may be repeated", "PATTERN")->needs(load);
  list("--load-fresh", rules.fresh, "parameters that may keep their initial values, e.g. 'head.*'; may be repeated", "PATTERN")->needs(load);
  list("--load-channels", rules.channels, "a convolution whose input channels are not the file's: further ones are the mean of the "
       "file's, or zero; one is their sum", "PARAMETER=mean|zero|sum")->needs(load);
}

CLI::App *addTrain(CLI::App &program, TrainOptions &options) {
  CLI::App *command = program.add_subcommand("train", "fit a model's parameters to data");
  addModel(*command, options.model);
  addPhase(*command, options.model);
  addData(*command, options.data);
  addList(*command, "--augment", options.pictures.augment, "what changes pictures in training, e.g. 'image: resized_crop(224) -> hflip'; "
          "evaluation leaves out what is random; may be repeated", "'NAME: ...'");
  addPictures(*command, options.pictures);
  command->add_option("--epochs", options.epochs, "passes over the data, in total")->check(wholeNumber(0))
      ->capture_default_str()->type_name("N");
  command->add_option("--steps", options.steps, "stop after so many steps in total, also within an epoch")
      ->check(wholeNumber(0))->type_name("N");
  command->add_option("--batch", options.batch, "rows in a step; the last step of an epoch may have fewer [32]")
      ->check(wholeNumber(1))->type_name("ROWS");
  command->add_option("--seed", options.seed, "of parameters, order and dropout [the model's]")
      ->check(wholeNumber(0))->type_name("N");
  command->add_flag("--no-shuffle", options.noShuffle, "take the rows in the order of the file");
  auto *split = command->add_option("--validation", options.validation,
                                    "hold out this fraction of the rows, chosen by the seed")
                    ->check(fraction())->type_name("FRACTION");
  addList(*command, "--validation-data", options.validationData, "validation data of its own, as --data", "SOURCE");
  split->excludes("--validation-data");
  command->add_option("--lr", options.learningRate, "learning rate [the model's]")->check(rate())->type_name("RATE");
  addList(*command, "--coef", options.coefficients, kCoefHelp, "NAME=VALUE");
  addList(*command, "--set", options.settings, "a run-time option of the optimizer, e.g. clip_norm=1 or learning_rate_features=1e-4",
          "NAME=VALUE");
  command->add_flag("--train-metrics", options.trainMetrics,
                    "also evaluate the training data after each epoch (always without validation data)");
  command->add_option("--out", options.out, "folder for checkpoints, log and picture [./MODEL-run]")->type_name("DIR");
  command->add_flag("--overwrite", options.overwrite, "start anew in a folder that holds a run");
  command->add_option("--save-every", options.saveEvery, "keep epoch-N.safetensors every so many epochs")
      ->check(wholeNumber(1))->type_name("EPOCHS");
  auto *resume = command->add_option("--resume", options.resume, "continue the run of this checkpoint bit for bit")
                     ->type_name("FILE");
  addLoad(*command, options.load, resume);
  return command;
}

CLI::App *addEval(CLI::App &program, EvalOptions &options) {
  CLI::App *command = program.add_subcommand("eval", "every loss and metric over a whole data set, exactly");
  addModel(*command, options.model);
  addPhase(*command, options.model);
  addData(*command, options.data);
  addPictures(*command, options.pictures);
  addCheckpoint(*command, options.checkpoint);
  addBatch(*command, options.batch, "rows in a call; no row is left out");
  addList(*command, "--coef", options.coefficients, kCoefHelp, "NAME=VALUE");
  addList(*command, "--auc", options.rankings, "area under the ROC curve of a head; may be repeated", "HEAD:TARGET[:MASK]");
  command->add_flag("--averaged", options.averaged, kAveragedHelp);
  command->add_flag("--json", options.json, "print JSON");
  return command;
}

CLI::App *addPredict(CLI::App &program, PredictOptions &options) {
  CLI::App *command = program.add_subcommand("predict", "write heads and outputs for every row");
  addModel(*command, options.model);
  addPhase(*command, options.model);
  addData(*command, options.data);
  addPictures(*command, options.pictures);
  addCheckpoint(*command, options.checkpoint);
  addList(*command, "--head", options.heads, "only this head or output; may be repeated", "NAME");
  command->add_option("--entry", options.entry, "the heads and outputs of this entry")->type_name("NAME")->excludes("--head");
  command->add_flag("--averaged", options.averaged, kAveragedHelp);
  command->add_option("-o,--output", options.output, "file to write: .npz, .csv, or .npy for a single head")
      ->capture_default_str()->type_name("FILE");
  addBatch(*command, options.batch, "rows in a call");
  return command;
}

CLI::App *addGrad(CLI::App &program, GradOptions &options) {
  CLI::App *command = program.add_subcommand("grad", "write the losses and parameter gradients of one batch");
  addModel(*command, options.model);
  addPhase(*command, options.model);
  addData(*command, options.data);
  addPictures(*command, options.pictures);
  addCheckpoint(*command, options.checkpoint);
  command->add_option("--loss", options.loss, "gradient of this loss alone instead of what 'minimize' says")
      ->type_name("NAME");
  addList(*command, "--coef", options.coefficients, kCoefHelp, "NAME=VALUE");
  auto *batch = command->add_option("--batch", options.batch, "rows in the batch [all]")->check(wholeNumber(1))
                    ->type_name("ROWS");
  command->add_option("--batch-index", options.batchIndex, "which batch of that size, counted from 0")
      ->check(wholeNumber(0))->capture_default_str()->type_name("N")->needs(batch);
  command->add_option("--seed", options.seed, "of dropout, and of fresh parameters [the checkpoint's or model's]")
      ->check(wholeNumber(0))->type_name("N");
  command->add_flag("--no-random", options.noRandom, "switch dropout and randn off");
  command->add_option("-o,--output", options.output, "file to write")->capture_default_str()->type_name("FILE");
  return command;
}

CLI::App *addInfo(CLI::App &program, InfoOptions &options) {
  CLI::App *command = program.add_subcommand("info", "what a model (or a .safetensors file) consists of");
  addModel(*command, options.model);
  addBatch(*command, options.batch, "rows for which memory is reported");
  command->add_flag("--json", options.json, "print JSON");
  return command;
}

int finish(llvm::Expected<int> result, const Console &console) {
  if (result)
    return *result;
  console.out.flush();
  console.err << "mimo: error: " << llvm::toString(result.takeError()) << "\n";
  return 1;
}

// What CLI11 says, with the nearest command or option where one was misspelt.
std::string complaintOf(const CLI::App &program, const CLI::ParseError &error, llvm::ArrayRef<std::string> arguments) {
  std::vector<std::string> commands, options;
  for (const CLI::App *command : program.get_subcommands({}))
    commands.push_back(command->get_name());
  bool unknown = arguments.size() > 1 && !arguments[1].empty() && arguments[1][0] != '-' &&
                 !llvm::is_contained(commands, arguments[1]);
  if (unknown)
    return fmt::format("there is no command '{}'{} (there are {})", arguments[1], didYouMean(arguments[1], commands),
                       listNames(commands));
  for (const CLI::App *command : program.get_subcommands()) {
    std::vector<std::string> left = command->remaining(true);
    for (const CLI::Option *option : command->get_options())
      options.push_back(option->get_name());
    if (!left.empty())
      return fmt::format("'{}' is no option of 'mimo {}'{}", left.front(), command->get_name(),
                         didYouMean(left.front(), options));
  }
  return error.what();
}

int refuseCommandLine(const CLI::App &program, const CLI::ParseError &error, const Console &console) {
  if (error.get_exit_code() == 0) { // --help
    std::ostringstream text;
    program.exit(error, text, text);
    console.out << text.str();
    return 0;
  }
  console.err << "mimo: error: " << complaintOf(program, error, console.arguments) << "\n";
  auto chosen = program.get_subcommands();
  console.err << fmt::format("'mimo {}--help' lists what there is\n",
                             chosen.empty() ? "" : chosen.front()->get_name() + " ");
  return 2;
}

} // namespace

int runMimo(int argc, char **argv, llvm::raw_ostream &out, llvm::raw_ostream &err) {
  CLI::App program("Train, evaluate and use models that are written in the mimo language.", "mimo");
  program.require_subcommand(1);
  program.footer("'mimo COMMAND --help' lists a command's options. Exit status: 0 done, 1 refused, 2 wrong command\n"
                 "line, 130 or 143 stopped by a signal after saving.");
  TrainOptions train;
  EvalOptions eval;
  PredictOptions predict;
  GradOptions grad;
  InfoOptions info;
  CLI::App *trainApp = addTrain(program, train), *evalApp = addEval(program, eval);
  CLI::App *predictApp = addPredict(program, predict), *gradApp = addGrad(program, grad);
  addInfo(program, info);
  Console console{out, err, std::vector<std::string>(argv, argv + argc)};
  try {
    program.parse(argc, argv);
  } catch (const CLI::ParseError &error) {
    return refuseCommandLine(program, error, console);
  }
  if (trainApp->parsed())
    return finish(trainCommand(train, console), console);
  if (evalApp->parsed())
    return finish(evalCommand(eval, console), console);
  if (predictApp->parsed())
    return finish(predictCommand(predict, console), console);
  if (gradApp->parsed())
    return finish(gradCommand(grad, console), console);
  return finish(infoCommand(info, console), console);
}

} // namespace mimoc
