// SPDX-License-Identifier: Apache-2.0
#include "core/policy/odds.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

namespace lockstep {
namespace {

/// Where a token's codes may lie: the names of the formula.
struct Widths {
  double w;
  double wide_w;
  double g;
};

Widths widths(const Policy& users, const TokenShape& token) {
  const Policy& policy = token.own != nullptr ? *token.own : users;
  if (token.spec.kind == TokenKind::hotp) {
    const std::uint32_t accept = event_accept(policy, token.spec.digits);
    const std::uint32_t wide = std::max(accept, policy.event.next_code);
    return {accept + 1.0, wide + 1.0, 1.0};
  }
  const TimeZones& zones = time_zones(policy, token.form);
  const std::uint32_t wide = std::max(zones.accept, zones.next_code);
  return {2.0 * zones.accept + 1.0, 2.0 * wide + 1.0, 3.0};
}

/// w·e, summed over the tokens.
double single_code(const Policy& policy, std::span<const TokenShape> tokens) {
  double sum = 0;
  for (const TokenShape& token : tokens) {
    sum += widths(policy, token).w * likeliest_code(token.spec.digits);
  }
  return sum;
}

/// g·W·e², summed over the tokens.
double pair_of_codes(const Policy& policy, std::span<const TokenShape> tokens) {
  double sum = 0;
  for (const TokenShape& token : tokens) {
    const Widths width = widths(policy, token);
    const double e = likeliest_code(token.spec.digits);
    sum += width.g * width.wide_w * e * e;
  }
  return sum;
}

/// `number` with two figures that count and commas between thousands.
std::string rounded(double number) {
  const double unit = std::pow(10.0, std::max(0.0, std::floor(std::log10(number)) - 1));
  std::string digits = fmt::format("{:.0f}", std::round(number / unit) * unit);
  for (auto at = static_cast<int>(digits.size()) - 3; at > 0; at -= 3) {
    digits.insert(static_cast<std::size_t>(at), ",");
  }
  return digits;
}

}  // namespace

double likeliest_code(Digits digits) {
  constexpr std::uint64_t kNumbers = std::uint64_t{1} << 31U;
  const std::uint64_t most = kNumbers / digits.modulus() + 1;
  return static_cast<double>(most) / static_cast<double>(kNumbers);
}

double chance_of_guessing(const Policy& policy, std::span<const TokenShape> tokens,
                          std::uint64_t attempts) {
  if (attempts == 0) return 0;
  const auto v = static_cast<double>(attempts);
  return std::min(1.0, v * single_code(policy, tokens) + (v - 1) * pair_of_codes(policy, tokens));
}

std::uint32_t misses_per_year(const Policy& policy, std::span<const TokenShape> tokens) {
  const double each = single_code(policy, tokens);
  const double allowance = policy.odds_per_year / std::max(each, 1e-12);
  return static_cast<std::uint32_t>(std::clamp(allowance, 0.0, double{kMissesPerYearMax}));
}

Odds odds(const Policy& policy, std::span<const TokenShape> tokens) {
  const std::uint32_t allowance = misses_per_year(policy, tokens);
  return {.per_attempt = chance_of_guessing(policy, tokens, 1),
          .per_escalation = chance_of_guessing(policy, tokens, policy.misses_to_two_codes),
          .per_year = chance_of_guessing(policy, tokens, allowance),
          .attempts_per_year = static_cast<double>(allowance)};
}

std::string in_words(double chance) {
  if (chance <= 0) return "never";
  if (chance >= 1) return "always";
  return fmt::format("1 in {}", rounded(1 / chance));
}

}  // namespace lockstep
