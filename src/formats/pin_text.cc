// SPDX-License-Identifier: Apache-2.0
#include "formats/pin_text.h"

#include <algorithm>
#include <array>

#include "base/assert.h"

namespace lockstep {
namespace {

// In the order of the enumerators.
constexpr std::array<std::string_view, 6> kNames = {"too_short", "too_long",    "characters",
                                                    "pattern",   "used_before", "different"};
static_assert(static_cast<std::size_t>(PinProblem::different) + 1 == kNames.size());

/// Every character follows the one before it by `step`, as in 4567 and dcba. 0 is one character
/// all along.
bool is_run(ByteView pin, int step) {
  const auto other = [&](std::uint8_t one, std::uint8_t next) { return next != one + step; };
  return std::ranges::adjacent_find(pin, other) == pin.end();
}

/// As in 1212 and 123123.
bool is_repeated(ByteView pin) {
  for (std::size_t part = 1; part <= pin.size() / 2; ++part) {
    if (pin.size() % part != 0) continue;
    if (std::ranges::equal(pin.subspan(part), pin.first(pin.size() - part))) return true;
  }
  return false;
}

}  // namespace

std::string_view name_of(PinProblem problem) {
  const auto index = static_cast<std::size_t>(problem);
  LOCKSTEP_ASSERT(index < kNames.size());
  return kNames[index];
}

std::optional<PinProblem> pin_problem(const Secret& pin, const PinRules& rules) {
  const ByteView text = pin.reveal();
  const bool visible =
      std::ranges::all_of(text, [](std::uint8_t byte) { return byte > 0x20 && byte < 0x7F; });
  if (!visible) return PinProblem::characters;
  if (text.size() < rules.length_min) return PinProblem::too_short;
  if (text.size() > rules.length_max) return PinProblem::too_long;
  if (rules.complexity == PinComplexity::any) return std::nullopt;
  const bool pattern = is_run(text, 0) || is_run(text, 1) || is_run(text, -1) || is_repeated(text);
  return pattern ? std::optional(PinProblem::pattern) : std::nullopt;
}

}  // namespace lockstep
