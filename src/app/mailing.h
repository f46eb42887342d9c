// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>

#include "app/config.h"
#include "base/result.h"
#include "formats/metrics_page.h"
#include "ports/mailer.h"
#include "service/mail_desk.h"

namespace lockstep {

/// A mailer for the mail server of `config`, with its password read; null where there is none.
/// Errors: those of `read_private_file` for the password, naming the key; of `make_smtp_mailer`.
[[nodiscard]] Result<std::unique_ptr<Mailer>> make_mailer(const std::optional<MailConfig>& config);

/// The thread that empties the queue of mails: every `kEvery`, and at once while there is more to
/// send. Trouble is a line in the log when it begins, every `kRemindEvery` and when it ends.
class Mailing {
 public:
  static constexpr std::chrono::seconds kEvery{1};
  static constexpr std::uint32_t kRemindEvery = 300;  ///< looks at the queue

  /// Both outlive it. `mailer` may be null.
  Mailing(MailDesk& desk, Mailer* mailer);
  Mailing(const Mailing&) = delete;
  Mailing& operator=(const Mailing&) = delete;
  ~Mailing() { stop(); }

  /// Ends the delivery under way; what was not taken is sent after the next start. Returns when the
  /// thread is gone. Twice is harmless.
  void stop();

 private:
  void run();
  /// Whether there may be more to send.
  bool look();
  void tell(const std::string& trouble);
  void tell_left_out(std::uint64_t left_out);

  MailDesk& desk_;
  Mailer* mailer_;
  std::string told_;  ///< the trouble that the log knows of; the thread's own, as `quiet_`
  std::uint32_t quiet_ = 0;
  std::uint64_t left_out_ = 0;  ///< of which the log knows
  std::mutex mutex_;
  std::condition_variable changed_;
  bool stopping_ = false;
  std::thread thread_;
};

/// Adds how mails do to `page`: what waits in the store, and what this process did.
void add_mails(MetricsPage& page, const MailReport& report, const MailCounts& counts);

}  // namespace lockstep
