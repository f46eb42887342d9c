// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <list>
#include <map>
#include <mutex>
#include <optional>

#include "base/secret.h"
#include "base/time.h"
#include "crypto/digest.h"
#include "front/radius/address.h"

namespace lockstep {

/// What tells one request from another: where it came from, and all of its bytes (RFC 5080 section
/// 2.2.2 asks for source, code, identifier and authenticator; the rest costs nothing and keeps
/// apart two users of a client that repeats its authenticators).
struct RadiusRequestKey {
  IpAddress address;
  std::uint16_t port;
  Sha256Digest packet;

  friend auto operator<=>(const RadiusRequestKey&, const RadiusRequestKey&) = default;
};

/// Remembers what was asked and answered, so that a request that comes again is answered by the
/// same bytes and never judged twice, also while it is still being judged. Only packets whose proof
/// was checked come here. In memory: the store keeps codes single-use whatever is forgotten here.
/// Thread-safe.
class RadiusDuplicates {
 public:
  static constexpr Seconds kKeep{30};      ///< after the answer; RFC 5080 section 2.2.2: 5 to 30 s
  static constexpr Seconds kKeepLeast{5};  ///< what is older gives way where there is no room
  static constexpr std::size_t kMax = 65'536;

  explicit RadiusDuplicates(std::size_t most = kMax) : most_(most) {}

  enum class Seen {
    never,     ///< judge it; the caller owes `answered` or `forget`
    waiting,   ///< being judged: its answer will come
    answered,  ///< `reply` is the answer
    no_room,   ///< never, and nothing more can be remembered: drop it
  };
  struct Finding {
    Seen seen;
    Bytes reply;
  };

  /// A request has come.
  [[nodiscard]] Finding hear(const RadiusRequestKey& key, const Instant& now);
  /// When it was last heard, while it waits; nullopt afterwards.
  [[nodiscard]] std::optional<Instant> last_heard(const RadiusRequestKey& key) const;
  /// It was answered by these bytes.
  void answered(const RadiusRequestKey& key, Bytes reply, const Instant& now);
  /// It was not judged: if it comes again, it is new.
  void forget(const RadiusRequestKey& key);

  [[nodiscard]] std::size_t size() const;

 private:
  struct Entry {
    Instant at;  ///< last heard while waiting, then answered
    Bytes reply;
    std::list<RadiusRequestKey>::iterator order;  ///< in answered_; its end while waiting
  };

  void expire(const Instant& now);

  const std::size_t most_;
  mutable std::mutex mutex_;
  std::map<RadiusRequestKey, Entry> entries_;
  std::list<RadiusRequestKey> answered_;  // the oldest answer in front
};

}  // namespace lockstep
