// SPDX-License-Identifier: Apache-2.0
#include "service/recovery.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <functional>
#include <iterator>
#include <utility>

#include <fmt/format.h>

#include "core/model/token_life.h"
#include "core/sync/fence.h"
#include "core/sync/progress.h"
#include "service/api_keys.h"
#include "service/events.h"
#include "service/groups.h"
#include "service/operators.h"
#include "service/policies.h"
#include "service/temporary_access.h"
#include "service/tokens.h"
#include "service/users.h"

namespace lockstep {
namespace {

/// So much is committed at once: one wait for the disk for many tokens.
constexpr std::size_t kChangesAtOnce = 256;

std::optional<std::string_view> detail(const AuditEvent& event, std::string_view name) {
  for (const auto& [key, value] : event.details) {
    if (key == name) return value;
  }
  return std::nullopt;
}

std::optional<Position> position_in(const AuditEvent& event) {
  const auto text = detail(event, "position");
  if (!text) return std::nullopt;
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(text->data(), text->data() + text->size(), value);
  if (error != std::errc() || end != text->data() + text->size()) return std::nullopt;
  return Position(value);
}

std::optional<ClockFix> clock_in(const AuditEvent& event) {
  const auto text = detail(event, "offset_after_seconds");
  if (!text) return std::nullopt;
  double seconds = 0;
  const auto [end, error] = std::from_chars(text->data(), text->data() + text->size(), seconds);
  constexpr double kSecondsMax = 1e9;
  if (error != std::errc() || !(std::abs(seconds) < kSecondsMax)) return std::nullopt;
  // Of the clock that ran then nothing is comparable but the wall's.
  return ClockFix{Micros(std::llround(seconds * 1e6)), Instant{.wall = event.at}};
}

/// A code was used up, by whoever it was.
bool is_spent(const AuditEvent& event) {
  // Right in all, but a new PIN was asked for, or could not be.
  if (event.reason == Reason::pin_expired) return true;
  if (event.kind == EventKind::login_refused) {
    // A right code under a wrong PIN, and one that had been used before.
    return event.reason == Reason::wrong_factor || event.reason == Reason::already_used;
  }
  return event.kind == EventKind::login_accepted ||
         event.kind == EventKind::login_accepted_resynced ||
         event.kind == EventKind::resync_succeeded;
}

bool is_pair(EventKind kind) {
  return kind == EventKind::login_accepted_resynced || kind == EventKind::resync_succeeded;
}

/// Events that say that something was changed that a backup holds.
constexpr EventKind kChanges[] = {
    EventKind::token_created,    EventKind::token_changed,    EventKind::token_deleted,
    EventKind::token_assigned,   EventKind::token_unassigned, EventKind::token_auto_locked,
    EventKind::user_created,     EventKind::user_changed,     EventKind::user_deleted,
    EventKind::group_created,    EventKind::group_deleted,    EventKind::member_added,
    EventKind::member_removed,   EventKind::api_key_created,  EventKind::api_key_revoked,
    EventKind::api_key_rotated,  EventKind::policy_changed,   EventKind::pin_changed,
    EventKind::password_changed, EventKind::api_key_changed,  EventKind::operator_created,
    EventKind::operator_changed, EventKind::operator_deleted};

bool is_change(EventKind kind) { return std::ranges::find(kChanges, kind) != std::end(kChanges); }

/// What was stored, with what is known of what came after it.
Progress merged(Progress stored, const Progress& past, bool accepted) {
  for (const Used& used : past.used) {
    stored = caught_up(std::move(stored), used.position, used.at);
  }
  for (const Remembered& one : past.remembered) {
    // Where there is no room the code may count once more as a single one; only as many as a
    // user meets prompts in a row can come to that.
    if (one.position >= stored.next) static_cast<void>(remember(stored, one.position, one.at));
  }
  if (past.clock) stored.clock = past.clock;
  if (accepted) stored.fenced = false;
  return stored;
}

/// Collects changes and commits them many at a time.
class Batch {
 public:
  explicit Batch(Store& store) : store_(store) {}

