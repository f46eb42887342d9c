// SPDX-License-Identifier: Apache-2.0
#include "crypto/aead.h"

#include <openssl/evp.h>

#include "base/handle.h"

namespace lockstep {
namespace {

using CipherContext = Handle<EVP_CIPHER_CTX, EVP_CIPHER_CTX_free>;

std::unexpected<Error> openssl_failed() {
  return fail(Errc::unavailable, "AES-256-GCM: OpenSSL could not do it");
}

/// A context with key and nonce set, that has seen the associated data.
Result<CipherContext> start(const AeadUse& use, ByteView associated, bool sealing) {
  if (use.key.size() != kAeadKeyBytes) {
    return fail(Errc::invalid_input, "AES-256-GCM: the key is not 32 bytes long");
  }
  CipherContext context(EVP_CIPHER_CTX_new());
  int written = 0;
  const bool ready =
      context != nullptr &&
      EVP_CipherInit_ex(context.get(), EVP_aes_256_gcm(), nullptr, use.key.reveal().data(),
                        use.nonce.data(), sealing ? 1 : 0) == 1 &&
      (associated.empty() || EVP_CipherUpdate(context.get(), nullptr, &written, associated.data(),
                                              static_cast<int>(associated.size())) == 1);
  if (!ready) return openssl_failed();
  return context;
}

}  // namespace

Result<Bytes> aead_seal(const AeadUse& use, ByteView associated, const Secret& plain) {
  LOCKSTEP_TRY(const CipherContext context, start(use, associated, true));
  const ByteView text = plain.reveal();
  Bytes sealed(text.size() + kAeadTagBytes);
  int written = 0;
  int last = 0;
  const bool done = EVP_CipherUpdate(context.get(), sealed.data(), &written, text.data(),
                                     static_cast<int>(text.size())) == 1 &&
                    EVP_CipherFinal_ex(context.get(), sealed.data() + written, &last) == 1 &&
                    EVP_CIPHER_CTX_ctrl(context.get(), EVP_CTRL_AEAD_GET_TAG, kAeadTagBytes,
                                        sealed.data() + text.size()) == 1;
  if (!done) return openssl_failed();
  return sealed;
}

Result<Secret> aead_open(const AeadUse& use, ByteView associated, ByteView sealed) {
  if (sealed.size() < kAeadTagBytes) {
    return fail(Errc::corrupt, "AES-256-GCM: shorter than its tag");
  }
  LOCKSTEP_TRY(const CipherContext context, start(use, associated, false));
  const ByteView text = sealed.first(sealed.size() - kAeadTagBytes);
  std::array<std::uint8_t, kAeadTagBytes> tag{};
  std::copy(sealed.end() - kAeadTagBytes, sealed.end(), tag.begin());
  // One byte more than needed, so that there is an address to write to where the text is empty.
  Bytes plain(text.size() + 1);
  int written = 0;
  int last = 0;
  const bool fed =
      EVP_CipherUpdate(context.get(), plain.data(), &written, text.data(),
                       static_cast<int>(text.size())) == 1 &&
      EVP_CIPHER_CTX_ctrl(context.get(), EVP_CTRL_AEAD_SET_TAG, kAeadTagBytes, tag.data()) == 1;
  const bool right = fed && EVP_CipherFinal_ex(context.get(), plain.data() + written, &last) == 1;
  if (!right) wipe(plain);  // What comes out before the tag is checked must not be used.
  if (!fed) return openssl_failed();
  if (!right) return fail(Errc::corrupt, "AES-256-GCM: the tag does not match");
  plain.resize(text.size());
  return Secret(std::move(plain));
}

}  // namespace lockstep
