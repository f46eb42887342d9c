// SPDX-License-Identifier: Apache-2.0
#include "adapters/sql/json_codec.h"

#include <limits>

#include <gtest/gtest.h>

namespace lockstep {
namespace {

Instant at_the_edge() {
  return {WallTime(Micros(std::numeric_limits<std::int64_t>::min())),
          MonoTime(std::numeric_limits<std::int64_t>::max()),
          ClockRun(std::numeric_limits<std::uint64_t>::max())};
}

// misses_in_row and next have columns of their own.
UserSync full_sync() {
  UserSync sync;
  sync.year = {std::numeric_limits<std::int64_t>::max(), at_the_edge()};
  sync.factor_failures = {std::numeric_limits<std::uint32_t>::max(), at_the_edge()};
  sync.failed_pairs_today = 7;
  sync.failed_pairs_since = at_the_edge();
  for (std::size_t i = 0; i < UserSync::kSlotsMax; ++i) {
    sync.slots.push_back({Source(std::string("a \"b\" \\ \n") + '\0' + "\xff" + std::to_string(i)),
                          at_the_edge(),
                          {{TokenId(1), Position(Position::kMax)}, {TokenId(2), Position(0)}}});
  }
  for (std::size_t i = 0; i < UserSync::kSourcesMax; ++i) {
    sync.sources.push_back({Source(std::to_string(i)), 1, 2, at_the_edge()});
  }
  return sync;
}

Progress full_progress() {
  Progress progress;
  progress.clock = ClockFix{Micros(std::numeric_limits<std::int64_t>::min()), at_the_edge()};
  for (std::size_t i = 0; i < Progress::kRememberedMax; ++i) {
    progress.remembered.push_back({Position(Position::kMax - i), at_the_edge()});
  }
  for (std::size_t i = 0; i < Progress::kUsedMax; ++i) {
    progress.used.push_back({Position(i), WallTime(Micros(-1))});
  }
  progress.resync_failures = {3, at_the_edge()};
  progress.fenced = true;
  return progress;
}

TEST(JsonCodec, AUsersStateComesBackWhole) {
  for (const UserSync& sync : {UserSync{}, full_sync()}) {
    const Result<UserSync> back = parse_user_sync(to_json(sync));
    ASSERT_TRUE(back) << back.error().context;
    EXPECT_TRUE(*back == sync);
  }
}

TEST(JsonCodec, ATokensStateComesBackWhole) {
  for (const Progress& progress : {Progress{}, full_progress()}) {
    const Result<Progress> back = parse_progress(to_json(progress));
    ASSERT_TRUE(back) << back.error().context;
    EXPECT_TRUE(*back == progress);
  }
}

TEST(JsonCodec, AuditDetailsKeepTheirOrderAndRepetitions) {
  const AuditDetails details = {{"b", "1"}, {"a", ""}, {"b", "\"2\""}};
  EXPECT_EQ(parse_audit_details(to_json(details)).value(), details);
  EXPECT_EQ(parse_audit_details(to_json(AuditDetails{})).value(), AuditDetails{});
}

TEST(JsonCodec, AnotherVersionIsCorrupt) {
  std::string text = to_json(full_progress());
  ASSERT_EQ(text.substr(0, 3), "[1,");
  text[1] = '2';
  EXPECT_EQ(parse_progress(text).error().code, Errc::corrupt);
}

TEST(JsonCodec, EveryCutOffTextIsCorrupt) {
  const std::string sync = to_json(full_sync());
  const std::string progress = to_json(full_progress());
  for (std::size_t length = 0; length < sync.size(); ++length) {
    ASSERT_FALSE(parse_user_sync(std::string_view(sync).substr(0, length))) << length;
  }
  for (std::size_t length = 0; length < progress.size(); ++length) {
    ASSERT_FALSE(parse_progress(std::string_view(progress).substr(0, length))) << length;
  }
}

TEST(JsonCodec, WhatDoesNotFitIsCorrupt) {
  const char* const cases[] = {
      "",
      "null",
      "{}",
      "[]",
      "[1]",
      "[\"1\",[],[],[],0,null]",
      "[1,[],[],[],0,null,0]",                           // one too many
      "[1,[],[],[],-1,null]",                            // a count below 0
      "[1,[],[],[],4294967296,null]",                    // a count beyond 32 bits
      "[1,[],[],[],0.5,null]",                           // not whole
      "[1,[],[9223372036854775808,[0,0,0]],[],0,null]",  // a position beyond 2^63 - 1
      "[1,[],[5],[],0,null]",                            // half a pair
      "[1,[],[5,[0,0]],[],0,null]",                      // half an instant
      "[1,[],[],[],0,null]x",
  };
  for (const char* const text : cases) {
    const Result<Progress> back = parse_progress(text);
    ASSERT_FALSE(back) << text;
    EXPECT_EQ(back.error().code, Errc::corrupt) << text;
  }
  EXPECT_TRUE(parse_progress("[1,[],[],[],0,null]"));
}

}  // namespace
}  // namespace lockstep
