// SPDX-License-Identifier: Apache-2.0
#include "core/sync/match.h"

#include <array>
#include <cstdint>

namespace lockstep {
namespace {

constexpr std::size_t kDigitsMax = 10;

/// 1 when the values are equal, else 0, without a branch.
std::uint32_t equal_bit(std::uint32_t a, std::uint32_t b) {
  const std::uint32_t difference = a ^ b;
  // The top bit of (d | -d) is set for every d but 0.
  return 1U ^ ((difference | (0U - difference)) >> 31U);
}

/// The digits, last one first.
std::array<std::uint32_t, kDigitsMax> digits_of(Code code) {
  std::array<std::uint32_t, kDigitsMax> result{};
  std::uint32_t rest = code.value();
  for (std::uint32_t& digit : result) {
    digit = rest % 10;
    rest /= 10;
  }
  return result;
}

}  // namespace

bool same_code(Code a, Code b) { return equal_bit(a.value(), b.value()) != 0; }

std::vector<Position> positions_of(Code typed, Position first, std::span<const Code> codes) {
  // Every position is written down, and the next one overwrites it unless it was a match.
  std::vector<Position> found(codes.size() + 1);
  std::size_t count = 0;
  for (std::size_t i = 0; i < codes.size(); ++i) {
    found[count] = Position(first.value() + i);
    count += equal_bit(typed.value(), codes[i].value());
  }
  found.resize(count);
  return found;
}

bool is_slip(Code typed, Code right, Digits digits) {
  const auto a = digits_of(typed);
  const auto b = digits_of(right);
  std::uint32_t different = 0;
  std::uint32_t swapped = 0;
  for (std::size_t i = 0; i < digits.count(); ++i) {
    different += 1U ^ equal_bit(a[i], b[i]);
    if (i == 0) continue;
    const std::uint32_t crossed = equal_bit(a[i], b[i - 1]) & equal_bit(a[i - 1], b[i]);
    swapped += crossed & (1U ^ equal_bit(a[i], a[i - 1]));
  }
  return different == 1 || (different == 2 && swapped == 1);
}

bool is_slip_of_any(Code typed, std::span<const Code> codes, Digits digits) {
  bool any = false;
  for (const Code right : codes) any |= is_slip(typed, right, digits);
  return any;
}

}  // namespace lockstep
