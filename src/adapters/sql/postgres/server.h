// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <memory>
#include <mutex>
#include <string>

#include <libpq-fe.h>

#include "adapters/sql/postgres/url.h"
#include "base/handle.h"
#include "base/result.h"

namespace lockstep {

/// A database server, or several that stand in for each other: makes sessions, and keeps many
/// connections from knocking all at once while it is away. Thread-safe.
class PostgresServer {
 public:
  using Session = Handle<PGconn, PQfinish>;

  /// How long to leave a server alone that could not be reached: at first, and at most. Each
  /// failure doubles it.
  static constexpr int kBackOffMillisecondsMin = 50;
  static constexpr int kBackOffMillisecondsMax = 2'000;

  explicit PostgresServer(PostgresUrl url);
  PostgresServer(const PostgresServer&) = delete;
  PostgresServer& operator=(const PostgresServer&) = delete;
  ~PostgresServer();

  /// A new session with a server that takes writes. Blocks, for each host as long as the URL's
  /// connect_timeout at most; while the last try failed a moment ago or somebody else is trying, it
  /// refuses at once. Errors: unavailable.
  Result<Session> connect();

  /// To begin at another host the next time: one that hangs still says that it takes writes.
  void begin_elsewhere();

  [[nodiscard]] std::string shown() const { return url_.shown(); }

 private:
  Result<Session> try_hosts(std::size_t first);
  /// Whether the time to leave it alone is over.
  [[nodiscard]] bool is_due() const;
  void leave_alone();

  const PostgresUrl url_;
  std::mutex mutex_;
  std::size_t first_host_ = 0;
  bool trying_ = false;
  int back_off_ = 0;  // milliseconds; 0 while it is there
  int timer_;         // runs while it is left alone
};

}  // namespace lockstep
