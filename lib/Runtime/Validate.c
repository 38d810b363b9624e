// What is refused before anything is computed: contexts, batches, pointers, alignment, workspaces. Part of Runtime.c.

// One call of an exported function. Pointers by kind of slot: the struct of pointers for tensors, the block otherwise.
struct call {
  const struct mimort_model *model;
  struct context *context;
  const char *function; // "step"; with the entry's name appended, "forward_classifier"
  const struct mimort_entry *entry;
  const void *pointers[MIMORT_SLOT_KINDS];
  int options_optional; // null options mean the defaults, without randomness
  int64_t batch;
  const int64_t *dims; // run-time sizes of the inputs; null until they are checked
  unsigned char *workspace;
  uint64_t workspace_bytes;
  struct scratch scratch;
};

static void refuse(struct call *call, const char *text) {
  begin_refusal(call->context, call->function, call->entry->name);
  put(call->context, text);
}

// What the parameter of the exported function is called, by kind of slot.
static const char *parameter_name(int64_t kind) {
  static const char *const names[] = {"inputs",     "targets",   "heads", "cotangents", "input_gradients",
                                      "parameters", "gradients", "state", "losses",     "states",
                                      "checks",     "options",   "options", "sizes", "workspace"};
  return names[kind];
}

static void put_slot_name(struct context *context, const struct mimort_slot *slot) {
  put(context, parameter_name(slot->kind));
  if (slot->tensor) {
    put_char(context, '.');
    put(context, slot->tensor->name);
  }
}

static int is_tensor(int64_t kind) { return kind <= MIMORT_INPUT_GRADIENT; }

static int64_t alignment_of(const struct mimort_slot *slot) {
  if (slot->tensor)
    return element_bytes(slot->tensor->type);
  return slot->kind >= MIMORT_PARAMETERS && slot->kind <= MIMORT_STATE ? MIMOC_BLOCK_ALIGNMENT : 8;
}

// May the caller leave this out? Then it goes to, or comes from, scratch.
static int is_optional(const struct call *call, int64_t kind) {
  switch (kind) {
  case MIMORT_LOSSES: case MIMORT_STATES: case MIMORT_INPUT_GRADIENT: return 1;
  case MIMORT_COTANGENT: return call->pointers[kind] != NULL; // one of them, but not the struct
  case MIMORT_OPTIONS: case MIMORT_RNG: return call->options_optional;
  case MIMORT_GRADIENTS: return call->entry->purpose == MIMOC_FOR_VJP;
  default: return 0;
  }
}

static int is_internal(int64_t kind) { return kind == MIMORT_CHECKS || kind == MIMORT_SIZES || kind == MIMORT_WORKSPACE; }

// forward_<head> takes the head's pointer itself, all else tensors in a struct of pointers.
static int is_in_struct(const struct call *call, int64_t kind) {
  return is_tensor(kind) && !(kind == MIMORT_HEAD && call->entry->purpose == MIMOC_FOR_FORWARD_HEAD);
}

// What the caller handed in for a slot, null if nothing.
static const void *pointer_of(const struct call *call, const struct mimort_slot *slot) {
  const void *pointer = call->pointers[slot->kind];
  return pointer && is_in_struct(call, slot->kind) ? ((const void *const *)pointer)[slot->field] : pointer;
}

static mimoc_status refuse_null(struct call *call, const struct mimort_slot *slot) {
  struct context *context = call->context;
  refuse(call, "");
  if (is_in_struct(call, slot->kind) && call->pointers[slot->kind])
    put_slot_name(context, slot);
  else
    put(context, is_in_struct(call, slot->kind) || !slot->tensor ? parameter_name(slot->kind) : "head");
  put(context, " is null");
  if (call->entry->purpose == MIMOC_FOR_FORWARD && slot->kind == MIMORT_HEAD) {
    put(context, "; for some heads only, call ");
    put(context, call->model->prefix);
    put(context, "_forward_<head>");
  }
  return MIMOC_NULL_POINTER;
}

static mimoc_status refuse_misaligned(struct call *call, const char *name, const char *member, const void *pointer,
                                      int64_t alignment) {
  struct context *context = call->context;
  refuse(call, name);
  if (member)
    put_char(context, '.');
  put(context, member ? member : "");
  put(context, " must start on a ");
  put_signed(context, alignment);
  put(context, "-byte boundary; it is ");
  put_unsigned(context, (uintptr_t)pointer % (uint64_t)alignment);
  put(context, " bytes past one");
  return MIMOC_MISALIGNED;
}

static int is_misaligned(const void *pointer, int64_t alignment) {
  return (uintptr_t)pointer % (uint64_t)alignment != 0;
}

static mimoc_status validate_slot(struct call *call, const struct mimort_slot *slot) {
  if (is_internal(slot->kind))
    return MIMOC_OK;
  const char *name = parameter_name(slot->kind);
  if (is_in_struct(call, slot->kind) && is_misaligned(call->pointers[slot->kind], 8))
    return refuse_misaligned(call, name, NULL, call->pointers[slot->kind], 8);
  const void *pointer = pointer_of(call, slot);
  if (!pointer)
    return is_optional(call, slot->kind) ? MIMOC_OK : refuse_null(call, slot);
  if (is_misaligned(pointer, alignment_of(slot)))
    return refuse_misaligned(call, name, slot->tensor ? slot->tensor->name : NULL, pointer, alignment_of(slot));
  return MIMOC_OK;
}

