// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

namespace lockstep {

/// A mail with the envelope it travels in.
struct OutgoingMail {
  std::string from;     ///< where a mail server reports what it could not deliver
  std::string to;       ///< one address
  std::string message;  ///< whole, as formats/mail_message.h makes it. May hold a code
};

/// What became of a mail.
enum class Delivery {
  taken,  ///< the mail server has it: from now on it is its affair
  later,  ///< nobody was reached, or they ask to come again
  never,  ///< refused for good: another try would end the same
};
struct DeliveryReport {
  Delivery delivery = Delivery::later;
  std::string why;  ///< one line of ASCII; empty where it was taken. Holds nothing of the message
};

/// Hands mails to a mail server, one at a time. Implementation: adapters/smtp.
class Mailer {
 public:
  Mailer() = default;
  Mailer(const Mailer&) = delete;
  Mailer& operator=(const Mailer&) = delete;
  virtual ~Mailer() = default;

  /// Blocks until it is known, within a time of the implementation's. A mail that was taken in the
  /// moment when the connection broke may be reported as `later`, and so be sent twice; never lost.
  /// Thread-safe.
  [[nodiscard]] virtual DeliveryReport deliver(const OutgoingMail& mail) = 0;

  /// Ends a delivery under way, and all later ones, with `later`. From any thread.
  virtual void stop() = 0;
};

}  // namespace lockstep
