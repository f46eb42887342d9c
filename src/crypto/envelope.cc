// SPDX-License-Identifier: Apache-2.0
#include "crypto/envelope.h"

#include <algorithm>
#include <array>
#include <utility>

#include "crypto/aead.h"
#include "crypto/digest.h"

namespace lockstep {
namespace {

constexpr std::uint8_t kVersion = 1;
constexpr std::size_t kKeyIdBytes = 8;
constexpr std::size_t kWrappedKeyBytes = kAeadKeyBytes + kAeadTagBytes;
constexpr std::size_t kHeadBytes = 1 + kKeyIdBytes;
constexpr std::size_t kFixedBytes = kHeadBytes + 2 * kAeadNonceBytes + kWrappedKeyBytes;

/// Which of the layers is meant: bound to each, so that one never passes for the other.
enum class Layer : std::uint8_t { data_key = 1, secret = 2 };

/// Version and key id. The id is taken from the key itself and tells nothing else about it.
Bytes head_of(const Secret& key_encryption_key) {
  const Sha256Digest id = hmac_sha256(key_encryption_key, bytes_of("lockstep key id"));
  Bytes head(kHeadBytes);
  head.front() = kVersion;
  std::copy_n(id.begin(), kKeyIdBytes, head.begin() + 1);
  return head;
}

Bytes associated_data(ByteView head, Layer layer, SealContext context) {
  Bytes result(head.begin(), head.end());
  result.push_back(static_cast<std::uint8_t>(layer));
  result.push_back(context.purpose);
  for (int shift = 56; shift >= 0; shift -= 8) {
    result.push_back(static_cast<std::uint8_t>(context.id >> static_cast<unsigned>(shift)));
  }
  return result;
}

void append(Bytes& bytes, ByteView more) { bytes.insert(bytes.end(), more.begin(), more.end()); }

/// Cuts the first `size` bytes off `rest`.
ByteView take(ByteView& rest, std::size_t size) {
  const ByteView taken = rest.first(size);
  rest = rest.subspan(size);
  return taken;
}

AeadNonce take_nonce(ByteView& rest) {
  AeadNonce nonce{};
  std::ranges::copy(take(rest, nonce.size()), nonce.begin());
  return nonce;
}

}  // namespace

Result<Bytes> seal_envelope(const Secret& key_encryption_key, SealContext context,
                            const Secret& secret, const FillRandom& random) {
  Bytes key_bytes(kAeadKeyBytes);
  random(key_bytes);
  const Secret data_key(std::move(key_bytes));
  AeadNonce wrap_nonce{};
  AeadNonce secret_nonce{};
  random(wrap_nonce);
  random(secret_nonce);

  Bytes envelope = head_of(key_encryption_key);
  const Bytes wrap_bound = associated_data(envelope, Layer::data_key, context);
  const Bytes secret_bound = associated_data(envelope, Layer::secret, context);
  LOCKSTEP_TRY(const Bytes wrapped,
               aead_seal({key_encryption_key, wrap_nonce}, wrap_bound, data_key));
  LOCKSTEP_TRY(const Bytes sealed, aead_seal({data_key, secret_nonce}, secret_bound, secret));
  append(envelope, wrap_nonce);
  append(envelope, wrapped);
  append(envelope, secret_nonce);
  append(envelope, sealed);
  return envelope;
}

Result<Secret> open_envelope(const Secret& key_encryption_key, SealContext context,
                             ByteView envelope) {
  if (envelope.size() < kFixedBytes + kAeadTagBytes) {
    return fail(Errc::corrupt, "sealed secret: too short");
  }
  if (envelope[0] != kVersion) return fail(Errc::corrupt, "sealed secret: unknown version");
  ByteView rest = envelope;
  const ByteView head = take(rest, kHeadBytes);
  if (!std::ranges::equal(head, head_of(key_encryption_key))) {
    return fail(Errc::corrupt, "sealed secret: sealed under another key");
  }
  const AeadNonce wrap_nonce = take_nonce(rest);
  const ByteView wrapped = take(rest, kWrappedKeyBytes);
  const AeadNonce secret_nonce = take_nonce(rest);
  LOCKSTEP_TRY(const Secret data_key,
               aead_open({key_encryption_key, wrap_nonce},
                         associated_data(head, Layer::data_key, context), wrapped));
  return aead_open({data_key, secret_nonce}, associated_data(head, Layer::secret, context), rest);
}

}  // namespace lockstep
