// SPDX-License-Identifier: Apache-2.0
#include "crypto/file_cipher.h"

#include <algorithm>
#include <array>

#include <openssl/evp.h>

#include "base/handle.h"
#include "crypto/digest.h"

namespace lockstep {
namespace {

using CipherContext = Handle<EVP_CIPHER_CTX, EVP_CIPHER_CTX_free>;

constexpr std::size_t kGcmNonceBytes = 12;
constexpr std::size_t kGcmTagBytes = 16;
constexpr std::size_t kTripleDesKeyBytes = 24;

std::unexpected<Error> openssl_failed() {
  return fail(Errc::unavailable, "a file's cipher: OpenSSL could not do it");
}

std::unexpected<Error> corrupt() {
  return fail(Errc::corrupt, "the text is not one of this cipher and key");
}

/// Picks by the length of the key.
const EVP_CIPHER* of_length(std::size_t key_bytes, const EVP_CIPHER* of_16, const EVP_CIPHER* of_24,
                            const EVP_CIPHER* of_32) {
  return key_bytes == 16 ? of_16 : key_bytes == 24 ? of_24 : of_32;
}

/// What decrypts one block, chained or not, or a whole text.
const EVP_CIPHER* mode_of(const FileCipher& cipher) {
  const std::size_t bytes = cipher.key_bytes;
  switch (cipher.kind) {
    case CipherKind::aes_cbc:
      return of_length(bytes, EVP_aes_128_cbc(), EVP_aes_192_cbc(), EVP_aes_256_cbc());
    case CipherKind::camellia_cbc:
      return of_length(bytes, EVP_camellia_128_cbc(), EVP_camellia_192_cbc(),
                       EVP_camellia_256_cbc());
    case CipherKind::tripledes_cbc:
      return EVP_des_ede3_cbc();
    case CipherKind::aes_gcm:
      return of_length(bytes, EVP_aes_128_gcm(), EVP_aes_192_gcm(), EVP_aes_256_gcm());
    case CipherKind::aes_wrap:
      return of_length(bytes, EVP_aes_128_ecb(), EVP_aes_192_ecb(), EVP_aes_256_ecb());
    case CipherKind::camellia_wrap:
      return of_length(bytes, EVP_camellia_128_ecb(), EVP_camellia_192_ecb(),
                       EVP_camellia_256_ecb());
    case CipherKind::tripledes_wrap:
      return EVP_des_ede3_wrap();
  }
  LOCKSTEP_ASSERT(false);
}

Result<CipherContext> start(const FileCipher& cipher, const Secret& key, const std::uint8_t* iv) {
  CipherContext context(EVP_CIPHER_CTX_new());
  if (context == nullptr) return openssl_failed();
  EVP_CIPHER_CTX_set_flags(context.get(), EVP_CIPHER_CTX_FLAG_WRAP_ALLOW);
  if (EVP_DecryptInit_ex(context.get(), mode_of(cipher), nullptr, key.reveal().data(), iv) != 1 ||
      EVP_CIPHER_CTX_set_padding(context.get(), 0) != 1) {
    return openssl_failed();
  }
  return context;
}

Result<Secret> open_cbc(const FileCipher& cipher, const Secret& key, ByteView sealed) {
  const std::size_t block = cipher.kind == CipherKind::tripledes_cbc ? 8 : 16;
  if (sealed.size() < 2 * block || sealed.size() % block != 0) return corrupt();
  LOCKSTEP_TRY(const CipherContext context, start(cipher, key, sealed.data()));
  const ByteView text = sealed.subspan(block);
  Bytes plain(text.size() + block);
  int written = 0;
  int last = 0;
  const bool done = EVP_DecryptUpdate(context.get(), plain.data(), &written, text.data(),
                                      static_cast<int>(text.size())) == 1 &&
                    EVP_DecryptFinal_ex(context.get(), plain.data() + written, &last) == 1;
  const Secret padded(std::move(plain));
  if (!done) return openssl_failed();
  const ByteView bytes = padded.reveal().first(text.size());
  const std::size_t padding = bytes.back();
  if (padding == 0 || padding > block) return corrupt();
  return Secret(bytes.first(bytes.size() - padding));
}

Result<Secret> open_gcm(const FileCipher& cipher, const Secret& key, ByteView sealed) {
  if (sealed.size() < kGcmNonceBytes + kGcmTagBytes) return corrupt();
  LOCKSTEP_TRY(const CipherContext context, start(cipher, key, sealed.data()));
  const ByteView text =
      sealed.subspan(kGcmNonceBytes, sealed.size() - kGcmNonceBytes - kGcmTagBytes);
  std::array<std::uint8_t, kGcmTagBytes> tag{};
  std::copy(sealed.end() - kGcmTagBytes, sealed.end(), tag.begin());
  // One byte more than needed, so that there is an address to write to where the text is empty.
  Bytes plain(text.size() + 1);
  int written = 0;
  int last = 0;
  const bool fed =
      EVP_DecryptUpdate(context.get(), plain.data(), &written, text.data(),
                        static_cast<int>(text.size())) == 1 &&
      EVP_CIPHER_CTX_ctrl(context.get(), EVP_CTRL_AEAD_SET_TAG, kGcmTagBytes, tag.data()) == 1;
  const bool right = fed && EVP_DecryptFinal_ex(context.get(), plain.data() + written, &last) == 1;
  const Secret opened(std::move(plain));
  if (!fed) return openssl_failed();
  if (!right) return corrupt();
  return Secret(opened.reveal().first(text.size()));
}

/// RFC 3394 section 2.2.2, by hand and not by OpenSSL's AES key wrap: that has no Camellia.
Result<Secret> open_wrap(const FileCipher& cipher, const Secret& key, ByteView sealed) {
  constexpr std::size_t kHalf = 8;
  constexpr std::uint8_t kIntegrity = 0xA6;
  constexpr std::size_t kRounds = 6;
  if (sealed.size() < 3 * kHalf || sealed.size() % kHalf != 0) return corrupt();
  LOCKSTEP_TRY(const CipherContext context, start(cipher, key, nullptr));
  Bytes work(sealed.begin(), sealed.end());  // A, R[1], …, R[n]
  const std::size_t count = sealed.size() / kHalf - 1;
  std::array<std::uint8_t, 2 * kHalf> block{};
  bool done = true;
  for (std::size_t step = kRounds * count; step > 0 && done; --step) {
    const auto half = work.begin() + static_cast<std::ptrdiff_t>(((step - 1) % count + 1) * kHalf);
    for (std::size_t i = 0; i < kHalf; ++i) {
      block[i] = work[i] ^ static_cast<std::uint8_t>(step >> (8 * (kHalf - 1 - i)));
    }
    std::copy_n(half, kHalf, block.begin() + kHalf);
    int written = 0;
    done = EVP_DecryptUpdate(context.get(), block.data(), &written, block.data(),
                             static_cast<int>(block.size())) == 1;
    std::copy_n(block.begin(), kHalf, work.begin());
    std::copy_n(block.begin() + kHalf, kHalf, half);
  }
  wipe(block);
  const Secret opened(std::move(work));
  if (!done) return openssl_failed();
  std::array<std::uint8_t, kHalf> expected{};
  expected.fill(kIntegrity);
  if (!constant_time_equal(opened.reveal().first(kHalf), expected)) return corrupt();
  return Secret(opened.reveal().subspan(kHalf));
}

Result<Secret> open_tripledes_wrap(const FileCipher& cipher, const Secret& key, ByteView sealed) {
  constexpr std::size_t kBlock = 8;
  // The initialisation vector, the checksum and at least one block between them.
  if (sealed.size() < 3 * kBlock || sealed.size() % kBlock != 0) return corrupt();
  LOCKSTEP_TRY(const CipherContext context, start(cipher, key, nullptr));
  Bytes plain(sealed.size());
  int written = 0;
  const bool right = EVP_DecryptUpdate(context.get(), plain.data(), &written, sealed.data(),
                                       static_cast<int>(sealed.size())) == 1 &&
                     written > 0;
  const Secret opened(std::move(plain));
  if (!right) return corrupt();
  return Secret(opened.reveal().first(static_cast<std::size_t>(written)));
}

}  // namespace

bool authenticates(CipherKind kind) {
  return kind != CipherKind::aes_cbc && kind != CipherKind::camellia_cbc &&
         kind != CipherKind::tripledes_cbc;
}

bool takes_key(const FileCipher& cipher, std::size_t bytes) {
  const bool tripledes =
      cipher.kind == CipherKind::tripledes_cbc || cipher.kind == CipherKind::tripledes_wrap;
  if (tripledes) return bytes == kTripleDesKeyBytes || bytes == 16;
  return bytes == cipher.key_bytes && (bytes == 16 || bytes == 24 || bytes == 32);
}

Result<Secret> open_file_text(const FileCipher& cipher, const Secret& key, ByteView sealed) {
  if (!takes_key(cipher, key.size())) {
    return fail(Errc::invalid_input, "the key's length does not fit the cipher");
  }
  switch (cipher.kind) {
    case CipherKind::aes_cbc:
    case CipherKind::camellia_cbc:
      return open_cbc(cipher, key, sealed);
    case CipherKind::aes_gcm:
      return open_gcm(cipher, key, sealed);
    case CipherKind::aes_wrap:
    case CipherKind::camellia_wrap:
      return open_wrap(cipher, key, sealed);
    case CipherKind::tripledes_cbc:
    case CipherKind::tripledes_wrap:
      break;
  }
  Bytes whole(key.reveal().begin(), key.reveal().end());
  whole.reserve(kTripleDesKeyBytes);
  if (whole.size() < kTripleDesKeyBytes) {
    whole.insert(whole.end(), key.reveal().begin(), key.reveal().begin() + 8);
  }
  const Secret three(std::move(whole));
  return cipher.kind == CipherKind::tripledes_cbc ? open_cbc(cipher, three, sealed)
                                                  : open_tripledes_wrap(cipher, three, sealed);
}

}  // namespace lockstep
