// SPDX-License-Identifier: Apache-2.0
#include "crypto/envelope.h"

#include <algorithm>
#include <array>
#include <tuple>
#include <utility>

#include "crypto/aead.h"
#include "crypto/digest.h"

namespace lockstep {
namespace {

constexpr std::uint8_t kVersion = 2;
/// Bound the key id to the secret as well.
constexpr std::uint8_t kFirstVersion = 1;
constexpr std::size_t kKeyIdBytes = std::tuple_size_v<EnvelopeKeyId>;
constexpr std::size_t kWrappedKeyBytes = kAeadKeyBytes + kAeadTagBytes;
constexpr std::size_t kHeadBytes = 1 + kKeyIdBytes;
constexpr std::size_t kFixedBytes = kHeadBytes + 2 * kAeadNonceBytes + kWrappedKeyBytes;

/// Which of the layers is meant: bound to each, so that one never passes for the other.
enum class Layer : std::uint8_t { data_key = 1, secret = 2 };

/// Version and key id.
Bytes head_of(const Secret& key_encryption_key, std::uint8_t version) {
  const EnvelopeKeyId id = key_id_of(key_encryption_key);
  Bytes head(kHeadBytes);
  head.front() = version;
  std::ranges::copy(id, head.begin() + 1);
  return head;
}

Bytes associated_data(ByteView head, Layer layer, SealContext context) {
  const bool names_key = layer == Layer::data_key || head.front() == kFirstVersion;
  const ByteView bound = names_key ? head : head.first(1);
  Bytes result(bound.begin(), bound.end());
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

/// The parts of an envelope whose head is sound and names the key.
struct Parts {
  ByteView head;
  AeadNonce wrap_nonce{};
  ByteView wrapped;
  ByteView body;  ///< the secret's nonce, its ciphertext and tag
};

Result<Parts> take_apart(const Secret& key_encryption_key, ByteView envelope) {
  if (envelope.size() < kFixedBytes + kAeadTagBytes) {
    return fail(Errc::corrupt, "sealed secret: too short");
  }
  const std::uint8_t version = envelope.front();
  if (version != kVersion && version != kFirstVersion) {
    return fail(Errc::corrupt, "sealed secret: unknown version");
  }
  Parts parts;
  ByteView rest = envelope;
  parts.head = take(rest, kHeadBytes);
  if (!std::ranges::equal(parts.head.subspan(1), key_id_of(key_encryption_key))) {
    return fail(Errc::corrupt, "sealed secret: sealed under another key");
  }
  parts.wrap_nonce = take_nonce(rest);
  parts.wrapped = take(rest, kWrappedKeyBytes);
  parts.body = rest;
  return parts;
}

Result<Secret> unwrap(const Secret& key_encryption_key, SealContext context, const Parts& parts) {
  return aead_open({key_encryption_key, parts.wrap_nonce},
                   associated_data(parts.head, Layer::data_key, context), parts.wrapped);
}

/// Head, nonce and wrapped data key: what comes before the body.
Result<Bytes> wrap(const Secret& key_encryption_key, SealContext context, const Secret& data_key,
                   const FillRandom& random) {
  AeadNonce nonce{};
  random(nonce);
  Bytes envelope = head_of(key_encryption_key, kVersion);
  LOCKSTEP_TRY(const Bytes wrapped,
               aead_seal({key_encryption_key, nonce},
                         associated_data(envelope, Layer::data_key, context), data_key));
  append(envelope, nonce);
  append(envelope, wrapped);
  return envelope;
}

}  // namespace

EnvelopeKeyId key_id_of(const Secret& key_encryption_key) {
  const Sha256Digest digest = hmac_sha256(key_encryption_key, bytes_of("lockstep key id"));
  EnvelopeKeyId id{};
  std::copy_n(digest.begin(), id.size(), id.begin());
  return id;
}

Result<Bytes> seal_envelope(const Secret& key_encryption_key, SealContext context,
                            const Secret& secret, const FillRandom& random) {
  Bytes key_bytes(kAeadKeyBytes);
  random(key_bytes);
  const Secret data_key(std::move(key_bytes));
  LOCKSTEP_TRY(Bytes envelope, wrap(key_encryption_key, context, data_key, random));
  AeadNonce nonce{};
  random(nonce);
  LOCKSTEP_TRY(const Bytes sealed, aead_seal({data_key, nonce},
                                             associated_data(ByteView(envelope).first(kHeadBytes),
                                                             Layer::secret, context),
                                             secret));
  append(envelope, nonce);
  append(envelope, sealed);
  return envelope;
}

Result<Secret> open_envelope(const Secret& key_encryption_key, SealContext context,
                             ByteView envelope) {
  LOCKSTEP_TRY(const Parts parts, take_apart(key_encryption_key, envelope));
  LOCKSTEP_TRY(const Secret data_key, unwrap(key_encryption_key, context, parts));
  ByteView rest = parts.body;
  const AeadNonce nonce = take_nonce(rest);
  return aead_open({data_key, nonce}, associated_data(parts.head, Layer::secret, context), rest);
}

Result<Bytes> rewrap_envelope(const KeyChange& keys, SealContext context, ByteView envelope,
                              const FillRandom& random) {
  LOCKSTEP_TRY(const Parts parts, take_apart(keys.from, envelope));
  if (parts.head.front() == kFirstVersion) {
    LOCKSTEP_TRY(const Secret secret, open_envelope(keys.from, context, envelope));
    return seal_envelope(keys.to, context, secret, random);
  }
  LOCKSTEP_TRY(const Secret data_key, unwrap(keys.from, context, parts));
  LOCKSTEP_TRY(Bytes result, wrap(keys.to, context, data_key, random));
  append(result, parts.body);
  return result;
}

}  // namespace lockstep
