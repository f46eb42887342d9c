// SPDX-License-Identifier: Apache-2.0
#include "crypto/mac.h"

#include <openssl/evp.h>

#include "base/assert.h"
#include "crypto/openssl_hmac.h"

namespace lockstep {
namespace {

const EVP_MD* evp_of(MacHash hash) {
  switch (hash) {
    case MacHash::sha1:
      return EVP_sha1();
    case MacHash::sha224:
      return EVP_sha224();
    case MacHash::sha256:
      return EVP_sha256();
    case MacHash::sha384:
      return EVP_sha384();
    case MacHash::sha512:
      return EVP_sha512();
  }
  LOCKSTEP_ASSERT(false);
}

}  // namespace

Bytes hmac(MacHash hash, const Secret& key, ByteView message) {
  Bytes mac(EVP_MAX_MD_SIZE);
  mac.resize(openssl_hmac(EVP_MD_get0_name(evp_of(hash)), key, message, mac));
  return mac;
}

Result<Secret> pbkdf2(const Pbkdf2& how, const Secret& password) {
  if (how.iterations == 0 || how.iterations > kPbkdf2IterationsMax) {
    return fail(Errc::invalid_input, "PBKDF2: between 1 and 2,000,000 iterations are taken");
  }
  if (how.key_bytes == 0 || how.key_bytes > kPbkdf2KeyBytesMax) {
    return fail(Errc::invalid_input, "PBKDF2: the key's length is out of range");
  }
  const ByteView bytes = password.reveal();
  Bytes key(how.key_bytes);
  if (PKCS5_PBKDF2_HMAC(reinterpret_cast<const char*>(bytes.data()), static_cast<int>(bytes.size()),
                        how.salt.data(), static_cast<int>(how.salt.size()),
                        static_cast<int>(how.iterations), evp_of(how.hash),
                        static_cast<int>(key.size()), key.data()) != 1) {
    return fail(Errc::unavailable, "PBKDF2: OpenSSL could not do it");
  }
  return Secret(std::move(key));
}

}  // namespace lockstep
