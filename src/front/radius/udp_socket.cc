// SPDX-License-Identifier: Apache-2.0
#include "front/radius/udp_socket.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <utility>

#include <fmt/format.h>
#include <unistd.h>

namespace lockstep {
namespace {

constexpr std::size_t kControlBytes =
    std::max(CMSG_SPACE(sizeof(in6_pktinfo)), CMSG_SPACE(sizeof(in_pktinfo)));

Error cannot_listen(const std::string& address, std::uint16_t port, int problem) {
  const bool in_use = problem == EADDRINUSE;
  const char* advice = in_use              ? "another program has it"
                       : problem == EACCES ? "ports below 1024 need CAP_NET_BIND_SERVICE"
                                           : "check that this machine has the address";
  return {in_use ? Errc::conflict : Errc::unavailable,
          fmt::format("cannot listen on {} port {} (UDP): {}; {}", address, port,
                      std::strerror(problem), advice)};
}

template <class Option>
bool set(int descriptor, int level, int name, const Option& value) {
  return ::setsockopt(descriptor, level, name, &value, sizeof(value)) == 0;
}

/// Asks for the address that each datagram was sent to.
bool ask_for_path(int descriptor, int family) {
  if (family == AF_INET) return set(descriptor, IPPROTO_IP, IP_PKTINFO, 1);
  return set(descriptor, IPPROTO_IPV6, IPV6_V6ONLY, 0) &&
         set(descriptor, IPPROTO_IPV6, IPV6_RECVPKTINFO, 1);
}

void read_path(msghdr& header, UdpPath& path) {
  for (cmsghdr* one = CMSG_FIRSTHDR(&header); one != nullptr; one = CMSG_NXTHDR(&header, one)) {
    if (one->cmsg_level == IPPROTO_IPV6 && one->cmsg_type == IPV6_PKTINFO) {
      std::memcpy(&path.here6, CMSG_DATA(one), sizeof(path.here6));
    }
    if (one->cmsg_level == IPPROTO_IP && one->cmsg_type == IP_PKTINFO) {
      std::memcpy(&path.here4, CMSG_DATA(one), sizeof(path.here4));
    }
  }
}

template <class Info>
void write_path(msghdr& header, int level, int type, const Info& info) {
  cmsghdr* one = CMSG_FIRSTHDR(&header);
  one->cmsg_level = level;
  one->cmsg_type = type;
  one->cmsg_len = CMSG_LEN(sizeof(info));
  std::memcpy(CMSG_DATA(one), &info, sizeof(info));
  header.msg_controllen = CMSG_SPACE(sizeof(info));
}

}  // namespace

FileDescriptor::~FileDescriptor() {
  if (number_ >= 0) ::close(number_);
}

/// The room that a batch is received into.
struct UdpSocket::Batch {
  std::array<std::array<std::uint8_t, kDatagramBytesMax>, kBatch> bytes;
  std::array<std::array<std::uint8_t, kControlBytes>, kBatch> control;
  std::array<UdpPath, kBatch> paths;
  std::array<iovec, kBatch> parts;
  std::array<mmsghdr, kBatch> headers;
};

UdpSocket::UdpSocket(FileDescriptor descriptor, int family)
    : descriptor_(std::move(descriptor)), family_(family), batch_(std::make_shared<Batch>()) {}

Result<UdpSocket> UdpSocket::open(const std::string& address, std::uint16_t port) {
  LOCKSTEP_TRY(const IpAddress parsed, IpAddress::parse(address));
  const int family = parsed.is_v4() ? AF_INET : AF_INET6;
  FileDescriptor descriptor(::socket(family, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  if (descriptor.number() < 0) {
    return std::unexpected<Error>(cannot_listen(address, port, errno));
  }
  set(descriptor.number(), SOL_SOCKET, SO_RCVBUF, kReceiveBufferBytes);
  sockaddr_storage at{};
  socklen_t bytes = 0;
  if (family == AF_INET) {
    auto& v4 = reinterpret_cast<sockaddr_in&>(at);
    v4.sin_family = AF_INET;
    v4.sin_port = htons(port);
    std::memcpy(&v4.sin_addr, parsed.bytes().data() + 12, 4);
    bytes = sizeof(v4);
  } else {
    auto& v6 = reinterpret_cast<sockaddr_in6&>(at);
    v6.sin6_family = AF_INET6;
    v6.sin6_port = htons(port);
    std::memcpy(&v6.sin6_addr, parsed.bytes().data(), 16);
    bytes = sizeof(v6);
  }
  if (!ask_for_path(descriptor.number(), family) ||
      ::bind(descriptor.number(), reinterpret_cast<const sockaddr*>(&at), bytes) != 0) {
    return std::unexpected<Error>(cannot_listen(address, port, errno));
  }
  return UdpSocket(std::move(descriptor), family);
}

std::vector<Datagram> UdpSocket::receive() {
  Batch& batch = *batch_;
  for (std::size_t i = 0; i < kBatch; ++i) {
    batch.paths[i] = {};
    batch.parts[i] = {batch.bytes[i].data(), batch.bytes[i].size()};
    msghdr& header = batch.headers[i].msg_hdr;
    header = {};
    header.msg_name = &batch.paths[i].peer;
    header.msg_namelen = sizeof(batch.paths[i].peer);
    header.msg_iov = &batch.parts[i];
    header.msg_iovlen = 1;
    header.msg_control = batch.control[i].data();
    header.msg_controllen = batch.control[i].size();
  }
  const int count = ::recvmmsg(descriptor(), batch.headers.data(), kBatch, MSG_DONTWAIT, nullptr);
  std::vector<Datagram> received;
  for (int i = 0; i < count; ++i) {
    const auto at = static_cast<std::size_t>(i);
    batch.paths[at].peer_bytes = batch.headers[at].msg_hdr.msg_namelen;
    read_path(batch.headers[at].msg_hdr, batch.paths[at]);
    received.push_back(
        {ByteView(batch.bytes[at]).first(batch.headers[at].msg_len), &batch.paths[at]});
  }
  return received;
}

void UdpSocket::send(const UdpPath& path, ByteView bytes) const {
  UdpPath copy = path;
  Bytes payload(bytes.begin(), bytes.end());
  iovec part{payload.data(), payload.size()};
  std::array<std::uint8_t, kControlBytes> control{};
  msghdr header{};
  header.msg_name = &copy.peer;
  header.msg_namelen = copy.peer_bytes;
  header.msg_iov = &part;
  header.msg_iovlen = 1;
  header.msg_control = control.data();
  header.msg_controllen = control.size();
  if (family_ == AF_INET) {
    // The interface is left to the routes: the datagram may have come by another than it goes.
    copy.here4.ipi_ifindex = 0;
    copy.here4.ipi_spec_dst = copy.here4.ipi_addr;
    write_path(header, IPPROTO_IP, IP_PKTINFO, copy.here4);
  } else {
    if (!IN6_IS_ADDR_LINKLOCAL(&copy.here6.ipi6_addr)) copy.here6.ipi6_ifindex = 0;
    write_path(header, IPPROTO_IPV6, IPV6_PKTINFO, copy.here6);
  }
  static_cast<void>(::sendmsg(descriptor(), &header, MSG_DONTWAIT | MSG_NOSIGNAL));
}

std::uint16_t UdpSocket::port() const {
  sockaddr_storage at{};
  socklen_t bytes = sizeof(at);
  if (::getsockname(descriptor(), reinterpret_cast<sockaddr*>(&at), &bytes) != 0) return 0;
  return ntohs(family_ == AF_INET ? reinterpret_cast<const sockaddr_in&>(at).sin_port
                                  : reinterpret_cast<const sockaddr_in6&>(at).sin6_port);
}

std::pair<IpAddress, std::uint16_t> UdpSocket::sender(const UdpPath& path) {
  if (path.peer.ss_family == AF_INET) {
    const auto& v4 = reinterpret_cast<const sockaddr_in&>(path.peer);
    std::array<std::uint8_t, 4> bytes{};
    std::memcpy(bytes.data(), &v4.sin_addr, bytes.size());
    return {IpAddress::of_v4(bytes), ntohs(v4.sin_port)};
  }
  const auto& v6 = reinterpret_cast<const sockaddr_in6&>(path.peer);
  IpAddress::Bytes16 bytes{};
  std::memcpy(bytes.data(), &v6.sin6_addr, bytes.size());
  return {IpAddress(bytes), ntohs(v6.sin6_port)};
}

}  // namespace lockstep
