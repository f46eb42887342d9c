// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "core/model/mail.h"
#include "formats/mail_template.h"

namespace lockstep {

/// What all mails of a service have in common.
struct MailSetting {
  std::string organisation;  ///< may be empty
  std::string portal_url;  ///< "https://otp.example.org", without a slash at its end; may be empty
  std::string help_phone;  ///< may be empty
  std::string default_language = "en";
};

/// The words of `event` in `language` ("sv", "sv-SE"), in the setting's own language where there
/// are none, and in English where there are none of those either. `arguments` are those of
/// service/outgoing_mail.h; what of them a text can do without may be missing. Times are shown in
/// UTC, and say so: nobody knows where the reader is.
[[nodiscard]] MailText mail_text(MailEvent event, std::string_view language,
                                 const MailValues& arguments, const MailSetting& setting);

/// The languages that have words: "en", "sv".
[[nodiscard]] bool has_mail_texts(std::string_view language);

/// A moment as `language` writes it: "22 November 2026, 09:12 UTC".
[[nodiscard]] std::string mail_time(WallTime time, std::string_view language);

}  // namespace lockstep
