// SPDX-License-Identifier: Apache-2.0
#include "service/request_limit.h"

#include <gtest/gtest.h>

#include "testing/fake_clock.h"

namespace lockstep {
namespace {

class Limited : public testing::Test {
 protected:
  /// How many of `tries` requests are let through at this moment.
  int let_through(const std::string& caller, int tries) {
    int count = 0;
    for (int i = 0; i < tries; ++i) {
      if (limit_.admit(Actor(caller), clock_.now()) == Seconds(0)) ++count;
    }
    return count;
  }

  FakeClock clock_;
  RequestLimit limit_{
      {.each = {.per_second = 10, .burst = 25},
       .keys = {{"vpn", {.per_second = 100, .burst = 300}}, {"free", {.per_second = 0}}}}};
};

TEST_F(Limited, ABurstAndThenSoManyASecond) {
  EXPECT_EQ(let_through("key:a", 30), 25);
  clock_.advance(Seconds(1));
  EXPECT_EQ(let_through("key:a", 30), 10);
  clock_.advance(Micros(500'000));
  EXPECT_EQ(let_through("key:a", 30), 5);
  clock_.advance(Seconds(3'600));
  EXPECT_EQ(let_through("key:a", 30), 25) << "No more than the burst is saved up.";
}

TEST_F(Limited, EachCallerHasItsOwn) {
  EXPECT_EQ(let_through("key:a", 30), 25);
  EXPECT_EQ(let_through("key:b", 30), 25);
  EXPECT_EQ(let_through("key:vpn", 400), 300);
  EXPECT_EQ(let_through("user:vpn", 30), 25) << "Only keys are named.";
}

TEST_F(Limited, ARateOfZeroIsNoLimitAndTheOwnerHasNone) {
  EXPECT_EQ(let_through("key:free", 5'000), 5'000);
  EXPECT_EQ(let_through("owner", 5'000), 5'000);
}

TEST_F(Limited, WhoIsHeldUpIsToldHowLongInWholeSeconds) {
  limit_.set({.each = {.per_second = 1, .burst = 1}, .keys = {}});
  EXPECT_EQ(limit_.admit(Actor("key:a"), clock_.now()), Seconds(0));
  EXPECT_EQ(limit_.admit(Actor("key:a"), clock_.now()), Seconds(1));
  clock_.advance(Micros(999'999));
  EXPECT_EQ(limit_.admit(Actor("key:a"), clock_.now()), Seconds(1));
  clock_.advance(Micros(2));
  EXPECT_EQ(limit_.admit(Actor("key:a"), clock_.now()), Seconds(0));
}

TEST_F(Limited, AWallClockSetForwardGivesNothing) {
  EXPECT_EQ(let_through("key:a", 30), 25);
  clock_.jump_wall(Seconds(3'600));
  EXPECT_EQ(let_through("key:a", 30), 0);
}

TEST_F(Limited, NewRatesHoldAtOnce) {
  EXPECT_EQ(let_through("key:a", 5), 5);
  limit_.set({.each = {.per_second = 1, .burst = 3}, .keys = {}});
  EXPECT_EQ(let_through("key:a", 30), 3);
  limit_.set({.each = {.per_second = 0}, .keys = {}});
  EXPECT_EQ(let_through("key:a", 30), 30);
}

TEST_F(Limited, CallersWithoutEndAreForgotten) {
  for (std::size_t i = 0; i <= RequestLimit::kCallersMax; ++i) {
    EXPECT_EQ(limit_.admit(Actor("key:" + std::to_string(i)), clock_.now()), Seconds(0));
  }
  EXPECT_EQ(let_through("key:0", 30), 25);
}

}  // namespace
}  // namespace lockstep
