// SPDX-License-Identifier: Apache-2.0
#include "testd/clock_control.h"

#include <algorithm>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "app/data_directory.h"

namespace lockstep {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

class Steering : public testing::Test {
 protected:
  FakeClock clock_;
  const Instant before_ = clock_.now();
};

TEST_F(Steering, GetMovesNothing) {
  EXPECT_THAT(steer(clock_, "get"), StartsWith(R"({"wall":"2026-01-05T08:00:00Z","mono_us":)"));
  EXPECT_EQ(clock_.now(), before_);
}

TEST_F(Steering, AdvanceMovesBothClocks) {
  EXPECT_THAT(steer(clock_, "  advance 180s "), HasSubstr("2026-01-05T08:03:00Z"));
  EXPECT_EQ(clock_.now().wall - before_.wall, Seconds(180));
  EXPECT_EQ(clock_.now().mono.value() - before_.mono.value(), 180'000'000);
}

TEST_F(Steering, JumpMovesTheWallAlone) {
  EXPECT_THAT(steer(clock_, "jump -300s"), HasSubstr("2026-01-05T07:55:00Z"));
  EXPECT_EQ(clock_.now().mono, before_.mono);
}

TEST_F(Steering, SetMovesTheWallAlone) {
  EXPECT_THAT(steer(clock_, "set 2027-02-03T04:05:06Z"), HasSubstr("2027-02-03T04:05:06Z"));
  EXPECT_EQ(clock_.now().mono, before_.mono);
}

TEST_F(Steering, RebootStartsAnotherRun) {
  steer(clock_, "reboot");
  EXPECT_NE(clock_.now().run, before_.run);
  EXPECT_EQ(clock_.now().wall, before_.wall);
}

TEST_F(Steering, UnitsAreThree) {
  steer(clock_, "advance 2ms");
  EXPECT_EQ(clock_.now().wall - before_.wall, Micros(2'000));
  steer(clock_, "advance 7us");
  EXPECT_EQ(clock_.now().wall - before_.wall, Micros(2'007));
}

TEST_F(Steering, WhatIsNotUnderstoodIsAnErrorAndMovesNothing) {
  for (const char* line :
       {"", "advance", "advance 5", "advance -5s", "advance 5m", "advance s",
        "advance 99999999999999s", "jump", "jump x", "set", "set yesterday", "rewind 5s"}) {
    EXPECT_THAT(steer(clock_, line), StartsWith(R"({"error":)")) << line;
  }
  EXPECT_EQ(clock_.now(), before_);
}

TEST_F(Steering, ASocketCarriesTheLines) {
  auto directory = PassingDirectory::make();
  ASSERT_TRUE(directory);
  const auto path = directory->path() / "clock.sock";
  const auto listener = listen_at(path);
  ASSERT_TRUE(listener) << listener.error().context;
  const ClockSocket socket(clock_, *listener);

  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  std::ranges::copy(path.native(), std::begin(address.sun_path));
  const int client = ::socket(AF_UNIX, SOCK_STREAM, 0);
  ASSERT_EQ(::connect(client, reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
  const std::string lines = "advance 1s\nget\n";
  ASSERT_EQ(::send(client, lines.data(), lines.size(), 0), static_cast<ssize_t>(lines.size()));
  std::string answers;
  while (std::ranges::count(answers, '\n') < 2) {
    char bytes[256];
    const ssize_t count = ::read(client, bytes, sizeof bytes);
    ASSERT_GT(count, 0);
    answers.append(bytes, static_cast<std::size_t>(count));
  }
  ::close(client);
  EXPECT_THAT(answers, HasSubstr("2026-01-05T08:00:01Z"));
}

}  // namespace
}  // namespace lockstep
