// SPDX-License-Identifier: Apache-2.0
// A mail as mail servers pass it on: RFC 5322 with MIME (RFC 2045 to 2047).
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "base/time.h"
#include "formats/mail_template.h"

namespace lockstep {

/// The sender as readers see it.
struct MailSender {
  std::string name;     ///< "Example IT"; may be empty
  std::string address;  ///< "otp@example.org"

  friend bool operator==(const MailSender&, const MailSender&) = default;
};

/// What stands above the text.
struct MailHead {
  MailSender from;
  std::string to;
  WallTime date;
  std::string id;        ///< of this mail alone, letters and digits; the sender's host is added
  std::string language;  ///< "sv"
};

/// The whole message, ASCII, lines end with CR LF and have at most 78 characters: a plain text and
/// the same as HTML. Errors: invalid_input, when an address is none (see `is_mail_address`) or a
/// name or subject holds a control character: nothing that somebody wrote becomes a header field.
[[nodiscard]] Result<std::string> mail_message(const MailHead& head, const MailText& text);

/// Whether `text` is an address that this service sends to: LOCAL@HOST in visible ASCII without
/// quotation, at most 254 bytes.
[[nodiscard]] bool is_mail_address(std::string_view text);

/// A header field's value in RFC 2047's form, where it is not plain ASCII; folded.
[[nodiscard]] std::string encoded_words(std::string_view text);

/// RFC 2045 section 6.7, for text: lines of `text` end with "\n", those of the result with CR LF.
[[nodiscard]] std::string quoted_printable(std::string_view text);

}  // namespace lockstep
