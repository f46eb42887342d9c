// SPDX-License-Identifier: Apache-2.0
#include "adapters/system/process_facts.h"

#include <chrono>
#include <fstream>
#include <latch>
#include <thread>

#include <gtest/gtest.h>

namespace lockstep {
namespace {

TEST(ProcessFacts, OneMoreFileAndOneMoreThreadAreSeen) {
  const ProcessFacts before = read_process_facts().value();
  const std::ifstream file("/dev/null");
  std::latch end(1);
  std::thread other([&end] { end.wait(); });
  const ProcessFacts after = read_process_facts().value();
  end.count_down();
  other.join();
  EXPECT_EQ(after.open_files, before.open_files + 1);
  EXPECT_EQ(after.threads, before.threads + 1);
  EXPECT_GE(after.cpu_seconds, before.cpu_seconds);
  EXPECT_GT(after.open_files_max, after.open_files);
}

TEST(ProcessFacts, SizesAndTimesAreOfTheRightOrder) {
  const ProcessFacts facts = read_process_facts().value();
  EXPECT_GT(facts.resident_bytes, 100'000U);
  EXPECT_GT(facts.virtual_bytes, facts.resident_bytes);
  const auto now =
      std::chrono::duration<double>(std::chrono::system_clock::now().time_since_epoch());
  EXPECT_NEAR(facts.start_seconds, now.count(), 3'600) << "A test program runs for less.";
}

}  // namespace
}  // namespace lockstep
