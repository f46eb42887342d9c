// SPDX-License-Identifier: Apache-2.0
#include "service/meter.h"

#include <algorithm>
#include <string>

#include "base/assert.h"

namespace lockstep {
namespace {

constexpr double kMicrosPerSecond = 1e6;

/// "login.accepted_resynced" is the result "accepted_resynced".
std::string result_of(EventKind kind) {
  const std::string_view name = name_of(kind);
  return std::string(name.substr(name.find('.') + 1));
}

}  // namespace

void Histogram::observe(Micros took) {
  const auto* const bound = std::ranges::lower_bound(kBounds, took);
  ++counts_.at(static_cast<std::size_t>(bound - kBounds.begin()));
  micros_ += static_cast<std::uint64_t>(std::max(took, Micros::zero()).count());
}

HistogramReading Histogram::read() const {
  HistogramReading reading;
  reading.seconds = static_cast<double>(micros_.load()) / kMicrosPerSecond;
  for (std::size_t i = 0; i < kBounds.size(); ++i) {
    reading.count += counts_.at(i).load();
    const double seconds = static_cast<double>(kBounds.at(i).count()) / kMicrosPerSecond;
    reading.buckets.push_back({seconds, reading.count});
  }
  reading.count += counts_.back().load();
  return reading;
}

std::string_view name_of(ResyncBy by) {
  switch (by) {
    case ResyncBy::log_in:
      return "log_in";
    case ResyncBy::self_service:
      return "self_service";
    case ResyncBy::operator_:
      return "operator";
  }
  LOCKSTEP_ASSERT(false);
}

void Meter::login(EventKind kind, Reason reason) {
  const std::scoped_lock lock(mutex_);
  ++logins_[{kind, reason}];
  if (kind != EventKind::login_accepted_resynced) return;
  ++resyncs_[{ResyncBy::log_in, {EventKind::resync_succeeded, reason}}];
}

void Meter::resync(ResyncBy by, EventKind kind, Reason reason) {
  const std::scoped_lock lock(mutex_);
  ++resyncs_[{by, {kind, reason}}];
}

void Meter::write(MetricsPage& page) const {
  {
    const std::scoped_lock lock(mutex_);
    auto logins = page.counter("lockstep_logins_total", "Log-ins decided, by result and reason.");
    for (const auto& [key, count] : logins_) {
      const auto& [kind, reason] = key;
      logins.add({{"result", result_of(kind)}, {"reason", std::string(name_of(reason))}}, count);
    }
    auto resyncs = page.counter("lockstep_resyncs_total",
                                "Resynchronisations decided, by who had it done and result.");
    for (const auto& [key, count] : resyncs_) {
      const auto& [by, rest] = key;
      resyncs.add({{"by", std::string(name_of(by))},
                   {"result", result_of(rest.first)},
                   {"reason", std::string(name_of(rest.second))}},
                  count);
    }
  }
  page.counter("lockstep_logins_failed_total",
               "Log-ins that could not be decided, because the store or another part was away.")
      .add({}, logins_failed_.load());
  page.histogram("lockstep_login_decision_duration_seconds",
                 "Reading the user, checking password or PIN and working out codes.")
      .add({}, login_decisions.read());
  page.histogram("lockstep_login_commit_duration_seconds",
                 "Waiting for the store's writer and until the decision is on disk.")
      .add({}, login_commits.read());
  page.gauge("lockstep_login_commits_waiting",
             "Log-ins that wait for the store's writer or for the disk.")
      .add({}, static_cast<double>(login_commits_waiting.load()));
}

}  // namespace lockstep
