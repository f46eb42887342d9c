// SPDX-License-Identifier: Apache-2.0
#include "crypto/openssl_hmac.h"

#include <array>
#include <string>

#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/params.h>

#include "base/assert.h"
#include "base/handle.h"

namespace lockstep {
namespace {

using Mac = Handle<EVP_MAC, EVP_MAC_free>;
using MacContext = Handle<EVP_MAC_CTX, EVP_MAC_CTX_free>;

}  // namespace

std::size_t openssl_hmac(const char* hash, const Secret& key, ByteView message,
                         std::span<std::uint8_t> mac) {
  // Looked up once: OpenSSL's HMAC() does it each time, which takes as long as the HMAC itself.
  static const Mac algorithm(EVP_MAC_fetch(nullptr, "HMAC", nullptr));
  // A null key stands for "the one before"; an empty key still needs an address.
  static constexpr std::uint8_t kNothing = 0;
  const ByteView bytes = key.reveal();
  std::string name(hash);  // OpenSSL's type for parameters that are only read wants it writable.
  const std::array<OSSL_PARAM, 2> parameters{
      OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, name.data(), 0),
      OSSL_PARAM_construct_end()};
  const MacContext context(algorithm ? EVP_MAC_CTX_new(algorithm.get()) : nullptr);
  std::size_t size = 0;
  // It fails only without memory or with a hash unknown to the provider, and neither leaves a
  // server that could answer.
  LOCKSTEP_ASSERT(context && EVP_MAC_init(context.get(), bytes.empty() ? &kNothing : bytes.data(),
                                          bytes.size(), parameters.data()) == 1);
  LOCKSTEP_ASSERT(EVP_MAC_update(context.get(), message.data(), message.size()) == 1);
  LOCKSTEP_ASSERT(EVP_MAC_final(context.get(), mac.data(), &size, mac.size()) == 1);
  return size;
}

}  // namespace lockstep
