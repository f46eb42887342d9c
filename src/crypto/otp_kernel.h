// SPDX-License-Identifier: Apache-2.0
// The many-codes kernel: HMAC and the dynamic truncation of RFC 4226 section 5.3 over neighbouring
// 8-byte counters. The key's two hash states are kept, so that a code costs two (SHA-1, SHA-256)
// compressions, and counters are processed in lanes, side by side.
#pragma once

#include <array>
#include <cstdint>
#include <span>

#include "base/secret.h"

namespace lockstep {

enum class OtpHash { sha1, sha256, sha512 };

/// The inner and outer states of HMAC after the key block (RFC 2104). Wiped when it goes.
/// Copyable, immutable, may be used by many threads at once.
class HmacState {
 public:
  HmacState(OtpHash hash, const Secret& key);
  HmacState(const HmacState&) = default;
  HmacState& operator=(const HmacState&) = default;
  ~HmacState();

  /// For each i: the 31-bit number of RFC 4226 section 5.3 for the counter first + i (mod 2^64).
  void truncated(std::uint64_t first, std::span<std::uint32_t> out) const;

 private:
  OtpHash hash_;
  // Room for the widest state, SHA-512's eight 64-bit words; SHA-1 and SHA-256 use 32 bits of each.
  std::array<std::uint64_t, 8> inner_{};
  std::array<std::uint64_t, 8> outer_{};
};

}  // namespace lockstep
