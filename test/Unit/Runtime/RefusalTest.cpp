// What calls refuse, the text of each refusal, and that a refused call has changed nothing.
#include "FakeModel.h"

#include <gtest/gtest.h>

#include <functional>

using namespace fake;

namespace {

/// Every result of every call keeps the value that it was filled with.
void expectNothingChanged(const Call &call) {
  EXPECT_TRUE(call.parameters.isUntouched(1));
  EXPECT_TRUE(call.gradients.isUntouched());
  EXPECT_TRUE(call.state.isUntouched());
  for (const std::vector<float> *tensor : {&call.y, &call.outputs, &call.xGradient})
    for (float value : *tensor)
      EXPECT_EQ(value, -77);
  for (const std::vector<double> *figures : {&call.losses, &call.states})
    for (double value : *figures)
      EXPECT_EQ(value, -77);
}

void expectRefused(Call &call, mimoc_status status, mimoc_status expected, const std::string &message) {
  EXPECT_EQ(status, expected);
  EXPECT_EQ(call.message(), message);
  expectNothingChanged(call);
}

template <class T> T *shifted(T *pointer, int bytes) {
  return reinterpret_cast<T *>(reinterpret_cast<uintptr_t>(pointer) + uintptr_t(bytes));
}

} // namespace

TEST(Refusal, Contexts) {
  Call call;
  call.contextPointer = nullptr;
  EXPECT_EQ(call.forward(), MIMOC_INVALID_CONTEXT);
  mimoc_context never = {};
  call.contextPointer = &never;
  EXPECT_EQ(call.forward(), MIMOC_INVALID_CONTEXT);
  call.contextPointer = &call.context;
  call.library.find<mimoc_context_destroy_fn>("context_destroy")(&call.context);
  EXPECT_EQ(call.step(), MIMOC_INVALID_CONTEXT);
  expectNothingChanged(call);
  EXPECT_EQ(call.message(),
            "the context is null, was not initialised by context_init, was destroyed, or is another model's");
  EXPECT_EQ(call.library.contextInit()(nullptr, nullptr), MIMOC_INVALID_CONTEXT);
  EXPECT_EQ(call.library.contextInit()(shifted(&never, 4), nullptr), MIMOC_MISALIGNED);
}

TEST(Refusal, ThreadsBelowZero) {
  Call call;
  mimoc_context_options options = {};
  options.threads = -2;
  EXPECT_EQ(call.library.contextInit()(&call.context, &options), MIMOC_INVALID_OPTION);
  EXPECT_EQ(call.message(), "fake_net_context_init: options.threads is -2; it must be 0 (the default) or more");
  EXPECT_EQ(call.forward(), MIMOC_INVALID_CONTEXT);
  options.threads = 7;
  EXPECT_EQ(call.library.contextInit()(&call.context, &options), MIMOC_OK);
  EXPECT_EQ(call.message(), "");
}

TEST(Refusal, Batches) {
  Call call;
  call.rows = 0;
  expectRefused(call, call.forward(), MIMOC_INVALID_BATCH, "fake_net_forward: batch is 0; it must be at least 1");
  call.rows = -3;
  expectRefused(call, call.step(), MIMOC_INVALID_BATCH, "fake_net_step: batch is -3; it must be at least 1");
  for (int64_t rows : {INT64_MAX, INT64_MAX / 12, int64_t(1) << 46}) {
    call.rows = rows;
    expectRefused(call, call.backward(), MIMOC_INVALID_BATCH,
                  "fake_net_backward: batch is " + std::to_string(rows) + ", which no memory can hold");
    EXPECT_EQ(call.library.find<mimoc_workspace_bytes_fn>("workspace_bytes")(0, rows), 0u);
  }
}

TEST(Refusal, NullTensors) {
  Call call;
  call.inputs[0] = nullptr;
  expectRefused(call, call.forward(), MIMOC_NULL_POINTER, "fake_net_forward: inputs.x is null");
  expectRefused(call, call.forwardHead(), MIMOC_NULL_POINTER, "fake_net_forward_y: inputs.x is null");
  call.inputs[0] = call.x.data();
  call.inputs[1] = nullptr; // read by the check only
  expectRefused(call, call.forward(), MIMOC_NULL_POINTER, "fake_net_forward: inputs.ids is null");
  call.inputs[1] = call.ids.data();
  call.targets[0] = nullptr;
  expectRefused(call, call.evaluate(), MIMOC_NULL_POINTER, "fake_net_evaluate: targets.label is null");
  call.inputsPointer = nullptr;
  expectRefused(call, call.step(), MIMOC_NULL_POINTER, "fake_net_step: inputs is null");
}

TEST(Refusal, NullHeads) {
  Call call;
  call.heads[1] = nullptr;
  expectRefused(call, call.forward(), MIMOC_NULL_POINTER,
                "fake_net_forward: heads.class is null; for some heads only, call fake_net_forward_<head>");
  call.heads[0] = nullptr;
  expectRefused(call, call.forwardHead(), MIMOC_NULL_POINTER, "fake_net_forward_y: head is null");
}

