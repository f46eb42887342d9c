// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "app/radius_options.h"
#include "base/result.h"
#include "formats/metrics_page.h"
#include "front/http/worker_pool.h"
#include "front/radius/desk.h"
#include "front/radius/server.h"
#include "front/radius/tls_server.h"
#include "service/services.h"

namespace lockstep {

/// The RADIUS door of a server, where the configuration has one.
class RadiusFront {
 public:
  /// Without `options` there is no door, and all calls are harmless. `services`, `exchanges` and
  /// `workers` outlive it. Errors: those of make_radius_clients and start_radius_server.
  static Result<std::unique_ptr<RadiusFront>> start(const std::optional<RadiusOptions>& options,
                                                    Services& services, ExchangeLog& exchanges,
                                                    WorkerPool& workers);

  /// The real ports, of UDP, of accounting and of TLS; 0 where there is no door.
  [[nodiscard]] std::uint16_t port() const;
  [[nodiscard]] std::uint16_t accounting_port() const;
  [[nodiscard]] std::uint16_t tls_port() const;
  /// Takes no more requests and waits for those that it has. Twice is harmless.
  void stop();
  /// Logs what stands against clients: at the start, and again each day that it stands.
  /// Thread-safe.
  void log_alarms() const;
  /// Counters for monitoring. Thread-safe.
  void write(MetricsPage& page) const;

 private:
  Result<void> start_tls(const RadiusTlsOptions& options, WorkerPool& workers);

  std::vector<std::string> alarms_;
  std::unique_ptr<RadiusDesk> desk_;
  std::unique_ptr<RadiusServer> server_;
  std::unique_ptr<RadiusTlsServer> tls_;
};

}  // namespace lockstep
