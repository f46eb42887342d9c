// SPDX-License-Identifier: Apache-2.0
#include "formats/otpauth.h"

#include <fmt/format.h>

#include "base/base32.h"

namespace lockstep {

namespace {

// RFC 3986 section 2.3: everything but the unreserved characters is written as %XX.
std::string percent_encoded(std::string_view text) {
  std::string out;
  for (const char c : text) {
    const bool unreserved = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                            (c >= '0' && c <= '9') || c == '-' || c == '.' || c == '_' || c == '~';
    if (unreserved) {
      out += c;
    } else {
      out += fmt::format("%{:02X}", static_cast<unsigned char>(c));
    }
  }
  return out;
}

std::string_view otpauth_hash(HashAlgorithm hash) {
  switch (hash) {
    case HashAlgorithm::sha1:
      return "SHA1";
    case HashAlgorithm::sha256:
      return "SHA256";
    case HashAlgorithm::sha512:
      return "SHA512";
  }
  LOCKSTEP_ASSERT(false);
}

}  // namespace

std::string otpauth_uri(const OtpauthLabel& label, const CodeSpec& spec, Position next,
                        const Secret& seed) {
  const bool event = spec.kind == TokenKind::hotp;
  const std::string issuer = percent_encoded(label.issuer);
  const std::string uri =
      fmt::format("otpauth://{}/{}:{}?secret={}&issuer={}&algorithm={}&digits={}",
                  event ? "hotp" : "totp", issuer, percent_encoded(label.account),
                  to_base32(seed.reveal()), issuer, otpauth_hash(spec.hash), spec.digits.count());
  if (event) return uri + fmt::format("&counter={}", next.value());
  return uri + fmt::format("&period={}", spec.step.count());
}

}  // namespace lockstep
