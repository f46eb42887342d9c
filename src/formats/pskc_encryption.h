// SPDX-License-Identifier: Apache-2.0
// The encrypted values of a key container: RFC 6030 section 6. Under a key that both sides agreed
// on or one made from a password by PBKDF2; AES, Camellia and triple DES in CBC, AES in GCM, the
// key wraps of RFC 3394, 3657 and 3217.
#pragma once

#include <optional>

#include "base/result.h"
#include "base/secret.h"
#include "crypto/file_cipher.h"
#include "crypto/mac.h"
#include "formats/pskc_xml.h"
#include "formats/seed_file.h"

namespace lockstep {

/// Opens the values of one container. What stands in its head (key, MAC key) is worked out when the
/// first encrypted value comes, once. Lives no longer than the document and `key`. One thread.
class PskcEncryption {
 public:
  PskcEncryption(const pugi::xml_node& container, const FileKey& key)
      : container_(container), given_(&key) {}

  /// The plaintext of `value`: EncryptedValue with its ValueMAC beside it, or, in drafts, Value
  /// with ValueDigest.
  ///
  /// The MAC is over the ciphertext and checked before anything is decrypted. Where it does not
  /// fit, it may be one over the plaintext, as the drafts had it: that is tried, and whatever goes
  /// wrong then is one and the same error. A MAC may be missing only where the cipher
  /// authenticates.
  ///
  /// Errors: invalid_input, for what concerns this value alone: no MAC, an unknown cipher, no
  /// ciphertext. corrupt, for what concerns the file: no key, the wrong one, a file that was
  /// changed, a head that is not understood. unavailable, when OpenSSL fails.
  [[nodiscard]] Result<Secret> open(const pugi::xml_node& value);

  /// Whether `value` holds something encrypted.
  [[nodiscard]] bool is_encrypted(const pugi::xml_node& value) const;

  /// Whether `value`, which is_encrypted() denies, ought to be: a draft's plain form in a file
  /// whose head names a cipher. Somebody took its MAC away, or its writer left it out.
  [[nodiscard]] bool misses_mac(const pugi::xml_node& value) const;

  /// Whether some MAC was one over the plaintext.
  [[nodiscard]] bool saw_mac_over_plaintext() const { return saw_mac_over_plaintext_; }

 private:
  /// What stands in the head.
  struct Head {
    Secret key;
    Bytes iv;  ///< drafts: one for all values, which then do not begin with theirs
    std::optional<FileCipher> cipher;  ///< drafts: for values that name none
    std::optional<MacHash> mac;
    Secret mac_key;
  };
  struct Sealed {
    FileCipher cipher;
    Bytes text;
    Bytes mac;  ///< empty: none
  };

  [[nodiscard]] Result<void> read_head();
  [[nodiscard]] Result<Secret> read_key(const pugi::xml_node& head) const;
  [[nodiscard]] Result<void> read_mac(Head& head) const;
  [[nodiscard]] Result<Sealed> read_sealed(const pugi::xml_node& value) const;
  [[nodiscard]] Result<Secret> decrypt(const Head& head, const Sealed& sealed) const;

  pugi::xml_node container_;
  const FileKey* given_;
  std::optional<Head> head_;
  bool saw_mac_over_plaintext_ = false;
};

}  // namespace lockstep
