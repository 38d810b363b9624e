// The calls that compute: validate, check values, run the compiled entry point. Part of Runtime.c.

static void *scratch_at(const struct call *call, int64_t offset) { return call->workspace + offset; }

static struct sizes sizes_of(const struct call *call) {
  struct sizes sizes = {call->model, call->batch, call->dims};
  return sizes;
}

// What a result or cotangent that the caller left out is replaced by; cotangents that are not given are zeros.
static void *stand_in(const struct call *call, const struct mimort_slot *slot, int64_t *tensors_end) {
  switch (slot->kind) {
  case MIMORT_LOSSES: return scratch_at(call, call->scratch.losses);
  case MIMORT_STATES: return scratch_at(call, call->scratch.states);
  case MIMORT_GRADIENTS: return scratch_at(call, call->scratch.gradients);
  case MIMORT_OPTIONS: case MIMORT_RNG: return (void *)(uintptr_t)call->entry->phase->default_options;
  default: break;
  }
  const struct sizes sizes = sizes_of(call);
  int64_t bytes = tensor_bytes(slot->tensor, &sizes);
  void *tensor = scratch_at(call, take(tensors_end, bytes));
  if (slot->kind == MIMORT_COTANGENT)
    __builtin_memset(tensor, 0, (size_t)bytes);
  return tensor;
}

static void *slot_pointer(const struct call *call, const struct mimort_slot *slot, int64_t *tensors_end) {
  if (slot->kind == MIMORT_WORKSPACE)
    return call->workspace;
  if (slot->kind == MIMORT_SIZES)
    return scratch_at(call, call->scratch.sizes);
  if (slot->kind == MIMORT_CHECKS)
    return scratch_at(call, call->scratch.checks);
  const void *pointer = pointer_of(call, slot);
  unsigned char *resolved = pointer ? (unsigned char *)(uintptr_t)pointer : stand_in(call, slot, tensors_end);
  // The generator's key stands behind the options in the same struct.
  return slot->kind == MIMORT_RNG ? resolved + 8 * call->entry->phase->option_count : resolved;
}

static void run(const struct call *call, const struct mimort_entry *entry) {
  void **slots = scratch_at(call, call->scratch.slots);
  int64_t tensors_end = call->scratch.tensors;
  int64_t *sizes = scratch_at(call, call->scratch.sizes);
  sizes[0] = call->batch;
  for (int64_t i = 0; call->dims && i < call->model->dim_count; ++i)
    sizes[1 + i] = call->dims[i];
  for (int64_t i = 0; i < entry->slot_count; ++i)
    slots[i] = slot_pointer(call, &entry->slots[i], &tensors_end);
  entry->function(slots, call->batch);
}

// "[3]" or "[3, 0, 7]": where the element with this row-major number stands.
static void put_place(struct context *context, const struct mimort_tensor *tensor, const struct sizes *sizes,
                      int64_t linear) {
  int64_t stride = tensor_bytes(tensor, sizes) / element_bytes(tensor->type);
  put_char(context, '[');
  for (int64_t i = 0; i < tensor->rank; ++i) {
    stride /= size_of(sizes, tensor->shape[i]);
    put(context, i ? ", " : "");
    put_signed(context, linear / stride);
    linear %= stride;
  }
  put_char(context, ']');
}

static mimoc_status refuse_value(struct call *call, const struct mimort_check *check, int64_t linear) {
  const struct mimort_slot slot = {check->kind, check->field, check->tensor};
  const void *data = pointer_of(call, &slot);
  int64_t value = check->tensor->type == MIMORT_I32 ? ((const int32_t *)data)[linear] : ((const int64_t *)data)[linear];
  const struct sizes sizes = sizes_of(call);
  struct context *context = call->context;
  refuse(call, "");
  put_slot_name(context, &slot);
  put_place(context, check->tensor, &sizes, linear);
  put(context, " is ");
  put_signed(context, value);
  put(context, ", which is not in [0, ");
  put_signed(context, size_of(&sizes, check->bound));
  put(context, ") (");
  put(context, call->model->source);
  put_char(context, ':');
  put_signed(context, check->line);
  put_char(context, ')');
  return MIMOC_VALUE_OUT_OF_RANGE;
}

