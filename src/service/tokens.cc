// SPDX-License-Identifier: Apache-2.0
#include "service/tokens.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/text.h"
#include "core/model/token_life.h"
#include "crypto/seed_fingerprint.h"
#include "formats/otpauth.h"
#include "formats/seed_file.h"
#include "formats/seed_text.h"
#include "service/act_mails.h"
#include "service/events.h"
#include "service/paging.h"
#include "service/retry.h"
#include "service/token_models.h"
#include "service/user_sessions.h"

namespace lockstep {

namespace {

/// A token as it is now, with its owner.
struct Found {
  Token token;
  std::optional<User> owner;
};

Result<Found> find(Services& services, const Serial& serial) {
  LOCKSTEP_TRY(Situation situation, services.store.situation(Subject(serial)));
  const auto token = std::ranges::find(situation.tokens, serial, &Token::serial);
  if (token == situation.tokens.end()) return fail(Errc::not_found, "no such token");
  return Found{*token, std::move(situation.user)};
}

Result<void> check_model(const std::string& model) {
  if (model.size() > kModelBytesMax || (!model.empty() && !fold(model))) {
    return fail(Errc::invalid_input, "model is too long or no plain text");
  }
  return {};
}

Result<void> check_dates(const std::optional<WallTime>& from,
                         const std::optional<WallTime>& until) {
  if (from && until && *from >= *until) {
    return fail(Errc::invalid_input, "valid_from is not before valid_until");
  }
  return {};
}

Result<Secret> seed_of(Services& services, std::variant<GenerateSeed, Secret>& wanted) {
  if (Secret* given = std::get_if<Secret>(&wanted); given != nullptr) {
    if (given->size() < kSeedBytesMin || given->size() > kSeedBytesMax) {
      return fail(Errc::invalid_input,
                  fmt::format("a seed has {} to {} bytes", kSeedBytesMin, kSeedBytesMax));
    }
    return std::move(*given);
  }
  const std::size_t size = std::get<GenerateSeed>(wanted).bytes;
  if (size != 20 && size != 32 && size != 64) {
    return fail(Errc::invalid_input, "a generated seed has 20, 32 or 64 bytes");
  }
  Bytes bytes(size);
  services.random.fill(bytes);
  return Secret(std::move(bytes));
}

Result<Serial> serial_for(Services& services, const std::optional<Serial>& wanted) {
  if (wanted) return *wanted;
  constexpr std::uint64_t kTenDigits = 10'000'000'000;
  return Serial::parse(fmt::format("LS{:010}", services.random.id() % kTenDigits));
}

/// Commits what `make` says for the id of the user who is to own a token, as long as they may have
/// another one: that too is decided at the moment of the commit.
template <class Make>
Result<void> commit_for_owner(Services& services, const UserName& name, const Make& make) {
  return services.store.attempt(Subject(name), [&](const Situation& now) -> Result<ChangeSet> {
    if (!now.user) return fail(Errc::not_found, "no such user");
    if (now.tokens.size() >= kTokensPerUserMax) {
      return fail(Errc::conflict, "the user has as many tokens as one may have");
    }
    return make(now.user->id);
  });
}

Result<Token> make_token(Services& services, const Context& context, const NewToken& wanted,
                         const Secret& seed) {
  LOCKSTEP_TRY(Serial serial, serial_for(services, wanted.serial));
  Token token{.id = TokenId(services.random.id()),
              .serial = std::move(serial),
              .spec = wanted.spec,
              .form = wanted.form,
              .status = TokenStatus::enabled,
              .model = wanted.model,
              .batch = wanted.batch,
              .owner = {},
              .label = {},
              .assigned_at = {},
              .valid_from = wanted.valid_from,
              .valid_until = wanted.valid_until,
              .warranty_until = wanted.warranty_until,
              .created_at = context.now.wall,
              .seed = {},
              .progress = {},
              .version = {}};
  LOCKSTEP_TRY(token.seed, services.vault.seal(SealPurpose::seed, token.id.value(), seed));
  token.progress.next = wanted.next;
  return token;
}

Result<void> check_new(const NewToken& wanted) {
  LOCKSTEP_CHECK(check(wanted.spec));
  LOCKSTEP_CHECK(check_model(wanted.model));
  LOCKSTEP_CHECK(check_model(wanted.batch));
  LOCKSTEP_CHECK(check_dates(wanted.valid_from, wanted.valid_until));
  if (wanted.spec.kind == TokenKind::totp && wanted.next != Position(0)) {
    return fail(Errc::invalid_input, "a time token has no counter");
  }
  if (wanted.next.value() > Position::kMax) {
    return fail(Errc::invalid_input, "the counter is beyond 2^63 - 1");
  }
  return {};
}

Result<void> check_may(const Context& context, Permission one) {
  if (context.caller.permissions.has(one)) return {};
  return fail(Errc::not_allowed, "the permission " + std::string(name_of(one)) + " is missing");
}

/// Whether the caller may do what depends on the input: to revoke is for good, and what a token is
/// (its model, its dates) is not the help desk's.
Result<void> check_may(const Context& context, const TokenPatch& patch) {
  const bool revokes = patch.status == TokenStatus::revoked;
  const bool edits =
      patch.model || patch.batch || patch.valid_from || patch.valid_until || patch.warranty_until;
  if (!revokes && !edits) return check_may(context, Permission::tokens_manage);
  return check_may(context, Permission::tokens_write);
}

/// What is given out of stock has to be of use to its new owner.
Result<void> check_in_order(const Token& token, WallTime now) {
  const TokenLife life = life_of(token, now);
  if (life == TokenLife::inventory) return {};
  return fail(Errc::conflict,
              "a token that is " + std::string(name_of(life)) + " is not given to anybody");
}

Result<void> check_move(TokenStatus from, TokenStatus to) {
  if (may_move(from, to)) return {};
  return fail(Errc::not_allowed, "a token that is " + std::string(name_of(from)) +
                                     " cannot be made " + std::string(name_of(to)));
}

/// Changes `token` as asked and says in `made` what was before and what is.
void apply(const TokenPatch& patch, Token& token, AuditEvent& made) {
  if (patch.status && *patch.status != token.status) {
    made.details.emplace_back("status_before", name_of(token.status));
    token.status = *patch.status;
    made.details.emplace_back("status", name_of(token.status));
  }
  change_text(made, "model", patch.model, token.model);
  change_text(made, "batch", patch.batch, token.batch);
  const auto date = [&](const char* name, const std::optional<DateChange>& change,
                        std::optional<WallTime>& to) {
    if (!change || change->to == to) return;
    if (to) made.details.emplace_back(std::string(name) + "_before", to_rfc3339(*to));
    to = change->to;
    made.details.emplace_back(name, to ? to_rfc3339(*to) : "none");
  };
  date("valid_from", patch.valid_from, token.valid_from);
  date("valid_until", patch.valid_until, token.valid_until);
  date("warranty_until", patch.warranty_until, token.warranty_until);
}

TokenRow row_of(Found found) {
  TokenRow row{std::move(found.token), {}};
  if (found.owner) row.owner = found.owner->name;
  return row;
}

}  // namespace

Result<CreatedToken> create_token(Services& services, const Context& context, NewToken wanted) {
  LOCKSTEP_CHECK(check_new(wanted));
  if (wanted.owner) LOCKSTEP_CHECK(check_may(context, Permission::tokens_manage));
  const bool generated = std::holds_alternative<GenerateSeed>(wanted.seed);
  if (!wanted.warranty_until) {
    LOCKSTEP_TRY(const auto model, find_token_model(services, wanted.model));
    if (model) wanted.warranty_until = warranty_end(*model, context.now.wall);
  }
  LOCKSTEP_TRY(const Secret seed, seed_of(services, wanted.seed));
  LOCKSTEP_TRY(Token token, make_token(services, context, wanted, seed));
  AuditEvent made = event(context, EventKind::token_created, token.serial);
  if (wanted.owner) {
    AuditEvent assigned = event(context, EventKind::token_assigned, token.serial);
    assigned.user = wanted.owner;
    LOCKSTEP_CHECK(commit_for_owner(services, *wanted.owner, [&](UserId owner) {
      give_to(token, owner, context.now.wall);
      return ChangeSet{{InsertToken{token}}, {made, assigned}};
    }));
  } else {
    LOCKSTEP_CHECK(services.store.commit(ChangeSet{{InsertToken{token}}, {std::move(made)}}));
  }
  // Read again: the store alone knows the version.
  LOCKSTEP_TRY(Found stored, find(services, token.serial));
  CreatedToken created{std::move(stored.token), {}};
  if (generated) {
    const OtpauthLabel label{"Lockstep",
                             wanted.owner ? wanted.owner->text() : created.token.serial.text()};
    created.shown =
        ShownSeed{seed_to_base32(seed), otpauth_uri(label, wanted.spec, wanted.next, seed)};
  }
  return created;
}

Result<TokenRow> get_token(Services& services, const Serial& serial) {
  LOCKSTEP_TRY(Found found, find(services, serial));
  return row_of(std::move(found));
}

Result<std::optional<std::string>> fingerprint_of(Services& services, const Token& token) {
  const Result<Secret> seed = services.vault.open(SealPurpose::seed, token.id.value(), token.seed);
  if (seed) return seed_fingerprint(services.pin_key, *seed);
  if (seed.error().code == Errc::corrupt) return std::nullopt;
  return std::unexpected(seed.error());
}

Result<std::vector<TokenRow>> list_tokens(Services& services, const TokenQuery& query,
                                          const Page& page) {
  LOCKSTEP_CHECK(check_limit(page.limit));
  return services.store.tokens(query, page);
}

Result<TokenRow> patch_token(Services& services, const Context& context, const Serial& serial,
                             const TokenPatch& patch, std::optional<RowVersion> seen) {
  LOCKSTEP_CHECK(check_may(context, patch));
  if (patch.model) LOCKSTEP_CHECK(check_model(*patch.model));
  if (patch.batch) LOCKSTEP_CHECK(check_model(*patch.batch));
  return retried(seen, [&]() -> Result<TokenRow> {
    LOCKSTEP_TRY(Found found, find(services, serial));
    LOCKSTEP_CHECK(check_seen(seen, found.token.version));
    AuditEvent made = event(context, EventKind::token_changed, serial);
    if (found.owner) made.user = found.owner->name;
    const TokenStatus before = found.token.status;
    if (patch.status) LOCKSTEP_CHECK(check_move(before, *patch.status));
    apply(patch, found.token, made);
    // Only where a date was given: a token whose dates are crossed can still be marked lost.
    if (patch.valid_from || patch.valid_until) {
      LOCKSTEP_CHECK(check_dates(found.token.valid_from, found.token.valid_until));
    }
    if (made.details.empty()) return row_of(std::move(found));
    ChangeSet set{{UpdateToken{found.token}}, {std::move(made)}};
    if (found.owner && found.token.status != before) {
      LOCKSTEP_CHECK(
          tell_status(services, context, *found.owner, found.token, found.token.status, set));
    }
    const bool astray = patch.status && may_be_in_other_hands(found.token.status);
    if (found.owner && astray) add_end_of_sessions(found.owner->id, set);
    LOCKSTEP_CHECK(services.store.commit(std::move(set)));
    LOCKSTEP_TRY(Found stored, find(services, serial));
    return row_of(std::move(stored));
  });
}

Result<void> assign_token(Services& services, const Context& context, const UserName& user,
                          const Serial& serial) {
  return retried({}, [&]() -> Result<void> {
    LOCKSTEP_TRY(Found found, find(services, serial));
    if (found.owner && found.owner->name == user) return {};
    if (found.owner) return fail(Errc::conflict, "the token is somebody else's");
    LOCKSTEP_CHECK(check_in_order(found.token, context.now.wall));
    AuditEvent made = event(context, EventKind::token_assigned, serial);
    made.user = user;
    return commit_for_owner(services, user, [&](UserId owner) {
      give_to(found.token, owner, context.now.wall);
      return ChangeSet{{UpdateToken{found.token}}, {made}};
    });
  });
}

Result<void> unassign_token(Services& services, const Context& context, const UserName& user,
                            const Serial& serial) {
  return retried({}, [&]() -> Result<void> {
    LOCKSTEP_TRY(Found found, find(services, serial));
    if (!found.owner || found.owner->name != user) {
      return fail(Errc::not_found, "the token is not this user's");
    }
    AuditEvent made = event(context, EventKind::token_unassigned, serial);
    made.user = user;
    ChangeSet set{{}, {std::move(made)}};
    LOCKSTEP_CHECK(tell_unassigned(services, context, *found.owner, found.token, set));
    take_back(found.token);
    set.changes.emplace_back(UpdateToken{std::move(found.token)});
    return services.store.commit(std::move(set));
  });
}

namespace {

TokenStatus status_of(Replaced old, TokenStatus before) {
  switch (old) {
    case Replaced::stock:
      return before;
    case Replaced::lost:
      return TokenStatus::lost;
    case Replaced::faulty:
      return TokenStatus::faulty;
    case Replaced::revoked:
      return TokenStatus::revoked;
  }
  LOCKSTEP_ASSERT(false);
}

/// The old token with what becomes of it, the new one with its owner, and the user whose primary
/// one it may be.
ChangeSet replacement(const User& user, Token old, Token fresh, Replaced what, WallTime now) {
  ChangeSet set;
  old.status = status_of(what, old.status);
  if (what == Replaced::stock || what == Replaced::revoked) take_back(old);
  give_to(fresh, user.id, now);
  if (user.primary == old.id) {
    User changed = user;
    changed.primary = fresh.id;
    set.changes.emplace_back(UpdateUser{std::move(changed)});
  }
  if (may_be_in_other_hands(status_of(what, old.status))) add_end_of_sessions(user.id, set);
  set.changes.emplace_back(UpdateToken{std::move(old)});
  set.changes.emplace_back(UpdateToken{std::move(fresh)});
  return set;
}

}  // namespace

Result<void> replace_token(Services& services, const Context& context, const Serial& serial,
                           const Serial& by, Replaced old) {
  const bool revokes = old == Replaced::revoked;
  LOCKSTEP_CHECK(
      check_may(context, revokes ? Permission::tokens_write : Permission::tokens_manage));
  return retried({}, [&]() -> Result<void> {
    LOCKSTEP_TRY(const Found found, find(services, serial));
    LOCKSTEP_TRY(const Found fresh, find(services, by));
    if (!found.owner) return fail(Errc::conflict, "the token to replace is nobody's");
    if (fresh.owner) return fail(Errc::conflict, "the token to replace it by is somebody's");
    LOCKSTEP_CHECK(check_move(found.token.status, status_of(old, found.token.status)));
    LOCKSTEP_CHECK(check_in_order(fresh.token, context.now.wall));
    ChangeSet set = replacement(*found.owner, found.token, fresh.token, old, context.now.wall);
    AuditEvent made = event(context, EventKind::token_replaced, serial);
    made.user = found.owner->name;
    made.details = {{"by", by.text()},
                    {"old", std::string(name_of(old))},
                    {"status_before", std::string(name_of(found.token.status))}};
    AuditEvent assigned = event(context, EventKind::token_assigned, by);
    assigned.user = found.owner->name;
    set.events = {std::move(made), std::move(assigned)};
    LOCKSTEP_CHECK(tell_replaced(services, context, *found.owner, found.token, fresh.token, set));
    const bool stays = old == Replaced::lost || old == Replaced::faulty;
    if (!stays) return services.store.commit(std::move(set));
    return commit_for_owner(services, found.owner->name, [&](UserId /*owner*/) { return set; });
  });
}

Result<void> make_primary(Services& services, const Context& context, const UserName& user,
                          const Serial& serial) {
  return services.store.attempt(Subject(user), [&](const Situation& now) -> Result<ChangeSet> {
    const auto token = std::ranges::find(now.tokens, serial, &Token::serial);
    if (!now.user || token == now.tokens.end()) {
      return fail(Errc::not_found, "the token is not this user's");
    }
    if (now.user->primary == token->id) return ChangeSet{};
    User changed = *now.user;
    changed.primary = token->id;
    AuditEvent made = event(context, EventKind::user_primary_changed, serial);
    made.user = user;
    ChangeSet set{{UpdateUser{std::move(changed)}}, {std::move(made)}};
    LOCKSTEP_CHECK(tell_primary(services, context, *now.user, *token, set));
    return set;
  });
}

std::string_view name_of(Replaced old) {
  switch (old) {
    case Replaced::stock:
      return "stock";
    case Replaced::lost:
      return "lost";
    case Replaced::faulty:
      return "faulty";
    case Replaced::revoked:
      return "revoked";
  }
  LOCKSTEP_ASSERT(false);
}

std::optional<Replaced> parse_replaced(std::string_view name) {
  for (const Replaced one :
       {Replaced::stock, Replaced::lost, Replaced::faulty, Replaced::revoked}) {
    if (name_of(one) == name) return one;
  }
  return std::nullopt;
}

Result<void> delete_token(Services& services, const Context& context, const Serial& serial,
                          std::optional<RowVersion> seen) {
  return retried(seen, [&]() -> Result<void> {
    LOCKSTEP_TRY(const Found found, find(services, serial));
    LOCKSTEP_CHECK(check_seen(seen, found.token.version));
    AuditEvent made = event(context, EventKind::token_deleted, serial);
    if (found.owner) made.user = found.owner->name;
    ChangeSet set{{DeleteToken{found.token.id, found.token.version}}, {std::move(made)}};
    if (found.owner) {
      LOCKSTEP_CHECK(tell_unassigned(services, context, *found.owner, found.token, set));
    }
    return services.store.commit(std::move(set));
  });
}

}  // namespace lockstep
