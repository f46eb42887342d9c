// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "adapters/sql/connection.h"
#include "base/result.h"
#include "ports/store.h"

namespace lockstep {

/// The changes that concern mails and codes by mail: one overload for each (ports/store.h), inside
/// the caller's transaction. Part of `apply` in changes.h, with its errors.
class MailChanges {
 public:
  explicit MailChanges(Connection& database) : database_(database) {}

  Result<void> operator()(const InsertMail& change) const;
  Result<void> operator()(const UpdateMail& change) const;
  Result<void> operator()(const PutMailCode& change) const;

 private:
  Connection& database_;
};

}  // namespace lockstep
