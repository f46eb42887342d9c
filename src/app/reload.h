// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "adapters/system/service_manager.h"
#include "app/config.h"
#include "base/result.h"
#include "front/http/server.h"
#include "service/request_limit.h"

namespace lockstep {

/// The keys that differ between two configurations and that only a start takes over, by their names
/// in the file. What SIGHUP takes over is not among them.
[[nodiscard]] std::vector<std::string> needs_restart(const Config& running, const Config& next);

/// Takes over what may change while a server runs: the level of the log, the certificate and key of
/// TLS, the limits, the time to drain. docs/reference/configuration.md says so of each key.
/// One thread.
class Reload {
 public:
  /// All outlive it. `config` is what the server was started with.
  Reload(Config config, HttpServer& server, RequestLimit& limit, const ServiceManager& manager)
      : config_(std::move(config)), server_(server), limit_(limit), manager_(manager) {}

  /// All of `next` that can be taken over, or nothing, where it is wrong; says in the log which,
  /// and tells the service manager when it begins and ends.
  void take(const Result<Config>& next);

  /// What is in force.
  [[nodiscard]] const Config& config() const { return config_; }

 private:
  Result<void> apply(const Config& next);

  Config config_;
  HttpServer& server_;
  RequestLimit& limit_;
  const ServiceManager& manager_;
};

}  // namespace lockstep
