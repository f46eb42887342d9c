// SPDX-License-Identifier: Apache-2.0
#include "service/bulk_tokens.h"

#include <algorithm>
#include <set>
#include <utility>

#include "core/model/token_life.h"
#include "formats/json.h"
#include "service/act_mails.h"
#include "service/approvals.h"
#include "service/events.h"
#include "service/retry.h"
#include "service/user_sessions.h"

namespace lockstep {

namespace {

bool deletes(const BulkChange& change) { return std::holds_alternative<DeleteTokens>(change.what); }

/// The status to give; only where it does not delete.
TokenStatus status_in(const BulkChange& change) { return std::get<TokenStatus>(change.what); }

Result<void> check(const Caller& caller, const BulkChange& change) {
  if (change.serials.empty() || change.serials.size() > kBulkTokensMax) {
    return fail(Errc::invalid_input, "\"serials\" are not 1 to 1000");
  }
  if (std::set(change.serials.begin(), change.serials.end()).size() != change.serials.size()) {
    return fail(Errc::invalid_input, "\"serials\" names one twice");
  }
  const bool final = deletes(change) || status_in(change) == TokenStatus::revoked;
  const Permission needed = final ? Permission::tokens_write : Permission::tokens_manage;
  if (caller.permissions.has(needed)) return {};
  return fail(Errc::not_allowed, "the permission " + std::string(name_of(needed)) + " is missing");
}

/// Adds what is to be done with one token; nothing, where it is so already.
Result<void> add_change(Services& services, const Context& context, const Serial& serial,
                        const BulkChange& change, const AuditEvent& like, ChangeSet& set) {
  LOCKSTEP_TRY(Situation found, services.store.situation(Subject(serial)));
  const auto token = std::ranges::find(found.tokens, serial, &Token::serial);
  if (token == found.tokens.end()) return fail(Errc::not_found, "no token " + serial.text());
  AuditEvent made = like;
  made.serial = serial;
  if (found.user) made.user = found.user->name;
  if (deletes(change)) {
    made.kind = EventKind::token_deleted;
    set.changes.emplace_back(DeleteToken{token->id, token->version});
    if (found.user) LOCKSTEP_CHECK(tell_unassigned(services, context, *found.user, *token, set));
  } else {
    const TokenStatus status = status_in(change);
    if (token->status == status) return {};
    if (!may_move(token->status, status)) {
      return fail(Errc::not_allowed, serial.text() + ", which is " +
                                         std::string(name_of(token->status)) + ", cannot be made " +
                                         std::string(name_of(status)));
    }
    if (found.user) {
      LOCKSTEP_CHECK(tell_status(services, context, *found.user, *token, status, set));
    }
    if (found.user && may_be_in_other_hands(status)) add_end_of_sessions(found.user->id, set);
    made.details.emplace(made.details.begin(), "status", name_of(status));
    made.details.emplace(made.details.begin(), "status_before", name_of(token->status));
    token->status = status;
    set.changes.emplace_back(UpdateToken{std::move(*token)});
  }
  set.events.push_back(std::move(made));
  return {};
}

Result<void> add_changes(Services& services, const Context& context, const BulkChange& change,
                         const AuditEvent& like, ChangeSet& set) {
  for (const Serial& serial : change.serials) {
    LOCKSTEP_CHECK(add_change(services, context, serial, change, like, set));
  }
  return {};
}

std::string data_of(const BulkChange& change) {
  boost::json::object data;
  boost::json::array& serials = data["serials"].emplace_array();
  for (const Serial& serial : change.serials) serials.emplace_back(serial.text());
  data["change"] = deletes(change) ? "delete" : std::string(name_of(status_in(change)));
  return to_json(data);
}

Result<BulkChange> change_in(const std::string& data) {
  LOCKSTEP_TRY(const boost::json::value value, parse_json(data));
  LOCKSTEP_TRY(JsonObject object, JsonObject::of(value));
  LOCKSTEP_TRY(const std::vector<std::string> texts, object.texts("serials", kBulkTokensMax));
  LOCKSTEP_TRY(const std::string what, object.text("change"));
  BulkChange change{{}, DeleteTokens{}};
  for (const std::string& text : texts) {
    LOCKSTEP_TRY(Serial serial, Serial::parse(text));
    change.serials.push_back(std::move(serial));
  }
  if (const auto status = parse_token_status(what)) change.what = *status;
  return change;
}

}  // namespace

Result<BulkAnswer> change_tokens(Services& services, const Context& context,
                                 const BulkChange& change) {
  LOCKSTEP_CHECK(check(context.caller, change));
  const bool asks =
      change.serials.size() > kBulkTokensAlone && context.policy->policy.two_persons.mass_change;
  // Among a thousand tokens in use somebody signs in at any moment.
  return retried({}, [&]() -> Result<BulkAnswer> {
    ChangeSet set;
    LOCKSTEP_CHECK(
        add_changes(services, context, change, event(context, EventKind::token_changed), set));
    if (asks) {
      LOCKSTEP_TRY(Approval waits,
                   ask_approval(services, context, Operation::change_tokens, data_of(change)));
      return BulkAnswer{0, std::move(waits)};
    }
    // One event for each token; a mail is a change as well.
    const std::size_t changed = set.events.size();
    if (changed > 0) LOCKSTEP_CHECK(services.store.commit(std::move(set)));
    return BulkAnswer{changed, std::nullopt};
  });
}

Result<void> add_bulk_changes(Services& services, const Context& context, const Caller& asker,
                              const Approval& approval, ChangeSet& set) {
  LOCKSTEP_TRY(const BulkChange change, change_in(approval.data));
  LOCKSTEP_CHECK(check(context.caller, change));
  if (!check(asker, change)) return fail(Errc::conflict, "who asked may not do it any more");
  AuditEvent like = event(context, EventKind::token_changed);
  like.actor = approval.asked_by;
  like.details = {{"approved_by", context.caller.actor.value()}};
  Result<void> added = add_changes(services, context, change, like, set);
  if (added || added.error().code == Errc::unavailable) return added;
  return fail(Errc::conflict, "it cannot be done any more: " + added.error().context);
}

}  // namespace lockstep
