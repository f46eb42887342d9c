// SPDX-License-Identifier: Apache-2.0
#include "adapters/system/service_manager.h"

#include <algorithm>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <ctime>
#include <iterator>

#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

namespace lockstep {
namespace {

constexpr std::int64_t kMicrosPerSecond = 1'000'000;
constexpr std::int64_t kNanosPerMicro = 1'000;

std::optional<std::int64_t> parse_number(std::string_view text) {
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (text.empty() || error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

/// CLOCK_MONOTONIC, which stands still in suspend and is the one that systemd compares with.
std::int64_t monotonic_micros() {
  timespec now{};
  (void)::clock_gettime(CLOCK_MONOTONIC, &now);
  return static_cast<std::int64_t>(now.tv_sec) * kMicrosPerSecond + now.tv_nsec / kNanosPerMicro;
}

}  // namespace

ServiceManager ServiceManager::of(std::string notify_socket, std::string_view watchdog_usec,
                                  std::string_view watchdog_pid) {
  const auto pid = parse_number(watchdog_pid);
  const auto micros = parse_number(watchdog_usec);
  std::optional<std::chrono::microseconds> watchdog;
  const bool for_us = !pid || *pid == ::getpid();
  if (for_us && micros && *micros > 0) watchdog = std::chrono::microseconds(*micros);
  return {std::move(notify_socket), watchdog};
}

void ServiceManager::ready(const std::string& status) const {
  send("READY=1\nSTATUS=" + status + '\n');
}

void ServiceManager::reloading() const {
  send("RELOADING=1\nMONOTONIC_USEC=" + std::to_string(monotonic_micros()) + '\n');
}

void ServiceManager::stopping() const { send("STOPPING=1\nSTATUS=stopping\n"); }

void ServiceManager::alive() const { send("WATCHDOG=1\n"); }

std::optional<std::chrono::microseconds> ServiceManager::alive_every() const {
  if (socket_.empty() || !watchdog_) return std::nullopt;
  return *watchdog_ / 2;
}

void ServiceManager::send(const std::string& text) const {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (socket_.empty() || socket_.size() >= sizeof address.sun_path) return;
  std::ranges::copy(socket_, std::begin(address.sun_path));
  // An abstract name begins with a NUL and has no end but the address's.
  if (socket_.front() == '@') address.sun_path[0] = '\0';
  const int descriptor = ::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  if (descriptor < 0) return;
  const auto size = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + socket_.size());
  (void)::sendto(descriptor, text.data(), text.size(), MSG_NOSIGNAL,
                 reinterpret_cast<const sockaddr*>(&address), size);
  ::close(descriptor);
}

}  // namespace lockstep
