// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"

namespace lockstep {

/// A user's name in the one spelling that keys everything (base/text.h, `fold`): 1 to 128 bytes.
class UserName {
 public:
  /// Errors: invalid_input, when `text` is empty, too long, not UTF-8 or has control characters.
  static Result<UserName> parse(std::string_view text);

  [[nodiscard]] const std::string& text() const { return text_; }
  friend auto operator<=>(const UserName&, const UserName&) = default;

 private:
  explicit UserName(std::string text) : text_(std::move(text)) {}
  std::string text_;
};

/// A group's name, folded like a user's: 1 to 64 bytes.
class GroupName {
 public:
  /// Errors: invalid_input, as for UserName.
  static Result<GroupName> parse(std::string_view text);

  [[nodiscard]] const std::string& text() const { return text_; }
  friend auto operator<=>(const GroupName&, const GroupName&) = default;

 private:
  explicit GroupName(std::string text) : text_(std::move(text)) {}
  std::string text_;
};

/// A serial as printed on the token, folded to upper case: 1 to 40 of A-Z, 0-9, '-', '_' and '.'.
class Serial {
 public:
  /// Errors: invalid_input, when `text` is not of that form.
  static Result<Serial> parse(std::string_view text);

  [[nodiscard]] const std::string& text() const { return text_; }
  friend auto operator<=>(const Serial&, const Serial&) = default;

 private:
  explicit Serial(std::string text) : text_(std::move(text)) {}
  std::string text_;
};

}  // namespace lockstep
