// SPDX-License-Identifier: Apache-2.0
#include "crypto/signature.h"

#include <algorithm>

#include <openssl/evp.h>

#include "base/handle.h"
#include "crypto/digest.h"

namespace lockstep {
namespace {

using PKey = Handle<EVP_PKEY, EVP_PKEY_free>;
using DigestContext = Handle<EVP_MD_CTX, EVP_MD_CTX_free>;

std::unexpected<Error> openssl_failed() {
  return fail(Errc::unavailable, "Ed25519: OpenSSL could not do it");
}

PKey private_key(const Secret& bytes) {
  const ByteView raw = bytes.reveal();
  return PKey(EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, nullptr, raw.data(), raw.size()));
}

}  // namespace

KeyFingerprint fingerprint(const PublicKey& key) {
  const Sha256Digest digest = sha256(key);
  KeyFingerprint result{};
  std::copy_n(digest.begin(), result.size(), result.begin());
  return result;
}

Result<SigningKey> SigningKey::from(Secret bytes) {
  if (bytes.size() != kBytes) {
    return fail(Errc::invalid_input, "Ed25519: a private key has 32 bytes");
  }
  const PKey key = private_key(bytes);
  PublicKey raw{};
  std::size_t size = raw.size();
  if (key == nullptr || EVP_PKEY_get_raw_public_key(key.get(), raw.data(), &size) != 1 ||
      size != raw.size()) {
    return openssl_failed();
  }
  return SigningKey(std::move(bytes), raw);
}

Result<Signature> SigningKey::sign(ByteView message) const {
  const PKey key = private_key(private_);
  const DigestContext context(EVP_MD_CTX_new());
  Signature signature{};
  std::size_t size = signature.size();
  const bool done =
      key != nullptr && context != nullptr &&
      EVP_DigestSignInit(context.get(), nullptr, nullptr, nullptr, key.get()) == 1 &&
      EVP_DigestSign(context.get(), signature.data(), &size, message.data(), message.size()) == 1;
  if (!done || size != signature.size()) return openssl_failed();
  return signature;
}

bool signature_matches(const PublicKey& key, ByteView message, const Signature& signature) {
  const PKey raw(EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, nullptr, key.data(), key.size()));
  const DigestContext context(EVP_MD_CTX_new());
  return raw != nullptr && context != nullptr &&
         EVP_DigestVerifyInit(context.get(), nullptr, nullptr, nullptr, raw.get()) == 1 &&
         EVP_DigestVerify(context.get(), signature.data(), signature.size(), message.data(),
                          message.size()) == 1;
}

}  // namespace lockstep
