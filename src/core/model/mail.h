// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/time.h"
#include "core/model/ids.h"

namespace lockstep {

/// What a mail tells; there is a template for each, in each language. Its arguments:
/// service/outgoing_mail.h.
enum class MailEvent {
  email_code,
  resynchronised,
  lost,
  temporary_code,
  primary,
  suspended,
  help_desk,  ///< to the help desk: somebody asks, or reports what was not them
  link,
  revoked,
  unassigned,
  replaced,
};

/// The stable name: "email_code".
[[nodiscard]] std::string_view name_of(MailEvent event);
[[nodiscard]] std::optional<MailEvent> parse_mail_event(std::string_view name);

enum class MailState {
  waiting,   ///< to be sent, or to be tried again
  sent,      ///< a mail server has taken it
  given_up,  ///< too late, or refused for good
};

/// A mail that was decided upon, and is sent when a mail server can be reached. Written in the same
/// commit as what it reports, so that neither is there without the other.
struct Mail {
  MailId id;
  std::string to;  ///< the address
  MailEvent event = MailEvent::email_code;
  std::string language;  ///< "sv"; empty: the service's own
  Sealed arguments;      ///< a JSON object of texts; may hold a code or a link. Empty: wiped
  MailState state = MailState::waiting;
  std::uint32_t tries = 0;
  WallTime next_try_at;
  WallTime created_at;
  WallTime expires_at;  ///< from then on nobody wants it any more
  std::string problem;  ///< why the last try failed, at most kProblemBytesMax
  RowVersion version;

  static constexpr std::size_t kToBytesMax = 254;  ///< RFC 5321, section 4.5.3.1.3, less "<>"
  static constexpr std::size_t kProblemBytesMax = 200;
  /// So many wait to be sent. What comes beyond is too late when it is written, with
  /// kQueueFull as its problem, so that it is given up, which is seen; what it would have reported
  /// is done all the same. Beyond kLeftOutMax more it is not even written.
  static constexpr std::uint32_t kWaitingMax = 5'000;
  static constexpr std::uint32_t kLeftOutMax = 1'000;
  static constexpr std::string_view kQueueFull = "too many mails wait";
  /// How long a mail is kept from when it was written, whatever became of it.
  static constexpr Seconds kKept{7 * 24 * 3'600};

  friend bool operator==(const Mail&, const Mail&) = default;
};

/// How many mails there are in each state.
struct MailCounts {
  std::uint64_t waiting = 0;
  std::uint64_t sent = 0;
  std::uint64_t given_up = 0;

  friend bool operator==(const MailCounts&, const MailCounts&) = default;
};

}  // namespace lockstep
