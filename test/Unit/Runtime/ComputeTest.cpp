// What calls compute, and where results go that the caller leaves out.
#include "FakeModel.h"

#include <gtest/gtest.h>

#include <cmath>
#include <thread>

using namespace fake;

TEST(Compute, Forward) {
  Call call;
  ASSERT_EQ(call.forward(), MIMOC_OK) << call.message();
  for (int64_t row = 0; row < Call::batch; ++row) {
    float expected = call.x[3 * row] + call.x[3 * row + 1] + call.x[3 * row + 2] + 1;
    EXPECT_EQ(call.y[2 * row], expected);
    EXPECT_EQ(call.outputs[row], 2 * expected);
  }
}

TEST(Compute, ForwardOfOneHeadNeedsNoOtherHead) {
  Call call;
  call.heads[1] = nullptr;
  ASSERT_EQ(call.forwardHead(), MIMOC_OK) << call.message();
  EXPECT_EQ(call.y[0], 4);
  EXPECT_EQ(call.outputs[0], -77);
}

TEST(Compute, Evaluate) {
  Call call;
  ASSERT_EQ(call.evaluate(), MIMOC_OK) << call.message();
  EXPECT_EQ(call.losses, (std::vector<double>{6.0 / 5, 7}));
  EXPECT_EQ(call.states, (std::vector<double>{6, 5, 7, 1, 2, 5}));
  call.lossesPointer = nullptr;
  call.statesPointer = nullptr;
  EXPECT_EQ(call.evaluate(), MIMOC_OK) << call.message();
}

TEST(Compute, BackwardOverwritesOrAccumulates) {
  Call call;
  call.label[0] = 1;
  ASSERT_EQ(call.backward(), MIMOC_OK) << call.message();
  for (int i : {0, 1, 77, FAKE_PARAMETERS - 1})
    EXPECT_EQ(call.gradients[i], 2 * (i + 1));
  ASSERT_EQ(call.backward(), MIMOC_OK);
  EXPECT_EQ(call.gradients[77], 2 * 78);
  call.lossesPointer = nullptr;
  ASSERT_EQ(call.backward(1), MIMOC_OK);
  ASSERT_EQ(call.backward(-1), MIMOC_OK);
  for (int i : {0, 1, 77, FAKE_PARAMETERS - 1})
    EXPECT_EQ(call.gradients[i], 6 * (i + 1));
}

TEST(Compute, BackwardReadsTheRandomStateBehindTheOptions) {
  Call call;
  call.options.random = 1;
  call.options.step = 1000;
  ASSERT_EQ(call.backward(), MIMOC_OK);
  EXPECT_EQ(call.gradients[1], 2 + 1000);
}

TEST(Compute, BackwardOfOneLoss) {
  Call call;
  auto *backward = call.library.find<mimoc_backward_fn>("backward_ce");
  ASSERT_EQ(backward(&call.context, call.parameters, call.inputs.data(), call.targets.data(), &call.options,
                     call.lossesPointer, call.gradients, 0, Call::batch, call.workspace, call.workspaceBytes),
            MIMOC_OK);
  EXPECT_EQ(call.gradients[9], 18);
  EXPECT_EQ(call.library.find<void>("backward_l2_all"), nullptr);
}

TEST(Compute, StepEqualsBackwardAndApply) {
  Call apart, fused;
  apart.state = Block<float>(FAKE_PARAMETERS, 0);
  fused.state = Block<float>(FAKE_PARAMETERS, 0);
  apart.statePointer = apart.state;
  fused.statePointer = fused.state;
  ASSERT_EQ(apart.backward(), MIMOC_OK);
  ASSERT_EQ(apart.apply(), MIMOC_OK) << apart.message();
  ASSERT_EQ(fused.step(), MIMOC_OK) << fused.message();
  for (int i = 0; i < FAKE_PARAMETERS; ++i) {
    ASSERT_EQ(apart.parameters[i], fused.parameters[i]);
    ASSERT_EQ(apart.state[i], fused.state[i]);
  }
}

TEST(Compute, VjpTakesNullCotangentsAsZeros) {
  Call call;
  ASSERT_EQ(call.vjp(), MIMOC_OK) << call.message();
  EXPECT_EQ(call.xGradient, std::vector<float>(15, 2));
  std::vector<float> cotangent(Call::batch, 10);
  call.cotangents[1] = cotangent.data();
  ASSERT_EQ(call.vjp(), MIMOC_OK);
  EXPECT_EQ(call.xGradient, std::vector<float>(15, 22));
  call.cotangents = {nullptr, nullptr};
  ASSERT_EQ(call.vjp(), MIMOC_OK);
  EXPECT_EQ(call.xGradient, std::vector<float>(15, 0));
}

TEST(Compute, VjpLeavesOutWhatIsNotWanted) {
  Call call;
  call.options.random = 1;
  call.inputGradients[0] = nullptr;
  ASSERT_EQ(call.vjp(), MIMOC_OK);
  EXPECT_TRUE(call.gradients.isUntouched(1)); // the fake writes whether random is on
  call.optionsPointer = nullptr;
  ASSERT_EQ(call.vjp(), MIMOC_OK);
  EXPECT_TRUE(call.gradients.isUntouched(0));
  call.gradientsPointer = nullptr;
  ASSERT_EQ(call.vjp(), MIMOC_OK);
  EXPECT_TRUE(call.gradients.isUntouched(0));
}

TEST(Compute, WorkspaceBytes) {
  auto *bytes = Library::get().find<mimoc_workspace_bytes_fn>("workspace_bytes");
  EXPECT_EQ(bytes(MIMOC_FOR_FORWARD, 1), bytes(MIMOC_FOR_FORWARD, 4)); // rows are rounded up
  EXPECT_LT(bytes(MIMOC_FOR_FORWARD, 4), bytes(MIMOC_FOR_FORWARD, 5));
  EXPECT_GE(bytes(MIMOC_FOR_BACKWARD, 1), FAKE_PARAMETERS * sizeof(float)); // accumulation
  EXPECT_LT(bytes(MIMOC_FOR_STEP, 1), FAKE_PARAMETERS * sizeof(float));
  EXPECT_EQ(bytes(99, 1), 0u);
  uint64_t most = 0;
  for (int64_t purpose = MIMOC_FOR_FORWARD; purpose <= MIMOC_FOR_STEP; ++purpose) {
    EXPECT_EQ(bytes(purpose, 20) % 64, 0u);
    most = std::max(most, bytes(purpose, 20));
  }
  EXPECT_EQ(bytes(MIMOC_FOR_ANY, 20), most);
}

TEST(Compute, ContextsAreIndependent) {
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i)
    threads.emplace_back([] {
      for (int repeat = 0; repeat < 20; ++repeat) {
        Call call;
        EXPECT_EQ(call.backward(1), MIMOC_OK);
        EXPECT_EQ(call.gradients[3], -77 + 6);
        call.rows = 0;
        EXPECT_EQ(call.forward(), MIMOC_INVALID_BATCH);
        EXPECT_EQ(call.message(), "fake_net_forward: batch is 0; it must be at least 1");
      }
    });
  for (std::thread &thread : threads)
    thread.join();
}