static mimoc_status validate_slots(struct call *call, const struct mimort_entry *entry) {
  for (int64_t i = 0; i < entry->slot_count; ++i) {
    mimoc_status status = validate_slot(call, &entry->slots[i]);
    if (status != MIMOC_OK)
      return status;
  }
  return MIMOC_OK;
}

// Of statistics over rows, some need more than one.
static mimoc_status refuse_few_rows(struct call *call, const struct mimort_least *least, int64_t size) {
  if (least->size == MIMORT_BATCH) {
    refuse(call, "batch is ");
  } else {
    refuse(call, "inputs.");
    put(call->context, call->model->dims[MIMORT_BATCH - 1 - least->size].name);
    put(call->context, " is ");
  }
  put_signed(call->context, size);
  put(call->context, "; training needs at least ");
  put_signed(call->context, least->least);
  put(call->context, " rows (");
  put(call->context, call->model->source);
  put_char(call->context, ':');
  put_signed(call->context, least->line);
  put_char(call->context, ')');
  return least->size == MIMORT_BATCH ? MIMOC_INVALID_BATCH : MIMOC_INVALID_SIZE;
}

static mimoc_status validate_least(struct call *call) {
  for (int64_t i = 0; i < call->entry->least_count; ++i) {
    const struct mimort_least *least = &call->entry->least[i];
    struct sizes sizes = {call->model, call->batch, call->dims};
    int64_t size = size_of(&sizes, least->size);
    if (size < least->least)
      return refuse_few_rows(call, least, size);
  }
  return MIMOC_OK;
}

static mimoc_status refuse_size(struct call *call, const struct mimort_dim *dim, int64_t size) {
  struct context *context = call->context;
  refuse(call, "inputs.");
  put(context, dim->name);
  put(context, " is ");
  put_signed(context, size);
  put(context, ", and the model takes ");
  put_signed(context, dim->least);
  put(context, " to ");
  put_signed(context, dim->bound);
  put(context, " (");
  put(context, call->model->source);
  put_char(context, ':');
  put_signed(context, dim->line);
  put_char(context, ')');
  return MIMOC_INVALID_SIZE;
}

static mimoc_status validate_batch(struct call *call) {
  if (call->batch >= 1 && workspace_of(call->model, call->entry, call->batch) > 0)
    return MIMOC_OK;
  refuse(call, "batch is ");
  put_signed(call->context, call->batch);
  put(call->context, call->batch < 1 ? "; it must be at least 1" : ", which no memory can hold");
  return MIMOC_INVALID_BATCH;
}

// The sizes that the model declares stand behind the pointers of the inputs, wherever inputs are handed in.
static mimoc_status validate_sizes(struct call *call) {
  const struct mimort_model *model = call->model;
  if (model->dim_count == 0 || !has_inputs(call->entry->purpose))
    return MIMOC_OK;
  const void *inputs = call->pointers[MIMORT_INPUT];
  if (!inputs) {
    refuse(call, "inputs is null");
    return MIMOC_NULL_POINTER;
  }
  if (is_misaligned(inputs, 8))
    return refuse_misaligned(call, "inputs", NULL, inputs, 8);
  const int64_t *dims = (const int64_t *)((const void *const *)inputs + model->input_count);
  for (int64_t i = 0; i < model->dim_count; ++i)
    if (dims[i] < model->dims[i].least || dims[i] > model->dims[i].bound)
      return refuse_size(call, &model->dims[i], dims[i]);
  call->dims = dims;
  return MIMOC_OK;
}

static mimoc_status validate_workspace(struct call *call) {
  uint64_t needed = (uint64_t)call->scratch.end;
  if (call->workspace_bytes < needed) {
    refuse(call, "workspace_bytes is ");
    put_unsigned(call->context, call->workspace_bytes);
    put(call->context, ", a batch of ");
    put_signed(call->context, call->batch);
    put(call->context, " needs ");
    put_unsigned(call->context, needed);
    put(call->context, " (what ");
    put(call->context, call->model->prefix);
    put(call->context, "_workspace_bytes returns)");
    return MIMOC_WORKSPACE_TOO_SMALL;
  }
  if (!call->workspace) {
    refuse(call, "workspace is null");
    return MIMOC_NULL_POINTER;
  }
  if (is_misaligned(call->workspace, MIMOC_BLOCK_ALIGNMENT))
    return refuse_misaligned(call, "workspace", NULL, call->workspace, MIMOC_BLOCK_ALIGNMENT);
  return MIMOC_OK;
}

static mimoc_status validate(struct call *call) {
  mimoc_status status = validate_batch(call);
  if (status == MIMOC_OK)
    status = validate_sizes(call);
  if (status == MIMOC_OK)
    status = validate_least(call);
  if (status != MIMOC_OK)
    return status;
  call->scratch = scratch_of(call->model, call->entry, call->batch);
  status = validate_slots(call, call->entry);
  for (int64_t i = 0; i < call->model->entry_count && status == MIMOC_OK; ++i)
    if (check_applies(&call->model->entries[i], call->entry->purpose))
      status = validate_slots(call, &call->model->entries[i]);
  return status == MIMOC_OK ? validate_workspace(call) : status;
}
