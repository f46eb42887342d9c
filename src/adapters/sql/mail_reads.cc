// SPDX-License-Identifier: Apache-2.0
#include "adapters/sql/mail_reads.h"

#include "adapters/sql/row_codec.h"
#include "adapters/sql/take_rows.h"
#include "core/model/mail_queue.h"

namespace lockstep {
namespace {

/// "'email_code', 'link'": names of ours, which need no quoting.
std::string urgent_events() {
  std::string list;
  for (const MailEvent one : kUrgentMails) {
    list += (list.empty() ? "'" : ", '") + std::string(name_of(one)) + "'";
  }
  return list;
}

}  // namespace

Result<std::vector<Mail>> read_due_mails(Connection& database, WallTime now, std::uint32_t limit) {
  static const std::string kSelect =
      select(kMailColumns,
             "FROM mails WHERE state = $1 AND next_try_at <= $2"
             " ORDER BY CASE WHEN event IN (" +
                 urgent_events() + ") THEN 0 ELSE 1 END, next_try_at, id LIMIT $3");
  return take_all<Mail>(database, kSelect,
                        {stored_name(MailState::waiting), now, std::int64_t{limit}}, take_mail);
}

Result<std::vector<Mail>> read_newest_mails(Connection& database, std::uint32_t limit) {
  static const std::string kSelect =
      select(kMailColumns, "FROM mails ORDER BY created_at DESC, id DESC LIMIT $1");
  return take_all<Mail>(database, kSelect, {std::int64_t{limit}}, take_mail);
}

Result<MailCounts> read_mail_counts(Connection& database) {
  using Counted = std::pair<std::string, std::uint64_t>;
  LOCKSTEP_TRY(const auto rows,
               take_all<Counted>(database, "SELECT state, COUNT(*) FROM mails GROUP BY state", {},
                                 [](Columns& columns) -> Result<Counted> {
                                   std::string state = columns.text();
                                   return Counted(std::move(state), columns.number());
                                 }));
  MailCounts counts;
  for (const auto& [state, count] : rows) {
    if (state == stored_name(MailState::waiting)) counts.waiting = count;
    if (state == stored_name(MailState::sent)) counts.sent = count;
    if (state == stored_name(MailState::given_up)) counts.given_up = count;
  }
  return counts;
}

Result<std::optional<MailCode>> read_mail_code(Connection& database, UserId user,
                                               MailCodePurpose purpose) {
  static const std::string kSelect =
      select(kMailCodeColumns, "FROM mail_codes WHERE user_id = $1 AND purpose = $2");
  return take_one<MailCode>(database, kSelect, {user, stored_name(purpose)}, take_mail_code);
}

Result<std::vector<SealedRow>> read_sealed_mails(Connection& database, MailId after,
                                                 std::uint32_t limit) {
  return take_all<SealedRow>(
      database,
      "SELECT id, arguments FROM mails WHERE id > $1 AND length(arguments) > 0"
      " ORDER BY id LIMIT $2",
      {after, std::int64_t{limit}}, [](Columns& columns) -> Result<SealedRow> {
        const MailId id(columns.number());
        return SealedRow{id, std::nullopt, Sealed(columns.bytes()), {}};
      });
}

}  // namespace lockstep
