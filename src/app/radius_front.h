// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <optional>

#include "app/radius_options.h"
#include "base/result.h"
#include "formats/metrics_page.h"
#include "front/http/worker_pool.h"
#include "front/radius/desk.h"
#include "front/radius/server.h"
#include "service/services.h"

namespace lockstep {

/// The RADIUS door of a server, where the configuration has one.
class RadiusFront {
 public:
  /// Without `options` there is no door, and all calls are harmless. Logs the alarms of its
  /// clients. `services`, `exchanges` and `workers` outlive it. Errors: those of
  /// make_radius_clients and start_radius_server.
  static Result<std::unique_ptr<RadiusFront>> start(const std::optional<RadiusOptions>& options,
                                                    Services& services, ExchangeLog& exchanges,
                                                    WorkerPool& workers);

  /// The real port; 0 where there is no door.
  [[nodiscard]] std::uint16_t port() const;
  /// Takes no more requests and waits for those that it has. Twice is harmless.
  void stop();
  /// Counters for monitoring. Thread-safe.
  void write(MetricsPage& page) const;

 private:
  std::unique_ptr<RadiusDesk> desk_;
  std::unique_ptr<RadiusServer> server_;
};

}  // namespace lockstep
