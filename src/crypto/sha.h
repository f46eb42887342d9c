// SPDX-License-Identifier: Apache-2.0
// The compression functions of SHA-1, SHA-256 and SHA-512 (FIPS 180-4), written over a lane group:
// what they do to one message they do to `V::kLanes` messages at once. Only the compression is
// here; padding and HMAC are the caller's, who knows that his messages fit one block.
//
// The working variables do not move from a to b to c as in the standard. As many rounds as there
// are variables are written out in a row, and in each of them another array element is `a`; after
// the row everything is back in its place.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <type_traits>
#include <utility>

#include "crypto/lanes.h"

namespace lockstep {

/// Fractional parts of the cube roots of the first 80 primes. FIPS 180-4 section 4.2.3; section
/// 4.2.2 takes the upper halves of the first 64 for SHA-256.
inline constexpr std::array<std::uint64_t, 80> kSha2Constants = {
    0x428a2f98d728ae22, 0x7137449123ef65cd, 0xb5c0fbcfec4d3b2f, 0xe9b5dba58189dbbc,
    0x3956c25bf348b538, 0x59f111f1b605d019, 0x923f82a4af194f9b, 0xab1c5ed5da6d8118,
    0xd807aa98a3030242, 0x12835b0145706fbe, 0x243185be4ee4b28c, 0x550c7dc3d5ffb4e2,
    0x72be5d74f27b896f, 0x80deb1fe3b1696b1, 0x9bdc06a725c71235, 0xc19bf174cf692694,
    0xe49b69c19ef14ad2, 0xefbe4786384f25e3, 0x0fc19dc68b8cd5b5, 0x240ca1cc77ac9c65,
    0x2de92c6f592b0275, 0x4a7484aa6ea6e483, 0x5cb0a9dcbd41fbd4, 0x76f988da831153b5,
    0x983e5152ee66dfab, 0xa831c66d2db43210, 0xb00327c898fb213f, 0xbf597fc7beef0ee4,
    0xc6e00bf33da88fc2, 0xd5a79147930aa725, 0x06ca6351e003826f, 0x142929670a0e6e70,
    0x27b70a8546d22ffc, 0x2e1b21385c26c926, 0x4d2c6dfc5ac42aed, 0x53380d139d95b3df,
    0x650a73548baf63de, 0x766a0abb3c77b2a8, 0x81c2c92e47edaee6, 0x92722c851482353b,
    0xa2bfe8a14cf10364, 0xa81a664bbc423001, 0xc24b8b70d0f89791, 0xc76c51a30654be30,
    0xd192e819d6ef5218, 0xd69906245565a910, 0xf40e35855771202a, 0x106aa07032bbd1b8,
    0x19a4c116b8d2d0c8, 0x1e376c085141ab53, 0x2748774cdf8eeb99, 0x34b0bcb5e19b48a8,
    0x391c0cb3c5c95a63, 0x4ed8aa4ae3418acb, 0x5b9cca4f7763e373, 0x682e6ff3d6b2b8a3,
    0x748f82ee5defb2fc, 0x78a5636f43172f60, 0x84c87814a1f0ab72, 0x8cc702081a6439ec,
    0x90befffa23631e28, 0xa4506cebde82bde9, 0xbef9a3f7b2c67915, 0xc67178f2e372532b,
    0xca273eceea26619c, 0xd186b8c721c0c207, 0xeada7dd6cde0eb1e, 0xf57d4f7fee6ed178,
    0x06f067aa72176fba, 0x0a637dc5a2c898a6, 0x113f9804bef90dae, 0x1b710b35131c471b,
    0x28db77f523047d84, 0x32caab7b40c72493, 0x3c9ebe0a15c9bebc, 0x431d67c49c100d4c,
    0x4cc5d4becb3e42b6, 0x597f299cfc657e2a, 0x5fcb6fab3ad6faec, 0x6c44198c4a475817};

/// Fractional parts of the square roots of the first 8 primes; SHA-256 takes the upper halves.
inline constexpr std::array<std::uint64_t, 8> kSha2Initial = {
    0x6a09e667f3bcc908, 0xbb67ae8584caa73b, 0x3c6ef372fe94f82b, 0xa54ff53a5f1d36f1,
    0x510e527fade682d1, 0x9b05688c2b3e6c1f, 0x1f83d9abfb41bd6b, 0x5be0cd19137e2179};

/// Calls `step` with 0 … kCount - 1, each as a constant of its own type.
template <std::size_t kCount, class Step>
[[gnu::always_inline]] inline void unrolled(Step step) {
  [&]<std::size_t... kIndex>(std::index_sequence<kIndex...>) __attribute__((always_inline)) {
    (step(std::integral_constant<std::size_t, kIndex>{}), ...);
  }(std::make_index_sequence<kCount>{});
}

/// SHA-1, FIPS 180-4 section 6.1.2.
struct Sha1 {
  using Word = std::uint32_t;
  static constexpr std::size_t kStateWords = 5;
  static constexpr std::size_t kRounds = 80;
  static constexpr std::array<Word, kStateWords> kInitial = {0x67452301, 0xefcdab89, 0x98badcfe,
                                                             0x10325476, 0xc3d2e1f0};

