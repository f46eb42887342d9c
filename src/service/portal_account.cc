// SPDX-License-Identifier: Apache-2.0
#include "service/portal_account.h"

#include <algorithm>
#include <utility>

#include "base/text.h"
#include "core/model/token_life.h"
#include "service/events.h"
#include "service/outgoing_mail.h"
#include "service/resynchronise.h"
#include "service/retry.h"
#include "service/user_sessions.h"

namespace lockstep {
namespace {

constexpr Seconds kDay{24 * 3'600};
/// More are read than shown: some are one thing to the user.
constexpr std::uint32_t kRecordsRead = 3 * kActivitiesMax;
constexpr const char* kPortal = "portal";

Result<void> check_allowed(bool allowed) {
  if (allowed) return {};
  return fail(Errc::not_allowed, "the portal is set up without this");
}

void add(std::optional<Change> change, ChangeSet& set) {
  if (change) set.changes.push_back(*std::move(change));
}

std::string detail_of(const AuditEvent& event, std::string_view name) {
  const auto found =
      std::ranges::find(event.details, name, [](const auto& one) { return one.first; });
  return found == event.details.end() ? "" : found->second;
}

std::string entry_name(NodeId node, std::uint64_t seq) {
  return std::to_string(node.value()) + "-" + std::to_string(seq);
}

const std::vector<EventKind>& shown_kinds() {
  static const std::vector<EventKind> kKinds = {
      EventKind::login_accepted,      EventKind::login_accepted_resynced,
      EventKind::login_next_code,     EventKind::login_refused,
      EventKind::portal_signed_in,    EventKind::mail_code_refused,
      EventKind::resync_succeeded,    EventKind::resync_failed,
      EventKind::token_changed,       EventKind::token_assigned,
      EventKind::token_auto_locked,   EventKind::token_replaced,
      EventKind::token_unassigned,    EventKind::temporary_access_given,
      EventKind::user_primary_changed};
  return kKinds;
}

bool is_of_portal(const AuditEvent& event) { return event.actor == Actor(kPortal); }

std::string what_happened_to_token(const AuditEvent& event) {
  const std::string status = detail_of(event, "status");
  return status == "lost" || status == "suspended" ? status : "other";
}

constexpr std::pair<EventKind, std::string_view> kWhats[] = {
    {EventKind::login_accepted, "sign_in"},
    {EventKind::login_next_code, "sign_in"},
    {EventKind::login_refused, "sign_in"},
    {EventKind::login_accepted_resynced, "auto_resync"},
    {EventKind::portal_signed_in, "email_code"},
    {EventKind::mail_code_refused, "email_code"},
    {EventKind::resync_succeeded, "resync"},
    {EventKind::resync_failed, "resync"},
    {EventKind::token_assigned, "assigned"},
    {EventKind::temporary_access_given, "temporary_code"},
    {EventKind::user_primary_changed, "primary"},
};

/// What the contract calls it; empty, where another entry says the same.
std::string what_of(const AuditEvent& event) {
  const bool portal = is_of_portal(event);
  if (event.kind == EventKind::login_accepted && portal) return "";
  const bool refused =
      event.kind == EventKind::login_next_code || event.kind == EventKind::login_refused;
  if (refused && portal) return "portal_sign_in";
  if (event.kind == EventKind::portal_signed_in && detail_of(event, "by") == "passcode") {
    return "portal_sign_in";
  }
  if (event.kind == EventKind::token_changed) return what_happened_to_token(event);
  const auto* found =
      std::ranges::find(kWhats, event.kind, [](const auto& one) { return one.first; });
  return std::string(found == std::end(kWhats) ? "other" : found->second);
}

bool is_login(EventKind kind) {
  return kind == EventKind::login_accepted || kind == EventKind::login_accepted_resynced ||
         kind == EventKind::login_next_code || kind == EventKind::login_refused;
}

bool is_refusal(EventKind kind) {
  return kind == EventKind::login_next_code || kind == EventKind::login_refused ||
         kind == EventKind::mail_code_refused || kind == EventKind::resync_failed;
}

std::string who(const AuditEvent& event) {
  const std::string& actor = event.actor.value();
  if (is_login(event.kind) || actor == kPortal || actor.starts_with("user:")) return "user";
  return actor == "system" ? "system" : "operator";
}

/// "vpn 10.0.0.1": the client's name, and the address that it told.
void add_origin(const AuditEvent& event, Activity& entry) {
  const std::string& source = event.source;
  const std::size_t blank = source.find(' ');
  const bool of_user = entry.by == "user";
  if (of_user) entry.client = source.substr(0, blank);
  if (of_user && blank != std::string::npos) entry.source = source.substr(blank + 1);
}

bool may_be_somebody_else(const Activity& entry) {
  return entry.ok && entry.what != "suspended" && entry.what != "other";
}

/// nullopt for what is not shown.
std::optional<Activity> entry_of(const AuditRecord& record) {
  const AuditEvent& event = record.event;
  Activity entry;
  entry.what = what_of(event);
  if (entry.what.empty()) return std::nullopt;
  entry.node = record.node;
  entry.seq = record.seq;
  entry.at = event.at;
  entry.ok = !is_refusal(event.kind);
  if (!entry.ok) entry.reason = event.reason;
  entry.serial = event.serial;
  entry.by = who(event);
  add_origin(event, entry);
  if (may_be_somebody_else(entry)) entry.not_me = NotMe::possible;
  return entry;
}

/// A question about this user: who had the name before is somebody else.
AuditQuery query_about(const User& user) {
  AuditQuery query;
  query.user = user.name;
  query.since = user.created_at;
  return query;
}

/// What the user said was not them: the audit's own records of that.
Result<std::vector<AuditRecord>> reports_of(Services& services, const User& user) {
  AuditQuery query = query_about(user);
  query.kinds = {EventKind::not_me};
  return services.store.audit(query);
}

/// The tokens that a report names.
std::vector<Serial> serials_in(const AuditEvent& report) {
  std::vector<Serial> serials;
  for (const auto& [name, value] : report.details) {
    if (name != "token") continue;
    if (auto serial = Serial::parse(value)) serials.push_back(*std::move(serial));
  }
  return serials;
}

/// The entry, when it is one that could be somebody else's doing.
Result<Activity> find_entry(Services& services, const User& user, NodeId node, std::uint64_t seq) {
  if (seq == 0) return fail(Errc::not_found, "no such entry");
  LOCKSTEP_TRY(const auto records, services.store.audit_chain(node, seq - 1, 1));
  const bool own = !records.empty() && records.front().seq == seq &&
                   records.front().event.user == user.name &&
                   records.front().event.at >= user.created_at;
  if (own) {
    const AuditRecord& record = records.front();
    const bool shown = std::ranges::find(shown_kinds(), record.event.kind) != shown_kinds().end();
    std::optional<Activity> entry = shown ? entry_of(record) : std::nullopt;
    if (entry && entry->not_me == NotMe::possible) return *std::move(entry);
  }
  return fail(Errc::not_found, "no such entry");
}

/// Suspends the tokens that the entry is about, as far as they work.
ChangeSet suspension(const Context& context, const Situation& now, const Activity& entry,
                     std::vector<Serial>& hit) {
  ChangeSet set;
  hit.clear();
  for (const Token& token : now.tokens) {
    if (entry.serial && token.serial != *entry.serial) continue;
    hit.push_back(token.serial);
    const bool works = token.status == TokenStatus::enabled || token.status == TokenStatus::locked;
    if (!works || !may_move(token.status, TokenStatus::suspended)) continue;
    Token suspended = token;
    suspended.status = TokenStatus::suspended;
    set.changes.emplace_back(UpdateToken{std::move(suspended)});
    AuditEvent made = event(context, EventKind::token_changed, token.serial);
    made.user = now.user->name;
    made.details.emplace_back("status", name_of(TokenStatus::suspended));
    set.events.push_back(std::move(made));
  }
  return set;
}

std::string listed(const std::vector<Serial>& serials) {
  std::string text;
  for (const Serial& one : serials) text += (text.empty() ? "" : ", ") + short_serial(one);
  return text;
}

Result<void> add_not_me_mails(Services& services, const Context& context, const User& user,
                              const std::string& entry, const std::vector<Serial>& hit,
                              ChangeSet& set) {
  LOCKSTEP_TRY(auto mail,
               mail_to_user(services, context, user, MailEvent::suspended,
                            {{"devices", listed(hit)}, {"source", context.caller.source}}));
  add(std::move(mail), set);
  LOCKSTEP_TRY(auto told, mail_to_help_desk(services, context, user,
                                            {{"about", "not_me"},
                                             {"serial", listed(hit)},
                                             {"entry", entry},
                                             {"source", context.caller.source}}));
  add(std::move(told), set);
  return {};
}

/// Who signed in with one token, which may be stolen, speaks for that token alone. Where there are
/// no codes by mail nobody can show more, and then every entry that names a token will do.
bool may_speak_for(const Services& services, const Context& context, const UserSession& own,
                   const Activity& entry) {
  const auto& fresh = context.caller.fresh_until;
  if (fresh && *fresh > context.now.wall) return true;
  return entry.serial && (entry.serial == own.token || !services.portal.email_code);
}

/// A change of the user's row that changes nothing: of two at once, the other has to look again.
void claim(const User& user, ChangeSet& set) {
  set.changes.emplace_back(UpdateUserSync{user.id, user.version, user.sync});
}

Result<bool> ask_for_help_once(Services& services, const Context& context,
                               const HelpRequest& request) {
  LOCKSTEP_TRY(const UserSession own, own_user_session(services, context));
  LOCKSTEP_TRY(const Situation now, services.store.situation(Subject(own.user.name)));
  if (!now.user) return fail(Errc::unauthenticated, "sign in to the portal first");
  if (request.serial &&
      std::ranges::find(now.tokens, *request.serial, &Token::serial) == now.tokens.end()) {
    return fail(Errc::not_found, "the token is not on this account");
  }
  AuditQuery query = query_about(*now.user);
  query.kinds = {EventKind::help_asked};
  query.since = std::max(context.now.wall - kDay, now.user->created_at);
  LOCKSTEP_TRY(const std::vector<AuditRecord> before, services.store.audit(query));
  if (before.size() >= kHelpRequestsPerDay) return false;
  AuditEvent made = event(context, EventKind::help_asked, now.user->name);
  made.serial = request.serial;
  made.details.emplace_back("about", request.about);
  if (!request.note.empty()) made.details.emplace_back("note", request.note);
  ChangeSet set{{}, {std::move(made)}};
  claim(*now.user, set);
  MailArguments arguments{{"about", request.about}, {"source", context.caller.source}};
  if (request.serial) arguments.emplace_back("serial", request.serial->text());
  if (!request.note.empty()) arguments.emplace_back("note", request.note);
  LOCKSTEP_TRY(auto mail, mail_to_help_desk(services, context, *now.user, std::move(arguments)));
  add(std::move(mail), set);
  LOCKSTEP_CHECK(services.store.commit(std::move(set)));
  return true;
}

}  // namespace

Result<GivenCodes> take_temporary_codes(Services& services, const Context& context) {
  const PortalSettings& settings = services.portal;
  LOCKSTEP_CHECK(check_allowed(settings.allow.temporary_code));
  LOCKSTEP_TRY(const UserSession own, own_user_session(services, context));
  TemporaryOrder order;
  order.single_use = settings.temporary_codes > 0;
  order.count = std::max(settings.temporary_codes, 1U);
  order.lasts = settings.temporary_lasts;
  return give_temporary_access(services, context, own.user.name, order);
}

Result<void> end_temporary_codes(Services& services, const Context& context) {
  LOCKSTEP_TRY(const UserSession own, own_user_session(services, context));
  return end_temporary_access(services, context, own.user.name);
}

Result<std::vector<Activity>> own_activity(Services& services, const Context& context) {
  LOCKSTEP_TRY(const UserSession own, own_user_session(services, context));
  AuditQuery query = query_about(own.user);
  query.kinds = shown_kinds();
  query.limit = kRecordsRead;
  LOCKSTEP_TRY(const std::vector<AuditRecord> records, services.store.audit(query));
  LOCKSTEP_TRY(const std::vector<AuditRecord> reports, reports_of(services, own.user));
  std::vector<Activity> entries;
  for (const AuditRecord& record : records) {
    std::optional<Activity> entry = entry_of(record);
    if (!entry || entries.size() == kActivitiesMax) continue;
    const std::string name = entry_name(entry->node, entry->seq);
    const bool reported = std::ranges::any_of(
        reports, [&](const AuditRecord& one) { return detail_of(one.event, "entry") == name; });
    if (reported) entry->not_me = NotMe::reported;
    if (!services.portal.allow.not_me && !reported) entry->not_me = NotMe::no;
    entries.push_back(*std::move(entry));
  }
  return entries;
}

Result<NotMeAnswer> report_not_me(Services& services, const Context& context, NodeId node,
                                  std::uint64_t seq) {
  LOCKSTEP_CHECK(check_allowed(services.portal.allow.not_me));
  return retried({}, [&]() -> Result<NotMeAnswer> {
    LOCKSTEP_TRY(const UserSession own, own_user_session(services, context));
    LOCKSTEP_TRY(const Activity entry, find_entry(services, own.user, node, seq));
    if (!may_speak_for(services, context, own, entry)) return Reason::step_up_required;
    LOCKSTEP_TRY(const Situation now, services.store.situation(Subject(own.user.name)));
    if (!now.user) return fail(Errc::not_found, "no such entry");
    const std::string called = entry_name(node, seq);
    LOCKSTEP_TRY(const std::vector<AuditRecord> reports, reports_of(services, *now.user));
    for (const AuditRecord& one : reports) {
      if (detail_of(one.event, "entry") == called) return serials_in(one.event);
    }
    std::vector<Serial> hit;
    ChangeSet set = suspension(context, now, entry, hit);
    AuditEvent made = event(context, EventKind::not_me, now.user->name);
    made.details.emplace_back("entry", called);
    for (const Serial& one : hit) made.details.emplace_back("token", one.text());
    set.events.push_back(std::move(made));
    // They need no token: whoever holds one would go on signing in beside the suspended ones.
    add_end_of_temporary(context, *now.user, set);
    if (!now.user->sync.temporary) claim(*now.user, set);
    add_end_of_sessions(now.user->id, set, own.session.hash);
    LOCKSTEP_CHECK(add_not_me_mails(services, context, *now.user, called, hit, set));
    LOCKSTEP_CHECK(services.store.commit(std::move(set)));
    return hit;
  });
}

Result<bool> ask_for_help(Services& services, const Context& context, const HelpRequest& request) {
  if (request.note.size() > kNoteBytesMax ||
      (!request.note.empty() && !fold_for_search(request.note))) {
    return fail(Errc::invalid_input, "the note is too long or no plain text");
  }
  Result<bool> asked = retried({}, [&] { return ask_for_help_once(services, context, request); });
  // Overtaken all the time by other requests of the same user: those are too many.
  if (!asked && asked.error().code == Errc::conflict) return false;
  return asked;
}

}  // namespace lockstep
