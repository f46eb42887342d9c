// SPDX-License-Identifier: Apache-2.0
#include "app/radius_tester.h"

#include <array>
#include <cerrno>
#include <cstring>
#include <expected>
#include <optional>

#include <netdb.h>
#include <poll.h>

#include "base/handle.h"

namespace lockstep {
namespace {

using Addresses = Handle<addrinfo, freeaddrinfo>;

constexpr const char* kNobody =
    "nobody listens there: check the address, and that the configuration has a section [radius]";
constexpr const char* kSilence =
    "no answer came. A server is silent towards addresses that are none of its clients' and "
    "towards another secret than its own: its log says which (event=radius_trouble)";
constexpr const char* kStrange =
    "only answers came that do not prove themselves by a Message-Authenticator: the secret is "
    "another one, or somebody answers in the server's place";
// Somebody who sends without end is not listened to without end.
constexpr int kStrangeMax = 32;

enum class Silence { nothing_came, nobody_listens };

/// One datagram within the time, or why there is none.
std::expected<Bytes, Silence> receive(int descriptor, std::chrono::milliseconds wait) {
  pollfd waits{descriptor, POLLIN, 0};
  if (::poll(&waits, 1, static_cast<int>(wait.count())) != 1) {
    return std::unexpected(Silence::nothing_came);
  }
  Bytes bytes(UdpSocket::kDatagramBytesMax);
  const ssize_t size = ::recv(descriptor, bytes.data(), bytes.size(), 0);
  if (size < 0) {
    return std::unexpected(errno == ECONNREFUSED ? Silence::nobody_listens : Silence::nothing_came);
  }
  bytes.resize(static_cast<std::size_t>(size));
  return bytes;
}

}  // namespace

Result<RadiusTester> RadiusTester::open(const std::string& host, std::uint16_t port, Secret secret,
                                        Random& random) {
  addrinfo wanted{};
  wanted.ai_socktype = SOCK_DGRAM;
  addrinfo* list = nullptr;
  if (::getaddrinfo(host.c_str(), std::to_string(port).c_str(), &wanted, &list) != 0) {
    return fail(Errc::not_found, "'" + host + "' has no address");
  }
  const Addresses addresses(list);
  std::vector<FileDescriptor> sockets;
  int why = 0;
  for (const addrinfo* one = list; one != nullptr; one = one->ai_next) {
    FileDescriptor socket(::socket(one->ai_family, SOCK_DGRAM | SOCK_CLOEXEC, 0));
    if (socket.number() < 0 || ::connect(socket.number(), one->ai_addr, one->ai_addrlen) != 0) {
      why = errno;  // As of IPv6, where there is none.
      continue;
    }
    sockets.push_back(std::move(socket));
  }
  if (sockets.empty()) {
    return fail(Errc::unavailable, "cannot send to " + host + ": " + std::strerror(why));
  }
  return RadiusTester(std::move(sockets), std::move(secret), random);
}

Result<RadiusAnswer> RadiusTester::ask(const std::string& user, const Secret& password,
                                       const std::string& state) {
  Md5Digest authenticator{};
  random_.fill(authenticator);
  std::array<std::uint8_t, 1> id{};
  random_.fill(id);
  RadiusWriter writer(RadiusCode::access_request, id[0], authenticator);
  const bool fits = writer.add(RadiusType::user_name, bytes_of(user)) &&
                    writer.add(RadiusType::user_password,
                               hide_radius_password(secret_, authenticator, password)) &&
                    (state.empty() || writer.add(RadiusType::state, bytes_of(state))) &&
                    writer.add_text(RadiusType::nas_identifier, "lockstep radius test");
  if (!fits) return fail(Errc::invalid_input, "the user's name is empty or too long for RADIUS");
  return exchange(std::move(writer).finish_request(secret_), authenticator);
}

Result<RadiusAnswer> RadiusTester::exchange(const Bytes& request, const Md5Digest& authenticator) {
  while (true) {
    LOCKSTEP_TRY(std::optional<RadiusAnswer> answer, exchange_here(request, authenticator));
    if (answer) return *std::move(answer);
    // Only past an address where nobody is: who is merely silent may be judging the code.
    if (here_ + 1 == sockets_.size()) return fail(Errc::unavailable, kNobody);
    ++here_;
  }
}

Result<std::optional<RadiusAnswer>> RadiusTester::exchange_here(const Bytes& request,
                                                                const Md5Digest& authenticator) {
  const int socket = sockets_[here_].number();
  bool heard_strange = false;
  for (int i = 0; i < kTries; ++i) {
    if (::send(socket, request.data(), request.size(), 0) < 0) {
      if (errno == ECONNREFUSED) return std::nullopt;
      return fail(Errc::unavailable, std::strerror(errno));
    }
    // What is no answer to this request is passed over (RFC 2865 section 3): it may be a late one
    // to the request before, which was sent twice.
    for (int strange = 0; strange < kStrangeMax; ++strange) {
      const auto bytes = receive(socket, kWait);
      if (!bytes && bytes.error() == Silence::nobody_listens) return std::nullopt;
      if (!bytes) break;
      const Result<RadiusPacket> reply = RadiusPacket::parse(*bytes);
      if (reply && reply->id() == request[1] &&
          check_reply(*reply, authenticator, secret_) == RadiusProof::right) {
        return RadiusAnswer{reply->code(), reply->text(RadiusType::state),
                            reply->text(RadiusType::reply_message)};
      }
      heard_strange = true;
    }
  }
  if (heard_strange) return fail(Errc::corrupt, kStrange);
  return fail(Errc::unavailable, kSilence);
}

}  // namespace lockstep
