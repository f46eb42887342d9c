// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <iterator>
#include <string>

#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/assert.h"

namespace lockstep {

/// A service manager that listens. One thread.
class NotifyEar {
 public:
  /// At `name`, as in NOTIFY_SOCKET: a path, or a name that begins with '@'.
  explicit NotifyEar(const std::string& name)
      : socket_(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0)) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::ranges::copy(name, std::begin(address.sun_path));
    if (name.front() == '@') address.sun_path[0] = '\0';
    const auto size = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + name.size());
    LOCKSTEP_ASSERT(::bind(socket_, reinterpret_cast<const sockaddr*>(&address), size) == 0);
  }
  NotifyEar(const NotifyEar&) = delete;
  NotifyEar& operator=(const NotifyEar&) = delete;
  ~NotifyEar() { ::close(socket_); }

  /// What was said and not heard yet; "" where that is nothing.
  [[nodiscard]] std::string heard() const { return receive(MSG_DONTWAIT); }
  /// The next word, whenever it comes.
  [[nodiscard]] std::string hear() const { return receive(0); }

 private:
  [[nodiscard]] std::string receive(int flags) const {
    std::array<char, 512> bytes{};
    const ssize_t count = ::recv(socket_, bytes.data(), bytes.size(), flags);
    return count < 0 ? "" : std::string(bytes.data(), static_cast<std::size_t>(count));
  }

  int socket_;
};

}  // namespace lockstep
