// SPDX-License-Identifier: Apache-2.0
#include "front/http/worker_pool.h"

#include <atomic>
#include <latch>

#include <gtest/gtest.h>

namespace lockstep {
namespace {

TEST(WorkerPool, WhatWasHandedOverIsDoneBeforeStopReturns) {
  std::atomic<int> done{0};
  WorkerPool pool({.threads = 4, .queue_max = 1000});
  for (int i = 0; i < 500; ++i) {
    WorkerPool::Job job = [&done] { ++done; };
    ASSERT_TRUE(pool.submit(job));
  }
  pool.stop();
  EXPECT_EQ(done, 500);
}

TEST(WorkerPool, AFullQueueRefusesAndLeavesTheJobAlone) {
  WorkerPool pool({.threads = 1, .queue_max = 2});
  std::latch busy(1);
  std::latch go_on(1);
  WorkerPool::Job blocker = [&busy, &go_on] {
    busy.count_down();
    go_on.wait();
  };
  ASSERT_TRUE(pool.submit(blocker));
  busy.wait();

  std::atomic<int> done{0};
  for (int i = 0; i < 2; ++i) {
    WorkerPool::Job waits = [&done] { ++done; };
    EXPECT_TRUE(pool.submit(waits));
  }
  WorkerPool::Job too_much = [&done] { done += 100; };
  EXPECT_FALSE(pool.submit(too_much));
  EXPECT_EQ(pool.load().waiting, 2U);
  EXPECT_EQ(pool.load().busy, 1U);
  EXPECT_EQ(pool.load().finished, 0U);
  too_much();
  EXPECT_EQ(done, 100);

  go_on.count_down();
  pool.stop();
  EXPECT_EQ(done, 102);
  EXPECT_EQ(pool.load().waiting, 0U);
  EXPECT_EQ(pool.load().busy, 0U);
  EXPECT_EQ(pool.load().finished, 3U);
}

TEST(WorkerPool, JobsRunSideBySide) {
  WorkerPool pool({.threads = 3, .queue_max = 3});
  std::latch together(3);
  for (int i = 0; i < 3; ++i) {
    WorkerPool::Job meets = [&together] { together.arrive_and_wait(); };
    ASSERT_TRUE(pool.submit(meets));
  }
  pool.stop();
  EXPECT_TRUE(together.try_wait());
}

TEST(WorkerPool, NothingIsTakenAfterStop) {
  WorkerPool pool({.threads = 1, .queue_max = 1});
  pool.stop();
  WorkerPool::Job late = [] {};
  EXPECT_FALSE(pool.submit(late));
  pool.stop();
}

}  // namespace
}  // namespace lockstep
