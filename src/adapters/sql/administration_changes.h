// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "adapters/sql/connection.h"
#include "base/result.h"
#include "ports/store.h"

namespace lockstep {

/// The changes that concern who administers what: one overload for each (ports/store.h), inside the
/// caller's transaction. Part of `apply` in changes.h, with its errors.
class AdministrationChanges {
 public:
  explicit AdministrationChanges(Connection& database) : database_(database) {}

  Result<void> operator()(const PutPolicyDraft& change) const;
  Result<void> operator()(const DeletePolicyDraft& change) const;
  Result<void> operator()(const InsertTokenModel& change) const;
  Result<void> operator()(const UpdateTokenModel& change) const;
  Result<void> operator()(const DeleteTokenModel& change) const;
  Result<void> operator()(const InsertOperator& change) const;
  Result<void> operator()(const UpdateOperator& change) const;
  Result<void> operator()(const DeleteOperator& change) const;
  Result<void> operator()(const InsertSession& change) const;
  Result<void> operator()(const UpdateSession& change) const;
  Result<void> operator()(const DeleteSession& change) const;
  Result<void> operator()(const DeleteSessionsOf& change) const;
  Result<void> operator()(const InsertApproval& change) const;
  Result<void> operator()(const DeleteApproval& change) const;

 protected:
  [[nodiscard]] Connection& database() const { return database_; }

 private:
  Connection& database_;
};

}  // namespace lockstep
