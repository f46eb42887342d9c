// SPDX-License-Identifier: Apache-2.0
#include "app/mailing.h"

#include <string>
#include <utility>

#include "adapters/system/private_file.h"
#include "app/log.h"
#include "crypto/secret_io.h"

namespace lockstep {
namespace {

constexpr std::size_t kPasswordBytesMax = 1'024;

}  // namespace

Result<std::unique_ptr<Mailer>> make_mailer(const std::optional<MailConfig>& config) {
  if (!config) return nullptr;
  SmtpOptions options;
  options.host = config->host;
  options.port = config->port;
  options.tls = config->tls;
  options.authority = config->authority.string();
  options.user = config->user;
  if (!config->password_file.empty()) {
    const auto password =
        read_private_file(config->password_file, kPasswordBytesMax, Readers::group);
    if (!password) {
      return fail(password.error().code, "mail.password_file: " + password.error().context);
    }
    options.password = first_line_of(*password);
  }
  return make_smtp_mailer(std::move(options));
}

Mailing::Mailing(MailDesk& desk, Mailer* mailer)
    : desk_(desk), mailer_(mailer), thread_([this] { run(); }) {}

void Mailing::stop() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  if (mailer_ != nullptr) mailer_->stop();
  changed_.notify_all();
  if (thread_.joinable()) thread_.join();
}

void Mailing::run() {
  std::unique_lock lock(mutex_);
  while (!stopping_) {
    lock.unlock();
    const bool more = look();
    lock.lock();
    if (!more) changed_.wait_for(lock, kEvery, [this] { return stopping_; });
  }
}

bool Mailing::look() {
  const Result<std::uint32_t> handled = desk_.round();
  const MailReport report = desk_.report();
  const bool failing = report.kind == MailReport::Kind::failing;
  tell_left_out(report.left_out);
  tell(!handled ? handled.error().context : failing ? report.why : "");
  // A full round of mails that go out well is followed by the next at once.
  return handled && !failing && *handled == MailDesk::kRoundMax;
}

void Mailing::tell(const std::string& trouble) {
  if (trouble.empty()) {
    if (!told_.empty()) log(LogLevel::info, "mail_works_again");
  } else if (told_.empty() || ++quiet_ == kRemindEvery) {
    quiet_ = 0;
    log(LogLevel::warning, "mail_failing", {{"why", trouble}});
  }
  told_ = trouble;
}

void Mailing::tell_left_out(std::uint64_t left_out) {
  if (left_out == left_out_) return;
  log(LogLevel::warning, "mails_left_out",
      {{"mails", std::to_string(left_out - left_out_)}, {"why", std::string(Mail::kQueueFull)}});
  left_out_ = left_out;
}

void add_mails(MetricsPage& page, const MailReport& report, const MailCounts& counts) {
  page.gauge("lockstep_mail_up", "1 when mails go out; 0 when tries fail or there is no server.")
      .add({}, std::uint64_t{report.kind == MailReport::Kind::working ? 1U : 0U});
  page.gauge("lockstep_mail_queue_length", "Mails that wait to be sent or tried again.")
      .add({}, counts.waiting);
  page.counter("lockstep_mail_sent_total", "Mails that a mail server took.").add({}, report.sent);
  page.counter("lockstep_mail_failed_tries_total",
               "Tries that failed; each is followed by another.")
      .add({}, report.failed);
  page.counter("lockstep_mail_given_up_total", "Mails refused for good, or too old.")
      .add({}, report.given_up);
  page.counter("lockstep_mail_left_out_total", "Of those, mails for which the queue had no room.")
      .add({}, report.left_out);
}

}  // namespace lockstep
