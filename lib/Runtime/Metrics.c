// Losses and metrics over many batches: states, which are sums over rows, are added, and figures are made of the totals.
// Part of Runtime.c.

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
  for (int64_t i = 0; i < model->state_numbers && status == MIMOC_OK; ++i)
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
  for (int64_t i = 0; i < model->state_numbers && status == MIMOC_OK; ++i)
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

static double ratio(double sum, double divisor, double nothing) { return divisor == 0 ? nothing : sum / divisor; }

// The mean over the outputs of 1 - residuals / sum of (t - mean)^2. No number where the targets of one vary no more than their
// sums are rounded.
static double determination(const double *weight, int64_t outputs, double nothing) {
  const double *sum = weight + outputs, *squares = sum + outputs, *residuals = squares + outputs;
  double figures = 0;
  for (int64_t i = 0; i < outputs; ++i) {
    double spread = weight[i] == 0 ? 0 : squares[i] - sum[i] * sum[i] / weight[i];
    if (spread <= 1e-12 * squares[i])
      return nothing;
    figures += 1 - residuals[i] / spread;
  }
  return ratio(figures, (double)outputs, nothing);
}

enum { PRECISION, RECALL, F1 };

// What the hits are divided by.
static double base_of(int64_t figure, double predicted, double actual) {
  return figure == PRECISION ? predicted : figure == RECALL ? actual : (predicted + actual) / 2;
}

// The mean over the classes that were predicted or are there; one of them without a base of its own counts as 0.
static double mean_over_classes(int64_t figure, const double *hits, int64_t classes, double nothing) {
  const double *predicted = hits + classes, *actual = predicted + classes;
  double sum = 0, present = 0;
  for (int64_t i = 0; i < classes; ++i) {
    sum += ratio(hits[i], base_of(figure, predicted[i], actual[i]), 0);
    present += predicted[i] + actual[i] != 0;
  }
  return ratio(sum, present, nothing);
}

// The share of a square table's diagonal.
static double diagonal(const double *table, int64_t cells, double nothing) {
  int64_t rows = 0;
  while (rows * rows < cells)
    ++rows;
  double hits = 0, all = 0;
  for (int64_t i = 0; i < cells; ++i) {
    hits += i % (rows + 1) == 0 ? table[i] : 0;
    all += table[i];
  }
  return ratio(hits, all, nothing);
}

// The figure of these totals; `nothing` where nothing was counted.
static double figure_of(const struct mimort_figure *figure, const double *total, double nothing) {
  switch (figure->rule) {
  case MIMORT_RATIO: return ratio(total[0], total[1], nothing);
  case MIMORT_ROOT: return __builtin_sqrt(ratio(total[0], total[1], nothing));
  case MIMORT_DETERMINATION: return determination(total, figure->count, nothing);
  case MIMORT_PRECISION: case MIMORT_RECALL: case MIMORT_F1:
    return ratio(total[0], base_of(figure->rule - MIMORT_PRECISION, total[1], total[2]), nothing);
  case MIMORT_MEAN_PRECISION: case MIMORT_MEAN_RECALL: case MIMORT_MEAN_F1:
    return mean_over_classes(figure->rule - MIMORT_MEAN_PRECISION, total, figure->count, nothing);
  case MIMORT_DIAGONAL: return diagonal(total, figure->count, nothing);
  }
  return nothing;
}

mimoc_status mimort_metrics_finalise(const struct mimort_model *model, mimoc_context *context, const double *total,
                                     double *figures) {
  if (!is_ready(context, model))
    return MIMOC_INVALID_CONTEXT;
  mimoc_status status = validate_doubles(context_of(context), "metrics_finalise", "total", total);
  if (status == MIMOC_OK)
    status = validate_doubles(context_of(context), "metrics_finalise", "figures", figures);
  for (int64_t i = 0; i < model->figure_count && status == MIMOC_OK; ++i) {
    double nothing = i < model->loss_count ? 0 : __builtin_nan("");
    figures[i] = figure_of(&model->figures[i], total + model->figures[i].state, nothing);
  }
  return status;
}
