// SPDX-License-Identifier: Apache-2.0
// RADIUS over TLS (RadSec), RFC 6614. Asio stays behind this header.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "base/result.h"
#include "front/http/worker_pool.h"
#include "front/radius/desk.h"

namespace lockstep {

/// A TCP address to listen on, port 0 takes a free one; and PEM files: our certificate with its
/// chain, its key, the authorities that sign the certificates of clients, and their lists of those
/// that are good no more (empty: there is none).
struct RadiusTlsListen {
  std::string address = "0.0.0.0";
  std::uint16_t port = 2'083;
  std::string certificate;
  std::string key;
  std::string client_ca;
  std::string client_crl = {};
};

/// A running server. Who connects proves with a certificate that it is a client; the name in it
/// says which. Public calls are for the thread that started it.
class RadiusTlsServer {
 public:
  static constexpr std::size_t kConnectionsMax = 1'024;  ///< of clients
  /// Who has not shown a certificate yet: in all, and from one address. Apart from the clients', so
  /// that who only connects keeps no gateway out.
  static constexpr std::size_t kStrangersMax = 256;
  static constexpr std::size_t kStrangersPerAddressMax = 16;
  static constexpr std::size_t kRepliesMax = 1'024;  ///< that wait to be sent on one connection
  static constexpr Seconds kHandshakeWithin{10};
  static constexpr Seconds kPacketWithin{10};  ///< from its header to its end, and a reply's
  static constexpr Seconds kIdle{3'600};       ///< then the connection is closed

  RadiusTlsServer(const RadiusTlsServer&) = delete;
  RadiusTlsServer& operator=(const RadiusTlsServer&) = delete;
  /// Stops, if it still runs.
  virtual ~RadiusTlsServer() = default;

  /// The real port.
  [[nodiscard]] virtual std::uint16_t port() const = 0;
  /// How many connections there are now. Thread-safe.
  [[nodiscard]] virtual std::size_t connections() const = 0;

  /// Takes no more packets, waits for those that are being judged, closes all connections, joins
  /// the I/O thread. The worker pool must still run. Twice is harmless.
  virtual void stop() = 0;

 protected:
  RadiusTlsServer() = default;
};

/// Starts listening. `desk` and `workers` outlive the server.
/// Errors: invalid_input, naming the file or address that is of no use; conflict, unavailable, as
/// start_http_server.
[[nodiscard]] Result<std::unique_ptr<RadiusTlsServer>> start_radius_tls_server(
    const RadiusTlsListen& listen, RadiusDesk& desk, WorkerPool& workers);

}  // namespace lockstep
