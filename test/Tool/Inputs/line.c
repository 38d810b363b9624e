/* A model in plain C with the interface of a compiled one (include/mimoc/Runtime.h), so that the tool can be tested
 * without the compiler:  pred = w . x + b  with x of two features, loss fit = mse(pred, y), metric mae, sgd with momentum,
 * and noise: with options.random a little depends on seed and step, as dropout would.
 */
#include "mimoc/Runtime.h"

#include <math.h>

#define EXPORT __attribute__((visibility("default")))

EXPORT const char line_description[] =
    "{\"format\": \"mimoc model\", \"abi_version\": 4, \"compiler_version\": \"test\", \"model\": \"Line\","
    "\"prefix\": \"line\", \"source\": \"line.mimo\", \"layout_hash\": \"0123456789abcdef\","
    "\"context_init\": \"line_context_init_0123456789abcdef\", \"precision\": \"f64\", \"seed\": 7,"
    "\"target\": \"test\", \"cpu\": \"test\", \"cpu_features\": \"\","
    "\"inputs\": [{\"name\": \"x\", \"field\": \"x\", \"offset\": 0, \"type\": \"f64\", \"shape\": [\"batch\", 2],"
    "\"kind\": \"input\", \"line\": 2}],"
    "\"targets\": [{\"name\": \"y\", \"field\": \"y\", \"offset\": 0, \"type\": \"f64\", \"shape\": [\"batch\", 1],"
    "\"kind\": \"target\", \"line\": 3}, {\"name\": \"kind\", \"field\": \"kind\", \"offset\": 8, \"type\": \"i64\","
    "\"shape\": [\"batch\"], \"kind\": \"target\", \"line\": 4}],"
    "\"heads\": [{\"name\": \"pred\", \"field\": \"pred\", \"offset\": 0, \"type\": \"f64\", \"shape\": [\"batch\", 1],"
    "\"kind\": \"head\", \"line\": 5}, {\"name\": \"twice\", \"field\": \"twice\", \"offset\": 8, \"type\": \"f64\","
    "\"shape\": [\"batch\", 2], \"kind\": \"output\", \"line\": 6}],"
    "\"input_gradients\": [{\"name\": \"x\", \"offset\": 0}],"
    "\"losses\": [{\"name\": \"fit\", \"kind\": \"loss\", \"rule\": \"ratio\", \"offset\": 0, \"state_offset\": 0,"
    "\"state\": [{\"name\": \"sum\", \"shape\": []}, {\"name\": \"divisor\", \"shape\": []}]}],"
    "\"metrics\": [{\"name\": \"error\", \"kind\": \"metric\", \"rule\": \"ratio\", \"offset\": 8, \"state_offset\": 16,"
    "\"state\": [{\"name\": \"sum\", \"shape\": []}, {\"name\": \"divisor\", \"shape\": []}]}],"
    "\"parameter_elements\": 3,"
    "\"parameters\": [{\"name\": \"pred.weight\", \"shape\": [1, 2], \"offset\": 0, \"byte_offset\": 0, \"elements\": 2,"
    "\"init\": {\"kind\": \"uniform\", \"a\": -0.5, \"b\": 0.5, \"low\": 0, \"high\": 0}}, {\"name\": \"pred.bias\", \"shape\": [1],"
    "\"offset\": 2, \"byte_offset\": 16, \"elements\": 1, \"init\": {\"kind\": \"constant\", \"a\": 0, \"b\": 0,"
    "\"low\": 0, \"high\": 0}}], \"buffers\": [],"
    "\"bytes\": {\"parameters\": 24, \"losses\": 8, \"states\": 32, \"figures\": 16,"
    "\"context\": 768, \"alignment\": 64},"
    "\"phases\": [{\"name\": \"\", \"seed\": 7, \"init_state\": \"line_init_state\","
    "\"options\": [{\"name\": \"learning_rate\", \"field\": \"learning_rate\", \"offset\": 0, \"type\": \"f64\","
    "\"kind\": \"learning_rate\", \"default\": 0.01}, {\"name\": \"fit\", \"field\": \"fit\", \"offset\": 8, \"type\": \"f64\","
    "\"kind\": \"coefficient\", \"default\": 2.0}],"
    "\"random\": {\"seed_offset\": 16, \"step_offset\": 24, \"random_offset\": 32},"
    "\"optimizer\": {\"name\": \"sgd\", \"average\": null, \"groups\": [{\"name\": \"\", \"rate_option\": 0,"
    "\"settings\": [{\"name\": \"momentum\", \"value\": 0.9}], \"state_starts\": [0]}],"
    "\"state\": [\"momentum_buffer\"]},"
    "\"trained\": [{\"parameter\": 0, \"name\": \"pred.weight\", \"offset\": 0, \"group\": 0}, {\"parameter\": 1,"
    "\"name\": \"pred.bias\", \"offset\": 2, \"group\": 0}], \"gradient_elements\": 3, \"balancing\": [],"
    "\"bytes\": {\"gradients\": 24, \"state\": 24, \"options\": 40}}],"
    "\"checks\": [{\"tensor\": \"kind\", \"bound\": 3, \"line\": 4}],"
    "\"functions\": [{\"symbol\": \"line_describe\"}, {\"symbol\": \"line_forward\", \"kind\": \"forward\","
    "\"name\": \"\", \"workspace_static\": 64, \"workspace_per_row\": 8, \"flops_per_row\": 4},"
    "{\"symbol\": \"line_forward_pred\", \"kind\": \"forward_head\", \"name\": \"pred\", \"workspace_static\": 64,"
    "\"workspace_per_row\": 8}, {\"symbol\": \"line_backward_fit\", \"kind\": \"backward_loss\", \"name\": \"fit\","
    "\"workspace_static\": 64, \"workspace_per_row\": 8}, {\"symbol\": \"line_backward\", \"kind\": \"backward\", \"name\": \"\","
    "\"workspace_static\": 64, \"workspace_per_row\": 8}, {\"symbol\": \"line_step\", \"kind\": \"step\", \"name\": \"\","
    "\"workspace_static\": 64, \"workspace_per_row\": 8}]}";

