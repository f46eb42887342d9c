// SPDX-License-Identifier: Apache-2.0
// Records a second that `audit verify` reads from a store, and checks.
#include <cstdlib>

#include <benchmark/benchmark.h>

#include "adapters/sql/sql_store.h"
#include "service/audit_trail.h"
#include "testing/seeded_random.h"
#include "testing/temporary_directory.h"

namespace lockstep {
namespace {

constexpr int kRecords = 200'000;

/// What a log-in leaves behind.
AuditEvent log_in(int number) {
  AuditEvent event{.kind = EventKind::login_accepted,
                   .at = WallTime(Micros(1'767'600'000'000'000 + number)),
                   .actor = Actor("key:vpn")};
  event.user = UserName::parse("user" + std::to_string(number % 1'000)).value();
  event.serial = Serial::parse("T-" + std::to_string(number % 1'000)).value();
  event.source = "vpn 10.0.0.1";
  event.details = {{"position", std::to_string(number)},
                   {"off", "0"},
                   {"next", "T-1@" + std::to_string(number + 1)}};
  return event;
}

void verify_stored_records(benchmark::State& state) {
  const TemporaryDirectory directory;
  SeededRandom random(1);
  const auto store = open_sqlite_store(directory.path(), random).value();
  for (int number = 0; number < kRecords;) {
    ChangeSet set;
    for (int i = 0; i < 5'000; ++i) set.events.push_back(log_in(number++));
    if (!store->commit(std::move(set))) std::abort();
  }
  for ([[maybe_unused]] auto _ : state) {
    const auto verdict = verify_audit(*store, {});
    if (!verdict || verdict->broken() || verdict->records != kRecords) std::abort();
  }
  state.SetItemsProcessed(state.iterations() * kRecords);
}
BENCHMARK(verify_stored_records)->Unit(benchmark::kMillisecond)->UseRealTime();

}  // namespace
}  // namespace lockstep

BENCHMARK_MAIN();
