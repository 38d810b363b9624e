// Losses and metrics over many batches: (sum, divisor) pairs of doubles that are added. Part of Runtime.c.

static mimoc_status validate_doubles(struct context *context, const char *function, const char *name,
                                     const void *pointer) {
  if (pointer && !is_misaligned(pointer, 8))
    return MIMOC_OK;
  begin_refusal(context, function, "");
  put(context, name);
  put(context, pointer ? " must start on an 8-byte boundary" : " is null");
  return pointer ? MIMOC_MISALIGNED : MIMOC_NULL_POINTER;
}

mimoc_status mimort_metrics_reset(const struct mimort_model *model, mimoc_context *context, double *total) {
  if (!is_ready(context, model))
    return MIMOC_INVALID_CONTEXT;
  mimoc_status status = validate_doubles(context_of(context), "metrics_reset", "total", total);
  for (int64_t i = 0; i < 2 * model->ratio_count && status == MIMOC_OK; ++i)
    total[i] = 0;
  return status;
}

static mimoc_status add_states(const struct mimort_model *model, mimoc_context *context, const char *function,
                               double *total, const char *name, const double *states) {
  if (!is_ready(context, model))
    return MIMOC_INVALID_CONTEXT;
  mimoc_status status = validate_doubles(context_of(context), function, "total", total);
  if (status == MIMOC_OK)
    status = validate_doubles(context_of(context), function, name, states);
  for (int64_t i = 0; i < 2 * model->ratio_count && status == MIMOC_OK; ++i)
    total[i] += states[i];
  return status;
}

mimoc_status mimort_metrics_add(const struct mimort_model *model, mimoc_context *context, double *total,
                                const double *states) {
  return add_states(model, context, "metrics_add", total, "states", states);
}

mimoc_status mimort_metrics_merge(const struct mimort_model *model, mimoc_context *context, double *total,
                                  const double *other) {
  return add_states(model, context, "metrics_merge", total, "other", other);
}

mimoc_status mimort_metrics_finalise(const struct mimort_model *model, mimoc_context *context, const double *total,
                                     double *figures) {
  if (!is_ready(context, model))
    return MIMOC_INVALID_CONTEXT;
  mimoc_status status = validate_doubles(context_of(context), "metrics_finalise", "total", total);
  if (status == MIMOC_OK)
    status = validate_doubles(context_of(context), "metrics_finalise", "figures", figures);
  for (int64_t i = 0; i < model->ratio_count && status == MIMOC_OK; ++i) {
    double nothing = i < model->loss_count ? 0 : __builtin_nan("");
    figures[i] = total[2 * i + 1] == 0 ? nothing : total[2 * i] / total[2 * i + 1];
  }
  return status;
}