static mimoc_status check_values(struct call *call) {
  const struct mimort_model *model = call->model;
  int64_t *verdicts = scratch_at(call, call->scratch.checks);
  for (int64_t i = 0; i < model->check_count; ++i)
    verdicts[i] = -1;
  for (int64_t i = 0; i < model->entry_count; ++i)
    if (check_applies(&model->entries[i], call->entry->purpose))
      run(call, &model->entries[i]);
  for (int64_t i = 0; i < model->check_count; ++i)
    if (verdicts[i] >= 0)
      return refuse_value(call, &model->checks[i], verdicts[i]);
  return MIMOC_OK;
}

// Everything that can refuse a call; afterwards nothing does.
static mimoc_status prepare(struct call *call, mimoc_context *context) {
  if (!is_ready(context, call->model))
    return MIMOC_INVALID_CONTEXT;
  call->context = context_of(context);
  mimoc_status status = validate(call);
  return status == MIMOC_OK ? check_values(call) : status;
}

static mimoc_status compute(struct call *call, mimoc_context *context) {
  mimoc_status status = prepare(call, context);
  if (status == MIMOC_OK)
    run(call, call->entry);
  return status;
}

mimoc_status mimort_forward(const struct mimort_model *model, int64_t entry, mimoc_context *context,
                            const void *parameters, const void *const *inputs, void *const *heads, int64_t batch,
                            void *workspace, uint64_t workspace_bytes) {
  struct call call = {.model = model, .function = "forward", .entry = &model->entries[entry], .options_optional = 1,
                      .batch = batch, .workspace = workspace, .workspace_bytes = workspace_bytes};
  call.pointers[MIMORT_PARAMETERS] = parameters;
  call.pointers[MIMORT_INPUT] = inputs;
  call.pointers[MIMORT_HEAD] = heads; // of forward_<head>: the head's own pointer
  return compute(&call, context);
}

mimoc_status mimort_evaluate(const struct mimort_model *model, int64_t entry, mimoc_context *context,
                             const void *parameters, const void *const *inputs, const void *const *targets,
                             double *losses, double *states, int64_t batch, void *workspace,
                             uint64_t workspace_bytes) {
  struct call call = {.model = model, .function = "evaluate", .entry = &model->entries[entry], .options_optional = 1,
                      .batch = batch, .workspace = workspace, .workspace_bytes = workspace_bytes};
  call.pointers[MIMORT_PARAMETERS] = parameters;
  call.pointers[MIMORT_INPUT] = inputs;
  call.pointers[MIMORT_TARGET] = targets;
  call.pointers[MIMORT_LOSSES] = losses;
  call.pointers[MIMORT_STATES] = states;
  return compute(&call, context);
}

// The support is compiled to be small, which keeps the compiler from making vectors of these two loops by itself: they
// alone run over whole blocks. Blocks start on 64-byte boundaries.
typedef float four_floats __attribute__((vector_size(16)));
typedef double two_doubles __attribute__((vector_size(16)));

static void add_floats(float *into, const float *from, int64_t count) {
  int64_t i = 0;
  for (; i + 4 <= count; i += 4)
    *(four_floats *)(into + i) += *(const four_floats *)(from + i);
  for (; i < count; ++i)
    into[i] += from[i];
}

static void add_doubles(double *into, const double *from, int64_t count) {
  int64_t i = 0;
  for (; i + 2 <= count; i += 2)
    *(two_doubles *)(into + i) += *(const two_doubles *)(from + i);
  for (; i < count; ++i)
    into[i] += from[i];
}

static void add_gradients(const struct call *call, void *into, const void *from) {
  int64_t elements = call->entry->phase->gradient_elements;
  if (call->model->real_bytes == 8)
    add_doubles(into, from, elements);
  else
    add_floats(into, from, elements);
}

static const struct mimort_slot *find_slot(const struct mimort_entry *entry, int64_t kind) {
  for (int64_t i = 0; i < entry->slot_count; ++i)
    if (entry->slots[i].kind == kind)
      return &entry->slots[i];
  return NULL;
}

