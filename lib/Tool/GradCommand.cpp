#include "Session.h"
#include "mimoc/Data/Names.h"
#include "mimoc/Data/Refuse.h"
#include "mimoc/Training/Checkpoint.h"
#include "mimoc/Training/Evaluate.h"

#include "llvm/ADT/Sequence.h"

#include <cmath>

namespace mimoc {

namespace {

/// One batch and everything that its gradients depend on.
struct Request {
  int64_t first = 0, rows = 0;
  RunOptions run;
  std::string loss; ///< empty: what `minimize` says
};

llvm::Expected<Request> requestOf(const GradOptions &options, const ModelInfo &info, const Dataset &data) {
  Request request;
  request.rows = options.batch.value_or(data.rows);
  if (options.batchIndex > (data.rows - 1) / request.rows)
    return refuse("--batch-index {}: the data has {} rows, so batches of {} are numbered 0 to {}", options.batchIndex,
                  data.rows, request.rows, (data.rows - 1) / request.rows);
  request.first = options.batchIndex * request.rows;
  request.rows = std::min(request.rows, data.rows - request.first);
  for (const DatasetDim &dim : data.dims)
    if (int64_t rows = dim.rowsOf(request.first, request.rows); rows > dim.bound)
      return refuse("these {} samples have {} {} together, and the model takes {} in a batch: use a smaller --batch", request.rows, rows, dim.name,
                    dim.bound);
  request.loss = options.loss;
  std::vector<std::string> losses;
  for (const FigureInfo &loss : info.losses)
    if (loss.kind == "loss")
      losses.push_back(loss.name);
  if (!request.loss.empty() && !llvm::is_contained(losses, request.loss))
    return refuse("--loss {0}: the model has no loss '{0}'{1} (it has {2})", request.loss,
                  didYouMean(request.loss, losses), listNames(losses));
  return request;
}

// A checkpoint of a run brings its seed, step and coefficients along: dropout then draws what the next step would.
llvm::Error readRunOptions(const GradOptions &options, const ModelInfo &info, const PhaseInfo &phase, RunOptions &run) {
  run = RunOptions::defaultsOf(phase);
  if (!options.checkpoint.empty()) {
    auto state = loadCheckpoint(options.checkpoint, info, phase);
    if (state)
      run = state->options;
    else
      llvm::consumeError(state.takeError()); // a file of parameters only, which is fine here
  }
  run.seed = options.seed.value_or(run.seed);
  run.random = !options.noRandom;
  return setCoefficients(phase, options.coefficients, run);
}

// Losses are scalars of type F64 under `loss.NAME`, gradients have their parameter's name.
llvm::Expected<Safetensors> contentsOf(const ModelInfo &info, const PhaseInfo &phase, const Request &request,
                                       const std::vector<double> &losses, const Block &gradients) {
  Safetensors file;
  for (size_t i = 0; i < losses.size(); ++i) {
    if (!request.loss.empty() && info.losses[i].name != request.loss)
      continue;
    auto scalar = makeArray(Element::F64, {});
    if (!scalar)
      return scalar.takeError();
    std::memcpy(scalar->bytes, &losses[i], sizeof losses[i]);
    file.tensors.push_back({"loss." + info.losses[i].name, std::move(scalar->array)});
  }
  for (NamedArray &tensor : trainedTensors(info, phase, gradients, "")) {
    if (file.find(tensor.name))
      return refuse("the parameter '{}' has the name under which a loss is written; rename one of them", tensor.name);
    file.tensors.push_back(std::move(tensor));
  }
  file.metadata = {{"format", "pt"},
                   {"mimoc.model", info.name},
                   {"mimoc.contents", "gradients of " + (request.loss.empty() ? "minimize" : request.loss)},
                   {"mimoc.rows", std::to_string(request.rows)},
                   {"mimoc.seed", std::to_string(request.run.seed)},
                   {"mimoc.step", std::to_string(request.run.step)},
                   {"mimoc.random", request.run.random ? "1" : "0"}};
  for (size_t i = 1; i < phase.options.size(); ++i)
    file.metadata["mimoc.coefficient." + phase.options[i].name] = fmt::format("{}", request.run.values[i]);
  return file;
}

/// Of the network's weights: what a rule that balances losses keeps is none, and what stands for its gradient need not be one.
double normOf(const ModelInfo &info, const PhaseInfo &phase, const Block &gradients) {
  double sum = 0;
  for (const TrainedInfo &trained : phase.trained) {
    const ParameterInfo &parameter = info.parameters[size_t(trained.parameter)];
    if (llvm::StringRef(parameter.name).starts_with("minimize."))
      continue;
    for (int64_t i = trained.offset; i < trained.offset + parameter.elements; ++i) {
      double value = info.precision == DType::F64 ? loadAs<double>(gradients.data() + 8 * i)
                                                  : double(loadAs<float>(gradients.data() + 4 * i));
      sum += value * value;
    }
  }
  return std::sqrt(sum);
}

void printSummary(const ModelInfo &info, const PhaseInfo &phase, const GradOptions &options, const Request &request,
                  const std::vector<double> &losses, const Block &gradients, llvm::raw_ostream &out) {
  for (size_t i = 0; i < losses.size(); ++i)
    if (request.loss.empty() || info.losses[i].name == request.loss)
      out << fmt::format("{}  {:.9g}\n", info.losses[i].name, losses[i]);
  out << fmt::format("norm of the gradient of {}  {:.9g}\n", request.loss.empty() ? "minimize" : request.loss,
                     normOf(info, phase, gradients));
  out << fmt::format("{}: {} gradients of rows {} to {}\n", options.output, phase.trained.size(), request.first,
                     request.first + request.rows - 1);
}

} // namespace

llvm::Expected<int> gradCommand(const GradOptions &options, const Console &console) {
  auto model = openModel(options.model);
  if (!model)
    return model.takeError();
  const ModelInfo &info = model->info();
  // The gradient of one loss is the model's own, whatever a train block freezes.
  if (!options.loss.empty() && !options.model.phase.empty())
    return refuse("--loss {} --phase {}: the gradient of one loss is the model's own, whatever a train block freezes; leave one of them out",
                  options.loss, options.model.phase);
  if (auto error = options.loss.empty() ? requirePhase(*model, options.model.phase, options.checkpoint) : llvm::Error::success())
    return std::move(error);
  const PhaseInfo &phase = model->phase();
  if (auto error = requireNewFile(options.output, options.model, options.checkpoint, options.data))
    return std::move(error);
  auto pictures = pictureRules(options.pictures, options.checkpoint, console);
  if (!pictures)
    return pictures.takeError();
  auto data = loadDataset(options.data, info, Needs::InputsAndTargets, *pictures,
                          [&](const std::string &text) { console.warn(text); });
  if (!data)
    return data.takeError();
  auto request = requestOf(options, info, *data);
  if (!request)
    return request.takeError();
  if (auto error = readRunOptions(options, info, phase, request->run))
    return std::move(error);
  auto parameters = parametersOf(*model, options.checkpoint, request->run.seed, console);
  auto gradients = Block::zeroed(model->gradientBytes());
  auto batcher = Batcher::create(*data, 0);
  if (!parameters || !gradients || !batcher)
    return llvm::joinErrors(llvm::joinErrors(parameters.takeError(), gradients.takeError()), batcher.takeError());

  std::vector<double> losses(info.losses.size());
  auto batch = batcher->range(request->first, request->rows);
  if (!batch)
    return batch.takeError();
  llvm::Error failure = request->loss.empty()
                            ? model->backward(*parameters, **batch, request->run, losses, *gradients)
                            : model->backwardLoss(request->loss, *parameters, **batch, request->run, losses, *gradients);
  if (failure)
    return withDataRow(std::move(failure), *data, llvm::to_vector(llvm::seq(request->first, request->first + request->rows)));
  auto file = contentsOf(info, phase, *request, losses, *gradients);
  if (!file)
    return file.takeError();
  if (auto error = writeSafetensors(options.output, *file))
    return std::move(error);
  printSummary(info, phase, options, *request, losses, *gradients, console.out);
  return 0;
}

} // namespace mimoc
