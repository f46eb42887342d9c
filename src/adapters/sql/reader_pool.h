// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <condition_variable>
#include <memory>
#include <mutex>
#include <type_traits>
#include <utility>
#include <vector>

#include "adapters/sql/connection.h"

namespace lockstep {

/// Connections that only read, lent to one caller at a time. Thread-safe.
class ReaderPool {
 public:
  explicit ReaderPool(std::vector<std::unique_ptr<Connection>> connections)
      : idle_(std::move(connections)) {}

  /// Calls `work` with a connection that sees the database as of one moment; waits for one when all
  /// are lent. `work` returns a Result and must not ask the pool again. Where the connection was
  /// lost it is called once more, on a new one.
  template <class Work>
  std::invoke_result_t<Work, Connection&> read(Work&& work) {
    std::unique_ptr<Connection> connection = take();
    auto result = read_with(*connection, work);
    if (!result && connection->is_lost()) result = read_with(*connection, work);
    give_back(std::move(connection));
    return result;
  }

 private:
  template <class Work>
  static std::invoke_result_t<Work, Connection&> read_with(Connection& connection, Work& work) {
    LOCKSTEP_CHECK(connection.begin_read());
    auto result = work(connection);
    const Result<void> ended = connection.end_read();
    // Of two errors the first says more.
    if (result) LOCKSTEP_CHECK(ended);
    return result;
  }

  std::unique_ptr<Connection> take();
  void give_back(std::unique_ptr<Connection> connection);

  std::mutex mutex_;
  std::condition_variable returned_;
  std::vector<std::unique_ptr<Connection>> idle_;
};

}  // namespace lockstep
