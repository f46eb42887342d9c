// SPDX-License-Identifier: Apache-2.0
#include "app/watchdog.h"

#include <latch>

#include <gtest/gtest.h>

#include "app/data_directory.h"
#include "testing/notify_ear.h"

namespace lockstep {
namespace {

TEST(Pulse, IsFeltWhereAWorkerFinishesTheErrandAndNotWhereAllHang) {
  WorkerPool workers({.threads = 1, .queue_max = 2});
  std::latch hanging(1);
  std::latch end(1);
  WorkerPool::Job hangs = [&] {
    hanging.count_down();
    end.wait();
  };
  ASSERT_TRUE(workers.submit(hangs));
  hanging.wait();
  Pulse pulse(workers);
  for (int i = 0; i < 5; ++i) EXPECT_FALSE(pulse.feel()) << "Also with the queue full.";
  end.count_down();
  while (workers.load().finished < 3) std::this_thread::yield();
  EXPECT_TRUE(pulse.feel());
}

TEST(Watchdog, SpeaksAgainAndAgain) {
  const PassingDirectory directory = PassingDirectory::make().value();
  const std::string name = directory.path() / "notify";
  const NotifyEar ear(name);
  const ServiceManager manager(name, std::chrono::milliseconds(4));
  WorkerPool workers({.threads = 2, .queue_max = 8});
  Watchdog watchdog(manager, workers);
  for (int i = 0; i < 3; ++i) EXPECT_EQ(ear.hear(), "WATCHDOG=1\n");
}

TEST(Watchdog, SaysNothingWhileAllWorkersHang) {
  const PassingDirectory directory = PassingDirectory::make().value();
  const std::string name = directory.path() / "notify";
  const NotifyEar ear(name);
  const ServiceManager manager(name, std::chrono::milliseconds(4));
  WorkerPool workers({.threads = 1, .queue_max = 8});
  std::latch end(1);
  WorkerPool::Job hangs = [&] { end.wait(); };
  ASSERT_TRUE(workers.submit(hangs));
  Watchdog watchdog(manager, workers);
  while (workers.load().waiting < 3) std::this_thread::yield();  // It has felt at least twice.
  EXPECT_EQ(ear.heard(), "");
  end.count_down();
}

TEST(Watchdog, SaysNothingWhereNobodyAsked) {
  const PassingDirectory directory = PassingDirectory::make().value();
  const std::string name = directory.path() / "notify";
  const NotifyEar ear(name);
  const ServiceManager manager(name, {});
  WorkerPool workers({.threads = 2, .queue_max = 8});
  Watchdog watchdog(manager, workers);
  watchdog.stop();
  EXPECT_EQ(ear.heard(), "");
  EXPECT_EQ(workers.load().finished, 0U);
}

}  // namespace
}  // namespace lockstep
