// SPDX-License-Identifier: Apache-2.0
#include "app/server_facts.h"

#include <cstdint>
#include <utility>

#include "adapters/system/process_facts.h"

namespace lockstep {
namespace {

// The names are those that every client library of Prometheus gives to the same facts.
void add_process(MetricsPage& page, const ProcessFacts& facts) {
  page.counter("process_cpu_seconds_total", "Time on a processor, of all threads.")
      .add({}, facts.cpu_seconds);
  page.gauge("process_start_time_seconds", "When the process was started, since 1970.")
      .add({}, facts.start_seconds);
  page.gauge("process_resident_memory_bytes", "Memory in use.").add({}, facts.resident_bytes);
  page.gauge("process_virtual_memory_bytes", "Address space in use.").add({}, facts.virtual_bytes);
  page.gauge("process_threads", "Threads.").add({}, facts.threads);
  page.gauge("process_open_fds", "Open files and sockets.").add({}, facts.open_files);
  page.gauge("process_max_fds", "How many may be open.").add({}, facts.open_files_max);
}

void add_queues(MetricsPage& page, const WorkerPool& workers, const HttpServer& server) {
  const WorkerLoad load = workers.load();
  page.gauge("lockstep_workers", "Threads that work on requests.")
      .add({}, std::uint64_t{workers.options().threads});
  page.gauge("lockstep_workers_busy", "Of those, at work.").add({}, std::uint64_t{load.busy});
  page.gauge("lockstep_worker_queue_length", "Requests that wait for a worker.")
      .add({}, std::uint64_t{load.waiting});
  page.gauge("lockstep_worker_queue_limit", "How many may wait; beyond it clients get 503.")
      .add({}, std::uint64_t{workers.options().queue_max});
  page.gauge("lockstep_http_connections", "Open connections of clients.")
      .add({}, std::uint64_t{server.connections()});
}

}  // namespace

void ServerFacts::attach(const WorkerPool& workers, const HttpServer& server, More more) {
  const std::scoped_lock lock(mutex_);
  workers_ = &workers;
  server_ = &server;
  more_ = std::move(more);
}

void ServerFacts::detach() {
  const std::scoped_lock lock(mutex_);
  workers_ = nullptr;
  server_ = nullptr;
  more_ = nullptr;
}

void ServerFacts::write(MetricsPage& page) const {
  page.gauge("lockstep_build_info", "Always 1; the labels say what runs here.")
      .add({{"version", version_}, {"store", store_}}, std::uint64_t{1});
  {
    const std::scoped_lock lock(mutex_);
    if (workers_ != nullptr) add_queues(page, *workers_, *server_);
    if (more_) more_(page);
  }
  if (const auto facts = read_process_facts()) add_process(page, *facts);
}

}  // namespace lockstep
