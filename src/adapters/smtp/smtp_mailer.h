// SPDX-License-Identifier: Apache-2.0
// Mail by SMTP (RFC 5321), with libcurl.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "base/result.h"
#include "base/secret.h"
#include "ports/mailer.h"

namespace lockstep {

/// How the way to the mail server is protected.
enum class SmtpTls {
  required,       ///< STARTTLS, with a certificate that proves the host; else nothing is sent
  implicit,       ///< TLS from the first byte, likewise
  opportunistic,  ///< STARTTLS where it is offered, whatever the certificate; plain where it is not
};

struct SmtpOptions {
  std::string host;  ///< a name or an address
  std::uint16_t port = 587;
  SmtpTls tls = SmtpTls::required;
  std::string authority;  ///< PEM file of the authorities to believe; empty: the system's
  std::string user;       ///< empty: no authentication
  std::optional<Secret> password;
  std::chrono::seconds connect_timeout{10};
  std::chrono::seconds timeout{30};  ///< for all of it
};

/// A mailer that makes one connection for each mail.
/// Errors: invalid_input, where a password would travel in the open; unavailable, where libcurl
/// cannot be set up.
[[nodiscard]] Result<std::unique_ptr<Mailer>> make_smtp_mailer(SmtpOptions options);

}  // namespace lockstep
