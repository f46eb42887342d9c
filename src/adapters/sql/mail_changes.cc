// SPDX-License-Identifier: Apache-2.0
#include "adapters/sql/mail_changes.h"

#include "adapters/sql/row_codec.h"
#include "core/model/mail_queue.h"

namespace lockstep {
namespace {

std::optional<ByteView> salt_of(const MailCode& code) {
  if (!code.code) return std::nullopt;
  return ByteView(code.code->salt);
}

std::optional<ByteView> mac_of(const MailCode& code) {
  if (!code.code) return std::nullopt;
  return ByteView(code.code->mac);
}

}  // namespace

Result<void> MailChanges::operator()(const InsertMail& change) const {
  const Mail& mail = change.mail;
  if (replaces_its_like(mail.event)) {
    LOCKSTEP_CHECK(database_.queue(
        "DELETE FROM mails WHERE state = 'waiting' AND recipient = $1 AND event = $2 AND id <> $3",
        {mail.to, name_of(mail.event), mail.id}));
  }
  LOCKSTEP_CHECK(database_.queue(
      "INSERT INTO mails (id, recipient, event, language, arguments, state, tries, next_try_at,"
      " created_at, expires_at, problem, version)"
      " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12) ON CONFLICT DO NOTHING",
      {mail.id, mail.to, name_of(mail.event), mail.language, mail.arguments,
       stored_name(mail.state), std::int64_t{mail.tries}, mail.next_try_at, mail.created_at,
       mail.expires_at, mail.problem, mail.version}));
  // What is too late is given up by who sends, with a record in the audit: never in silence.
  LOCKSTEP_CHECK(database_.queue(
      "UPDATE mails SET next_try_at = created_at, expires_at = created_at, problem = $3"
      " WHERE id = $1 AND"
      " (SELECT COUNT(*) FROM mails WHERE state = 'waiting' AND problem <> $3) > $2",
      {mail.id, std::int64_t{room_for(mail.event)}, Mail::kQueueFull}));
  return database_.queue(
      "DELETE FROM mails WHERE id = $1 AND problem = $3 AND"
      " (SELECT COUNT(*) FROM mails WHERE state = 'waiting' AND problem = $3) > $2",
      {mail.id, std::int64_t{Mail::kLeftOutMax}, Mail::kQueueFull});
}

Result<void> MailChanges::operator()(const UpdateMail& change) const {
  const Mail& mail = change.mail;
  LOCKSTEP_CHECK(
      execute_one(database_,
                  "UPDATE mails SET state = $3, tries = $4, next_try_at = $5, problem = $6,"
                  " version = version + 1 WHERE id = $1 AND version = $2",
                  {mail.id, mail.version, stored_name(mail.state), std::int64_t{mail.tries},
                   mail.next_try_at, mail.problem},
                  "the mail has changed"));
  if (!change.wipe) return {};
  return database_.queue("UPDATE mails SET arguments = $2 WHERE id = $1", {mail.id, ByteView()});
}

Result<void> MailChanges::operator()(const PutMailCode& change) const {
  const MailCode& one = change.code;
  if (one.version == RowVersion(0)) {
    return execute_one(
        database_,
        "INSERT INTO mail_codes (user_id, purpose, code_salt, code_mac, state, expires_at,"
        " sent_at, hour_since, sent_in_hour, day_since, wrong_in_day, version)"
        " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, 1) ON CONFLICT DO NOTHING",
        {one.user, stored_name(one.purpose), salt_of(one), mac_of(one), ByteView(one.state),
         one.expires_at, one.sent_at, one.hour_since, std::int64_t{one.sent_in_hour}, one.day_since,
         std::int64_t{one.wrong_in_day}},
        "there is a code, or no such user");
  }
  return execute_one(
      database_,
      "UPDATE mail_codes SET code_salt = $4, code_mac = $5, state = $6, expires_at = $7,"
      " sent_at = $8, hour_since = $9, sent_in_hour = $10, day_since = $11, wrong_in_day = $12,"
      " version = version + 1 WHERE user_id = $1 AND purpose = $2 AND version = $3",
      {one.user, stored_name(one.purpose), one.version, salt_of(one), mac_of(one),
       ByteView(one.state), one.expires_at, one.sent_at, one.hour_since,
       std::int64_t{one.sent_in_hour}, one.day_since, std::int64_t{one.wrong_in_day}},
      "the code has changed");
}

}  // namespace lockstep
