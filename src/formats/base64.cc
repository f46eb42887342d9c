// SPDX-License-Identifier: Apache-2.0
#include "formats/base64.h"

#include <optional>

namespace lockstep {

namespace {

constexpr std::string_view kAlphabet =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
constexpr std::string_view kUrlAlphabet =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
constexpr std::string_view kBlanks = " \t\r\n";

std::string encoded(ByteView bytes, std::string_view alphabet) {
  std::string text;
  std::uint32_t bits = 0;
  int count = 0;
  for (const std::uint8_t byte : bytes) {
    bits = (bits << 8U) | byte;
    count += 8;
    while (count >= 6) {
      count -= 6;
      text += alphabet[(bits >> static_cast<unsigned>(count)) & 63U];
    }
  }
  if (count > 0) text += alphabet[(bits << static_cast<unsigned>(6 - count)) & 63U];
  return text;
}

}  // namespace

std::string to_base64url(ByteView bytes) { return encoded(bytes, kUrlAlphabet); }

std::string to_base64(ByteView bytes) {
  std::string text = encoded(bytes, kAlphabet);
  while (text.size() % 4 != 0) text += '=';
  return text;
}

Result<Bytes> parse_base64(std::string_view text) {
  Bytes bytes;
  // Reserved once: growing would leave copies of a seed behind in freed memory.
  bytes.reserve(text.size() / 4 * 3 + 3);
  std::uint32_t bits = 0;
  std::size_t digits = 0;
  std::size_t padding = 0;
  for (const char c : text) {
    if (kBlanks.find(c) != std::string_view::npos) continue;
    if (c == '=') {
      ++padding;
      continue;
    }
    const std::size_t digit = kAlphabet.find(c);
    if (digit == std::string_view::npos || padding > 0) {
      wipe(bytes);
      return fail(Errc::invalid_input, "not base64");
    }
    bits = (bits << 6U) | static_cast<std::uint32_t>(digit);
    ++digits;
    if (digits % 4 == 1) continue;
    const auto left = static_cast<unsigned>((8 - digits % 4 * 2) % 8);
    bytes.push_back(static_cast<std::uint8_t>(bits >> left));
    bits &= (1U << left) - 1;
  }
  const bool whole = (digits + padding) % 4 == 0 && digits % 4 != 1 && padding <= 2;
  if (!whole || bits != 0) {
    wipe(bytes);
    return fail(Errc::invalid_input, "not base64");
  }
  return bytes;
}

}  // namespace lockstep