  /// The state after one more block.
  template <class V>
  static void compress(std::array<V, kStateWords>& state, const std::array<V, 16>& block);

 private:
  template <std::size_t kPhase, class V>
  static V mix(V b, V c, V d);
  template <std::size_t kPhase, class V>
  static void phase(std::array<V, kStateWords>& s, const std::array<V, kRounds>& schedule);
};

/// SHA-256 and SHA-512, FIPS 180-4 sections 6.2.2 and 6.4.2: one function, in words of 32 bits and
/// 64 rounds or in words of 64 bits and 80 rounds.
template <class W>
struct Sha2 {
  using Word = W;
  static constexpr bool kWide = sizeof(Word) == 8;
  static constexpr std::size_t kStateWords = 8;
  static constexpr std::size_t kRounds = kWide ? 80 : 64;
  /// A constant of the 64-bit variant in this one's width: its upper bits.
  static constexpr Word narrowed(std::uint64_t word) {
    return static_cast<Word>(word >> (64 - sizeof(Word) * 8));
  }
  static constexpr std::array<Word, kStateWords> kInitial = [] {
    std::array<Word, kStateWords> result{};
    for (std::size_t i = 0; i < kStateWords; ++i) result[i] = narrowed(kSha2Initial[i]);
    return result;
  }();

  /// The state after one more block.
  template <class V>
  static void compress(std::array<V, kStateWords>& state, const std::array<V, 16>& block);

