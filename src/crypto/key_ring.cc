// SPDX-License-Identifier: Apache-2.0
#include "crypto/key_ring.h"

#include <algorithm>
#include <charconv>
#include <utility>

#include <sodium.h>

#include "base/assert.h"
#include "base/hex.h"
#include "crypto/aead.h"
#include "crypto/random.h"

namespace lockstep {
namespace {

constexpr std::string_view kFirstHeader = "lockstep-key-1\n";
constexpr std::string_view kHeader = "lockstep-key-2\n";
constexpr std::string_view kPassphraseHeader = "lockstep-key-2-passphrase\n";
constexpr std::string_view kEnd = "end\n";
constexpr std::string_view kCutShort = "cut short: it has no last line \"end\"";

constexpr std::uint64_t kPasses = 3;
constexpr std::uint64_t kKibibytes = 64 * 1024;
/// A damaged file must not take all memory or an hour.
constexpr std::uint64_t kPassesMax = 64;
constexpr std::uint64_t kKibibytesMax = 4 * 1024 * 1024;
constexpr std::uint64_t kKibibyte = 1024;

std::string_view characters_of(const Secret& text) {
  const ByteView bytes = text.reveal();
  if (bytes.empty()) return "";
  // NOLINTNEXTLINE(cppcoreguidelines-pro-type-reinterpret-cast): char and uint8_t alias.
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

/// Bytes that grow without leaving copies behind.
class SecretText {
 public:
  SecretText() { bytes_.reserve(kKeyRingBytesMax); }
  SecretText& add(std::string_view text) {
    LOCKSTEP_ASSERT(bytes_.size() + text.size() <= kKeyRingBytesMax);
    bytes_.insert(bytes_.end(), text.begin(), text.end());
    return *this;
  }
  SecretText& add_hex(ByteView bytes) {
    constexpr std::string_view kDigits = "0123456789abcdef";
    for (const std::uint8_t byte : bytes) {
      const char pair[] = {kDigits[byte >> 4U], kDigits[byte & 15U]};
      add({pair, 2});
    }
    return *this;
  }
  Secret take() { return Secret(std::move(bytes_)); }

 private:
  Bytes bytes_;
};

/// The first line of `rest`, without its end; nullopt when there is none.
std::optional<std::string_view> take_line(std::string_view& rest) {
  const std::size_t end = rest.find('\n');
  if (end == std::string_view::npos) return std::nullopt;
  const std::string_view line = rest.substr(0, end);
  rest.remove_prefix(end + 1);
  return line;
}

/// The text before the next blank.
std::string_view take_word(std::string_view& rest) {
  const std::size_t end = std::min(rest.find(' '), rest.size());
  const std::string_view word = rest.substr(0, end);
  rest.remove_prefix(std::min(end + 1, rest.size()));
  return word;
}

std::unexpected<Error> damaged() { return fail(Errc::corrupt, "damaged"); }

Result<Secret> parse_key(std::string_view hex) {
  if (hex.size() != 2 * kAeadKeyBytes) return damaged();
  Result<Bytes> bytes = parse_hex(hex);
  if (!bytes) return damaged();
  return Secret(*std::move(bytes));
}

Result<void> take_key(std::string_view line, KeyRingSecrets& ring) {
  const std::string_view name = take_word(line);
  LOCKSTEP_TRY(Secret key, parse_key(line));
  if (name == "current" && ring.current.empty()) {
    ring.current = std::move(key);
  } else if (name == "older" && ring.older.size() < kOlderKeysMax) {
    ring.older.push_back(std::move(key));
  } else if (name == "spare" && !ring.spare) {
    ring.spare = std::move(key);
  } else {
    return damaged();
  }
  return {};
}

Result<std::uint64_t> parse_number(std::string_view text, std::uint64_t most) {
  std::uint64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  const bool whole = error == std::errc() && end == text.data() + text.size();
  if (!whole || number == 0 || number > most) return damaged();
  return number;
}

}  // namespace

KeyRingSecrets KeyRingSecrets::clone() const {
  KeyRingSecrets copy;
  copy.current = current.clone();
  for (const Secret& key : older) copy.older.push_back(key.clone());
  if (spare) copy.spare = spare->clone();
  return copy;
}

Secret new_key() {
  Bytes bytes(kAeadKeyBytes);
  random_bytes(bytes);
  return Secret(std::move(bytes));
}

KeyRingSecrets new_key_ring() {
  KeyRingSecrets ring;
  ring.current = new_key();
  return ring;
}

Secret print_key_ring(const KeyRingSecrets& ring) {
  SecretText text;
  text.add(kHeader).add("current ").add_hex(ring.current.reveal()).add("\n");
  for (const Secret& key : ring.older) text.add("older ").add_hex(key.reveal()).add("\n");
  if (ring.spare) text.add("spare ").add_hex(ring.spare->reveal()).add("\n");
  text.add(kEnd);
  return text.take();
}

Result<KeyRingSecrets> parse_key_ring(const Secret& text) {
  std::string_view rest = characters_of(text);
  KeyRingSecrets ring;
  if (rest.starts_with(kFirstHeader)) {
    rest.remove_prefix(kFirstHeader.size());
    if (!rest.ends_with('\n')) return fail(Errc::corrupt, "cut short");
    LOCKSTEP_TRY(ring.current, parse_key(rest.substr(0, rest.size() - 1)));
    return ring;
  }
  if (is_under_passphrase(text)) return fail(Errc::corrupt, "sealed under a passphrase");
  if (!rest.starts_with(kHeader)) return fail(Errc::corrupt, "it is not a key file of Lockstep");
  if (!rest.ends_with(kEnd)) return fail(Errc::corrupt, std::string(kCutShort));
  rest.remove_prefix(kHeader.size());
  rest.remove_suffix(kEnd.size());
  while (const auto line = take_line(rest)) LOCKSTEP_CHECK(take_key(*line, ring));
  if (!rest.empty() || ring.current.empty()) return damaged();
  return ring;
}

bool is_under_passphrase(const Secret& text) {
  return characters_of(text).starts_with(kPassphraseHeader);
}

Result<Secret> PassphraseKey::derive(const Costs& costs, const Secret& passphrase) {
  LOCKSTEP_ASSERT(sodium_init() >= 0);
  Bytes key(kAeadKeyBytes);
  const std::string_view characters = characters_of(passphrase);
  if (crypto_pwhash(key.data(), key.size(), characters.data(), characters.size(), costs.salt.data(),
                    costs.passes, costs.kibibytes * kKibibyte, crypto_pwhash_ALG_ARGON2ID13) != 0) {
    return fail(Errc::unavailable, "Argon2id: no memory for the passphrase");
  }
  return Secret(std::move(key));
}

Result<PassphraseKey> PassphraseKey::make(const Secret& passphrase) {
  if (passphrase.size() < kPassphraseBytesMin) {
    return fail(Errc::invalid_input, "a passphrase has at least " +
                                         std::to_string(kPassphraseBytesMin) +
                                         " characters: whoever has the file can guess at leisure");
  }
  Costs costs{kPasses, kKibibytes, Bytes(crypto_pwhash_SALTBYTES)};
  random_bytes(costs.salt);
  LOCKSTEP_TRY(Secret key, derive(costs, passphrase));
  return PassphraseKey(std::move(costs), std::move(key));
}

Result<PassphraseKey> PassphraseKey::for_ring(const Secret& sealed, const Secret& passphrase) {
  std::string_view rest = characters_of(sealed);
  if (!rest.starts_with(kPassphraseHeader)) return fail(Errc::corrupt, "under no passphrase");
  if (!rest.ends_with(kEnd)) return fail(Errc::corrupt, std::string(kCutShort));
  rest.remove_prefix(kPassphraseHeader.size());
  std::string_view line = take_line(rest).value_or("");
  if (take_word(line) != "argon2id") return damaged();
  Costs costs;
  LOCKSTEP_TRY(costs.passes, parse_number(take_word(line), kPassesMax));
  LOCKSTEP_TRY(costs.kibibytes, parse_number(take_word(line), kKibibytesMax));
  Result<Bytes> salt = parse_hex(line);
  if (!salt || salt->size() != crypto_pwhash_SALTBYTES) return damaged();
  costs.salt = *std::move(salt);
  LOCKSTEP_TRY(Secret key, derive(costs, passphrase));
  return PassphraseKey(std::move(costs), std::move(key));
}

std::string PassphraseKey::head() const {
  return std::string(kPassphraseHeader) + "argon2id " + std::to_string(costs_.passes) + ' ' +
         std::to_string(costs_.kibibytes) + ' ' + to_hex(costs_.salt) + '\n';
}

Result<Secret> PassphraseKey::seal(const Secret& ring_text) const {
  AeadNonce nonce{};
  random_bytes(nonce);
  const std::string head = this->head();
  LOCKSTEP_TRY(const Bytes sealed, aead_seal({key_, nonce}, bytes_of(head), ring_text));
  SecretText text;
  text.add(head).add_hex(nonce).add(" ").add_hex(sealed).add("\n").add(kEnd);
  return text.take();
}

Result<Secret> PassphraseKey::open(const Secret& sealed) const {
  const std::string head = this->head();
  std::string_view rest = characters_of(sealed);
  if (!rest.starts_with(head) || !rest.ends_with(kEnd)) return damaged();
  rest.remove_prefix(head.size());
  std::string_view line = take_line(rest).value_or("");
  const Result<Bytes> nonce_bytes = parse_hex(take_word(line));
  const Result<Bytes> body = parse_hex(line);
  AeadNonce nonce{};
  if (!nonce_bytes || !body || nonce_bytes->size() != nonce.size()) return damaged();
  std::ranges::copy(*nonce_bytes, nonce.begin());
  Result<Secret> text = aead_open({key_, nonce}, bytes_of(head), *body);
  if (!text) return fail(Errc::corrupt, "wrong passphrase, or the file is damaged");
  return text;
}

}  // namespace lockstep
