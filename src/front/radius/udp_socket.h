// SPDX-License-Identifier: Apache-2.0
// A UDP socket that takes many datagrams with one call and answers from the address that was asked,
// which clients insist on and a machine with several addresses does not do by itself.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <netinet/in.h>
#include <sys/socket.h>

#include "base/result.h"
#include "base/secret.h"
#include "front/radius/address.h"

namespace lockstep {

/// An open descriptor, closed when it goes.
class FileDescriptor {
 public:
  explicit FileDescriptor(int number) : number_(number) {}
  FileDescriptor(FileDescriptor&& other) noexcept : number_(std::exchange(other.number_, -1)) {}
  FileDescriptor& operator=(FileDescriptor&&) = delete;
  FileDescriptor(const FileDescriptor&) = delete;
  FileDescriptor& operator=(const FileDescriptor&) = delete;
  ~FileDescriptor();

  [[nodiscard]] int number() const { return number_; }

 private:
  int number_;
};

/// Where a datagram came from and which of our addresses it was sent to: what an answer needs.
struct UdpPath {
  sockaddr_storage peer;
  socklen_t peer_bytes;
  in6_pktinfo here6;  ///< of a socket for IPv6, or both
  in_pktinfo here4;   ///< of a socket for IPv4
};

struct Datagram {
  ByteView bytes;  ///< until the next `receive`
  const UdpPath* path;
};

class UdpSocket {
 public:
  static constexpr std::size_t kBatch = 32;
  /// One byte more than a RADIUS packet may have, so that too long shows.
  static constexpr std::size_t kDatagramBytesMax = 4'097;
  /// What the kernel keeps for us while we are busy: some thousand requests. It may give less.
  static constexpr int kReceiveBufferBytes = 4 * 1024 * 1024;

  /// Listens on a free port where `port` is 0. Errors: invalid_input, for no such address;
  /// conflict, when another program has it; unavailable.
  static Result<UdpSocket> open(const std::string& address, std::uint16_t port);

  /// What has come, at most kBatch; empty when there is nothing more. Never blocks. One thread.
  [[nodiscard]] std::vector<Datagram> receive();

  /// Sends an answer back along `path`, or loses it, as the network may. Never blocks. Any thread.
  void send(const UdpPath& path, ByteView bytes) const;

  [[nodiscard]] int descriptor() const { return descriptor_.number(); }
  [[nodiscard]] std::uint16_t port() const;

  /// The sender's address and port.
  [[nodiscard]] static std::pair<IpAddress, std::uint16_t> sender(const UdpPath& path);

 private:
  struct Batch;

  UdpSocket(FileDescriptor descriptor, int family);

  FileDescriptor descriptor_;
  int family_;
  std::shared_ptr<Batch> batch_;  ///< shared with nobody; so that Batch may be unknown here
};

}  // namespace lockstep
