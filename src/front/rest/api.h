// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "front/http/router.h"

namespace lockstep {

class BackupDesk;
class ExchangeLog;
class MailDesk;
class MetricsPage;
class RequestLimit;
struct LabWorld;
struct Services;

struct ApiOptions {
  /// Besides root, this user is the owner over the admin socket: the one the service runs as.
  std::uint32_t service_uid = 0;
  /// Makes the backups; outlives the router. None: they are refused.
  BackupDesk* backups = nullptr;
  /// Sends the mails; outlives the router. None: nobody here does.
  MailDesk* mails = nullptr;
  /// What the lab shows; outlives the router. None: there is no lab.
  const LabWorld* lab = nullptr;
  /// How much each caller may send; outlives the router. None: as much as they like.
  RequestLimit* limit = nullptr;
  /// How many sign-ins, and what else comes from who has not signed in, are worked on at once: a
  /// part of the workers, so that log-ins never wait behind them.
  std::uint32_t strangers_max = 16;
  /// What was said over RADIUS; outlives the router. None: nothing was.
  const ExchangeLog* exchanges = nullptr;
  /// Adds to /metrics what only the application knows. Thread-safe. May be empty.
  std::function<void(MetricsPage&)> more_metrics;
  /// Told why an answer was 500 or 503, which the caller is not, and the reference, which they are.
  /// Thread-safe; holds no secret.
  std::function<void(const std::string& why, const std::string& reference)> warn =
      [](const std::string&, const std::string&) {};
};

/// The whole REST API as one router: for the HTTP server, and for the command line in process
/// where no server runs. `services` outlive it. Thread-safe as the services are.
[[nodiscard]] std::unique_ptr<Router> make_api_router(Services& services,
                                                      const ApiOptions& options);

}  // namespace lockstep
