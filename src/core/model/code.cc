// SPDX-License-Identifier: Apache-2.0
#include "core/model/code.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/text.h"

namespace lockstep {
namespace {

constexpr unsigned kDigitsMin = 4;
constexpr unsigned kDigitsMax = 10;
constexpr Seconds kStepMax{86'400};
// No code is larger: it is the rest of a 31-bit number.
constexpr std::uint64_t kTruncatedMax = 0x7fff'ffff;

}  // namespace

Result<Digits> Digits::make(unsigned count) {
  if (count < kDigitsMin || count > kDigitsMax) {
    return fail(Errc::invalid_input, "a token shows 4 to 10 digits");
  }
  return Digits(count);
}

std::optional<Code> parse_code(std::string_view text, Digits digits) {
  if (text.size() != digits.count() || !is_ascii_digits(text)) return std::nullopt;
  std::uint64_t value = 0;
  for (const char c : text) value = value * 10 + static_cast<std::uint64_t>(c - '0');
  if (value > kTruncatedMax) return std::nullopt;
  return Code(static_cast<std::uint32_t>(value));
}

std::string to_text(Code code, Digits digits) {
  return fmt::format("{:0{}}", code.value(), digits.count());
}

Result<void> check(const CodeSpec& spec) {
  if (spec.step < Seconds(1) || spec.step > kStepMax) {
    return fail(Errc::invalid_input, "a time step is 1 to 86400 seconds");
  }
  if (spec.t0 < Seconds(0) || spec.t0.count() > std::int64_t{1} << 40U) {
    return fail(Errc::invalid_input, "T0 is a Unix time from 1970 on");
  }
  return {};
}

Position step_at(const CodeSpec& spec, WallTime time) {
  const Seconds since = std::chrono::floor<Seconds>(time.time_since_epoch()) - spec.t0;
  if (since < Seconds(0)) return Position(0);
  return Position(static_cast<std::uint64_t>(since / spec.step));
}

WallTime start_of_step(const CodeSpec& spec, Position position) {
  // Beyond this the microseconds of WallTime would overflow; no clock gets there.
  const std::uint64_t limit =
      (std::uint64_t{1} << 42U) / static_cast<std::uint64_t>(spec.step.count());
  const auto steps = static_cast<std::int64_t>(std::min(position.value(), limit));
  return WallTime(spec.t0 + steps * spec.step);
}

}  // namespace lockstep
