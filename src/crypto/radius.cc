// SPDX-License-Identifier: Apache-2.0
#include "crypto/radius.h"

#include <algorithm>

#include <openssl/evp.h>

#include "base/assert.h"
#include "base/handle.h"
#include "crypto/openssl_hmac.h"

namespace lockstep {
namespace {

constexpr std::size_t kBlock = 16;

using DigestContext = Handle<EVP_MD_CTX, EVP_MD_CTX_free>;

// As in digest.cc: these fail only without memory or without MD5 in OpenSSL's provider, and neither
// leaves a server that could speak RADIUS.
Md5Digest md5(ByteView first, ByteView second) {
  const DigestContext context(EVP_MD_CTX_new());
  LOCKSTEP_ASSERT(context && EVP_DigestInit_ex(context.get(), EVP_md5(), nullptr) == 1);
  LOCKSTEP_ASSERT(EVP_DigestUpdate(context.get(), first.data(), first.size()) == 1);
  LOCKSTEP_ASSERT(EVP_DigestUpdate(context.get(), second.data(), second.size()) == 1);
  Md5Digest digest{};
  LOCKSTEP_ASSERT(EVP_DigestFinal_ex(context.get(), digest.data(), nullptr) == 1);
  return digest;
}

}  // namespace

Md5Digest hmac_md5(const Secret& key, ByteView packet) {
  Md5Digest mac{};
  openssl_hmac("MD5", key, packet, mac);
  return mac;
}

Md5Digest radius_digest(ByteView packet, const Secret& secret) {
  return md5(packet, secret.reveal());
}

Bytes hide_radius_password(const Secret& secret, const Md5Digest& authenticator,
                           const Secret& password) {
  const ByteView plain =
      password.reveal().first(std::min(password.size(), kRadiusPasswordBytesMax));
  const std::size_t blocks = std::max<std::size_t>((plain.size() + kBlock - 1) / kBlock, 1);
  Bytes hidden(blocks * kBlock);
  std::ranges::copy(plain, hidden.begin());
  ByteView before(authenticator);
  for (std::size_t at = 0; at < hidden.size(); at += kBlock) {
    const Md5Digest mask = md5(secret.reveal(), before);
    for (std::size_t i = 0; i < kBlock; ++i) hidden[at + i] ^= mask[i];
    before = ByteView(hidden).subspan(at, kBlock);
  }
  return hidden;
}

Result<std::string> unhide_radius_password(const Secret& secret, const Md5Digest& authenticator,
                                           ByteView hidden) {
  if (hidden.empty() || hidden.size() > kRadiusPasswordBytesMax || hidden.size() % kBlock != 0) {
    return fail(Errc::invalid_input, "User-Password is not 16 to 128 bytes in blocks of 16");
  }
  std::string plain(hidden.size(), '\0');
  ByteView before(authenticator);
  for (std::size_t at = 0; at < hidden.size(); at += kBlock) {
    const Md5Digest mask = md5(secret.reveal(), before);
    for (std::size_t i = 0; i < kBlock; ++i) {
      plain[at + i] = static_cast<char>(hidden[at + i] ^ mask[i]);
    }
    before = hidden.subspan(at, kBlock);
  }
  const std::size_t end = plain.find_last_not_of('\0');
  plain.resize(end == std::string::npos ? 0 : end + 1);
  return plain;
}

}  // namespace lockstep
