// What the commands share: opening, parameters, coefficients, texts. Private to this folder.
#pragma once

#include "Commands.h"
#include "mimoc/Training/Dataset.h"

namespace mimoc {

llvm::Expected<Model> openModel(const ModelOptions &options);

/// Takes up the train block of this name; without one that of the checkpoint; else the only way to train, if there is only one.
llvm::Error choosePhase(Model &model, const std::string &name, const std::string &checkpoint);
/// The same for what needs one: several train blocks of which none is chosen are refused, with their names.
llvm::Error requirePhase(Model &model, const std::string &name, const std::string &checkpoint);

/// Refuses an output that would take the place of a file which the command reads: the model, the checkpoint, or a source of data as
/// `--data` takes it.
llvm::Error requireNewFile(const std::string &output, const ModelOptions &model, const std::string &checkpoint,
                           llvm::ArrayRef<std::string> data);

/// Sets the coefficients that `--coef name=value` names.
llvm::Error setCoefficients(const PhaseInfo &phase, llvm::ArrayRef<std::string> settings, RunOptions &options);

/// Sets the learning rates of groups and the limits of gradients that `--set name=value` names.
llvm::Error setFields(const PhaseInfo &phase, llvm::ArrayRef<std::string> settings, RunOptions &options);

/// Of the file, or fresh from the seed with a warning where no file is given.
llvm::Expected<Block> parametersOf(Model &model, const std::string &file, uint64_t seed, const Console &console);
/// The moving average of the parameters that the checkpoint holds beside them.
llvm::Expected<Block> averageOf(Model &model, const std::string &file);

/// What the options say of pictures.
llvm::Expected<PictureRules> pictureRules(const PictureOptions &options);
/// The same for evaluation: what they leave open is as in the run that made the checkpoint, which is said.
llvm::Expected<PictureRules> pictureRules(const PictureOptions &options, const std::string &checkpoint, const Console &console);

/// Losses, penalties and metrics of the model in the order of figures.
std::vector<FigureInfo> figuresOf(const ModelInfo &info);
/// Heads and outputs by name.
std::vector<std::string> namesOf(llvm::ArrayRef<TensorInfo> tensors);

std::string withThousands(uint64_t number);   ///< 71,083
std::string durationText(double seconds);     ///< 0:07, 1:02:03
std::string bytesText(uint64_t bytes);        ///< 1,024 bytes, 3.4 MiB

/// A word that a shell reads as just that.
std::string shellQuoted(const std::string &word);

} // namespace mimoc
