// The context and the text of the last refusal in it. Part of Runtime.c.

#define CONTEXT_READY UINT64_C(0x6d696d6f63747831)  // initialised
#define CONTEXT_FAILED UINT64_C(0x6d696d6f63747830) // context_init refused: it has a message and nothing else

struct context {
  uint64_t magic;
  const struct mimort_model *model;
  mimoc_context_options options;
  uint64_t message_length;
  char message[MIMOC_MESSAGE_BYTES];
};

_Static_assert(sizeof(struct context) <= sizeof(mimoc_context), "the context outgrew its public size");

static struct context *context_of(mimoc_context *context) { return (struct context *)(void *)context; }

// Messages are put together piece by piece; what does not fit is cut off.
static void put_char(struct context *context, char c) {
  if (context->message_length + 1 >= MIMOC_MESSAGE_BYTES)
    return;
  context->message[context->message_length++] = c;
  context->message[context->message_length] = 0;
}

static void put(struct context *context, const char *text) {
  while (*text)
    put_char(context, *text++);
}

static void put_unsigned(struct context *context, uint64_t value) {
  char digits[20];
  int count = 0;
  do
    digits[count++] = (char)('0' + value % 10);
  while (value /= 10);
  while (count)
    put_char(context, digits[--count]);
}

static void put_signed(struct context *context, int64_t value) {
  if (value < 0)
    put_char(context, '-');
  put_unsigned(context, value < 0 ? -(uint64_t)value : (uint64_t)value);
}

static void clear_message(struct context *context) {
  context->message_length = 0;
  context->message[0] = 0;
}

// Starts a refusal: "<prefix>_<function>: ", or "<prefix>_<function>_<name>: " where there is a name.
static void begin_refusal(struct context *context, const char *function, const char *name) {
  clear_message(context);
  put(context, context->model->prefix);
  put_char(context, '_');
  put(context, function);
  if (*name)
    put_char(context, '_');
  put(context, name);
  put(context, ": ");
}

static int is_ready(const mimoc_context *public_context, const struct mimort_model *model) {
  const struct context *context = (const struct context *)(const void *)public_context;
  return context && (uintptr_t)context % 8 == 0 && context->magic == CONTEXT_READY && context->model == model;
}
