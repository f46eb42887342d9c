// SPDX-License-Identifier: Apache-2.0
#include "front/radius/duplicates.h"

#include <gtest/gtest.h>

namespace lockstep {
namespace {

using Seen = RadiusDuplicates::Seen;

RadiusRequestKey key(std::uint8_t packet, std::uint16_t port = 1'812) {
  Sha256Digest digest{};
  digest[0] = packet;
  return {IpAddress::parse("192.0.2.1").value(), port, digest};
}

Instant at(int seconds) {
  return {WallTime(Seconds(1'000'000 + seconds)), MonoTime(std::int64_t{seconds} * 1'000'000),
          ClockRun(1)};
}

TEST(RadiusDuplicates, ARequestIsJudgedOnceAndAnsweredByTheSameBytes) {
  RadiusDuplicates seen;
  EXPECT_EQ(seen.hear(key(1), at(0)).seen, Seen::never);
  EXPECT_EQ(seen.hear(key(1), at(2)).seen, Seen::waiting);
  seen.answered(key(1), {7, 8, 9}, at(3));
  const auto again = seen.hear(key(1), at(4));
  EXPECT_EQ(again.seen, Seen::answered);
  EXPECT_EQ(again.reply, (Bytes{7, 8, 9}));
}

TEST(RadiusDuplicates, OtherBytesOrAnotherPortAreAnotherRequest) {
  RadiusDuplicates seen;
  EXPECT_EQ(seen.hear(key(1), at(0)).seen, Seen::never);
  EXPECT_EQ(seen.hear(key(2), at(0)).seen, Seen::never);
  EXPECT_EQ(seen.hear(key(1, 1'645), at(0)).seen, Seen::never);
}

TEST(RadiusDuplicates, AnswersAreKeptThirtySecondsAndNoLonger) {
  RadiusDuplicates seen;
  EXPECT_EQ(seen.hear(key(1), at(0)).seen, Seen::never);
  seen.answered(key(1), {1}, at(1));
  EXPECT_EQ(seen.hear(key(1), at(30)).seen, Seen::answered);
  EXPECT_EQ(seen.hear(key(1), at(31)).seen, Seen::never);
  EXPECT_EQ(seen.size(), 1U);
}

TEST(RadiusDuplicates, AsLongAsItWaitsItIsKnownWhenItWasHeardLast) {
  RadiusDuplicates seen;
  EXPECT_FALSE(seen.last_heard(key(1)));
  EXPECT_EQ(seen.hear(key(1), at(0)).seen, Seen::never);
  EXPECT_EQ(seen.hear(key(1), at(9)).seen, Seen::waiting);
  EXPECT_EQ(seen.last_heard(key(1)), at(9));
  seen.answered(key(1), {1}, at(10));
  EXPECT_FALSE(seen.last_heard(key(1)));
}

TEST(RadiusDuplicates, WhatWasNotJudgedIsNewAgain) {
  RadiusDuplicates seen;
  EXPECT_EQ(seen.hear(key(1), at(0)).seen, Seen::never);
  seen.forget(key(1));
  EXPECT_EQ(seen.hear(key(1), at(1)).seen, Seen::never);
  seen.answered(key(1), {1}, at(2));
  seen.forget(key(1));
  EXPECT_EQ(seen.size(), 0U);
  EXPECT_EQ(seen.hear(key(1), at(40)).seen, Seen::never);
}

TEST(RadiusDuplicates, WhereThereIsNoRoomAnswersOfFiveSecondsGiveWayAndWaitingOnesNever) {
  RadiusDuplicates seen(2);
  EXPECT_EQ(seen.hear(key(1), at(0)).seen, Seen::never);
  EXPECT_EQ(seen.hear(key(2), at(0)).seen, Seen::never);
  EXPECT_EQ(seen.hear(key(3), at(1)).seen, Seen::no_room);
  seen.answered(key(1), {1}, at(1));
  EXPECT_EQ(seen.hear(key(3), at(5)).seen, Seen::no_room);
  EXPECT_EQ(seen.hear(key(3), at(6)).seen, Seen::never);
  EXPECT_EQ(seen.hear(key(2), at(7)).seen, Seen::waiting);
  EXPECT_EQ(seen.size(), 2U);
}

}  // namespace
}  // namespace lockstep
