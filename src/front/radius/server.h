// SPDX-License-Identifier: Apache-2.0
// The RADIUS server over UDP. Asio stays behind this header.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "base/result.h"
#include "front/http/worker_pool.h"
#include "front/radius/desk.h"

namespace lockstep {

/// A UDP address to listen on. Port 0 takes a free one.
struct RadiusListen {
  std::string address = "0.0.0.0";
  std::uint16_t port = 1'812;
  RadiusDoor door = RadiusDoor::log_in;
};

/// A running server. One I/O thread takes datagrams and never blocks; workers judge them and send
/// the replies. Public calls are for the thread that started it.
class RadiusServer {
 public:
  RadiusServer(const RadiusServer&) = delete;
  RadiusServer& operator=(const RadiusServer&) = delete;
  /// Stops, if it still runs.
  virtual ~RadiusServer() = default;

  /// The real port of each address, in the same order.
  [[nodiscard]] virtual std::vector<std::uint16_t> ports() const = 0;

  /// Takes no more datagrams, waits for those that are being judged, joins the I/O thread. The
  /// worker pool must still run. Twice is harmless.
  virtual void stop() = 0;

 protected:
  RadiusServer() = default;
};

/// Starts listening. `desk` and `workers` outlive the server.
/// Errors: as UdpSocket::open, naming the address.
[[nodiscard]] Result<std::unique_ptr<RadiusServer>> start_radius_server(
    const std::vector<RadiusListen>& listens, RadiusDesk& desk, WorkerPool& workers);

}  // namespace lockstep
