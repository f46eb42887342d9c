// SPDX-License-Identifier: Apache-2.0
#include "base/text.h"

#include <cstdlib>

#include <utf8proc.h>

#include "base/handle.h"
#include "base/secret.h"

namespace lockstep {
namespace {

constexpr int kFoldOptions =
    UTF8PROC_STABLE | UTF8PROC_COMPAT | UTF8PROC_COMPOSE | UTF8PROC_CASEFOLD | UTF8PROC_IGNORE;
// Marks can only be stripped from decomposed or composed text; utf8proc asks for one of them.
constexpr int kSearchOptions = kFoldOptions | UTF8PROC_STRIPMARK;

/// C0, DEL and C1 (U+0080 to U+009F, in UTF-8 0xC2 0x80 to 0xC2 0x9F).
bool has_control_character(std::string_view text) {
  unsigned char before = 0;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x20 || byte == 0x7f) return true;
    if (before == 0xc2 && byte < 0xa0) return true;
    before = byte;
  }
  return false;
}

Result<std::string> map(std::string_view text, int options) {
  if (has_control_character(text)) return fail(Errc::invalid_input, "a control character");
  utf8proc_uint8_t* mapped = nullptr;
  const ByteView bytes = bytes_of(text);
  const auto length = utf8proc_map(bytes.data(), static_cast<utf8proc_ssize_t>(bytes.size()),
                                   &mapped, static_cast<utf8proc_option_t>(options));
  const Handle<utf8proc_uint8_t, std::free> owner(mapped);
  if (length < 0) return fail(Errc::invalid_input, "text that is not UTF-8");
  const std::string result(mapped, mapped + length);
  return std::string(trim(result));
}

}  // namespace

Result<std::string> fold(std::string_view text) { return map(text, kFoldOptions); }

Result<std::string> fold_for_search(std::string_view text) { return map(text, kSearchOptions); }

std::string ascii_upper(std::string_view text) {
  std::string result(text);
  for (char& c : result) {
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  }
  return result;
}

std::string_view trim(std::string_view text) {
  while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
  while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
  return text;
}

bool is_ascii_digits(std::string_view text) {
  for (const char c : text) {
    if (c < '0' || c > '9') return false;
  }
  return !text.empty();
}

}  // namespace lockstep
