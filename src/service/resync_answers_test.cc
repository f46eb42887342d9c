// SPDX-License-Identifier: Apache-2.0
#include "service/resync_answers.h"

#include <gtest/gtest.h>

#include "formats/json.h"

namespace lockstep {
namespace {

/// As text and back, as the store keeps it.
ResyncAnswer again(const ResyncAnswer& answer) {
  return parse_answer(parse_json(to_json(answer_to_json(answer))).value()).value();
}

TEST(ResyncAnswers, ASuccessComesBack) {
  const ResyncSuccess time{TokenKind::totp,
                           {18, Direction::behind, Seconds(540)},
                           Micros(-1'500'000),
                           Micros(-541'500'000)};
  const auto seen = std::get<ResyncSuccess>(again(time));
  EXPECT_EQ(seen.kind, TokenKind::totp);
  EXPECT_EQ(seen.moved.amount, 18U);
  EXPECT_EQ(seen.moved.direction, Direction::behind);
  EXPECT_EQ(seen.moved.seconds, Seconds(540));
  EXPECT_EQ(seen.offset_before, time.offset_before);
  EXPECT_EQ(seen.offset_after, time.offset_after);

  const auto event = std::get<ResyncSuccess>(
      again(ResyncSuccess{TokenKind::hotp, {60, Direction::ahead, {}}, {}, {}}));
  EXPECT_EQ(event.kind, TokenKind::hotp);
  EXPECT_FALSE(event.moved.seconds);
  EXPECT_FALSE(event.offset_before);
}

TEST(ResyncAnswers, ARefusalComesBackWithoutItsEvidence) {
  const WallTime then{Seconds(1'767'600'000)};
  const auto seen =
      std::get<ResyncRefusal>(again(ResyncRefusal{Reason::clock_set_back, 3, then, Evidence{}}));
  EXPECT_EQ(seen.reason, Reason::clock_set_back);
  EXPECT_EQ(seen.attempts_left, 3U);
  EXPECT_EQ(seen.retry_at, then);
  EXPECT_FALSE(seen.evidence);
  EXPECT_FALSE(std::get<ResyncRefusal>(again(ResyncRefusal{Reason::no_match, 4, {}, {}})).retry_at);
}

TEST(ResyncAnswers, AnythingElseIsAnError) {
  for (const char* text : {"[]", "{}", R"({"reason":"nonsense"})", R"({"time":2})"}) {
    EXPECT_FALSE(parse_answer(parse_json(text).value())) << text;
  }
}

}  // namespace
}  // namespace lockstep
