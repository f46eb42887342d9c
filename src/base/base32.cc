// SPDX-License-Identifier: Apache-2.0
#include "base/base32.h"

namespace lockstep {
namespace {

/// The value of a base32 character, or -1.
int quintet(char c) {
  if (c >= 'A' && c <= 'Z') return c - 'A';
  if (c >= 'a' && c <= 'z') return c - 'a';
  if (c >= '2' && c <= '7') return c - '2' + 26;
  return -1;
}

/// Characters a whole number of bytes can end with: 0, 2, 4, 5 or 7 beyond a multiple of 8.
bool possible_length(std::size_t characters) {
  const std::size_t rest = characters % 8;
  return rest != 1 && rest != 3 && rest != 6;
}

}  // namespace

std::string to_base32(ByteView bytes) {
  static constexpr std::string_view kAlphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
  std::string text;
  text.reserve((bytes.size() * 8 + 4) / 5);
  std::uint32_t held = 0;
  unsigned bits = 0;
  for (const std::uint8_t byte : bytes) {
    held = (held << 8U) | byte;
    bits += 8;
    while (bits >= 5) {
      bits -= 5;
      text.push_back(kAlphabet[(held >> bits) & 31U]);
    }
  }
  if (bits > 0) text.push_back(kAlphabet[(held << (5 - bits)) & 31U]);
  return text;
}

Result<Bytes> parse_base32(std::string_view text) {
  while (!text.empty() && text.back() == '=') text.remove_suffix(1);
  if (!possible_length(text.size())) {
    return fail(Errc::invalid_input, "a length base32 cannot have");
  }
  Bytes bytes;
  bytes.reserve(text.size() * 5 / 8);
  std::uint32_t held = 0;
  unsigned bits = 0;
  for (const char c : text) {
    const int value = quintet(c);
    if (value < 0) {
      wipe(bytes);
      return fail(Errc::invalid_input, "a character that is not in the base32 alphabet");
    }
    held = (held << 5U) | static_cast<std::uint32_t>(value);
    bits += 5;
    if (bits < 8) continue;
    bits -= 8;
    bytes.push_back(static_cast<std::uint8_t>(held >> bits));
  }
  const std::uint32_t left_over = held & ((1U << bits) - 1U);
  if (left_over != 0) {
    wipe(bytes);
    return fail(Errc::invalid_input, "base32 with bits left over");
  }
  return bytes;
}

}  // namespace lockstep
