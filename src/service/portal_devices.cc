// SPDX-License-Identifier: Apache-2.0
#include "service/portal_devices.h"

#include <algorithm>
#include <array>
#include <utility>

#include "base/text.h"
#include "core/sync/sighting.h"
#include "core/sync/temporary.h"
#include "service/events.h"
#include "service/mail_codes.h"
#include "service/outgoing_mail.h"
#include "service/resync_case.h"
#include "service/tokens.h"
#include "service/user_sessions.h"

namespace lockstep {
namespace {

// In the order of the enumerators.
constexpr std::array<std::string_view, 6> kActions = {"resync", "troubleshoot", "report_lost",
                                                      "rename", "make_primary", "test"};
static_assert(static_cast<std::size_t>(DeviceAction::test) + 1 == kActions.size());

constexpr std::size_t kCodeBytesMax = 64;  // of a passcode, with blanks

std::vector<DeviceAction> actions_of(const PortalSettings& settings, const Token& token,
                                     bool primary, WallTime now) {
  std::vector<DeviceAction> actions;
  if (token.status == TokenStatus::lost || token.status == TokenStatus::revoked) return actions;
  const auto add = [&](DeviceAction one, bool allowed) {
    if (allowed) actions.push_back(one);
  };
  const PortalSettings::Allow& allow = settings.allow;
  const bool open = closed_reason(token, now) == Reason::none;
  add(DeviceAction::resync, allow.resync && open);
  add(DeviceAction::troubleshoot, !settings.troubleshoot.empty());
  add(DeviceAction::report_lost, allow.report_lost);
  add(DeviceAction::rename, allow.rename);
  add(DeviceAction::make_primary, allow.make_primary && open && !primary);
  add(DeviceAction::test, allow.test && open);
  return actions;
}

std::string name_for(const Token& token) {
  if (!token.label.empty()) return token.label;
  return token.model.empty() ? short_serial(token.serial) : token.model;
}

Result<Device> device_of(Services& services, const Context& context, const User& user,
                         const Token& token) {
  const WallTime now = context.now.wall;
  Device device{.token = token};
  device.name = name_for(token);
  device.primary = user.primary == token.id;
  device.life = life_of(token, now);
  device.sync = token.progress.sync;
  device.added_at = token.assigned_at.value_or(token.created_at);
  if (!token.progress.used.empty()) device.last_used_at = token.progress.used.back().at;
  if (!token.model.empty()) {
    LOCKSTEP_TRY(const std::optional<TokenModel> model, services.store.token_model(token.model));
    if (model) device.help = model->help;
  }
  device.actions = actions_of(services.portal, token, device.primary, now);
  return device;
}

Result<void> check_allowed(bool allowed) {
  if (allowed) return {};
  return fail(Errc::not_allowed, "the portal is set up without this");
}

/// Carries out `change` on the caller's token, as long as it is theirs.
/// `change` returns a Result<std::variant<ChangeSet, Reason>>.
template <class ChangeOwn>
Result<DeviceAnswer> change_own(Services& services, const Context& context, const Serial& serial,
                                const ChangeOwn& change) {
  LOCKSTEP_TRY(const UserSession own, own_user_session(services, context));
  const UserName& name = own.user.name;
  Reason refused = Reason::none;
  LOCKSTEP_CHECK(
      services.store.attempt(Subject(name), [&](const Situation& now) -> Result<ChangeSet> {
        refused = Reason::none;
        const auto token = std::ranges::find(now.tokens, serial, &Token::serial);
        if (!now.user || token == now.tokens.end()) {
          refused = Reason::not_assigned;
          return ChangeSet{};
        }
        LOCKSTEP_TRY(auto decided, change(*now.user, *token));
        if (const auto* why = std::get_if<Reason>(&decided)) {
          refused = *why;
          return ChangeSet{};
        }
        return std::get<ChangeSet>(std::move(decided));
      }));
  if (refused != Reason::none) return refused;
  LOCKSTEP_TRY(const Situation after, services.store.situation(Subject(name)));
  const auto token = std::ranges::find(after.tokens, serial, &Token::serial);
  if (!after.user || token == after.tokens.end()) return Reason::not_assigned;
  LOCKSTEP_TRY(Device device, device_of(services, context, *after.user, *token));
  return device;
}

using Decided = std::variant<ChangeSet, Reason>;

void add(std::optional<Change> change, ChangeSet& set) {
  if (change) set.changes.push_back(*std::move(change));
}

AuditEvent about(const Context& context, EventKind kind, const User& user, const Token& token) {
  AuditEvent made = event(context, kind, token.serial);
  made.user = user.name;
  return made;
}

std::size_t characters_in(std::string_view text) {
  return static_cast<std::size_t>(std::ranges::count_if(
      text, [](char c) { return (static_cast<unsigned char>(c) & 0xc0U) != 0x80U; }));
}

Result<void> check_note(const std::string& note) {
  if (note.size() <= kNoteBytesMax && (note.empty() || fold_for_search(note))) return {};
  return fail(Errc::invalid_input, "the note is too long or no plain text");
}

std::string_view name_of(HowLost how) { return how == HowLost::lost ? "lost" : "stolen"; }

/// What the mails about a lost token say, beside what all say.
MailArguments lost_arguments(const Context& context, const Token& token, HowLost how) {
  return {{"device", short_serial(token.serial)},
          {"name", name_for(token)},
          {"how", std::string(name_of(how))},
          {"source", context.caller.source}};
}

Result<Decided> lose(Services& services, const Context& context, const User& user,
                     const Token& token, HowLost how, const std::string& note) {
  if (token.status == TokenStatus::lost) return ChangeSet{};
  if (!may_move(token.status, TokenStatus::lost)) return Reason::revoked;
  Token lost = token;
  lost.status = TokenStatus::lost;
  AuditEvent made = about(context, EventKind::token_changed, user, token);
  made.details = {{"status", std::string(name_of(TokenStatus::lost))},
                  {"how", std::string(name_of(how))}};
  if (!note.empty()) made.details.emplace_back("note", note);
  ChangeSet set{{UpdateToken{std::move(lost)}}, {std::move(made)}};
  // Whoever has the token may have signed in with it.
  add_end_of_sessions(user.id, set, context.caller.session);
  MailArguments arguments = lost_arguments(context, token, how);
  LOCKSTEP_TRY(auto mail, mail_to_user(services, context, user, MailEvent::lost, arguments));
  add(std::move(mail), set);
  arguments.emplace_back("about", "lost");
  arguments.emplace_back("serial", token.serial.text());
  if (!note.empty()) arguments.emplace_back("note", note);
  LOCKSTEP_TRY(auto told, mail_to_help_desk(services, context, user, std::move(arguments)));
  add(std::move(told), set);
  return set;
}

}  // namespace

std::string_view name_of(DeviceAction action) { return kActions[static_cast<std::size_t>(action)]; }

Result<DeviceList> own_devices(Services& services, const Context& context) {
  LOCKSTEP_TRY(const UserSession own, own_user_session(services, context));
  LOCKSTEP_TRY(const Situation now, services.store.situation(Subject(own.user.name)));
  DeviceList list;
  for (const Token& token : now.tokens) {
    LOCKSTEP_TRY(Device device, device_of(services, context, own.user, token));
    list.devices.push_back(std::move(device));
  }
  std::ranges::stable_sort(list.devices, {},
                           [](const Device& one) { return std::pair(!one.primary, one.added_at); });
  if (services.portal.email_code) list.email = masked_address(own.user.email);
  const auto& temporary = own.user.sync.temporary;
  if (is_open(temporary, context.now.wall)) list.temporary = temporary;
  return list;
}

Result<DeviceAnswer> rename_device(Services& services, const Context& context, const Serial& serial,
                                   const std::string& name) {
  LOCKSTEP_CHECK(check_allowed(services.portal.allow.rename));
  const std::string label(trim(name));
  if (characters_in(label) > kLabelCharactersMax || (!label.empty() && !fold_for_search(label))) {
    return fail(Errc::invalid_input, "the name is too long or no plain text");
  }
  return change_own(services, context, serial,
                    [&](const User& user, const Token& token) -> Result<Decided> {
                      if (token.label == label) return ChangeSet{};
                      Token renamed = token;
                      renamed.label = label;
                      AuditEvent made = about(context, EventKind::token_changed, user, token);
                      made.details.emplace_back("label", label.empty() ? "cleared" : "changed");
                      return ChangeSet{{UpdateToken{std::move(renamed)}}, {std::move(made)}};
                    });
}

Result<DeviceAnswer> make_own_primary(Services& services, const Context& context,
                                      const Serial& serial) {
  LOCKSTEP_CHECK(check_allowed(services.portal.allow.make_primary));
  return change_own(
      services, context, serial, [&](const User& user, const Token& token) -> Result<Decided> {
        if (const Reason why = closed_reason(token, context.now.wall); why != Reason::none) {
          return why;
        }
        if (user.primary == token.id) return ChangeSet{};
        User changed = user;
        changed.primary = token.id;
        ChangeSet set{{UpdateUser{std::move(changed)}},
                      {about(context, EventKind::user_primary_changed, user, token)}};
        LOCKSTEP_TRY(auto mail, mail_to_user(services, context, user, MailEvent::primary,
                                             {{"device", short_serial(token.serial)},
                                              {"name", name_for(token)},
                                              {"source", context.caller.source}}));
        add(std::move(mail), set);
        return set;
      });
}

Result<DeviceAnswer> report_lost(Services& services, const Context& context, const Serial& serial,
                                 HowLost how, const std::string& note) {
  LOCKSTEP_CHECK(check_allowed(services.portal.allow.report_lost));
  LOCKSTEP_CHECK(check_note(note));
  return change_own(services, context, serial, [&](const User& user, const Token& token) {
    return lose(services, context, user, token, how, note);
  });
}

Result<ResyncAnswer> test_own_device(Services& services, const Context& context,
                                     const Serial& serial, const std::string& code) {
  LOCKSTEP_CHECK(check_allowed(services.portal.allow.test));
  LOCKSTEP_TRY(const UserSession own, own_user_session(services, context));
  if (code.size() > kCodeBytesMax) return fail(Errc::invalid_input, "the code is too long");
  for (int i = 0; i < kResyncTriesMax; ++i) {
    auto it = ResyncCase::read(services, context, serial);
    const bool none = !it && it.error().code == Errc::not_found;
    if (none || (it && (!it->owner() || it->owner()->id != own.user.id))) {
      return ResyncRefusal{Reason::not_assigned, 0, {}, {}};
    }
    if (!it) return std::unexpected(it.error());
    ResyncDecision decision =
        it->test_own(context, given_code(code, it->token().spec.digits, context.now));
    const Result<void> done =
        services.store.commit(it->changes(context, decision, EventKind::token_tested));
    if (done) return it->answer(context, std::move(decision));
    if (done.error().code != Errc::conflict) return std::unexpected(done.error());
  }
  return fail(Errc::unavailable, "the token is in use all the time");
}

}  // namespace lockstep
