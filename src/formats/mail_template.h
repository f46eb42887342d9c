// SPDX-License-Identifier: Apache-2.0
// A mail's text: plain words with places for values, from which both forms of a mail are made.
//
//     A line with a {place} that has no value is left out; so is a paragraph that has no line left.
//     A line that is {code} alone is set large. A line that is an address becomes a link.
#pragma once

#include <map>
#include <string>
#include <string_view>

namespace lockstep {

/// Values by name: {"device", "…4411"}.
using MailValues = std::map<std::string, std::string, std::less<>>;

/// What a reader sees, in both forms.
struct MailText {
  std::string subject;  ///< one line
  std::string text;     ///< lines end with "\n"
  std::string html;     ///< a whole page, with nothing to be loaded
};

/// `words` with its places filled. Control characters of values become blanks, and line breaks too,
/// so that no value adds a line; but those of `note`, which are its writer's lines.
[[nodiscard]] std::string fill_in(std::string_view words, const MailValues& values);

/// Both forms of a mail in `language`, from the words of its subject and its body.
[[nodiscard]] MailText fill_in_mail(std::string_view subject, std::string_view body,
                                    const MailValues& values, std::string_view language);

}  // namespace lockstep
