// SPDX-License-Identifier: Apache-2.0
// The questions of ports/store.h about mails and codes by mail, as SQL. As in reads.h: inside a
// transaction of the caller's, with the port's errors.
#pragma once

#include <optional>
#include <vector>

#include "adapters/sql/connection.h"
#include "ports/store.h"

namespace lockstep {

[[nodiscard]] Result<std::vector<Mail>> read_due_mails(Connection& database, WallTime now,
                                                       std::uint32_t limit);
[[nodiscard]] Result<std::vector<Mail>> read_newest_mails(Connection& database,
                                                          std::uint32_t limit);
[[nodiscard]] Result<MailCounts> read_mail_counts(Connection& database);
[[nodiscard]] Result<std::optional<MailCode>> read_mail_code(Connection& database, UserId user,
                                                             MailCodePurpose purpose);

/// The sealed arguments of mails behind `after`, by id, at most `limit`.
[[nodiscard]] Result<std::vector<SealedRow>> read_sealed_mails(Connection& database, MailId after,
                                                               std::uint32_t limit);

}  // namespace lockstep
