// SPDX-License-Identifier: Apache-2.0
// Where mails leave: the queue in the store is emptied into a mail server, again and again for each
// mail until it is taken, refused for good or too old to be wanted.
//
// Whoever sends a mail takes it first, by putting off its next try in the store: of two servers on
// one database one gets a conflict and leaves it alone. A server that dies with a mail in its hands
// leaves it to the next try; so a mail is never lost, and may come twice.
#pragma once

#include <cstdint>
#include <mutex>
#include <string>

#include "base/result.h"
#include "core/model/mail.h"
#include "formats/mail_message.h"
#include "formats/mail_texts.h"
#include "ports/mailer.h"
#include "service/services.h"

namespace lockstep {

/// How the mails of this process do.
struct MailReport {
  enum class Kind {
    off,      ///< there is no mail server: nothing is sent
    working,  ///< the last try of any mail was taken, or none was needed yet
    failing,  ///< the last kFailingMin tries in a row were not
  };
  Kind kind = Kind::off;
  std::string why;             ///< failing: what the last try ended with
  std::uint64_t sent = 0;      ///< since the process started
  std::uint64_t failed = 0;    ///< tries that will be followed by another
  std::uint64_t given_up = 0;  ///< mails
  std::uint64_t left_out = 0;  ///< those of them for which the queue had no room
};

/// The stable name: "failing".
[[nodiscard]] std::string_view name_of(MailReport::Kind kind);

/// Sends the queue's mails. Thread-safe; `round` is for one thread.
class MailDesk {
 public:
  /// How many mails a round takes at most, so that stopping waits for no more than one of them.
  static constexpr std::uint32_t kRoundMax = 20;
  /// A round ends after so many failures in a row: the server, not the mail, is in trouble.
  static constexpr std::uint32_t kFailingMin = 3;
  /// For so long a mail belongs to who took it. Longer than any delivery.
  static constexpr Seconds kTaken{5 * 60};
  /// Between the first two tries; doubled after each, up to kPauseMax.
  static constexpr Seconds kPauseMin{30};
  static constexpr Seconds kPauseMax{3'600};

  /// `mailer` null: there is no mail server; then mails only grow old. All outlive the desk.
  MailDesk(Services& services, Mailer* mailer, MailSender from)
      : services_(services), mailer_(mailer), from_(std::move(from)) {
    if (mailer_ != nullptr) report_.kind = MailReport::Kind::working;
  }

  /// Tries each mail that is due, up to kRoundMax. Returns how many mails were taken in hand; 0:
  /// the queue has nothing to do now. Errors: those of the store.
  [[nodiscard]] Result<std::uint32_t> round();

  /// Sends a mail that says that it is a test, at once and past the queue. Permission:
  /// policy_write. Errors: invalid_input, where `to` is no mail address; not_allowed, where there
  /// is no mail server.
  [[nodiscard]] Result<DeliveryReport> send_test(const Context& context, const std::string& to);

  [[nodiscard]] MailReport report() const;

 private:
  [[nodiscard]] Result<bool> handle(const Context& context, Mail mail);
  [[nodiscard]] Result<void> postpone(Mail mail);
  [[nodiscard]] Result<void> settle(const Context& context, Mail mail,
                                    const DeliveryReport& report);
  [[nodiscard]] Result<void> give_up(const Context& context, Mail mail, const std::string& why);
  [[nodiscard]] DeliveryReport deliver(const Mail& mail, const MailText& text);
  void count(const DeliveryReport& report);

  Services& services_;
  Mailer* mailer_;
  const MailSender from_;
  std::uint32_t failures_ = 0;  ///< in a row, of this round; the thread's own
  mutable std::mutex mutex_;
  std::uint32_t in_row_ = 0;  ///< the same across rounds
  MailReport report_;
};

/// The words of a mail of the queue. Errors: not_found, when what they are made of was wiped;
/// corrupt.
[[nodiscard]] Result<MailText> mail_text_of(Services& services, const Mail& mail);

/// How long after its `tries`th try a mail is tried again.
[[nodiscard]] Seconds pause_after(std::uint32_t tries);

/// The newest mails, whatever became of them; addresses and states, never what they say.
/// Permission: audit_read. Errors: invalid_input, for a limit outside 1 to 1,000.
[[nodiscard]] Result<std::vector<Mail>> list_mails(Services& services, std::uint32_t limit);

}  // namespace lockstep
