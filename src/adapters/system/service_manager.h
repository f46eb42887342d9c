// SPDX-License-Identifier: Apache-2.0
// What a service tells the manager that started it, systemd or one that speaks the same: datagrams
// of NAME=value lines to the socket in NOTIFY_SOCKET. sd_notify(3) describes them; to send them
// needs no library.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace lockstep {

class ServiceManager {
 public:
  /// `socket`: a path, or a name that begins with '@'; empty: there is no manager, and nothing is
  /// said to anybody. `watchdog`: it wants to hear from us more often than this.
  ServiceManager(std::string socket, std::optional<std::chrono::microseconds> watchdog)
      : socket_(std::move(socket)), watchdog_(watchdog) {}

  /// From the values of the variables NOTIFY_SOCKET, WATCHDOG_USEC and WATCHDOG_PID, empty where
  /// they are not set. What makes no sense, or is meant for another process, is no watchdog.
  [[nodiscard]] static ServiceManager of(std::string notify_socket, std::string_view watchdog_usec,
                                         std::string_view watchdog_pid);

  // Each is thread-safe and does not wait; what cannot be delivered is lost.

  /// Requests are taken; also ends what `reloading` began. `status`: one line for people.
  void ready(const std::string& status) const;
  void reloading() const;
  void stopping() const;
  void alive() const;

  /// How often `alive` is to be called: twice in the time that is allowed. nullopt: nobody waits.
  [[nodiscard]] std::optional<std::chrono::microseconds> alive_every() const;

 private:
  void send(const std::string& text) const;

  std::string socket_;
  std::optional<std::chrono::microseconds> watchdog_;
};

}  // namespace lockstep