  Result<void> add(const Token& token, Progress progress) {
    set_.changes.emplace_back(
        UpdateProgress{token.id, token.version, std::move(progress), token.status});
    return set_.changes.size() < kChangesAtOnce ? Result<void>() : flush();
  }
  Result<void> flush() {
    if (set_.changes.empty()) return {};
    return store_.commit(std::exchange(set_, {}));
  }

 private:
  Store& store_;
  ChangeSet set_;
};

std::string line_of(const AuditEvent& event) {
  std::string line = fmt::format("{} {}", to_rfc3339(event.at), name_of(event.kind));
  if (event.user) line += fmt::format(" user {}", event.user->text());
  if (event.serial) line += fmt::format(" token {}", event.serial->text());
  for (const auto& [name, value] : event.details) line += fmt::format(" {}={}", name, value);
  return line;
}

Result<void> not_replayable() { return fail(Errc::not_found, "the audit does not hold it"); }

/// Reads what an event says a thing became: `name` and `value`; false for what it does not know.
using ReadDetail = std::function<Result<bool>(std::string_view name, const std::string& value)>;

/// Whether all that the event says was read; what was before does not matter.
Result<bool> read_details(const AuditEvent& event, const ReadDetail& read) {
  bool all = true;
  for (const auto& [name, value] : event.details) {
    if (name.ends_with("_before")) continue;
    LOCKSTEP_TRY(const bool known, read(name, value));
    all = all && known;
  }
  return all;
}

Result<DateChange> read_date(const std::string& value) {
  if (value == "none") return DateChange{};
  LOCKSTEP_TRY(const WallTime time, parse_rfc3339(value));
  return DateChange{time};
}

Result<void> change_token(Services& services, const Context& context, const AuditEvent& event) {
  TokenPatch patch;
  // Nobody locks by hand, this neither; an operator has to look at it all the same.
  if (event.kind == EventKind::token_auto_locked) patch.status = TokenStatus::suspended;
  const auto read = [&](std::string_view name, const std::string& value) -> Result<bool> {
    if (name == "status") {
      patch.status = parse_token_status(value);
      return patch.status.has_value();
    }
    if (name == "model" || name == "batch") {
      (name == "model" ? patch.model : patch.batch) = value;
      return true;
    }
    std::optional<DateChange>* const date = name == "valid_from"       ? &patch.valid_from
                                            : name == "valid_until"    ? &patch.valid_until
                                            : name == "warranty_until" ? &patch.warranty_until
                                                                       : nullptr;
    if (date == nullptr) return false;
    LOCKSTEP_TRY(*date, read_date(value));
    return true;
  };
  LOCKSTEP_TRY(const bool all, read_details(event, read));
  LOCKSTEP_CHECK(patch_token(services, context, *event.serial, patch, {}));
  return all || event.kind == EventKind::token_auto_locked ? Result<void>() : not_replayable();
}

Result<void> change_user(Services& services, const Context& context, const AuditEvent& event) {
  LOCKSTEP_TRY(const Situation now, services.store.situation(Subject(*event.user)));
  if (!now.user) return not_replayable();
  UserPatch patch;
  const std::pair<std::string_view, std::optional<std::string>*> texts[] = {
      {"first_name", &patch.first_name},
      {"last_name", &patch.last_name},
      {"email", &patch.email},
      {"phone", &patch.phone}};
  const auto read = [&](std::string_view name, const std::string& value) -> Result<bool> {
    if (name == "status") {
      patch.status = parse_user_status(value);
      return patch.status.has_value();
    }
    for (const auto& [known, text] : texts) {
      if (name == known) *text = value;
    }
    return std::ranges::find(texts, name, [](const auto& one) { return one.first; }) !=
           std::end(texts);
  };
  LOCKSTEP_TRY(const bool all, read_details(event, read));
  LOCKSTEP_CHECK(upsert_user(services, context, *event.user, patch, {}));
  // A password or a PIN: that it changed is in the record, and not what it is.
  return all ? Result<void>() : not_replayable();
}

Result<void> change_about_token(Services& services, const Context& context,
                                const AuditEvent& event) {
  if (!event.serial) return not_replayable();
  if (event.kind == EventKind::token_changed || event.kind == EventKind::token_auto_locked) {
    return change_token(services, context, event);
  }
  if (event.kind == EventKind::token_deleted) {
    return delete_token(services, context, *event.serial, {});
  }
  if (!event.user) return not_replayable();
  if (event.kind == EventKind::token_assigned) {
    return assign_token(services, context, *event.user, *event.serial);
  }
  if (event.kind == EventKind::token_unassigned) {
    return unassign_token(services, context, *event.user, *event.serial);
  }
  return not_replayable();
}

Result<void> change_group(Services& services, const Context& context, const AuditEvent& event) {
  const auto name = detail(event, "group");
  if (!name) return not_replayable();
  LOCKSTEP_TRY(const GroupName group, GroupName::parse(*name));
  if (event.kind == EventKind::group_created) return create_group(services, context, group);
  if (event.kind == EventKind::group_deleted) return delete_group(services, context, group);
  if (!event.user) return not_replayable();
  if (event.kind == EventKind::member_added) {
    return add_member(services, context, group, *event.user);
  }
  return remove_member(services, context, group, *event.user);
}

Result<void> change_policy(Services& services, const Context& context, const AuditEvent& event) {
  LOCKSTEP_CHECK(put_policy(services, context, detail(event, "document").value_or("")));
  return {};
}

/// The key that came later is nowhere, and the one before must not be good again: now none is.
Result<void> lose_api_key(Services& services, const Context& context, const std::string& name) {
  LOCKSTEP_TRY(const ApiKey key, find_api_key(services, name));
  LOCKSTEP_CHECK(rotate_api_key(services, context, name, key.version));
  return fail(Errc::not_found, "the key that it got is lost: `lockstep key rotate` makes another");
}

/// Who was disabled or deleted is so again. A role, a scope or a password is left to do by hand.
Result<void> change_account(Services& services, const Context& context, const AuditEvent& event) {
  LOCKSTEP_TRY(const UserName name, UserName::parse(detail(event, "operator").value_or("")));
  if (event.kind == EventKind::operator_deleted)
    return delete_operator(services, context, name, {});
  if (event.kind != EventKind::operator_changed || detail(event, "status") != "disabled") {
    return not_replayable();
  }
  OperatorPatch patch;
  patch.status = OperatorStatus::disabled;
  LOCKSTEP_CHECK(change_operator(services, context, name, patch, {}));
  const bool all = std::ranges::all_of(event.details, [](const auto& one) {
    return one.first == "operator" || one.first.starts_with("status");
  });
  return all ? Result<void>() : not_replayable();
}

/// Makes the change again that `event` tells of. Errors: those of the use case, or not_found, where
/// the event does not say enough.
Result<void> carry_out(Services& services, const Context& context, const AuditEvent& event) {
  if (event.kind == EventKind::user_changed && event.user) {
    return change_user(services, context, event);
  }
  if (event.kind == EventKind::user_deleted && event.user) {
    return delete_user(services, context, *event.user, {});
  }
  if (event.kind == EventKind::group_created || event.kind == EventKind::group_deleted ||
      event.kind == EventKind::member_added || event.kind == EventKind::member_removed) {
    return change_group(services, context, event);
  }
  if (event.kind == EventKind::api_key_revoked) {
    return revoke_api_key(services, context, std::string(detail(event, "name").value_or("")));
  }
  if (event.kind == EventKind::api_key_rotated) {
    return lose_api_key(services, context, std::string(detail(event, "name").value_or("")));
  }
  if (event.kind == EventKind::policy_changed) return change_policy(services, context, event);
  if (detail(event, "operator")) return change_account(services, context, event);
  return change_about_token(services, context, event);
}

}  // namespace

void Replay::see(const AuditRecord& record) {
  const AuditEvent& event = record.event;
  ++report_.records;
  report_.last = std::max(report_.last.value_or(event.at), event.at);
  if (event.serial) see_positions(event);
  if (is_change(event.kind)) changes_.push_back(event);
}

void Replay::see_positions(const AuditEvent& event) {
  const std::optional<Position> position = position_in(event);
  if (!position || position->value() >= Position::kMax) return;
  if (event.kind == EventKind::login_next_code && !is_spent(event)) {
    Past& past = pasts_[*event.serial];
    if (*position >= past.progress.next) {
      static_cast<void>(remember(past.progress, *position, {.wall = event.at}));
    }
    return;
  }
  if (!is_spent(event)) return;
  Past& past = pasts_[*event.serial];
  // Both codes of a pair are used up at one moment, which the next log-in's zone looks at.
  if (is_pair(event.kind)) {
    past.progress = caught_up(std::move(past.progress), position->moved(-1), event.at);
  }
  past.progress = caught_up(std::move(past.progress), *position, event.at);
  if (event.kind == EventKind::login_refused) return;
  past.accepted = true;
  if (auto clock = clock_in(event)) past.progress.clock = clock;
}

Result<ReplayReport> Replay::apply(Services& services, const Context& context) {
  LOCKSTEP_CHECK(bring_forward(services));
  for (const AuditEvent& event : changes_) {
    LOCKSTEP_CHECK(change_again(services, context, event));
  }
  return report_;
}

Result<void> Replay::bring_forward(Services& services) {
  Batch batch(services.store);
  for (const auto& [serial, past] : pasts_) {
    LOCKSTEP_TRY(const Situation now, services.store.situation(Subject(serial)));
    const auto token = std::ranges::find(now.tokens, serial, &Token::serial);
    if (token == now.tokens.end()) continue;  // Made after the backup; that is among the changes.
    Progress progress = merged(token->progress, past.progress, past.accepted);
    if (progress == token->progress) continue;
    LOCKSTEP_CHECK(batch.add(*token, std::move(progress)));
    ++report_.tokens;
  }
  return batch.flush();
}

Result<void> Replay::change_again(Services& services, const Context& context,
                                  const AuditEvent& event) {
  Result<void> done = carry_out(services, context, event);
  if (done) {
    ++report_.changes;
    return {};
  }
  if (done.error().code == Errc::unavailable || done.error().code == Errc::corrupt) return done;
  leave(event);
  return {};
}

void Replay::leave(const AuditEvent& event) {
  ++report_.left_count;
  if (report_.left.size() < ReplayReport::kLeftMax) report_.left.push_back(line_of(event));
}

Result<std::uint64_t> raise_fence(Services& services, const Context& context,
                                  std::uint32_t codes_skipped) {
  Batch batch(services.store);
  const Fence fence{context.now.wall, codes_skipped};
  std::uint64_t tokens = 0;
  Page page{Page::kLimitMax, {}};
  while (true) {
    LOCKSTEP_TRY(const std::vector<TokenRow> rows, services.store.tokens({}, page));
    for (const TokenRow& row : rows) {
      LOCKSTEP_CHECK(batch.add(row.token, fenced(row.token, fence)));
    }
    tokens += rows.size();
    if (rows.size() < page.limit) break;
    page.after = rows.back().token.serial.text();
  }
  LOCKSTEP_CHECK(batch.flush());
  return tokens;
}

Result<std::uint64_t> end_all_temporary(Services& services, const Context& context) {
  std::uint64_t ended = 0;
  Page page{Page::kLimitMax, {}};
  while (true) {
    LOCKSTEP_TRY(const std::vector<User> users, services.store.users({}, page));
    ChangeSet set;
    for (const User& user : users) add_end_of_temporary(context, user, set);
    ended += set.changes.size();
    if (!set.changes.empty()) LOCKSTEP_CHECK(services.store.commit(std::move(set)));
    if (users.size() < page.limit) return ended;
    page.after = users.back().name.text();
  }
}

Result<std::uint64_t> open_sample(Services& services, std::uint32_t seeds_max) {
  LOCKSTEP_TRY(const std::vector<TokenRow> rows, services.store.tokens({}, Page{seeds_max, {}}));
  for (const TokenRow& row : rows) {
    const Token& token = row.token;
    const auto seed = services.vault.open(SealPurpose::seed, token.id.value(), token.seed);
    if (!seed) {
      return fail(seed.error().code, "the key does not open the seed of token " +
                                         std::string(token.serial.text()) + ": " +
                                         seed.error().context);
    }
  }
  return rows.size();
}

Result<void> record_restored(Services& services, const Context& context,
                             std::vector<std::pair<std::string, std::string>> details) {
  AuditEvent made = event(context, EventKind::store_restored);
  made.details = std::move(details);
  return services.store.commit(ChangeSet{{}, {std::move(made)}});
}

}  // namespace lockstep