static char refusal[128];

EXPORT const char *line_describe(void) { return line_description; }
EXPORT const char *line_status_text(mimoc_status status) { return status ? "refused" : "ok"; }
EXPORT mimoc_status line_context_init_0123456789abcdef(mimoc_context *context, const mimoc_context_options *options) {
  return MIMOC_OK;
}
EXPORT void line_context_destroy(mimoc_context *context) {}
EXPORT const char *line_message(const mimoc_context *context) { return refusal; }
EXPORT uint64_t line_workspace_bytes(int64_t purpose, int64_t batch) { return 64 + 8 * (uint64_t)batch; }

EXPORT mimoc_status line_init_parameters(mimoc_context *context, void *parameters, uint64_t seed) {
  double *p = parameters;
  p[0] = (double)(seed % 11) / 11 - 0.5;
  p[1] = 0.25;
  p[2] = 0;
  return MIMOC_OK;
}
EXPORT mimoc_status line_init_state(mimoc_context *context, void *state) {
  for (int i = 0; i < 3; ++i)
    ((double *)state)[i] = 0;
  return MIMOC_OK;
}

static double predict(const double *p, const double *x) { return p[0] * x[0] + p[1] * x[1] + p[2]; }

EXPORT mimoc_status line_forward_pred(mimoc_context *context, const void *parameters, const void *const *inputs,
                                      void *head, int64_t batch, void *workspace, uint64_t workspace_bytes) {
  for (int64_t i = 0; i < batch; ++i)
    ((double *)head)[i] = predict(parameters, (const double *)inputs[0] + 2 * i);
  return MIMOC_OK;
}
EXPORT mimoc_status line_forward(mimoc_context *context, const void *parameters, const void *const *inputs,
                                 void *const *heads, int64_t batch, void *workspace, uint64_t workspace_bytes) {
  line_forward_pred(context, parameters, inputs, heads[0], batch, workspace, workspace_bytes);
  for (int64_t i = 0; i < 2 * batch; ++i)
    ((double *)heads[1])[i] = ((double *)heads[0])[i / 2] * (double)(1 + i % 2);
  return MIMOC_OK;
}

