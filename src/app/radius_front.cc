// SPDX-License-Identifier: Apache-2.0
#include "app/radius_front.h"

#include <algorithm>
#include <functional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "app/log.h"
#include "app/radius_config.h"

namespace lockstep {

namespace {

/// Who comes over UDP and over TLS is one client.
std::set<std::string, std::less<>> names_of(const RadiusClients& clients) {
  std::set<std::string, std::less<>> names;
  for (const RadiusClient& one : clients.all()) names.insert(one.name);
  return names;
}

}  // namespace

Result<std::unique_ptr<RadiusFront>> RadiusFront::start(const std::optional<RadiusOptions>& options,
                                                        Services& services, ExchangeLog& exchanges,
                                                        WorkerPool& workers) {
  auto front = std::make_unique<RadiusFront>();
  if (!options) return front;
  LOCKSTEP_TRY(RadiusClients clients, make_radius_clients(*options));
  front->alarms_ = radius_alarms(*options, clients);
  front->log_alarms();
  exchanges.expect(names_of(clients));
  const auto warn = [](const std::string& why) {
    log(LogLevel::warning, "radius_trouble", {{"why", why}});
  };
  front->desk_ = std::make_unique<RadiusDesk>(services, std::move(clients), exchanges, warn);
  std::vector<RadiusListen> listens{{options->address, options->port}};
  if (options->accounting_port) {
    listens.push_back({options->address, *options->accounting_port, RadiusDoor::accounting});
  }
  LOCKSTEP_TRY(front->server_, start_radius_server(listens, *front->desk_, workers));
  log(LogLevel::info, "radius_listening",
      {{"address", options->address},
       {"port", std::to_string(front->port())},
       {"accounting_port", std::to_string(front->accounting_port())},
       {"clients", std::to_string(options->clients.size())}});
  if (options->tls) LOCKSTEP_CHECK(front->start_tls(*options->tls, workers));
  return front;
}

Result<void> RadiusFront::start_tls(const RadiusTlsOptions& options, WorkerPool& workers) {
  LOCKSTEP_TRY(tls_, start_radius_tls_server({options.address, options.port, options.certificate,
                                              options.key, options.client_ca, options.client_crl},
                                             *desk_, workers));
  log(LogLevel::info, "radius_tls_listening",
      {{"address", options.address}, {"port", std::to_string(tls_port())}});
  return {};
}

std::uint16_t RadiusFront::accounting_port() const {
  if (!server_ || server_->ports().size() < 2) return 0;
  return server_->ports().back();
}

std::uint16_t RadiusFront::tls_port() const { return tls_ ? tls_->port() : std::uint16_t{0}; }

std::uint16_t RadiusFront::port() const { return server_ ? server_->ports().front() : 0; }

void RadiusFront::stop() {
  if (tls_) tls_->stop();
  if (server_) server_->stop();
}

void RadiusFront::log_alarms() const {
  for (const std::string& alarm : alarms_) {
    log(LogLevel::warning, "radius_alarm", {{"why", alarm}});
  }
}

void RadiusFront::write(MetricsPage& page) const {
  // Where there is no door they are there all the same, as 0: an alarm can be tried before it.
  const auto count = [this](RadiusFate fate) {
    return desk_ ? desk_->meter().of(fate) : std::uint64_t{0};
  };
  auto fates = page.counter("lockstep_radius_requests_total", "RADIUS requests, by their fate.");
  for (std::size_t i = 0; i < kRadiusFates; ++i) {
    const auto fate = static_cast<RadiusFate>(i);
    fates.add({{"fate", std::string(name_of(fate))}}, count(fate));
  }
  page.gauge("lockstep_radius_in_flight", "RADIUS requests that wait for their answer.")
      .add({}, std::uint64_t{desk_ ? desk_->in_flight() : 0});
  page.gauge("lockstep_radius_tls_connections", "Open connections of RADIUS clients over TLS.")
      .add({}, std::uint64_t{tls_ ? tls_->connections() : 0});
  static const RadiusClients kNone;
  const auto& clients = (desk_ ? desk_->clients() : kNone).all();
  const auto is_unsigned = [](const RadiusClient& one) {
    return one.without_signature == RadiusUnsigned::taken && one.certificate_name.empty();
  };
  page.gauge("lockstep_radius_clients", "RADIUS clients.")
      .add({}, std::uint64_t{names_of(desk_ ? desk_->clients() : kNone).size()});
  page.gauge("lockstep_radius_unsigned_clients",
             "Of those, who need not sign their requests: an alarm, where it is not 0.")
      .add({}, static_cast<std::uint64_t>(std::ranges::count_if(clients, is_unsigned)));
}

}  // namespace lockstep
