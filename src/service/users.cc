// SPDX-License-Identifier: Apache-2.0
#include "service/users.h"

#include "base/text.h"
#include "formats/seed_text.h"
#include "service/events.h"
#include "service/first_factor.h"
#include "service/paging.h"
#include "service/pins.h"
#include "service/retry.h"
#include "service/user_sessions.h"

namespace lockstep {

namespace {

Result<void> check_patch(const UserPatch& patch) {
  LOCKSTEP_CHECK(check_person_text("first_name", patch.first_name.value_or("")));
  LOCKSTEP_CHECK(check_person_text("last_name", patch.last_name.value_or("")));
  LOCKSTEP_CHECK(check_person_text("email", patch.email.value_or("")));
  LOCKSTEP_CHECK(check_person_text("phone", patch.phone.value_or("")));
  if (patch.password.kind == FactorChange::Kind::set) {
    LOCKSTEP_CHECK(check_password(patch.password.value));
  }
  if (patch.pin.kind == FactorChange::Kind::set) LOCKSTEP_CHECK(check_pin(patch.pin.value));
  return {};
}

/// What a patch comes to, worked out once also where the change has to be tried twice.
struct Factors {
  std::optional<std::string> password;
  std::optional<PinMac> pin;
};

Result<Factors> make_factors(Services& services, const UserPatch& patch) {
  Factors factors;
  if (patch.password.kind == FactorChange::Kind::set) {
    LOCKSTEP_TRY(factors.password, services.passwords.hash(patch.password.value));
  }
  if (patch.pin.kind == FactorChange::Kind::set) {
    factors.pin = make_pin_mac(services, patch.pin.value);
  }
  return factors;
}

std::string_view word_of(FactorChange::Kind kind) {
  return kind == FactorChange::Kind::set ? "set" : "cleared";
}

/// Errors: invalid_input, when the policy of a user in these groups takes not what is to be set.
Result<void> check_factors(const Services& services, const User& user, const UserPatch& patch,
                           const Policy& policy) {
  if (patch.password.kind == FactorChange::Kind::set &&
      patch.password.value.size() < policy.password_length_min) {
    return fail(Errc::invalid_input, "the password is shorter than the user's policy says");
  }
  if (patch.pin.kind != FactorChange::Kind::set) return {};
  return check_operators_pin(services, user, patch.pin.value, policy.pin);
}

void apply_factors(const UserPatch& patch, const Factors& factors, const Policy& policy, User& user,
                   AuditEvent& made) {
  if (patch.password.kind != FactorChange::Kind::keep) {
    user.password = factors.password;
    user.password_life = {};
    if (factors.password) user.password_life.set_at = made.at;
    made.details.emplace_back("password", word_of(patch.password.kind));
  }
  if (patch.pin.kind == FactorChange::Kind::keep) return;
  made.details.emplace_back("pin", word_of(patch.pin.kind));
  if (!factors.pin) {
    drop_pin(user, policy.pin);
    return;
  }
  const bool must_change =
      patch.pin_must_change.value_or(policy.pin.first_use == PinFirstUse::change);
  replace_pin(user, *factors.pin, policy.pin, made.at,
              must_change ? PinLasts::until_next_login : PinLasts::as_policy_says);
  if (must_change) made.details.emplace_back("pin_must_change", "true");
}

/// Changes `user` as asked and says in `details` what was before and what is.
void apply(const UserPatch& patch, User& user, AuditEvent& made) {
  change_text(made, "first_name", patch.first_name, user.first_name);
  change_text(made, "last_name", patch.last_name, user.last_name);
  change_text(made, "email", patch.email, user.email);
  change_text(made, "phone", patch.phone, user.phone);
  if (patch.status && *patch.status != user.status) {
    made.details.emplace_back("status_before", name_of(user.status));
    user.status = *patch.status;
    made.details.emplace_back("status", name_of(user.status));
  }
}

/// Whether sessions were begun with what the user has no more, or must not have.
bool ends_sessions(const User& before, const User& after) {
  return before.status != after.status || before.email != after.email ||
         before.password != after.password || before.pin != after.pin;
}

Result<User> find(Services& services, const UserName& name) {
  LOCKSTEP_TRY(Situation situation, services.store.situation(Subject(name)));
  if (!situation.user) return fail(Errc::not_found, "no such user");
  return *std::move(situation.user);
}

Result<UpsertedUser> upsert_once(Services& services, const Context& context, const UserName& name,
                                 const UserPatch& patch, const Factors& factors,
                                 const std::optional<RowVersion>& seen) {
  LOCKSTEP_TRY(const Situation situation, services.store.situation(Subject(name)));
  const bool created = !situation.user;
  if (created && seen) return fail(Errc::conflict, "the user is gone");
  User user = situation.user.value_or(User{.id = UserId(services.random.id()),
                                           .name = name,
                                           .first_name = {},
                                           .last_name = {},
                                           .email = {},
                                           .phone = {},
                                           .primary = {},
                                           .status = UserStatus::enabled,
                                           .password = {},
                                           .pin = {},
                                           .password_life = {},
                                           .pin_life = {},
                                           .old_pins = {},
                                           .created_at = context.now.wall,
                                           .sync = {},
                                           .version = {}});
  LOCKSTEP_CHECK(check_seen(seen, user.version));
  AuditEvent made =
      event(context, created ? EventKind::user_created : EventKind::user_changed, name);
  const Policy& policy = context.policy->of_member(situation.groups).policy;
  LOCKSTEP_CHECK(check_factors(services, user, patch, policy));
  apply(patch, user, made);
  apply_factors(patch, factors, policy, user, made);
  if (!created && made.details.empty()) return UpsertedUser{std::move(user), false};
  ChangeSet set;
  if (created) {
    set.changes.emplace_back(InsertUser{user});
  } else {
    set.changes.emplace_back(UpdateUser{user});
    if (ends_sessions(*situation.user, user)) add_end_of_sessions(user.id, set);
  }
  set.events.push_back(std::move(made));
  LOCKSTEP_CHECK(services.store.commit(std::move(set)));
  // Read again: the store alone knows the new version.
  LOCKSTEP_TRY(User stored, find(services, name));
  return UpsertedUser{std::move(stored), created};
}

}  // namespace

Result<void> check_person_text(std::string_view what, std::string_view text) {
  // fold refuses what is no UTF-8 and control characters; its result is not needed.
  if (text.size() > kPersonTextBytesMax || (!text.empty() && !fold(text))) {
    return fail(Errc::invalid_input, std::string(what) + " is too long or no plain text");
  }
  return {};
}

std::string_view name_of(UserStatus status) {
  switch (status) {
    case UserStatus::enabled:
      return "enabled";
    case UserStatus::disabled:
      return "disabled";
  }
  LOCKSTEP_ASSERT(false);
}

std::optional<UserStatus> parse_user_status(std::string_view name) {
  for (const UserStatus status : {UserStatus::enabled, UserStatus::disabled}) {
    if (name_of(status) == name) return status;
  }
  return std::nullopt;
}

Result<UpsertedUser> upsert_user(Services& services, const Context& context, const UserName& name,
                                 const UserPatch& patch, std::optional<RowVersion> seen) {
  LOCKSTEP_CHECK(check_patch(patch));
  LOCKSTEP_TRY(const Factors factors, make_factors(services, patch));
  return retried(seen, [&] { return upsert_once(services, context, name, patch, factors, seen); });
}

Result<UserDetails> get_user(Services& services, const Context& context, const UserName& name) {
  LOCKSTEP_TRY(Situation situation, services.store.situation(Subject(name)));
  if (!situation.user) return fail(Errc::not_found, "no such user");
  std::vector<TokenShape> shapes;
  const UserPolicy& own = context.policy->of_member(situation.groups);
  for (const Token& token : situation.tokens) {
    shapes.push_back(TokenShape{token.spec, token.form, &own.of(token)});
  }
  const Policy& policy = own.policy;
  const Source nowhere;
  const Escalation state = escalation(situation.user->sync, policy, bucket_size(policy, shapes),
                                      Trial{nowhere, RowOf::user, context.now});
  LOCKSTEP_TRY(const std::vector<UserFacts> facts,
               services.store.user_facts(std::span(&*situation.user, 1)));
  return UserDetails{*std::move(situation.user), facts.front().signed_in_at,
                     std::move(situation.tokens), std::move(situation.groups), state};
}

Result<std::vector<ListedUser>> list_users(Services& services, const UserQuery& query,
                                           const Page& page) {
  LOCKSTEP_CHECK(check_limit(page.limit));
  LOCKSTEP_TRY(const std::vector<User> users, services.store.users(query, page));
  LOCKSTEP_TRY(std::vector<UserFacts> facts, services.store.user_facts(users));
  std::vector<ListedUser> listed;
  for (std::size_t i = 0; i < users.size(); ++i) listed.push_back({users[i], std::move(facts[i])});
  return listed;
}

Result<void> delete_user(Services& services, const Context& context, const UserName& name,
                         std::optional<RowVersion> seen) {
  return retried(seen, [&]() -> Result<void> {
    LOCKSTEP_TRY(const User user, find(services, name));
    LOCKSTEP_CHECK(check_seen(seen, user.version));
    return services.store.commit(ChangeSet{{DeleteUser{user.id, user.version}},
                                           {event(context, EventKind::user_deleted, name)}});
  });
}

Result<void> unlock_user(Services& services, const Context& context, const UserName& name) {
  return services.store.attempt(Subject(name), [&](const Situation& now) -> Result<ChangeSet> {
    if (!now.user) return fail(Errc::not_found, "no such user");
    return ChangeSet{{UpdateUserSync{now.user->id, now.user->version, unlocked(now.user->sync)}},
                     {event(context, EventKind::user_unlocked, name)}};
  });
}

}  // namespace lockstep