 private:
  template <std::size_t kShift, class V>
  static void round(std::array<V, kStateWords>& s, V input);
  template <class V>
  static std::array<V, kRounds> schedule_of(const std::array<V, 16>& block);
};
using Sha256 = Sha2<std::uint32_t>;
using Sha512 = Sha2<std::uint64_t>;

template <std::size_t kPhase, class V>
[[gnu::always_inline]] inline V Sha1::mix(V b, V c, V d) {
  if constexpr (kPhase == 0) {
    return (d ^ (b & (c ^ d))) + V(0x5a827999);
  } else if constexpr (kPhase == 1) {
    return (b ^ c ^ d) + V(0x6ed9eba1);
  } else if constexpr (kPhase == 2) {
    return ((b & c) | (d & (b | c))) + V(0x8f1bbcdc);
  } else {
    return (b ^ c ^ d) + V(0xca62c1d6);
  }
}

/// Twenty rounds, which share one function and one constant.
template <std::size_t kPhase, class V>
[[gnu::always_inline]] inline void Sha1::phase(std::array<V, kStateWords>& s,
                                               const std::array<V, kRounds>& schedule) {
  for (std::size_t row = kPhase * 20; row < (kPhase + 1) * 20; row += 5) {
    unrolled<5>([&](auto number) __attribute__((always_inline)) {
      constexpr std::size_t kShift = decltype(number)::value;
      const V a = s[(5 - kShift) % 5];
      V& b = s[(6 - kShift) % 5];
      V& e = s[(9 - kShift) % 5];
      e = a.template rotated_right<27>() +
          mix<kPhase>(b, s[(7 - kShift) % 5], s[(8 - kShift) % 5]) + e + schedule[row + kShift];
      b = b.template rotated_right<2>();
    });
  }
}

template <class V>
inline void Sha1::compress(std::array<V, kStateWords>& state, const std::array<V, 16>& block) {
  std::array<V, kRounds> schedule;
  std::copy(block.begin(), block.end(), schedule.begin());
  for (std::size_t i = 16; i < kRounds; ++i) {
    schedule[i] = (schedule[i - 3] ^ schedule[i - 8] ^ schedule[i - 14] ^ schedule[i - 16])
                      .template rotated_right<31>();
  }
  std::array<V, kStateWords> s = state;
  phase<0>(s, schedule);
  phase<1>(s, schedule);
  phase<2>(s, schedule);
  phase<3>(s, schedule);
  for (std::size_t i = 0; i < kStateWords; ++i) state[i] = state[i] + s[i];
}

template <class W>
template <class V>
[[gnu::always_inline]] inline std::array<V, Sha2<W>::kRounds> Sha2<W>::schedule_of(
    const std::array<V, 16>& block) {
  constexpr std::array<unsigned, 6> kBy = kWide ? std::array<unsigned, 6>{1, 8, 7, 19, 61, 6}
                                                : std::array<unsigned, 6>{7, 18, 3, 17, 19, 10};
  std::array<V, kRounds> schedule;
  std::copy(block.begin(), block.end(), schedule.begin());
  for (std::size_t i = 16; i < kRounds; ++i) {
    const V old = schedule[i - 15];
    const V recent = schedule[i - 2];
    const V small_0 = old.template rotated_right<kBy[0]>() ^ old.template rotated_right<kBy[1]>() ^
                      old.template right<kBy[2]>();
    const V small_1 = recent.template rotated_right<kBy[3]>() ^
                      recent.template rotated_right<kBy[4]>() ^ recent.template right<kBy[5]>();
    schedule[i] = schedule[i - 16] + small_0 + schedule[i - 7] + small_1;
  }
  return schedule;
}

/// One round, of which `input` is the word of the schedule and the round's constant.
template <class W>
template <std::size_t kShift, class V>
[[gnu::always_inline]] inline void Sha2<W>::round(std::array<V, kStateWords>& s, V input) {
  constexpr std::array<unsigned, 6> kBy = kWide ? std::array<unsigned, 6>{28, 34, 39, 14, 18, 41}
                                                : std::array<unsigned, 6>{2, 13, 22, 6, 11, 25};
  const V a = s[(8 - kShift) % 8];
  const V b = s[(9 - kShift) % 8];
  const V c = s[(10 - kShift) % 8];
  V& d = s[(11 - kShift) % 8];
  const V e = s[(12 - kShift) % 8];
  const V f = s[(13 - kShift) % 8];
  const V g = s[(14 - kShift) % 8];
  V& h = s[(15 - kShift) % 8];
  const V big_0 = a.template rotated_right<kBy[0]>() ^ a.template rotated_right<kBy[1]>() ^
                  a.template rotated_right<kBy[2]>();
  const V big_1 = e.template rotated_right<kBy[3]>() ^ e.template rotated_right<kBy[4]>() ^
                  e.template rotated_right<kBy[5]>();
  h = h + big_1 + (g ^ (e & (f ^ g))) + input;
  d = d + h;
  h = h + big_0 + ((a & b) | (c & (a | b)));
}

template <class W>
template <class V>
inline void Sha2<W>::compress(std::array<V, kStateWords>& state, const std::array<V, 16>& block) {
  const std::array<V, kRounds> schedule = schedule_of(block);
  std::array<V, kStateWords> s = state;
  for (std::size_t row = 0; row < kRounds; row += 8) {
    unrolled<8>([&](auto number) __attribute__((always_inline)) {
      constexpr std::size_t kShift = decltype(number)::value;
      const V constant(narrowed(kSha2Constants[row + kShift]));
      round<kShift>(s, schedule[row + kShift] + constant);
    });
  }
  for (std::size_t i = 0; i < kStateWords; ++i) state[i] = state[i] + s[i];
}

}  // namespace lockstep
