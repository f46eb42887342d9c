// SPDX-License-Identifier: Apache-2.0
#include "crypto/digest.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>

#include "base/assert.h"
#include "crypto/openssl_hmac.h"

namespace lockstep {

// OpenSSL's one-shot digests fail only without memory or with a hash unknown to the provider, and
// neither leaves a server that could answer: hence the asserts.

Sha256Digest sha256(ByteView bytes) {
  Sha256Digest digest{};
  LOCKSTEP_ASSERT(
      EVP_Digest(bytes.data(), bytes.size(), digest.data(), nullptr, EVP_sha256(), nullptr) == 1);
  return digest;
}

Sha256Digest sha256(const Secret& secret) { return sha256(secret.reveal()); }

Sha256Digest hmac_sha256(const Secret& key, ByteView message) {
  Sha256Digest digest{};
  openssl_hmac("SHA256", key, message, digest);
  return digest;
}

Sha256Digest pin_mac(const Secret& key, ByteView salt, const Secret& pin) {
  Bytes message(salt.begin(), salt.end());
  message.insert(message.end(), pin.reveal().begin(), pin.reveal().end());
  const Secret wiped_afterwards(std::move(message));
  return hmac_sha256(key, wiped_afterwards.reveal());
}

bool constant_time_equal(ByteView a, ByteView b) {
  return a.size() == b.size() && (a.empty() || CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0);
}

}  // namespace lockstep
