// SPDX-License-Identifier: Apache-2.0
// A link is made of whatever names there are, and read again as an app would read it.
#include <algorithm>
#include <string>

#include "base/assert.h"
#include "base/base32.h"
#include "formats/otpauth.h"
#include "fuzz_target.h"

namespace lockstep {
namespace {

constexpr std::size_t kSeedBytesMax = 64;

/// Cuts off what is before `mark`, which is skipped; all of it where there is no mark.
std::string_view cut(std::string_view& text, char mark) {
  const std::size_t end = text.find(mark);
  const std::string_view before = text.substr(0, end);
  text = end == std::string_view::npos ? "" : text.substr(end + 1);
  return before;
}

unsigned value_of(char digit) {
  constexpr std::string_view kDigits = "0123456789ABCDEF";
  const std::size_t value = kDigits.find(digit);
  LOCKSTEP_ASSERT(value != std::string_view::npos);
  return static_cast<unsigned>(value);
}

std::string decoded(std::string_view text) {
  std::string result;
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (text[at] != '%') {
      result += text[at];
      continue;
    }
    LOCKSTEP_ASSERT(at + 2 < text.size());
    result += static_cast<char>(value_of(text[at + 1]) * 16 + value_of(text[at + 2]));
    at += 2;
  }
  return result;
}

/// Nothing that ends a link in a mail, and nothing outside ASCII.
void check_alphabet(std::string_view uri) {
  for (const char c : uri) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    LOCKSTEP_ASSERT(plain || std::string_view("-._~%:/?=&").contains(c));
  }
}

void check_link(const OtpauthLabel& label, const CodeSpec& spec, const Secret& seed) {
  const std::string uri = otpauth_uri(label, spec, Position(7), seed);
  check_alphabet(uri);
  std::string_view rest = uri;
  LOCKSTEP_ASSERT(cut(rest, ':') == "otpauth" && rest.starts_with("//"));
  rest.remove_prefix(2);
  LOCKSTEP_ASSERT(cut(rest, '/') == (spec.kind == TokenKind::hotp ? "hotp" : "totp"));
  LOCKSTEP_ASSERT(decoded(cut(rest, ':')) == label.issuer);
  LOCKSTEP_ASSERT(decoded(cut(rest, '?')) == label.account);
  LOCKSTEP_ASSERT(cut(rest, '=') == "secret");
  const Result<Bytes> read = parse_base32(cut(rest, '&'));
  LOCKSTEP_ASSERT(read && std::ranges::equal(*read, seed.reveal()));
  LOCKSTEP_ASSERT(cut(rest, '=') == "issuer" && decoded(cut(rest, '&')) == label.issuer);
}

}  // namespace
}  // namespace lockstep

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace lockstep;
  if (size < 2) return 0;
  const std::uint8_t choice = data[0];
  std::string_view text = text_of(data + 1, size - 1);
  const OtpauthLabel label{std::string(cut(text, '\n')), std::string(cut(text, '\n'))};
  CodeSpec spec;
  spec.kind = (choice & 1U) != 0 ? TokenKind::totp : TokenKind::hotp;
  spec.hash = (choice & 2U) != 0 ? HashAlgorithm::sha256 : HashAlgorithm::sha512;
  spec.digits = (choice & 4U) != 0 ? Digits::six() : Digits::eight();
  check_link(label, spec, Secret::copy_of(text.substr(0, kSeedBytesMax)));
  return 0;
}
