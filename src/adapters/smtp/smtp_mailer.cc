// SPDX-License-Identifier: Apache-2.0
#include "adapters/smtp/smtp_mailer.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <cstring>
#include <string_view>
#include <utility>

#include <curl/curl.h>
#include <fmt/format.h>

#include "base/handle.h"
#include "crypto/secret_io.h"

namespace lockstep {
namespace {

/// How much of what a server says is kept for the log.
constexpr std::size_t kSaidBytesMax = 160;

using Curl = Handle<CURL, curl_easy_cleanup>;
using Addresses = Handle<curl_slist, curl_slist_free_all>;

/// What a delivery's callbacks work on.
struct Talk {
  std::string_view rest;  ///< of the message: not sent yet
  std::string said;       ///< the last line by which the server refused something
  const std::atomic<bool>& stopping;
};

// ---- libcurl's callbacks, with the types it asks for.

std::size_t give_message(char* into, std::size_t size, std::size_t count, void* data) {
  Talk& talk = *static_cast<Talk*>(data);
  const std::size_t bytes = std::min(size * count, talk.rest.size());
  std::memcpy(into, talk.rest.data(), bytes);
  talk.rest.remove_prefix(bytes);
  return bytes;
}

std::size_t hear_line(char* line, std::size_t size, std::size_t count, void* data) {
  Talk& talk = *static_cast<Talk*>(data);
  const std::string_view text(line, size * count);
  // Refusals begin with 4 or 5 (RFC 5321 section 4.2.1); after one there is still a goodbye.
  if (!text.starts_with('4') && !text.starts_with('5')) return size * count;
  talk.said.clear();
  for (const char c : text) {
    if (talk.said.size() == kSaidBytesMax || c == '\r' || c == '\n') break;
    talk.said += c >= 0x20 && c < 0x7f ? c : '?';
  }
  return size * count;
}

int stop_or_go_on(void* data, curl_off_t, curl_off_t, curl_off_t, curl_off_t) {
  return static_cast<Talk*>(data)->stopping ? 1 : 0;
}

// ---- from libcurl's codes to ours.

/// Whether the server's own words say what is wrong.
bool is_about_mail(CURLcode code) {
  return code == CURLE_SEND_ERROR || code == CURLE_RECV_ERROR || code == CURLE_WEIRD_SERVER_REPLY;
}

/// Refused for good is only what the server says of this very mail: its sender, its receiver or its
/// text. Anything else, a wrong password included, somebody may put right before the mail is old.
bool is_final(CURLcode code, long reply) {
  constexpr long kMailboxReplies = 550;  // 550 to 554: RFC 5321 section 4.2.3.
  constexpr long kLastReply = 554;
  return is_about_mail(code) && reply >= kMailboxReplies && reply <= kLastReply;
}

std::string words_for(CURLcode code, const char* detail, const std::string& said) {
  if (code == CURLE_LOGIN_DENIED) return "the mail server does not take mail.user and its password";
  if (code == CURLE_USE_SSL_FAILED) {
    return "the mail server does not offer STARTTLS, and mail.tls requires it";
  }
  if (code == CURLE_PEER_FAILED_VERIFICATION) {
    return std::string("the mail server's certificate does not prove its name: ") + detail;
  }
  if (code == CURLE_OPERATION_TIMEDOUT) return "the mail server did not answer in time";
  if (code == CURLE_ABORTED_BY_CALLBACK) return "the service was stopped";
  if (!said.empty() && is_about_mail(code)) return "the mail server said: " + said;
  return *detail != '\0' ? detail : curl_easy_strerror(code);
}

std::string ascii_line(std::string text) {
  for (char& c : text) {
    if (c < 0x20 || c == 0x7f) c = '?';
  }
  return text;
}

class SmtpMailer final : public Mailer {
 public:
  explicit SmtpMailer(SmtpOptions options) : options_(std::move(options)) {}

