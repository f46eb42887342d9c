// SPDX-License-Identifier: Apache-2.0
#include "front/http/test_line.h"

#include <array>
#include <cerrno>
#include <cstring>
#include <utility>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/assert.h"

namespace lockstep {

Line::Line(int socket) : socket_(socket) {
  LOCKSTEP_ASSERT(socket >= 0);
  const timeval patience{kPatienceSeconds, 0};
  ::setsockopt(socket_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
}

Line::Line(Line&& other) noexcept
    : socket_(std::exchange(other.socket_, -1)), unread_(std::move(other.unread_)) {}

Line::~Line() {
  if (socket_ >= 0) ::close(socket_);
}

Line Line::to_port(std::uint16_t port) {
  Line line(::socket(AF_INET, SOCK_STREAM, 0));
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  const auto* any = reinterpret_cast<const sockaddr*>(&address);
  LOCKSTEP_ASSERT(::connect(line.socket_, any, sizeof address) == 0);
  return line;
}

Line Line::to_socket(const std::string& path) {
  Line line(::socket(AF_UNIX, SOCK_STREAM, 0));
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  LOCKSTEP_ASSERT(path.size() < sizeof address.sun_path);
  std::memcpy(&address.sun_path[0], path.data(), path.size());
  const auto* any = reinterpret_cast<const sockaddr*>(&address);
  LOCKSTEP_ASSERT(::connect(line.socket_, any, sizeof address) == 0);
  return line;
}

void Line::send(std::string_view text) const {
  while (!text.empty()) {
    const ssize_t sent = ::send(socket_, text.data(), text.size(), MSG_NOSIGNAL);
    if (sent <= 0) return;
    text.remove_prefix(static_cast<std::size_t>(sent));
  }
}

bool Line::read_more() {
  std::array<char, 4096> part{};
  const ssize_t got = ::recv(socket_, part.data(), part.size(), 0);
  if (got <= 0) return false;
  unread_.append(part.data(), static_cast<std::size_t>(got));
  return true;
}

std::optional<Heard> Line::hear() {
  std::size_t end = std::string::npos;
  while ((end = unread_.find("\r\n\r\n")) == std::string::npos) {
    if (!read_more()) return std::nullopt;
  }
  Heard heard;
  heard.head = unread_.substr(0, end + 2);
  unread_.erase(0, end + 4);
  constexpr std::size_t kStatusAt = 9;  // Behind "HTTP/1.1 ".
  heard.status = std::stoi(heard.head.substr(kStatusAt));
  const std::size_t field = heard.head.find("Content-Length: ");
  const std::size_t length =
      field == std::string::npos ? 0 : std::stoul(heard.head.substr(field + 16));
  while (unread_.size() < length) {
    if (!read_more()) return std::nullopt;
  }
  heard.body = unread_.substr(0, length);
  unread_.erase(0, length);
  return heard;
}

bool Line::hears_the_end() {
  errno = 0;
  return unread_.empty() && !read_more() && errno != EAGAIN;
}

}  // namespace lockstep
