// SPDX-License-Identifier: Apache-2.0
#include "core/policy/odds.h"

#include <gtest/gtest.h>

namespace lockstep {
namespace {

TokenShape time_token(unsigned digits = 6, TokenForm form = TokenForm::hardware) {
  return {{.kind = TokenKind::totp, .digits = Digits::make(digits).value()}, form};
}

TokenShape event_token(unsigned digits = 6) {
  return {{.kind = TokenKind::hotp, .digits = Digits::make(digits).value()}, TokenForm::hardware};
}

// RFC 4226 appendix A.4.3 gives 2148 / 2^31 for six digits; the others are the same division.
TEST(LikeliestCode, IsThatOfTheRfc) {
  EXPECT_DOUBLE_EQ(likeliest_code(Digits::six()), 2148.0 / 2147483648.0);
  EXPECT_DOUBLE_EQ(likeliest_code(Digits::eight()), 22.0 / 2147483648.0);
  EXPECT_DOUBLE_EQ(likeliest_code(Digits::make(10).value()), 1.0 / 2147483648.0);
}

TEST(ChanceOfGuessing, DefaultSixDigitsTenAttempts) {
  const TokenShape tokens[] = {time_token()};
  const double chance = chance_of_guessing(preset(PresetName::standard), tokens, 10);
  EXPECT_NEAR(chance, 3.0e-5, 0.005e-5 + 0.01e-5);
  EXPECT_EQ(in_words(chance), "1 in 33,000");
}

// v·w·e + (v - 1)·g·W·e² with the figures of each case put in by hand.
TEST(ChanceOfGuessing, IsTheFormula) {
  const double e6 = 2148.0 / 2147483648.0;
  const double e8 = 22.0 / 2147483648.0;
  struct Case {
    const char* what;
    PresetName preset;
    TokenShape token;
    double expected;
  };
  const Case cases[] = {
      {"time, default", PresetName::standard, time_token(), 10 * 3 * e6 + 9 * 3 * 141 * e6 * e6},
      {"event, default", PresetName::standard, event_token(), 10 * 3 * e6 + 9 * 1 * 101 * e6 * e6},
      {"event, eight digits", PresetName::standard, event_token(8),
       10 * 11 * e8 + 9 * 1 * 101 * e8 * e8},
      {"event, strict", PresetName::strict, event_token(), 10 * 1 * e6 + 9 * 1 * 101 * e6 * e6},
      {"time, no auto-sync", PresetName::pingid, time_token(), 10 * 3 * e6 + 9 * 3 * 3 * e6 * e6},
      {"software, rsa", PresetName::rsa, time_token(6, TokenForm::software),
       10 * 7 * e6 + 9 * 3 * 141 * e6 * e6},
  };
  for (const Case& one : cases) {
    const TokenShape tokens[] = {one.token};
    EXPECT_DOUBLE_EQ(chance_of_guessing(preset(one.preset), tokens, 10), one.expected) << one.what;
  }
}

TEST(ChanceOfGuessing, TokensOfAUserAddUp) {
  const Policy policy = preset(PresetName::standard);
  const TokenShape a[] = {time_token()};
  const TokenShape b[] = {event_token(8)};
  const TokenShape both[] = {time_token(), event_token(8)};
  EXPECT_DOUBLE_EQ(chance_of_guessing(policy, both, 7),
                   chance_of_guessing(policy, a, 7) + chance_of_guessing(policy, b, 7));
}

TEST(ChanceOfGuessing, IsAChance) {
  const TokenShape tokens[] = {time_token(4)};
  const Policy policy = preset(PresetName::standard);
  EXPECT_EQ(chance_of_guessing(policy, tokens, 0), 0.0);
  EXPECT_EQ(chance_of_guessing(policy, tokens, 1'000'000), 1.0);
  EXPECT_EQ(chance_of_guessing(policy, {}, 10), 0.0);
}

TEST(MissesPerYear, DefaultAllowances) {
  const Policy policy = preset(PresetName::standard);
  const TokenShape six[] = {time_token()};
  const TokenShape eight[] = {time_token(8)};
  EXPECT_EQ(misses_per_year(policy, six), 133U);
  EXPECT_EQ(misses_per_year(policy, eight), 13'015U);
}

TEST(MissesPerYear, StaysWithinItsLimits) {
  Policy policy = preset(PresetName::standard);
  const TokenShape ten[] = {time_token(10)};
  EXPECT_EQ(misses_per_year(policy, {}), kMissesPerYearMax);
  EXPECT_EQ(misses_per_year(policy, ten), kMissesPerYearMax);
  policy.odds_per_year = 0;
  EXPECT_EQ(misses_per_year(policy, ten), 0U);
}

TEST(Odds, SaysItPerAttemptEscalationAndYear) {
  const Policy policy = preset(PresetName::standard);
  const TokenShape tokens[] = {time_token()};
  const Odds result = odds(policy, tokens);
  EXPECT_DOUBLE_EQ(result.per_attempt, chance_of_guessing(policy, tokens, 1));
  EXPECT_DOUBLE_EQ(result.per_escalation, chance_of_guessing(policy, tokens, 10));
  EXPECT_DOUBLE_EQ(result.attempts_per_year, 133.0);
  EXPECT_LE(result.per_year, policy.odds_per_year * 1.001);
  EXPECT_GT(result.per_year, policy.odds_per_year * 0.99);
}

TEST(InWords, TwoFiguresCount) {
  struct Case {
    double chance;
    const char* words;
  };
  const Case cases[] = {
      {0.0, "never"},        {1.0, "always"},       {0.5, "1 in 2"},
      {1.0 / 10, "1 in 10"}, {1 / 99.0, "1 in 99"}, {1 / 137., "1 in 140"},
      {4e-4, "1 in 2,500"},  {3e-5, "1 in 33,000"}, {1e-6, "1 in 1,000,000"},
  };
  for (const Case& one : cases) EXPECT_EQ(in_words(one.chance), one.words);
}

}  // namespace
}  // namespace lockstep
