// SPDX-License-Identifier: Apache-2.0
#include "app/config.h"
#include "base/assert.h"
#include "fuzz_target.h"

namespace lockstep {
namespace {

bool is_possible(const RequestRate& rate) {
  return rate.per_second <= kRequestRateMax && rate.burst >= 1 && rate.burst <= 2 * kRequestRateMax;
}

void check(const Config& config) {
  LOCKSTEP_ASSERT(config.data.is_absolute() && config.admin_socket.is_absolute());
  LOCKSTEP_ASSERT(config.workers.threads >= 1 && config.workers.threads <= kWorkerThreadsMax);
  LOCKSTEP_ASSERT(config.workers.queue_max >= 1 && config.workers.queue_max <= kWorkerQueueMax);
  LOCKSTEP_ASSERT(config.drain.count() >= 0 && config.drain.count() <= kDrainSecondsMax);
  LOCKSTEP_ASSERT(is_possible(config.limits.each));
  for (const auto& [name, rate] : config.limits.keys) LOCKSTEP_ASSERT(is_possible(rate));
  if (!config.listen.tls) return;
  LOCKSTEP_ASSERT(!config.listen.tls->certificate.empty() && !config.listen.tls->key.empty());
}

}  // namespace
}  // namespace lockstep

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto config =
      lockstep::parse_config(lockstep::text_of(data, size), "a.toml", "/etc/lockstep");
  if (config) {
    lockstep::check(*config);
    return 0;
  }
  LOCKSTEP_ASSERT(config.error().code == lockstep::Errc::invalid_input);
  LOCKSTEP_ASSERT(config.error().context.starts_with("a.toml"));
  return 0;
}
