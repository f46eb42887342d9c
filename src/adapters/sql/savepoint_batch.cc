// SPDX-License-Identifier: Apache-2.0
#include "adapters/sql/savepoint_batch.h"

#include <cstdio>
#include <exception>

namespace lockstep {
namespace {

/// A part that cannot be taken back would be committed with the rest.
void must(const Result<void>& result) {
  if (result) return;
  (void)std::fprintf(stderr, "lockstep: the store cannot go on: %s\n",
                     result.error().context.c_str());
  std::terminate();
}

}  // namespace

std::vector<Result<void>> SavepointBatch::carry_out(std::span<const BatchEntry> batch) {
  if (const Result<void> begun = connection_->begin_write(); !begun) {
    return std::vector<Result<void>>(batch.size(), begun);
  }
  std::vector<Result<void>> results;
  results.reserve(batch.size());
  for (const BatchEntry& entry : batch) results.push_back(carry_out_part(entry.job->sure));
  must(log_.save_head(*connection_));
  must(connection_->commit());
  return results;
}

Result<void> SavepointBatch::carry_out_part(const Job::Work& work) {
  const AuditLog before = log_;
  must(connection_->begin_part());
  Result<void> result = work(*connection_, log_);
  if (result) {
    must(connection_->keep_part());
  } else {
    must(connection_->drop_part());
    log_ = before;
  }
  return result;
}

}  // namespace lockstep
