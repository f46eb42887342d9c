// SPDX-License-Identifier: Apache-2.0
#include "core/model/names.h"

#include <algorithm>

#include "base/text.h"

namespace lockstep {
namespace {

constexpr std::size_t kUserNameBytesMax = 128;
constexpr std::size_t kGroupNameBytesMax = 64;
constexpr std::size_t kSerialBytesMax = 40;
// Folding can make text longer; what is much too long is refused before the work is done.
constexpr std::size_t kTypedBytesMax = 1'024;

Result<std::string> folded_name(std::string_view text, std::size_t bytes_max, const char* what) {
  if (text.size() > kTypedBytesMax) {
    return fail(Errc::invalid_input, std::string(what) + " is too long");
  }
  LOCKSTEP_TRY(std::string folded, fold(text));
  if (folded.empty()) return fail(Errc::invalid_input, std::string(what) + " is empty");
  if (folded.size() > bytes_max) {
    return fail(Errc::invalid_input, std::string(what) + " is too long");
  }
  return folded;
}

bool is_serial_character(char c) {
  return (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_' || c == '.';
}

}  // namespace

Result<UserName> UserName::parse(std::string_view text) {
  LOCKSTEP_TRY(std::string folded, folded_name(text, kUserNameBytesMax, "the user name"));
  return UserName(std::move(folded));
}

Result<GroupName> GroupName::parse(std::string_view text) {
  LOCKSTEP_TRY(std::string folded, folded_name(text, kGroupNameBytesMax, "the group name"));
  return GroupName(std::move(folded));
}

Result<Serial> Serial::parse(std::string_view text) {
  const std::string_view trimmed = trim(text);
  if (trimmed.empty() || trimmed.size() > kSerialBytesMax) {
    return fail(Errc::invalid_input, "a serial has 1 to 40 characters");
  }
  std::string upper = ascii_upper(trimmed);
  if (!std::ranges::all_of(upper, is_serial_character)) {
    return fail(Errc::invalid_input,
                "a serial holds letters A to Z, digits, '-', '_' and '.' only");
  }
  return Serial(std::move(upper));
}

}  // namespace lockstep