// Accumulating, the entry point writes to scratch, which is then added: null gradients in the call mean just that, once
// the caller's own pointer has passed validation.
static mimoc_status compute_gradients(struct call *call, mimoc_context *context, int accumulate) {
  mimoc_status status = prepare(call, context);
  if (status != MIMOC_OK)
    return status;
  void *gradients = (void *)(uintptr_t)call->pointers[MIMORT_GRADIENTS];
  if (accumulate)
    call->pointers[MIMORT_GRADIENTS] = NULL;
  run(call, call->entry);
  if (accumulate && find_slot(call->entry, MIMORT_GRADIENTS))
    add_gradients(call, gradients, scratch_at(call, call->scratch.gradients));
  return MIMOC_OK;
}

mimoc_status mimort_backward(const struct mimort_model *model, int64_t entry, mimoc_context *context,
                             const void *parameters, const void *const *inputs, const void *const *targets,
                             const void *options, double *losses, void *gradients, int64_t accumulate, int64_t batch,
                             void *workspace, uint64_t workspace_bytes) {
  struct call call = {.model = model, .function = "backward", .entry = &model->entries[entry],
                      .batch = batch, .workspace = workspace, .workspace_bytes = workspace_bytes};
  call.pointers[MIMORT_PARAMETERS] = parameters;
  call.pointers[MIMORT_INPUT] = inputs;
  call.pointers[MIMORT_TARGET] = targets;
  call.pointers[MIMORT_OPTIONS] = call.pointers[MIMORT_RNG] = options;
  call.pointers[MIMORT_LOSSES] = losses;
  call.pointers[MIMORT_GRADIENTS] = gradients;
  return compute_gradients(&call, context, accumulate != 0);
}

mimoc_status mimort_vjp(const struct mimort_model *model, int64_t entry, mimoc_context *context, const void *parameters,
                        const void *const *inputs, const void *options, const void *const *cotangents, void *gradients,
                        void *const *input_gradients, int64_t batch, void *workspace, uint64_t workspace_bytes) {
  struct call call = {.model = model, .function = "vjp", .entry = &model->entries[entry], .options_optional = 1,
                      .batch = batch, .workspace = workspace, .workspace_bytes = workspace_bytes};
  call.pointers[MIMORT_PARAMETERS] = parameters;
  call.pointers[MIMORT_INPUT] = inputs;
  call.pointers[MIMORT_OPTIONS] = call.pointers[MIMORT_RNG] = options;
  call.pointers[MIMORT_COTANGENT] = cotangents;
  call.pointers[MIMORT_GRADIENTS] = gradients;
  call.pointers[MIMORT_INPUT_GRADIENT] = input_gradients;
  return compute(&call, context);
}

mimoc_status mimort_apply(const struct mimort_model *model, int64_t entry, mimoc_context *context, void *parameters,
                          void *state, const void *gradients, const void *options, void *workspace,
                          uint64_t workspace_bytes) {
  struct call call = {.model = model, .function = "apply", .entry = &model->entries[entry],
                      .batch = 1, .workspace = workspace, .workspace_bytes = workspace_bytes};
  call.pointers[MIMORT_PARAMETERS] = parameters;
  call.pointers[MIMORT_STATE] = state;
  call.pointers[MIMORT_GRADIENTS] = gradients;
  call.pointers[MIMORT_OPTIONS] = call.pointers[MIMORT_RNG] = options;
  return compute(&call, context);
}

mimoc_status mimort_step(const struct mimort_model *model, int64_t entry, mimoc_context *context, void *parameters,
                         void *state, const void *const *inputs, const void *const *targets, const void *options,
                         double *losses, int64_t batch, void *workspace, uint64_t workspace_bytes) {
  struct call call = {.model = model, .function = "step", .entry = &model->entries[entry],
                      .batch = batch, .workspace = workspace, .workspace_bytes = workspace_bytes};
  call.pointers[MIMORT_PARAMETERS] = parameters;
  call.pointers[MIMORT_STATE] = state;
  call.pointers[MIMORT_INPUT] = inputs;
  call.pointers[MIMORT_TARGET] = targets;
  call.pointers[MIMORT_OPTIONS] = call.pointers[MIMORT_RNG] = options;
  call.pointers[MIMORT_LOSSES] = losses;
  return compute(&call, context);
}
