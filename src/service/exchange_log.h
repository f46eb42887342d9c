// SPDX-License-Identifier: Apache-2.0
// What the clients of a protocol that is not ours and this server said to each other last, for who
// looks for what went wrong. In memory, of this process.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "crypto/digest.h"

namespace lockstep {

/// One attribute, decoded: never a password, code, State or key.
struct SpokenLine {
  std::string name;
  std::string value;
};
struct SpokenPacket {
  std::string kind;  ///< "Access-Request"
  std::vector<SpokenLine> lines;
};

struct Exchange {
  WallTime at;
  std::string client;
  std::string peer;  ///< address and port
  /// As typed. People type passwords there: only names that exist are shown to anybody.
  std::string user;
  std::string fate;  ///< "accepted", "unsigned"; docs/reference/radius.md names them
  SpokenPacket request;
  std::optional<SpokenPacket> reply;
  std::uint32_t again = 0;  ///< how often it came again, or its like
};

/// Whether the packet was known to be its client's. Others are anybody's, and share one place for
/// each fate, so that noise cannot push out what is worth seeing.
enum class Trust { none, proven };

/// The last exchanges of each client. Thread-safe.
class ExchangeLog {
 public:
  static constexpr std::size_t kPerClient = 16;
  static constexpr std::size_t kMax = 20'000;  ///< of all; beyond it clients keep what they have

  explicit ExchangeLog(std::size_t most = kMax) : most_(most) {}

  void add(const Sha256Digest& packet, Trust trust, Exchange exchange);
  /// The request came again and was not judged again.
  void again(const std::string& client, const Sha256Digest& packet);

  /// Whose exchanges there may be. A client of another name is a name mistyped.
  void expect(std::set<std::string, std::less<>> clients);
  [[nodiscard]] bool knows(const std::string& client) const;

  /// The newest first: of this client, or of all.
  [[nodiscard]] std::vector<Exchange> last(const std::optional<std::string>& client,
                                           std::size_t limit) const;

 private:
  struct Entry {
    Sha256Digest packet;
    Trust trust;
    Exchange exchange;
  };
  using Entries = std::deque<Entry>;  // the newest in front

  void make_room(Entries& entries);

  const std::size_t most_;
  mutable std::mutex mutex_;
  std::size_t count_ = 0;
  std::set<std::string, std::less<>> expected_;
  std::map<std::string, Entries, std::less<>> by_client_;
};

}  // namespace lockstep
