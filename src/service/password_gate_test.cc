// SPDX-License-Identifier: Apache-2.0
#include "service/password_gate.h"

#include <atomic>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

namespace lockstep {
namespace {

TEST(PasswordGate, VerifiesWhatItHashed) {
  PasswordGate gate(1);
  const std::string hash = gate.hash(Secret::copy_of("correct horse")).value();
  EXPECT_TRUE(gate.verify(&hash, Secret::copy_of("correct horse")).value());
  EXPECT_FALSE(gate.verify(&hash, Secret::copy_of("wrong horse")).value());
}

TEST(PasswordGate, NobodysHashCanBeCheckedAndIsAlwaysWrong) {
  PasswordGate gate(1);
  const auto answer = gate.verify(nullptr, Secret::copy_of("correct horse"));
  ASSERT_TRUE(answer.has_value());
  EXPECT_FALSE(*answer);
}

TEST(PasswordGate, AHashThatIsNoneIsCorruptAndFreesItsTurn) {
  PasswordGate gate(1);
  const std::string damaged = "$argon2id$";
  for (int i = 0; i < 2; ++i) {
    EXPECT_EQ(gate.verify(&damaged, Secret::copy_of("x")).error().code, Errc::corrupt);
  }
}

TEST(PasswordGate, MoreThanTheMostWaitAndAllAreServed) {
  PasswordGate gate(2);
  std::atomic<int> served = 0;
  {
    std::vector<std::jthread> threads;
    for (int i = 0; i < 6; ++i) {
      threads.emplace_back([&] {
        if (gate.verify(nullptr, Secret::copy_of("x"))) ++served;
      });
    }
  }
  EXPECT_EQ(served, 6);
}

}  // namespace
}  // namespace lockstep