static mimoc_status check(const int64_t *kind, int64_t batch) {
  static const char text[] = "target kind[?] is out of range, which is not in [0, 3) (line.mimo:4)";
  for (int64_t i = 0; i < batch; ++i)
    if (kind[i] < 0 || kind[i] >= 3) {
      for (unsigned k = 0; k < sizeof text; ++k)
        refusal[k] = text[k];
      refusal[12] = (char)('0' + i % 10);
      return MIMOC_VALUE_OUT_OF_RANGE;
    }
  return MIMOC_OK;
}

EXPORT mimoc_status line_evaluate(mimoc_context *context, const void *parameters, const void *const *inputs,
                                  const void *const *targets, double *losses, double *states, int64_t batch,
                                  void *workspace, uint64_t workspace_bytes) {
  mimoc_status status = check(targets[1], batch);
  if (status)
    return status;
  states[0] = states[2] = 0;
  states[1] = states[3] = (double)batch;
  for (int64_t i = 0; i < batch; ++i) {
    double error = predict(parameters, (const double *)inputs[0] + 2 * i) - ((const double *)targets[0])[i];
    states[0] += error * error;
    states[2] += fabs(error);
  }
  losses[0] = states[0] / states[1];
  return MIMOC_OK;
}

EXPORT mimoc_status line_backward_fit(mimoc_context *context, const void *parameters, const void *const *inputs,
                                      const void *const *targets, const void *options, double *losses, void *gradients,
                                      int64_t accumulate, int64_t batch, void *workspace, uint64_t workspace_bytes) {
  mimoc_status status = check(targets[1], batch);
  if (status)
    return status;
  const uint64_t *random = (const uint64_t *)options + 2;
  double *g = gradients, noise = random[2] ? 1e-3 * (double)((random[0] * 31 + random[1] * 17) % 101) : 0;
  g[0] = g[1] = g[2] = losses[0] = 0;
  for (int64_t i = 0; i < batch; ++i) {
    const double *x = (const double *)inputs[0] + 2 * i;
    double error = predict(parameters, x) + noise - ((const double *)targets[0])[i];
    losses[0] += error * error / (double)batch;
    g[0] += 2 * error * x[0] / (double)batch;
    g[1] += 2 * error * x[1] / (double)batch;
    g[2] += 2 * error / (double)batch;
  }
  return MIMOC_OK;
}
EXPORT mimoc_status line_backward(mimoc_context *context, const void *parameters, const void *const *inputs,
                                  const void *const *targets, const void *options, double *losses, void *gradients,
                                  int64_t accumulate, int64_t batch, void *workspace, uint64_t workspace_bytes) {
  mimoc_status status = line_backward_fit(context, parameters, inputs, targets, options, losses, gradients, accumulate,
                                          batch, workspace, workspace_bytes);
  for (int i = 0; i < 3 && !status; ++i)
    ((double *)gradients)[i] *= ((const double *)options)[1];
  return status;
}

EXPORT mimoc_status line_step(mimoc_context *context, void *parameters, void *state, const void *const *inputs,
                              const void *const *targets, const void *options, double *losses, int64_t batch,
                              void *workspace, uint64_t workspace_bytes) {
  double g[3], *p = parameters, *v = state;
  mimoc_status status = line_backward(context, parameters, inputs, targets, options, losses, g, 0, batch, workspace,
                                      workspace_bytes);
  for (int i = 0; i < 3 && !status; ++i) {
    v[i] = 0.9 * v[i] + g[i];
    p[i] -= ((const double *)options)[0] * v[i];
  }
  return status;
}

EXPORT mimoc_status line_metrics_add(mimoc_context *context, double *total, const double *states) {
  for (int i = 0; i < 4; ++i)
    total[i] += states[i];
  return MIMOC_OK;
}
EXPORT mimoc_status line_metrics_finalise(mimoc_context *context, const double *states, double *figures) {
  figures[0] = states[1] ? states[0] / states[1] : 0;
  figures[1] = states[3] ? states[2] / states[3] : NAN;
  return MIMOC_OK;
}
