// SPDX-License-Identifier: Apache-2.0
#include "service/source_limit.h"

#include <gtest/gtest.h>

#include "testing/fake_clock.h"

namespace lockstep {
namespace {

void make_noise(SourceLimit& limit, const Source& source, const FakeClock& clock,
                std::uint32_t times) {
  for (std::uint32_t i = 0; i < times; ++i) limit.refused(source, clock.now());
}

TEST(SourceLimit, HoldsNothingBackUpToTheFreeRefusals) {
  SourceLimit limit;
  const FakeClock clock;
  const Source source("vpn");
  EXPECT_EQ(limit.hold(source, clock.now()), Micros::zero());
  make_noise(limit, source, clock, SourceLimit::kFree);
  EXPECT_EQ(limit.hold(source, clock.now()), Micros::zero());
  make_noise(limit, source, clock, 1);
  EXPECT_EQ(limit.hold(source, clock.now()), SourceLimit::kHoldEach);
}

TEST(SourceLimit, HearsTheAddressesOfOneNetworkAsOne) {
  SourceLimit limit;
  const FakeClock clock;
  make_noise(limit, Source("console 2001:db8::1"), clock, SourceLimit::kFree + 1);
  EXPECT_GT(limit.hold(Source("console 2001:db8::2"), clock.now()), Micros::zero());
  EXPECT_EQ(limit.hold(Source("console 2001:db8:0:1::1"), clock.now()), Micros::zero());
  EXPECT_EQ(limit.hold(Source("portal 2001:db8::1"), clock.now()), Micros::zero());
}

TEST(SourceLimit, NeverHoldsLongerThanTheMost) {
  SourceLimit limit;
  const FakeClock clock;
  const Source source("vpn");
  make_noise(limit, source, clock, 10'000);
  EXPECT_EQ(limit.hold(source, clock.now()), SourceLimit::kHoldMax);
}

TEST(SourceLimit, ForgetsNoiseWithTimeAndHoweverMuchItWas) {
  SourceLimit limit;
  FakeClock clock;
  const Source source("vpn");
  make_noise(limit, source, clock, 10'000);
  clock.advance(SourceLimit::kLeakEvery * SourceLimit::kLevelMax);
  EXPECT_EQ(limit.hold(source, clock.now()), Micros::zero());
}

TEST(SourceLimit, AClockSetForwardForgetsNothing) {
  SourceLimit limit;
  FakeClock clock;
  const Source source("vpn");
  make_noise(limit, source, clock, SourceLimit::kFree + 10);
  clock.jump_wall(std::chrono::hours(24));
  EXPECT_EQ(limit.hold(source, clock.now()), SourceLimit::kHoldEach * 10);
}

TEST(SourceLimit, SourcesDoNotSlowEachOther) {
  SourceLimit limit;
  const FakeClock clock;
  make_noise(limit, Source("vpn"), clock, 10'000);
  EXPECT_EQ(limit.hold(Source("web"), clock.now()), Micros::zero());
}

TEST(SourceLimit, KeepsSoManySourcesAndForgetsTheOneNotHeardLongest) {
  SourceLimit limit;
  const FakeClock clock;
  make_noise(limit, Source("first"), clock, SourceLimit::kFree + 10);
  make_noise(limit, Source("second"), clock, SourceLimit::kFree + 10);
  for (std::size_t i = 0; i + 1 < SourceLimit::kSourcesMax; ++i) {
    limit.refused(Source("other " + std::to_string(i)), clock.now());
  }
  EXPECT_EQ(limit.hold(Source("first"), clock.now()), Micros::zero());
  EXPECT_GT(limit.hold(Source("second"), clock.now()), Micros::zero());
}

}  // namespace
}  // namespace lockstep
