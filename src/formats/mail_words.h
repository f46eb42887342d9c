// SPDX-License-Identifier: Apache-2.0
// The words of every mail, by language. mail_template.h says how they are read.
#pragma once

#include <span>
#include <string_view>

#include "core/model/mail.h"

namespace lockstep {

/// `variant`: the value of an argument ("by", "how" or "about") that these words are for; empty:
/// all others.
struct MailWords {
  MailEvent event;
  std::string_view variant;
  std::string_view subject;
  std::string_view body;
};

/// A language, with what stands below every mail to a user.
struct MailLanguage {
  std::string_view tag;  ///< "en"
  std::span<const MailWords> words;
  std::string_view not_you;  ///< what to do about something that was not the reader
  std::string_view closing;
  std::span<const std::string_view> months;  ///< 12
  /// How a moment is written: {0} day, {1} month, {2} year, {3} hour, {4} minute.
  std::string_view moment;
};

/// English first: it has words for everything.
[[nodiscard]] std::span<const MailLanguage> mail_languages();

}  // namespace lockstep
