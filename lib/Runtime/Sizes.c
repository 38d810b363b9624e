// Bytes of tensors, blocks and workspaces. Part of Runtime.c.
//
// A workspace is what the planner laid out for the entry point, followed by the support's own scratch: the slot array,
// the verdicts of the checks, and a place for each result that the caller may leave out.

// No machine has an address space as large as this, and sums of a few such numbers do not overflow.
#define BYTES_LIMIT (INT64_C(1) << 48)
#define TOO_LARGE (BYTES_LIMIT + 1)

static int64_t plus(int64_t a, int64_t b) { return a > BYTES_LIMIT || b > BYTES_LIMIT - a ? TOO_LARGE : a + b; }

static int64_t times(int64_t a, int64_t b) {
  if (a == 0 || b == 0)
    return 0;
  return a > BYTES_LIMIT / b ? TOO_LARGE : a * b;
}

static int64_t max_of(int64_t a, int64_t b) { return a > b ? a : b; }

static int64_t round_up(int64_t value, int64_t multiple) {
  return plus(value, multiple - 1) / multiple * multiple; // TOO_LARGE stays larger than the limit or becomes the limit
}

static int64_t block_aligned(int64_t bytes) {
  return bytes > BYTES_LIMIT - MIMOC_BLOCK_ALIGNMENT ? TOO_LARGE : round_up(bytes, MIMOC_BLOCK_ALIGNMENT);
}

static int64_t element_bytes(int64_t type) {
  switch (type) {
  case MIMORT_F64: case MIMORT_I64: return 8;
  case MIMORT_I1: return 1;
  default: return 4;
  }
}

// Run-time sizes: the batch, and those that the model declares; null for these at their bounds.
struct sizes {
  const struct mimort_model *model;
  int64_t batch;
  const int64_t *dims;
};

static int64_t size_of(const struct sizes *sizes, int64_t code) {
  if (code >= MIMORT_BATCH)
    return code == MIMORT_BATCH ? sizes->batch : code;
  int64_t dim = MIMORT_BATCH - 1 - code;
  return sizes->dims ? sizes->dims[dim] : sizes->model->dims[dim].bound;
}

static int64_t tensor_bytes(const struct mimort_tensor *tensor, const struct sizes *sizes) {
  int64_t bytes = element_bytes(tensor->type);
  for (int64_t i = 0; i < tensor->rank; ++i)
    bytes = times(bytes, size_of(sizes, tensor->shape[i]));
  return bytes;
}

static int64_t block_bytes(const struct mimort_model *model, int64_t elements) { return times(elements, model->real_bytes); }

static int64_t planned_bytes(const struct mimort_entry *entry, int64_t batch) {
  if (batch > BYTES_LIMIT - MIMORT_ROW_ROUNDING)
    return TOO_LARGE;
  int64_t rows = round_up(batch, MIMORT_ROW_ROUNDING);
  int64_t per_row = plus(entry->workspace_per_row, times(entry->workspace_per_pair, rows));
  return plus(entry->workspace_static, times(per_row, rows));
}

static int has_inputs(int64_t purpose) { return purpose != MIMOC_FOR_APPLY; }

static int has_targets(int64_t purpose) {
  return purpose == MIMOC_FOR_EVALUATE || purpose == MIMOC_FOR_BACKWARD || purpose == MIMOC_FOR_BACKWARD_LOSS ||
         purpose == MIMOC_FOR_STEP;
}

static int has_optional_gradients(int64_t purpose) {
  return purpose == MIMOC_FOR_VJP || purpose == MIMOC_FOR_BACKWARD || purpose == MIMOC_FOR_BACKWARD_LOSS;
}

// A check entry runs before an entry whose caller hands in all the tensors that it looks at.
static int check_applies(const struct mimort_entry *check, int64_t purpose) {
  if (check->purpose != MIMORT_CHECK)
    return 0;
  for (int64_t i = 0; i < check->slot_count; ++i) {
    if (check->slots[i].kind == MIMORT_INPUT && !has_inputs(purpose))
      return 0;
    if (check->slots[i].kind == MIMORT_TARGET && !has_targets(purpose))
      return 0;
  }
  return 1;
}

struct scratch {
  int64_t slots, sizes, checks, losses, states, gradients, tensors; // offsets in the workspace
  int64_t end;
};

// Appends a piece and gives its offset.
static int64_t take(int64_t *end, int64_t bytes) {
  int64_t offset = *end;
  *end = block_aligned(plus(offset, bytes));
  return offset;
}

// Where the support's scratch lies in the workspace of a call; `end` is what the whole workspace takes.
static struct scratch scratch_of(const struct mimort_model *model, const struct mimort_entry *entry, int64_t batch) {
  int64_t planned = planned_bytes(entry, batch), slots = entry->slot_count;
  for (int64_t i = 0; i < model->entry_count; ++i)
    if (check_applies(&model->entries[i], entry->purpose)) {
      planned = max_of(planned, planned_bytes(&model->entries[i], batch));
      slots = max_of(slots, model->entries[i].slot_count);
    }
  struct scratch s = {0};
  s.end = block_aligned(planned);
  s.slots = take(&s.end, times(slots, sizeof(void *)));
  s.sizes = take(&s.end, times(model->dim_count + 1, 8));
  s.checks = take(&s.end, times(model->check_count, 8));
  s.losses = take(&s.end, times(model->loss_count, 8));
  s.states = take(&s.end, times(model->state_numbers, 8));
  s.gradients = take(&s.end, has_optional_gradients(entry->purpose) ? block_bytes(model, entry->phase->gradient_elements) : 0);
  s.tensors = s.end;
  struct sizes bounds = {model, batch, NULL};
  if (entry->purpose == MIMOC_FOR_VJP)
    for (int64_t i = 0; i < entry->slot_count; ++i)
      if (entry->slots[i].kind == MIMORT_COTANGENT || entry->slots[i].kind == MIMORT_INPUT_GRADIENT)
        take(&s.end, tensor_bytes(entry->slots[i].tensor, &bounds));
  return s;
}

// Zero where sizes would overflow, also those of tensors.
static int64_t workspace_of(const struct mimort_model *model, const struct mimort_entry *entry, int64_t batch) {
  if (batch < 1)
    return 0;
  struct sizes bounds = {model, batch, NULL};
  int64_t largest = scratch_of(model, entry, batch).end;
  for (int64_t i = 0; i < model->tensor_count; ++i)
    largest = max_of(largest, tensor_bytes(&model->tensors[i], &bounds));
  return largest > BYTES_LIMIT ? 0 : scratch_of(model, entry, batch).end;
}

uint64_t mimort_workspace_bytes(const struct mimort_model *model, int64_t purpose, int64_t batch) {
  int64_t most = 0;
  for (int64_t i = 0; i < model->entry_count; ++i) {
    const struct mimort_entry *entry = &model->entries[i];
    if (entry->purpose == MIMORT_CHECK || (purpose != MIMOC_FOR_ANY && purpose != entry->purpose))
      continue;
    int64_t bytes = workspace_of(model, entry, batch);
    if (bytes == 0)
      return 0;
    most = max_of(most, bytes);
  }
  return (uint64_t)most;
}
