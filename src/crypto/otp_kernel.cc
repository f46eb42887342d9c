// SPDX-License-Identifier: Apache-2.0
#include "crypto/otp_kernel.h"

#include <algorithm>
#include <utility>

#include <openssl/evp.h>

#include "base/assert.h"
#include "crypto/sha.h"

namespace lockstep {
namespace {

/// What fits the vector registers that every 64-bit machine has (SSE2, NEON): 16 bytes. Wider
/// machines are another instantiation of `truncate_all`, chosen where the hash is.
template <class Hash>
constexpr std::size_t kPortableLanes = 16 / sizeof(typename Hash::Word);

template <class Hash>
constexpr std::size_t kBlockBytes = 16 * sizeof(typename Hash::Word);

using StateWords = std::array<std::uint64_t, 8>;

/// The state after the key block, each byte of the key combined with `pad`.
template <class Hash>
StateWords keyed_state(ByteView key, std::uint8_t pad) {
  using V = Lanes<typename Hash::Word, 1>;
  std::array<std::uint8_t, kBlockBytes<Hash>> bytes{};
  std::copy(key.begin(), key.end(), bytes.begin());
  std::array<V, 16> block;
  for (std::size_t i = 0; i < block.size(); ++i) {
    typename Hash::Word word = 0;
    for (std::size_t j = 0; j < sizeof(word); ++j) {
      const auto padded = static_cast<std::uint8_t>(bytes[i * sizeof(word) + j] ^ pad);
      word = static_cast<typename Hash::Word>(word << 8U | padded);
    }
    block[i] = V(word);
  }
  std::array<V, Hash::kStateWords> state;
  std::transform(Hash::kInitial.begin(), Hash::kInitial.end(), state.begin(),
                 [](auto word) { return V(word); });
  Hash::compress(state, block);
  StateWords result{};
  for (std::size_t i = 0; i < state.size(); ++i) result[i] = state[i][0];
  wipe(bytes);
  return result;
}

/// The kept state, the same in every lane.
template <class Hash, class V>
std::array<V, Hash::kStateWords> spread(const StateWords& words) {
  std::array<V, Hash::kStateWords> state;
  for (std::size_t i = 0; i < state.size(); ++i) {
    state[i] = V(static_cast<typename Hash::Word>(words[i]));
  }
  return state;
}

/// Ends a block whose first `used` words are the message: the mark bit, zeros, and the length in
/// bits of the key block and the message together. FIPS 180-4 section 5.1.
template <class Hash, class V>
void pad_block(std::array<V, 16>& block, std::size_t used) {
  using Word = typename Hash::Word;
  block[used] = V(Word{1} << (V::kBits - 1));
  for (std::size_t i = used + 1; i < 15; ++i) block[i] = V(Word{0});
  block[15] = V(static_cast<Word>((16 + used) * V::kBits));
}

/// The block of the counters first, first + 1, …, one in each lane.
template <class Hash, class V>
std::array<V, 16> counter_block(std::uint64_t first) {
  std::array<V, 16> block;
  for (std::size_t lane = 0; lane < V::kLanes; ++lane) {
    const std::uint64_t counter = first + lane;
    if constexpr (V::kBits == 64) {
      block[0].set(lane, counter);
    } else {
      block[0].set(lane, static_cast<std::uint32_t>(counter >> 32U));
      block[1].set(lane, static_cast<std::uint32_t>(counter));
    }
  }
  pad_block<Hash>(block, 64 / V::kBits);
  return block;
}

/// The first 20 bytes of the digests as five numbers of 32 bits: all that truncation looks at, but
/// for the last byte.
template <class Hash, class V>
std::array<V, 5> first_parts(const std::array<V, Hash::kStateWords>& digest) {
  if constexpr (V::kBits == 32) {
    return {digest[0], digest[1], digest[2], digest[3], digest[4]};
  } else {
    const V low(0xffffffff);
    return {digest[0].template right<32>(), digest[0] & low, digest[1].template right<32>(),
            digest[1] & low, digest[2].template right<32>()};
  }
}

/// Dynamic truncation, RFC 4226 section 5.3: the low four bits of the last byte say at which byte
/// the 31 bits begin. RFC 6238 keeps this rule for the longer digests. Where the bytes lie depends
/// on the secret, so they are picked by masks and not by an index.
template <class Hash, class V>
V truncate(const std::array<V, Hash::kStateWords>& digest) {
  using Word = typename Hash::Word;
  const std::array<V, 5> parts = first_parts<Hash>(digest);
  const V part_at = (digest.back().template right<2>()) & V(Word{3});
  V high(Word{0});
  V low(Word{0});
  for (std::size_t i = 0; i < 4; ++i) {
    const V here = part_at.mask_of(static_cast<Word>(i));
    high = high | (here & parts[i]);
    low = low | (here & parts[i + 1]);
  }
  const V byte_at = digest.back() & V(Word{3});
  const V number = (byte_at.mask_of(0) & high) |
                   (byte_at.mask_of(1) & (high.template left<8>() | low.template right<24>())) |
                   (byte_at.mask_of(2) & (high.template left<16>() | low.template right<16>())) |
                   (byte_at.mask_of(3) & (high.template left<24>() | low.template right<8>()));
  return number & V(Word{0x7fffffff});
}

/// HMAC of each counter and its truncation, `kLanes` counters at a time. The last group may reach
/// beyond `out`; what it computes there is thrown away.
template <class Hash, std::size_t kLanes>
void truncate_all(const StateWords& inner, const StateWords& outer, std::uint64_t first,
                  std::span<std::uint32_t> out) {
  using V = Lanes<typename Hash::Word, kLanes>;
  const auto inner_start = spread<Hash, V>(inner);
  const auto outer_start = spread<Hash, V>(outer);
  for (std::size_t done = 0; done < out.size(); done += kLanes) {
    auto block = counter_block<Hash, V>(first + done);
    auto digest = inner_start;
    Hash::compress(digest, block);

    std::copy(digest.begin(), digest.end(), block.begin());
    pad_block<Hash>(block, digest.size());
    digest = outer_start;
    Hash::compress(digest, block);

    const V numbers = truncate<Hash>(digest);
    const std::size_t wanted = std::min(kLanes, out.size() - done);
    for (std::size_t lane = 0; lane < wanted; ++lane) {
      out[done + lane] = static_cast<std::uint32_t>(numbers[lane]);
    }
  }
}

const EVP_MD* long_key_hash(OtpHash hash) {
  switch (hash) {
    case OtpHash::sha1:
      return EVP_sha1();
    case OtpHash::sha256:
      return EVP_sha256();
    case OtpHash::sha512:
      return EVP_sha512();
  }
  LOCKSTEP_ASSERT(false);
}

/// The key as HMAC takes it: longer than a block, it is replaced by its digest. RFC 2104 section 2.
Secret block_key(OtpHash hash, const Secret& key) {
  const std::size_t block_bytes =
      hash == OtpHash::sha512 ? kBlockBytes<Sha512> : kBlockBytes<Sha256>;
  if (key.size() <= block_bytes) return key.clone();
  Bytes digest(EVP_MAX_MD_SIZE);
  unsigned size = 0;
  const ByteView bytes = key.reveal();
  LOCKSTEP_ASSERT(EVP_Digest(bytes.data(), bytes.size(), digest.data(), &size, long_key_hash(hash),
                             nullptr) == 1);
  digest.resize(size);
  return Secret(std::move(digest));
}

}  // namespace

HmacState::HmacState(OtpHash hash, const Secret& key) : hash_(hash) {
  constexpr std::uint8_t kInnerPad = 0x36;
  constexpr std::uint8_t kOuterPad = 0x5c;
  const Secret fitting = block_key(hash, key);
  const auto keyed = [&](std::uint8_t pad) {
    switch (hash) {
      case OtpHash::sha1:
        return keyed_state<Sha1>(fitting.reveal(), pad);
      case OtpHash::sha256:
        return keyed_state<Sha256>(fitting.reveal(), pad);
      case OtpHash::sha512:
        return keyed_state<Sha512>(fitting.reveal(), pad);
    }
    LOCKSTEP_ASSERT(false);
  };
  inner_ = keyed(kInnerPad);
  outer_ = keyed(kOuterPad);
}

HmacState::~HmacState() {
  wipe(std::span(reinterpret_cast<std::uint8_t*>(inner_.data()), sizeof(inner_)));
  wipe(std::span(reinterpret_cast<std::uint8_t*>(outer_.data()), sizeof(outer_)));
}

void HmacState::truncated(std::uint64_t first, std::span<std::uint32_t> out) const {
  switch (hash_) {
    case OtpHash::sha1:
      return truncate_all<Sha1, kPortableLanes<Sha1>>(inner_, outer_, first, out);
    case OtpHash::sha256:
      return truncate_all<Sha256, kPortableLanes<Sha256>>(inner_, outer_, first, out);
    case OtpHash::sha512:
      return truncate_all<Sha512, kPortableLanes<Sha512>>(inner_, outer_, first, out);
  }
}

}  // namespace lockstep
