// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <utility>

#include "adapters/sql/batch_writer.h"

namespace lockstep {

/// For an engine inside the process, where only one transaction writes at a time: what a job finds
/// in it is final, and each job is a part that can be taken back by itself at no great cost.
class SavepointBatch final : public BatchWriter {
 public:
  SavepointBatch(std::unique_ptr<Connection> connection, AuditLog log)
      : connection_(std::move(connection)), log_(std::move(log)) {}

  std::vector<Result<void>> carry_out(std::span<const BatchEntry> batch) override;
  [[nodiscard]] bool wants_distinct_keys() const override { return false; }
  [[nodiscard]] OwnChain own_chain() const override { return {log_.node(), log_.head()}; }
  void tidy_up() override { connection_->tidy_up(); }

 private:
  Result<void> carry_out_part(const Job::Work& work);

  std::unique_ptr<Connection> connection_;
  AuditLog log_;
};

}  // namespace lockstep
