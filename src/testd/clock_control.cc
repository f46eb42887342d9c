// SPDX-License-Identifier: Apache-2.0
#include "testd/clock_control.h"

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <limits>
#include <optional>

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/text.h"

namespace lockstep {
namespace {

std::string state(const FakeClock& clock) {
  const Instant now = clock.now();
  return fmt::format(R"({{"wall":"{}","mono_us":{}}})", to_rfc3339(now.wall), now.mono.value());
}

std::string error(std::string_view what) { return fmt::format(R"({{"error":"{}"}})", what); }

/// "180s", "-5ms", "250us".
std::optional<Micros> parse_span(std::string_view text) {
  std::int64_t number = 0;
  const auto parsed = std::from_chars(text.data(), text.data() + text.size(), number);
  if (parsed.ec != std::errc{}) return std::nullopt;
  const std::string_view unit(parsed.ptr, static_cast<std::size_t>(text.end() - parsed.ptr));
  std::int64_t micros = 0;
  if (unit == "us") micros = 1;
  if (unit == "ms") micros = 1'000;
  if (unit == "s") micros = 1'000'000;
  if (micros == 0) return std::nullopt;
  const std::int64_t most = std::numeric_limits<std::int64_t>::max() / micros;
  if (number > most || number < -most) return std::nullopt;
  return Micros(number * micros);
}

}  // namespace

std::string steer(FakeClock& clock, std::string_view line) {
  line = trim(line);
  const std::size_t blank = line.find(' ');
  const std::string_view verb = line.substr(0, blank);
  const std::string_view rest =
      blank == std::string_view::npos ? std::string_view{} : trim(line.substr(blank));
  if (verb == "reboot") {
    clock.reboot();
  } else if (verb == "set") {
    const auto time = parse_rfc3339(rest);
    if (!time) return error("set wants a time: 2026-03-01T12:00:00Z");
    clock.set_wall(*time);
  } else if (verb == "advance") {
    const auto span = parse_span(rest);
    if (!span || *span < Micros::zero()) return error("advance wants a span: 180s, 5ms, 250us");
    clock.advance(*span);
  } else if (verb == "jump") {
    const auto span = parse_span(rest);
    if (!span) return error("jump wants a span: 180s, -5ms, 250us");
    clock.jump_wall(*span);
  } else if (verb != "get") {
    return error("get, advance, jump, set or reboot");
  }
  return state(clock);
}

Result<int> listen_at(const std::filesystem::path& path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (path.native().size() >= sizeof address.sun_path) {
    return fail(Errc::unavailable, "the path of the clock's socket is too long");
  }
  std::ranges::copy(path.native(), std::begin(address.sun_path));
  ::unlink(path.c_str());
  const int listener = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (listener < 0 ||
      ::bind(listener, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0 ||
      ::listen(listener, SOMAXCONN) != 0) {
    if (listener >= 0) ::close(listener);
    return fail(Errc::unavailable, "cannot listen on " + path.string());
  }
  return listener;
}

ClockSocket::ClockSocket(FakeClock& clock, int listener) : clock_(clock), listener_(listener) {
  LOCKSTEP_ASSERT(::pipe2(stop_.data(), O_CLOEXEC) == 0);
  thread_ = std::thread([this] { run(); });
}

ClockSocket::~ClockSocket() {
  ::close(stop_[1]);
  thread_.join();
  ::close(stop_[0]);
  ::close(listener_);
}

bool ClockSocket::wait_for(int descriptor) const {
  std::array<pollfd, 2> both{pollfd{descriptor, POLLIN, 0}, pollfd{stop_[0], POLLIN, 0}};
  while (::poll(both.data(), both.size(), -1) < 0) {
    if (errno != EINTR) return false;
  }
  return both[1].revents == 0;
}

void ClockSocket::run() {
  while (wait_for(listener_)) {
    const int client = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
    if (client < 0) continue;
    serve(client);
    ::close(client);
  }
}

void ClockSocket::serve(int client) {
  std::string pending;
  while (wait_for(client)) {
    std::array<char, kLineBytesMax> bytes{};
    const ssize_t count = ::read(client, bytes.data(), bytes.size());
    if (count <= 0) return;
    pending.append(bytes.data(), static_cast<std::size_t>(count));
    for (std::size_t end = 0; (end = pending.find('\n')) != std::string::npos;) {
      const std::string answer = steer(clock_, std::string_view(pending).substr(0, end)) + '\n';
      pending.erase(0, end + 1);
      if (::send(client, answer.data(), answer.size(), MSG_NOSIGNAL) < 0) return;
    }
    if (pending.size() > kLineBytesMax) return;
  }
}

}  // namespace lockstep