  DeliveryReport deliver(const OutgoingMail& mail) override {
    const Curl curl(curl_easy_init());
    const Addresses receivers(curl_slist_append(nullptr, mail.to.c_str()));
    if (!curl || !receivers) return {Delivery::later, "there is no memory for a connection"};
    Talk talk{.rest = mail.message, .said = {}, .stopping = stopping_};
    std::array<char, CURL_ERROR_SIZE> detail{};
    curl_easy_setopt(curl.get(), CURLOPT_ERRORBUFFER, detail.data());
    curl_easy_setopt(curl.get(), CURLOPT_MAIL_FROM, mail.from.c_str());
    curl_easy_setopt(curl.get(), CURLOPT_MAIL_RCPT, receivers.get());
    set_callbacks(curl.get(), talk);
    set_connection(curl.get());

    const CURLcode code = curl_easy_perform(curl.get());
    if (code == CURLE_OK) return {Delivery::taken, ""};
    long reply = 0;
    curl_easy_getinfo(curl.get(), CURLINFO_RESPONSE_CODE, &reply);
    return {is_final(code, reply) ? Delivery::never : Delivery::later,
            ascii_line(words_for(code, detail.data(), talk.said))};
  }

  void stop() override { stopping_ = true; }

 private:
  static void set_callbacks(CURL* curl, Talk& talk) {
    curl_easy_setopt(curl, CURLOPT_UPLOAD, 1L);
    curl_easy_setopt(curl, CURLOPT_READFUNCTION, give_message);
    curl_easy_setopt(curl, CURLOPT_READDATA, &talk);
    curl_easy_setopt(curl, CURLOPT_HEADERFUNCTION, hear_line);
    curl_easy_setopt(curl, CURLOPT_HEADERDATA, &talk);
    curl_easy_setopt(curl, CURLOPT_NOPROGRESS, 0L);
    curl_easy_setopt(curl, CURLOPT_XFERINFOFUNCTION, stop_or_go_on);
    curl_easy_setopt(curl, CURLOPT_XFERINFODATA, &talk);
  }

  void set_connection(CURL* curl) const {
    const bool implicit = options_.tls == SmtpTls::implicit;
    const bool literal = options_.host.find(':') != std::string::npos;
    const std::string host = literal ? '[' + options_.host + ']' : options_.host;
    const std::string url =
        fmt::format("{}://{}:{}", implicit ? "smtps" : "smtp", host, options_.port);
    curl_easy_setopt(curl, CURLOPT_URL, url.c_str());
    curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "smtp,smtps");
    const bool proof = options_.tls != SmtpTls::opportunistic;
    curl_easy_setopt(curl, CURLOPT_USE_SSL, long{proof ? CURLUSESSL_ALL : CURLUSESSL_TRY});
    curl_easy_setopt(curl, CURLOPT_SSL_VERIFYPEER, proof ? 1L : 0L);
    curl_easy_setopt(curl, CURLOPT_SSL_VERIFYHOST, proof ? 2L : 0L);
    curl_easy_setopt(curl, CURLOPT_SSLVERSION, long{CURL_SSLVERSION_TLSv1_2});
    if (!options_.authority.empty()) {
      curl_easy_setopt(curl, CURLOPT_CAINFO, options_.authority.c_str());
    }
    if (!options_.user.empty()) {
      curl_easy_setopt(curl, CURLOPT_USERNAME, options_.user.c_str());
      if (options_.password) {
        lend_text(*options_.password,
                  [curl](const char* text) { curl_easy_setopt(curl, CURLOPT_PASSWORD, text); });
      }
    }
    // Nothing of the environment: no proxy, no signals for time-outs.
    curl_easy_setopt(curl, CURLOPT_PROXY, "");
    curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT, long{options_.connect_timeout.count()});
    curl_easy_setopt(curl, CURLOPT_TIMEOUT, long{options_.timeout.count()});
  }

  const SmtpOptions options_;
  std::atomic<bool> stopping_{false};
};

}  // namespace

Result<std::unique_ptr<Mailer>> make_smtp_mailer(SmtpOptions options) {
  if (options.password && options.tls == SmtpTls::opportunistic) {
    return fail(Errc::invalid_input,
                "a password needs mail.tls = \"required\" or \"implicit\": it would travel in the "
                "open wherever somebody takes STARTTLS out of the greeting");
  }
  // Once for the process; the standard makes the first caller do it and the others wait.
  static const CURLcode ready = curl_global_init(CURL_GLOBAL_DEFAULT);
  if (ready != CURLE_OK) return fail(Errc::unavailable, "libcurl cannot be set up");
  return std::make_unique<SmtpMailer>(std::move(options));
}

}  // namespace lockstep
