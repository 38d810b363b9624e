// Context creation and destruction, messages, status words. Part of Runtime.c.

static mimoc_status fail_init(struct context *context, mimoc_status status) {
  context->magic = CONTEXT_FAILED;
  return status;
}

mimoc_status mimort_context_init(const struct mimort_model *model, mimoc_context *public_context,
                                 const mimoc_context_options *options) {
  struct context *context = context_of(public_context);
  if (!context)
    return MIMOC_INVALID_CONTEXT;
  if ((uintptr_t)context % 8)
    return MIMOC_MISALIGNED;
  __builtin_memset(context, 0, sizeof *context);
  context->model = model;

  const char *missing = model->cpu_features ? missing_feature(model->cpu_features) : NULL;
  if (missing) {
    begin_refusal(context, "context_init", "");
    put(context, "this processor (or its operating system) lacks '");
    put(context, missing);
    put(context, "', which the model was compiled for; compile it with a lower --march");
    return fail_init(context, MIMOC_UNSUPPORTED_CPU);
  }
  if (options)
    context->options = *options;
  if (context->options.threads < 0) {
    begin_refusal(context, "context_init", "");
    put(context, "options.threads is ");
    put_signed(context, context->options.threads);
    put(context, "; it must be 0 (the default) or more");
    return fail_init(context, MIMOC_INVALID_OPTION);
  }
  context->magic = CONTEXT_READY;
  return MIMOC_OK;
}

void mimort_context_destroy(const struct mimort_model *model, mimoc_context *context) {
  if (is_ready(context, model))
    context_of(context)->magic = 0;
}

const char *mimort_message(const struct mimort_model *model, const mimoc_context *public_context) {
  const struct context *context = (const struct context *)(const void *)public_context;
  if (!context || (uintptr_t)context % 8 || context->model != model ||
      (context->magic != CONTEXT_READY && context->magic != CONTEXT_FAILED))
    return "the context is null, was not initialised by context_init, was destroyed, or is another model's";
  return context->message;
}

const char *mimort_describe(const struct mimort_model *model) { return model->json; }

const char *mimort_status_text(const struct mimort_model *model, mimoc_status status) {
  (void)model;
  switch (status) {
  case MIMOC_OK: return "ok";
  case MIMOC_INVALID_CONTEXT: return "the context is null, not initialised, destroyed, or another model's";
  case MIMOC_NULL_POINTER: return "a pointer that must be set is null";
  case MIMOC_INVALID_BATCH: return "the batch is less than 1 or too large";
  case MIMOC_MISALIGNED: return "a pointer is not aligned as it must be";
  case MIMOC_WORKSPACE_TOO_SMALL: return "the workspace is too small";
  case MIMOC_VALUE_OUT_OF_RANGE: return "a value of an input or target is out of range";
  case MIMOC_UNSUPPORTED_CPU: return "the processor lacks an instruction set that the model was compiled for";
  case MIMOC_INVALID_OPTION: return "an option has a value that it cannot have";
  case MIMOC_INVALID_SIZE: return "a run-time size of the inputs is less or more than the model allows";
  default: return "unknown status";
  }
}
