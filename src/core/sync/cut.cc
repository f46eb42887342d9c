// SPDX-License-Identifier: Apache-2.0
#include "core/sync/cut.h"

#include <algorithm>

namespace lockstep {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_separator(char c) { return c == ' ' || c == '-'; }
bool is_control(char c) { return static_cast<unsigned char>(c) < 0x20 || c == '\x7f'; }

std::string_view without_blanks_behind(std::string_view text) {
  const std::size_t last = text.find_last_not_of(' ');
  return text.substr(0, last == std::string_view::npos ? 0 : last + 1);
}

std::string_view without_blanks_around(std::string_view text) {
  text = without_blanks_behind(text);
  return text.substr(std::min(text.find_first_not_of(' '), text.size()));
}

/// The last digits of a text, and what stands before them.
struct Tail {
  std::string_view before;
  std::string digits;
};

/// Walks back from the end over `count` digits and the separators between them.
std::optional<Tail> take_tail(std::string_view text, std::size_t count) {
  std::string digits;
  std::size_t at = text.size();
  while (at > 0 && digits.size() < count) {
    const char c = text[--at];
    if (is_digit(c)) {
      digits.push_back(c);
    } else if (!is_separator(c) || digits.empty()) {
      return std::nullopt;
    }
  }
  if (digits.size() < count) return std::nullopt;
  std::ranges::reverse(digits);
  return Tail{text.substr(0, at), std::move(digits)};
}

std::optional<Cut> one_code(std::string_view text, Digits digits) {
  const auto tail = take_tail(text, digits.count());
  if (!tail) return std::nullopt;
  const auto code = parse_code(tail->digits, digits);
  if (!code) return std::nullopt;
  return Cut{digits, std::string(without_blanks_around(tail->before)), *code, std::nullopt};
}

/// The two groups must be whole: "1234 5678" is one code of eight digits, never a pair of them.
std::optional<Cut> two_codes(std::string_view text, Digits digits) {
  const std::size_t count = digits.count();
  if (text.size() < 2 * count + 1) return std::nullopt;
  const auto second = parse_code(text.substr(text.size() - count), digits);

  std::string_view front = text.substr(0, text.size() - count);
  const std::size_t together = front.size();
  front = without_blanks_behind(front);
  if (front.ends_with(',')) front = without_blanks_behind(front.substr(0, front.size() - 1));
  if (front.size() == together || front.size() < count) return std::nullopt;

  const auto first = parse_code(front.substr(front.size() - count), digits);
  if (!first || !second) return std::nullopt;
  const std::string_view prefix = front.substr(0, front.size() - count);
  return Cut{digits, std::string(without_blanks_around(prefix)), *first, second};
}

}  // namespace

std::vector<Cut> cut(std::string_view typed, std::span<const Digits> lengths) {
  if (typed.size() > kTypedBytesMax || std::ranges::any_of(typed, is_control)) return {};
  const std::string_view text = without_blanks_around(typed);

  std::vector<Cut> cuts;
  for (std::size_t i = 0; i < lengths.size(); ++i) {
    const auto seen = lengths.first(i);
    if (std::ranges::find(seen, lengths[i]) != seen.end()) continue;
    if (auto one = one_code(text, lengths[i])) cuts.push_back(*std::move(one));
    if (auto two = two_codes(text, lengths[i])) cuts.push_back(*std::move(two));
  }
  return cuts;
}

std::optional<std::string> digits_alone(std::string_view typed) {
  if (typed.size() > kTypedBytesMax) return std::nullopt;
  const std::string_view text = without_blanks_around(typed);
  // A hyphen at either end is a sign or a slip, not a separator.
  if (text.empty() || !is_digit(text.front()) || !is_digit(text.back())) return std::nullopt;

  std::string digits;
  for (const char c : text) {
    if (is_digit(c)) {
      digits.push_back(c);
    } else if (!is_separator(c)) {
      return std::nullopt;
    }
  }
  return digits;
}

}  // namespace lockstep