TEST(Refusal, NullBlocks) {
  Call call;
  call.parametersPointer = nullptr;
  expectRefused(call, call.forward(), MIMOC_NULL_POINTER, "fake_net_forward: parameters is null");
  call.parametersPointer = call.parameters;
  call.gradientsPointer = nullptr;
  expectRefused(call, call.backward(), MIMOC_NULL_POINTER, "fake_net_backward: gradients is null");
  expectRefused(call, call.backward(1), MIMOC_NULL_POINTER, "fake_net_backward: gradients is null");
  call.statePointer = nullptr;
  expectRefused(call, call.step(), MIMOC_NULL_POINTER, "fake_net_step: state is null");
  call.gradientsPointer = call.gradients;
  expectRefused(call, call.apply(), MIMOC_NULL_POINTER, "fake_net_apply: state is null");
  call.statePointer = call.state;
  call.optionsPointer = nullptr;
  expectRefused(call, call.apply(), MIMOC_NULL_POINTER, "fake_net_apply: options is null");
}

TEST(Refusal, Alignment) {
  Call call;
  call.inputs[0] = shifted(call.x.data(), 2);
  expectRefused(call, call.forward(), MIMOC_MISALIGNED,
                "fake_net_forward: inputs.x must start on a 4-byte boundary; it is 2 bytes past one");
  call.inputs[0] = call.x.data();
  call.targets[0] = shifted(call.label.data(), 4);
  expectRefused(call, call.step(), MIMOC_MISALIGNED,
                "fake_net_step: targets.label must start on a 8-byte boundary; it is 4 bytes past one");
  call.targets[0] = call.label.data();
  call.parametersPointer = shifted(call.parametersPointer, 16);
  expectRefused(call, call.forward(), MIMOC_MISALIGNED,
                "fake_net_forward: parameters must start on a 64-byte boundary; it is 16 bytes past one");
  call.parametersPointer = call.parameters;
  call.optionsPointer = shifted(&call.options, 4);
  expectRefused(call, call.apply(), MIMOC_MISALIGNED,
                "fake_net_apply: options must start on a 8-byte boundary; it is 4 bytes past one");
  call.inputsPointer = shifted(call.inputs.data(), 1);
  expectRefused(call, call.forward(), MIMOC_MISALIGNED,
                "fake_net_forward: inputs must start on a 8-byte boundary; it is 1 bytes past one");
}

TEST(Refusal, Workspaces) {
  Call call;
  uint64_t needed = call.library.find<mimoc_workspace_bytes_fn>("workspace_bytes")(MIMOC_FOR_FORWARD, Call::batch);
  call.workspaceBytes = needed - 1;
  expectRefused(call, call.forward(), MIMOC_WORKSPACE_TOO_SMALL,
                "fake_net_forward: workspace_bytes is " + std::to_string(needed - 1) + ", a batch of 5 needs " +
                    std::to_string(needed) + " (what fake_net_workspace_bytes returns)");
  call.workspaceBytes = needed;
  call.workspacePointer = nullptr;
  expectRefused(call, call.forward(), MIMOC_NULL_POINTER, "fake_net_forward: workspace is null");
  call.workspacePointer = call.workspace + 8;
  expectRefused(call, call.forward(), MIMOC_MISALIGNED,
                "fake_net_forward: workspace must start on a 64-byte boundary; it is 8 bytes past one");
  call.workspacePointer = call.workspace;
  EXPECT_EQ(call.forward(), MIMOC_OK);
}

TEST(Refusal, ValuesOutOfRange) {
  Call call;
  call.label[3] = 4;
  expectRefused(call, call.step(), MIMOC_VALUE_OUT_OF_RANGE,
                "fake_net_step: targets.label[3] is 4, which is not in [0, 4) (fake.mimo:4)");
  call.label[3] = INT64_MIN;
  expectRefused(call, call.backward(1), MIMOC_VALUE_OUT_OF_RANGE,
                "fake_net_backward: targets.label[3] is -9223372036854775808, which is not in [0, 4) (fake.mimo:4)");
  EXPECT_EQ(call.forward(), MIMOC_OK); // has no targets
  Call ids;
  ids.ids[7] = -1;
  expectRefused(ids, ids.forward(), MIMOC_VALUE_OUT_OF_RANGE,
                "fake_net_forward: inputs.ids[3, 1] is -1, which is not in [0, 5) (fake.mimo:3)");
  expectRefused(ids, ids.vjp(), MIMOC_VALUE_OUT_OF_RANGE,
                "fake_net_vjp: inputs.ids[3, 1] is -1, which is not in [0, 5) (fake.mimo:3)");
}

TEST(Refusal, BlocksOfInitialisers) {
  Call call;
  auto *parameters = call.library.find<mimoc_init_parameters_fn>("init_parameters");
  auto *state = call.library.find<mimoc_init_state_fn>("init_state");
  expectRefused(call, parameters(&call.context, nullptr, 1), MIMOC_NULL_POINTER,
                "fake_net_init_parameters: parameters is null");
  expectRefused(call, state(&call.context, shifted(call.statePointer, 4)), MIMOC_MISALIGNED,
                "fake_net_init_state: state must start on a 64-byte boundary; it is 4 bytes past one");
  EXPECT_EQ(parameters(nullptr, call.parameters, 1), MIMOC_INVALID_CONTEXT);
}

TEST(Refusal, StatusText) {
  auto *text = Library::get().find<mimoc_status_text_fn>("status_text");
  EXPECT_STREQ(text(MIMOC_OK), "ok");
  for (mimoc_status status = 0; status <= MIMOC_INVALID_OPTION; ++status)
    EXPECT_STRNE(text(status), "unknown status");
  EXPECT_STREQ(text(99), "unknown status");
}
