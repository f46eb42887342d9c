// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <string>

#include "front/http/server.h"

namespace lockstep {

/// What the connections of a server hold at the moment, against its limits; and who waits for them
/// to end. Thread-safe. Outlives every Hold.
class Usage {
 public:
  /// A share of something, given back when it goes. Move-only.
  class Hold {
   public:
    explicit Hold(std::function<void()> give_back) : give_back_(std::move(give_back)) {}
    Hold(Hold&& other) noexcept : give_back_(std::exchange(other.give_back_, nullptr)) {}
    Hold& operator=(Hold&&) = delete;
    Hold(const Hold&) = delete;
    Hold& operator=(const Hold&) = delete;
    ~Hold() {
      if (give_back_) give_back_();
    }

   private:
    std::function<void()> give_back_;
  };

  explicit Usage(const HttpLimits& limits) : limits_(limits) {}

  /// A connection of the client `key`. The owner's, with an empty key, always get in: strangers
  /// must not be able to shut out who could stop them. nullopt when there are too many, or the
  /// server stops. `on_stop` is called once when the server begins to stop, from the stopping
  /// thread.
  [[nodiscard]] std::optional<Hold> enter(const std::string& key, std::function<void()> on_stop);

  /// Room for a body of so many bytes; nullopt when large bodies fill their room already. Small
  /// ones need none, so that a log-in never waits behind imports that somebody only announced.
  [[nodiscard]] std::optional<Hold> reserve_body(std::size_t bytes);

  /// A job given to the worker pool, which will come back to its connection.
  [[nodiscard]] Hold begin_job();

  /// Lets nobody in from now on and tells every connection.
  void begin_stop();
  [[nodiscard]] bool stopping() const;

  /// How many connections there are now.
  [[nodiscard]] std::size_t connections() const;

  /// Waits for the last connection to end; false when `patience` ran out first.
  [[nodiscard]] bool wait_for_connections(std::chrono::milliseconds patience);
  /// Waits for the last job. Jobs always end.
  void wait_for_jobs();

 private:
  struct Connection {
    std::string key;
    std::function<void()> on_stop;
  };

  void leave(std::uint64_t id);

  const HttpLimits limits_;
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  bool stopping_ = false;
  std::uint64_t next_id_ = 0;
  std::map<std::uint64_t, Connection> connections_;
  std::map<std::string, std::size_t> per_key_;
  std::size_t body_bytes_ = 0;
  std::size_t jobs_ = 0;
};

}  // namespace lockstep
