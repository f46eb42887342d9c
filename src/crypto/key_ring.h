// SPDX-License-Identifier: Apache-2.0
// The key-encryption keys as they lie in a file or a credential:
//
//     lockstep-key-2
//     current 5c2e…        64 hexadecimal digits each
//     older 91bf…          none or some: only to open what is still sealed under them
//     spare 07aa…          none or one: made ahead of its use
//     end                  so that a file cut short is told from a whole one
//
// The first form, "lockstep-key-1" and one key, is read as well. Under a passphrase all of that is
// sealed by a key that Argon2id makes of it:
//
//     lockstep-key-2-passphrase
//     argon2id PASSES KIBIBYTES SALT
//     NONCE CIPHERTEXT     hexadecimal, as the salt is
//     end
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/secret.h"

namespace lockstep {

/// The keys of a ring, 32 bytes each.
struct KeyRingSecrets {
  Secret current;
  std::vector<Secret> older;
  std::optional<Secret> spare;

  [[nodiscard]] KeyRingSecrets clone() const;
};

/// More than this is no key ring of ours.
inline constexpr std::size_t kKeyRingBytesMax = 8 * 1024;
inline constexpr std::size_t kOlderKeysMax = 8;

/// A ring with one new random key.
[[nodiscard]] KeyRingSecrets new_key_ring();
/// 32 random bytes.
[[nodiscard]] Secret new_key();

[[nodiscard]] Secret print_key_ring(const KeyRingSecrets& ring);
/// Errors: corrupt, saying whether it is cut short, sealed under a passphrase, or no ring at all.
[[nodiscard]] Result<KeyRingSecrets> parse_key_ring(const Secret& text);

/// Whether `text` is a ring sealed under a passphrase.
[[nodiscard]] bool is_under_passphrase(const Secret& text);

/// What seals a ring: made of a passphrase once, and used for each writing of the file.
class PassphraseKey {
 public:
  /// With a fresh salt and today's costs (64 MiB, 3 passes: it runs once for each start).
  /// Errors: invalid_input, for a passphrase shorter than kPassphraseBytesMin; unavailable, when
  /// there is no memory for it.
  static Result<PassphraseKey> make(const Secret& passphrase);
  /// With the salt and the costs that `sealed` names. Errors: corrupt, unavailable.
  static Result<PassphraseKey> for_ring(const Secret& sealed, const Secret& passphrase);

  static constexpr std::size_t kPassphraseBytesMin = 12;

  /// Errors: unavailable.
  [[nodiscard]] Result<Secret> seal(const Secret& ring_text) const;
  /// Errors: corrupt, for a wrong passphrase or a damaged text, which nobody can tell apart.
  [[nodiscard]] Result<Secret> open(const Secret& sealed) const;

 private:
  struct Costs {
    std::uint64_t passes = 0;
    std::uint64_t kibibytes = 0;
    Bytes salt;
  };
  PassphraseKey(Costs costs, Secret key) : costs_(std::move(costs)), key_(std::move(key)) {}
  static Result<Secret> derive(const Costs& costs, const Secret& passphrase);
  [[nodiscard]] std::string head() const;

  Costs costs_;
  Secret key_;
};

}  // namespace lockstep
