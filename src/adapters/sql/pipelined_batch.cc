// SPDX-License-Identifier: Apache-2.0
#include "adapters/sql/pipelined_batch.h"

#include <algorithm>
#include <string>
#include <utility>

namespace lockstep {

/// How a batch is tried, which depends on what came of the try before.
struct PipelinedBatch::Try {
  std::vector<Way> ways;
  int refusals = 0;
  std::size_t at_part = PipelinedConnection::kNoPart;

  [[nodiscard]] bool is_apart() const { return refusals >= kTriesTogether; }

  /// Lets the parts that were refused decide anew.
  void learn(const std::vector<std::size_t>& failed_parts) {
    ++refusals;
    for (const std::size_t part : failed_parts) {
      if (part < ways.size()) ways[part] = Way::sure;
    }
    if (failed_parts.empty() && at_part < ways.size()) ways[at_part] = Way::sure;
  }
};

PipelinedBatch::PipelinedBatch(std::unique_ptr<PipelinedConnection> connection, AuditLog log,
                               RenewChain renew)
    : connection_(std::move(connection)),
      log_(std::move(log)),
      renew_(std::move(renew)),
      chain_session_(connection_->session()) {}

std::vector<Result<void>> PipelinedBatch::carry_out(std::span<const BatchEntry> batch) {
  const auto all = [&](const Error& error) {
    return Results(batch.size(), Result<void>(std::unexpected(error)));
  };
  Try how;
  for (const BatchEntry& entry : batch) {
    how.ways.push_back(entry.job->hoped && !entry.waited ? Way::hoped : Way::sure);
  }
  Error last{Errc::unavailable, {}};
  for (int tries = 0; tries < kTriesMax; ++tries) {
    if (const Result<void> begun = connection_->begin_write(); !begun) return all(begun.error());
    Result<Results> results = transaction(batch, how);
    if (results) return *std::move(results);
    last = results.error();
    switch (connection_->aftermath()) {
      case Aftermath::refused:
        // Perhaps somebody else extended our chain: look again.
        if (last.code == Errc::corrupt) chain_session_ = 0;
        how.learn(connection_->failed_parts());
        break;
      case Aftermath::not_written:
        break;
      case Aftermath::unknown:
        owe(batch);
        return all(last);
    }
  }
  return all({Errc::unavailable, "tried too often: " + last.context});
}

Result<PipelinedBatch::Results> PipelinedBatch::transaction(std::span<const BatchEntry> batch,
                                                            Try& how) {
  AuditLog before = log_;
  Result<Results> results = fail(Errc::unavailable, "");
  if (const Result<void> checked = check_chain(); checked) {
    before = log_;
    results = write_parts(batch, how);
  } else {
    results = std::unexpected(checked.error());
  }
  if (results) return results;
  unknown_at_ = std::max(unknown_at_, log_.last_at());
  log_ = before;
  // If that fails too, the session is gone, and its transaction with it.
  static_cast<void>(connection_->rollback());
  return results;
}

Result<PipelinedBatch::Results> PipelinedBatch::write_parts(std::span<const BatchEntry> batch,
                                                            Try& how) {
  LOCKSTEP_CHECK(write_owed());
  Results results(batch.size());
  for (std::size_t part = 0; part < batch.size(); ++part) {
    const Job& job = *batch[part].job;
    const Job::Work& work = how.ways[part] == Way::hoped ? job.hoped : job.sure;
    how.at_part = part;
    if (how.is_apart()) {
      LOCKSTEP_TRY(results[part], write_apart(work, part));
    } else {
      connection_->set_part(part);
      LOCKSTEP_CHECK(work(*connection_, log_));
    }
  }
  how.at_part = PipelinedConnection::kNoPart;
  connection_->set_part(PipelinedConnection::kNoPart);
  LOCKSTEP_CHECK(log_.save_head(*connection_));
  LOCKSTEP_CHECK(connection_->commit());
  owed_.clear();
  unknown_ = 0;
  return results;
}

Result<Result<void>> PipelinedBatch::write_apart(const Job::Work& work, std::size_t part) {
  const AuditLog before = log_;
  connection_->set_part(part);
  LOCKSTEP_CHECK(connection_->begin_part());
  Result<void> result = work(*connection_, log_);
  if (result) result = connection_->settle();
  if (result) {
    LOCKSTEP_CHECK(connection_->keep_part());
    return result;
  }
  // Not the part's fault: the whole transaction is tried again.
  if (connection_->aftermath() != Aftermath::refused) return std::unexpected(result.error());
  LOCKSTEP_CHECK(connection_->drop_part());
  log_ = before;
  return result;
}

Result<void> PipelinedBatch::check_chain() {
  if (connection_->session() == chain_session_) return {};
  LOCKSTEP_TRY(AuditLog stored, AuditLog::load(*connection_, log_.node()));
  // With a commit of unknown outcome behind us the chain may end in one place or the other.
  const bool is_ours =
      stored.head().seq == log_.head().seq && stored.head().hash == log_.head().hash;
  if (!is_ours && unknown_ == 0) {
    LOCKSTEP_TRY(const NodeId name, renew_());
    LOCKSTEP_TRY(stored, AuditLog::load(*connection_, name));
  }
  log_ = std::move(stored);
  chain_session_ = connection_->session();
  return {};
}

Result<void> PipelinedBatch::write_owed() {
  if (unknown_ == 0) return {};
  for (const Job::Work& work : owed_) {
    // Refused: what was owed was done after all, or others have written since.
    LOCKSTEP_TRY(const Result<void> written, write_apart(work, PipelinedConnection::kNoPart));
    static_cast<void>(written);
  }
  AuditEvent event{.kind = EventKind::store_outcome_unknown, .at = unknown_at_};
  event.actor = Actor("system");
  event.details = {{"requests", std::to_string(unknown_)}};
  connection_->set_part(PipelinedConnection::kNoPart);
  return log_.append(*connection_, {std::move(event)});
}

void PipelinedBatch::owe(std::span<const BatchEntry> batch) {
  unknown_ += batch.size();
  for (const BatchEntry& entry : batch) {
    if (entry.job->hoped) owed_.push_back(entry.job->hoped);
  }
  while (owed_.size() > kOwedMax) owed_.pop_front();
}

}  // namespace lockstep
