// SPDX-License-Identifier: Apache-2.0
#include "service/name_turn.h"

#include <thread>
#include <vector>

#include <gtest/gtest.h>

namespace lockstep {
namespace {

TEST(NameTurn, IsOneAtATimeForOneName) {
  constexpr int kThreads = 8;
  constexpr int kEach = 10'000;
  int count = 0;
  std::vector<std::jthread> threads;
  for (int i = 0; i < kThreads; ++i) {
    threads.emplace_back([&] {
      for (int j = 0; j < kEach; ++j) {
        const NameTurn turn("anna");
        ++count;
      }
    });
  }
  threads.clear();
  EXPECT_EQ(count, kThreads * kEach);
}

}  // namespace
}  // namespace lockstep
