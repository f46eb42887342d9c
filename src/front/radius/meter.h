// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <utility>

namespace lockstep {

/// What became of a datagram.
enum class RadiusFate : std::uint8_t {
  accepted,
  rejected,
  challenged,
  status,        ///< Status-Server, answered
  repeated,      ///< came again and got the same bytes
  waiting,       ///< came again while the first was being judged
  stranger,      ///< from no client's address
  malformed,     ///< no RADIUS packet, or no request
  unsigned_,     ///< without the Message-Authenticator that its client must send
  forged,        ///< with a wrong one: another secret, or tampered with
  other_method,  ///< CHAP, MS-CHAP, EAP or no password: rejected unjudged
  overloaded,    ///< too much of this client or altogether: dropped
  given_up,      ///< its client had given up before its turn came
  accounted,     ///< Accounting-Request, recorded where there was anything to record
  failed,        ///< could not be decided (the store was away): dropped
};
inline constexpr std::size_t kRadiusFates = 15;

/// The stable name, for metrics: "accepted".
[[nodiscard]] constexpr std::string_view name_of(RadiusFate fate) {
  constexpr std::array<std::string_view, kRadiusFates> kNames = {
      "accepted",     "rejected",   "challenged", "status",    "repeated",
      "waiting",      "stranger",   "malformed",  "unsigned",  "forged",
      "other_method", "overloaded", "given_up",   "accounted", "failed"};
  return kNames.at(std::to_underlying(fate));
}

/// Counts since the start. Thread-safe.
class RadiusMeter {
 public:
  void count(RadiusFate fate) { counts_.at(std::to_underlying(fate)).fetch_add(1); }
  [[nodiscard]] std::uint64_t of(RadiusFate fate) const {
    return counts_.at(std::to_underlying(fate)).load();
  }

 private:
  std::array<std::atomic<std::uint64_t>, kRadiusFates> counts_{};
};

}  // namespace lockstep
