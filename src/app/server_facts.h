// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <mutex>
#include <string>

#include "formats/metrics_page.h"
#include "front/http/server.h"
#include "front/http/worker_pool.h"

namespace lockstep {

/// What monitoring wants to know beside what the API counts: the build, the process, and the queues
/// of the server in it. Thread-safe.
class ServerFacts {
 public:
  /// `store`: the kind of store, "sqlite" or "postgresql".
  ServerFacts(std::string version, std::string store)
      : version_(std::move(version)), store_(std::move(store)) {}

  /// Writes what another front door has to say.
  using More = std::function<void(MetricsPage&)>;

  /// Shows these from now on. All outlive `detach`.
  void attach(const WorkerPool& workers, const HttpServer& server, More more = {});
  void detach();

  void write(MetricsPage& page) const;

 private:
  const std::string version_;
  const std::string store_;
  mutable std::mutex mutex_;
  const WorkerPool* workers_ = nullptr;
  const HttpServer* server_ = nullptr;
  More more_;
};

}  // namespace lockstep
