// SPDX-License-Identifier: Apache-2.0
#include "front/http/usage.h"

#include <thread>

#include <gtest/gtest.h>

namespace lockstep {
namespace {

void nothing() {}

HttpLimits small() {
  HttpLimits limits;
  limits.connections_max = 3;
  limits.connections_per_address_max = 2;
  limits.bodies_bytes_max = 100;
  limits.small_body_bytes_max = 0;
  return limits;
}

TEST(Usage, ConnectionsBeyondTheTotalAreRefused) {
  Usage usage(small());
  const auto a = usage.enter("a", nothing);
  const auto b = usage.enter("b", nothing);
  const auto c = usage.enter("c", nothing);
  EXPECT_TRUE(a && b && c);
  EXPECT_FALSE(usage.enter("d", nothing));
}

TEST(Usage, ConnectionsOfOneAddressHaveALimitOfTheirOwn) {
  Usage usage(small());
  const auto first = usage.enter("a", nothing);
  const auto second = usage.enter("a", nothing);
  EXPECT_FALSE(usage.enter("a", nothing));
  EXPECT_TRUE(usage.enter("b", nothing));
}

TEST(Usage, TheAdminSocketHasNoLimitForEachAddress) {
  Usage usage(small());
  const auto first = usage.enter("", nothing);
  const auto second = usage.enter("", nothing);
  EXPECT_TRUE(usage.enter("", nothing));
}

TEST(Usage, WhatEndsMakesRoom) {
  Usage usage(small());
  {
    const auto first = usage.enter("a", nothing);
    const auto second = usage.enter("a", nothing);
  }
  const auto third = usage.enter("a", nothing);
  EXPECT_TRUE(third);
  EXPECT_TRUE(usage.enter("a", nothing));
}

TEST(Usage, SmallBodiesNeedNoRoomSoThatLogInsPassAnnouncedImports) {
  HttpLimits limits;
  limits.bodies_bytes_max = 100;
  limits.small_body_bytes_max = 10;
  Usage usage(limits);
  const auto all = usage.reserve_body(100);
  ASSERT_TRUE(all);
  EXPECT_TRUE(usage.reserve_body(10));
  EXPECT_FALSE(usage.reserve_body(11));
}

TEST(Usage, TheOwnerGetsInWhenStrangersHaveTakenAllConnections) {
  HttpLimits limits;
  limits.connections_max = 1;
  Usage usage(limits);
  const auto stranger = usage.enter("192.0.2.1", [] {});
  ASSERT_TRUE(stranger);
  EXPECT_FALSE(usage.enter("192.0.2.2", [] {}));
  EXPECT_TRUE(usage.enter("", [] {}));
}

TEST(Usage, BodiesShareOneRoom) {
  Usage usage(small());
  {
    const auto most = usage.reserve_body(99);
    ASSERT_TRUE(most);
    EXPECT_FALSE(usage.reserve_body(2));
    EXPECT_TRUE(usage.reserve_body(1));
  }
  EXPECT_TRUE(usage.reserve_body(100));
  EXPECT_FALSE(usage.reserve_body(101));
}

TEST(Usage, StoppingTellsEveryConnectionAndLetsNobodyIn) {
  Usage usage(small());
  int told = 0;
  const auto a = usage.enter("a", [&told] { ++told; });
  const auto b = usage.enter("b", [&told] { ++told; });
  EXPECT_FALSE(usage.stopping());
  usage.begin_stop();
  EXPECT_EQ(told, 2);
  EXPECT_TRUE(usage.stopping());
  EXPECT_FALSE(usage.enter("c", nothing));
}

TEST(Usage, WaitingForConnectionsGivesUpOnOneThatStays) {
  Usage usage(small());
  const auto stays = usage.enter("a", nothing);
  EXPECT_FALSE(usage.wait_for_connections(std::chrono::milliseconds(1)));
}

TEST(Usage, WaitingForConnectionsEndsWithTheLast) {
  Usage usage(small());
  auto last = usage.enter("a", nothing);
  std::thread leaver([&last] { last.reset(); });
  EXPECT_TRUE(usage.wait_for_connections(std::chrono::minutes(1)));
  leaver.join();
}

TEST(Usage, WaitingForJobsEndsWithTheLast) {
  Usage usage(small());
  std::optional<Usage::Hold> job = usage.begin_job();
  std::thread worker([&job] { job.reset(); });
  usage.wait_for_jobs();
  worker.join();
  EXPECT_FALSE(job);
}

TEST(Usage, AHoldThatMovedGivesBackOnce) {
  Usage usage(small());
  {
    auto first = usage.reserve_body(60);
    const Usage::Hold second = *std::move(first);
    EXPECT_FALSE(usage.reserve_body(60));
  }
  EXPECT_TRUE(usage.reserve_body(100));
}

}  // namespace
}  // namespace lockstep
