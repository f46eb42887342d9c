// SPDX-License-Identifier: Apache-2.0
#include "service/mail_log_in.h"

#include <algorithm>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "base/text.h"
#include "core/policy/budget.h"
#include "formats/json.h"
#include "service/events.h"
#include "service/first_factor.h"
#include "service/mail_code_rows.h"
#include "service/mail_codes.h"
#include "service/new_pin.h"
#include "service/outgoing_mail.h"
#include "service/pins.h"
#include "service/tickets.h"

namespace lockstep {
namespace {

constexpr std::string_view kFor = "mail_code";
constexpr std::uint64_t kCodes = 100'000'000;
constexpr std::size_t kDigits = 8;
// Who reads the mailbox would learn from every try whether a PIN is right: five of them in a day.
constexpr std::uint32_t kWrongFactorCosts = 3;
// Somebody else answers at the very moment: look at what is left.
constexpr int kLooksMax = 8;

const Policy& policy_for(const Context& context, const Situation& now) {
  return context.policy->of_member(now.groups).policy;
}

/// Whether misses have disabled the account for everything.
bool is_locked(const Context& context, const Situation& now) {
  const UserPolicy& own = context.policy->of_member(now.groups);
  std::vector<TokenShape> shapes;
  for (const Token& token : now.tokens) {
    shapes.push_back(TokenShape{token.spec, token.form, &own.of(token)});
  }
  const Source nowhere;
  return escalation(now.user->sync, own.policy, bucket_size(own.policy, shapes),
                    Trial{nowhere, RowOf::user, context.now}) == Escalation::disabled;
}

/// Whose row it is that counts.
UserId id_of(const Situation& now) { return now.user ? now.user->id : nobody_to_mail().id; }

/// Why this user may not log in by mail by now; `none`, if they may.
Reason why_not(const Context& context, const LoginRequest& request, const Situation& now) {
  if (!now.user) return Reason::unknown_user;
  if (now.user->status == UserStatus::disabled) return Reason::user_disabled;
  for (const auto& group : {request.group, context.caller.required_group}) {
    if (group && std::ranges::find(now.groups, *group) == now.groups.end()) return Reason::no_group;
  }
  if (!policy_for(context, now).mail_code) return Reason::not_allowed;
  return is_locked(context, now) ? Reason::locked : Reason::none;
}

/// A conversation that waits for a code by mail.
struct MailKept {
  Kept common;
  Reason closed = Reason::none;  ///< why no code lets in here
  bool proven = false;           ///< a first factor was right
};

Result<std::optional<MailKept>> find(Services& services, const Context& context,
                                     const std::string& state) {
  LOCKSTEP_TRY(std::optional<Kept> common, find_kept(services, context, state, kFor));
  if (!common) return std::nullopt;
  MailKept kept{*std::move(common), {}, {}};
  LOCKSTEP_TRY(JsonObject object, JsonObject::of(kept.common.data));
  LOCKSTEP_TRY(const std::string closed, object.text("closed"));
  const std::optional<Reason> reason = parse_reason(closed);
  if (!reason) return fail(Errc::corrupt, "a conversation is closed for no known reason");
  kept.closed = *reason;
  LOCKSTEP_TRY(const std::optional<bool> proven, object.optional_flag("proven"));
  kept.proven = proven.value_or(false);
  return kept;
}

/// A new code, its mail and the row that remembers it.
struct Made {
  std::optional<Change> mail;
  MailCode row;
};

/// Made for everybody, so that as much is done for who gets none.
Result<Made> make_code(Services& services, const Context& context, const User& user, MailCode row) {
  const std::string code = fmt::format("{:0{}}", services.random.id() % kCodes, kDigits);
  row.code = make_pin_mac(services, Secret::copy_of(code));
  row.expires_at = context.now.wall + kMailCodeLife;
  row.sent_at = context.now.wall;
  ++row.sent_in_hour;
  LOCKSTEP_TRY(auto mail, mail_to_user(services, context, user, MailEvent::email_code,
                                       {{"code", code},
                                        {"minutes", fmt::to_string(kMailCodeLife.count() / 60)},
                                        {"for", std::string(name_of(MailCodePurpose::log_in))}},
                                       row.expires_at));
  return Made{std::move(mail), std::move(row)};
}

/// Whether `typed` is the code that the user has. The MAC is worked out in any case.
bool is_right(const Services& services, const Context& context, const MailCode& row,
              const std::string& typed) {
  const PinMac none{};
  const bool matches = mac_matches(services, row.code ? *row.code : none, mail_code_digits(typed));
  return matches && row.code && context.now.wall < row.expires_at &&
         row.wrong_in_day < kWrongMailCodesPerDay;
}

/// Whether it is a guess: what is no such code costs none of the tries that others need.
bool is_guess(const std::string& typed) { return mail_code_digits(typed).size() == kDigits; }

/// One answer to the question for a code.
class Step {
 public:
  /// `row` is what the user with the id `row.user` has; of who is nobody, what nobody has.
  Step(Services& services, const Context& context, const LoginRequest& request,
       const UserName& name, MailKept kept, MailCode row)
      : services_(services),
        context_(context),
        request_(request),
        name_(name),
        kept_(std::move(kept)),
        row_(mail_code_as_of(std::move(row), context.now.wall)),
        right_(is_right(services, context, row_, request.code)) {}

  /// For Store::attempt. Errors: conflict, when the name is somebody else's by now.
  Result<ChangeSet> decide(const Situation& now);

  [[nodiscard]] const LoginAnswer& answer() const { return answer_; }
  [[nodiscard]] EventKind kind() const { return kind_; }
  [[nodiscard]] Reason reason() const { return reason_; }

 private:
  [[nodiscard]] Reason why_closed(const Situation& now) const;
  ChangeSet finish(EventKind kind, Reason reason, const Situation& now, ChangeSet set);
  ChangeSet accept(const Situation& now);

  Services& services_;
  const Context& context_;
  const LoginRequest& request_;
  const UserName& name_;
  MailKept kept_;
  MailCode row_;
  bool right_;
  LoginAnswer answer_;
  EventKind kind_ = EventKind::login_refused;
  Reason reason_ = Reason::none;
};

Reason Step::why_closed(const Situation& now) const {
  if (kept_.common.user != name_.text() || kept_.common.caller != context_.caller.source) {
    return Reason::conversation_expired;
  }
  if (kept_.closed != Reason::none) return kept_.closed;
  // What was right when it was asked is right no more once it was changed.
  if (now.user && kept_.common.factors != factors_of(now.user)) {
    return Reason::conversation_expired;
  }
  return why_not(context_, request_, now);
}

Result<ChangeSet> Step::decide(const Situation& now) {
  if (id_of(now) != row_.user) return fail(Errc::conflict, "the user was changed meanwhile");
  answer_ = LoginAnswer{};
  const Reason closed = why_closed(now);
  if (closed != Reason::none) return finish(EventKind::login_refused, closed, now, {});
  if (right_) return accept(now);
  ChangeSet set;
  if (is_guess(request_.code)) {
    MailCode row = row_;
    ++row.wrong_in_day;
    set.changes.emplace_back(PutMailCode{std::move(row)});
  }
  return finish(EventKind::login_refused, Reason::no_match, now, std::move(set));
}

ChangeSet Step::accept(const Situation& now) {
  ChangeSet set;
  MailCode used = row_;
  used.code.reset();
  set.changes.emplace_back(PutMailCode{std::move(used)});
  const PinRules& rules = policy_for(context_, now).pin;
  if (kept_.proven && is_pin_due(*now.user, rules, context_.now.wall)) {
    const PinOffer offer = make_pin_offer(services_, request_, rules);
    answer_ = ask_for_pin(context_, *now.user, PinWait{kept_.common.origin, {}, 0, {}}, rules,
                          offer, {}, set);
    return finish(EventKind::login_next_code, Reason::pin_expired, now, std::move(set));
  }
  answer_.verdict = Verdict::accept;
  answer_.groups = now.groups;
  return finish(EventKind::login_accepted, Reason::none, now, std::move(set));
}

ChangeSet Step::finish(EventKind kind, Reason reason, const Situation& now, ChangeSet set) {
  kind_ = kind;
  reason_ = reason;
  AuditEvent made = event(context_, kind);
  if (now.user) made.user = name_;
  made.reason = reason;
  made.source = kept_.common.origin.value();
  made.details.emplace_back("by", "mail_code");
  set.events.push_back(std::move(made));
  set.changes.push_back(ending(context_, kept_.common.ticket, request_, answer_));
  return set;
}

/// The answer to a challenge that had one before: the same, if it is the same answer, else none.
Result<LoginAnswer> again(Services& services, const Context& context, const LoginRequest& request,
                          const UserName& name, const std::optional<MailKept>& kept) {
  const bool is_theirs =
      kept && kept->common.user == name.text() && kept->common.caller == context.caller.source;
  if (is_theirs) {
    LOCKSTEP_TRY(std::optional<LoginAnswer> same,
                 redelivered(services, *kept->common.ended, request, name));
    if (same) return *std::move(same);
  }
  AuditEvent late = event(context, EventKind::login_refused);
  late.reason = Reason::conversation_expired;
  LOCKSTEP_CHECK(services.store.commit(ChangeSet{{}, {std::move(late)}}));
  services.meter.login(EventKind::login_refused, Reason::conversation_expired);
  return LoginAnswer{};
}

/// Whether something was given that could be a first factor: what is left out is no guess.
bool gives_factor(const LoginRequest& request, FirstFactor::Carried before) {
  return !trim(request.code).empty() || (request.password && !request.password->empty()) ||
         before != FirstFactor::Carried::none;
}

Ticket waiting_ticket(const Context& context, const UserName& name, const Situation& now,
                      const Source& origin, Reason closed, Factor factor, const TicketHash& hash) {
  return Ticket{.hash = hash,
                .kind = TicketKind::challenge,
                .data = to_json({{"for", std::string(kFor)},
                                 {"user", name.text()},
                                 {"caller", context.caller.source},
                                 {"origin", origin.value()},
                                 {"factors", factors_of(now.user)},
                                 {"closed", std::string(name_of(closed))},
                                 {"proven", factor == Factor::right}}),
                .sealed = {},
                .expires_at = context.now.wall + kMailCodeLife,
                .version = {}};
}

}  // namespace

Result<LoginAnswer> ask_for_mail_code(Services& services, const Context& context,
                                      const LoginRequest& request, const UserName& name,
                                      const std::optional<Conversation>& conversation) {
  LOCKSTEP_TRY(const Situation now, services.store.situation(Subject(name)));
  const User user = now.user ? *now.user : nobody_to_mail();
  LOCKSTEP_TRY(const FirstFactor given,
               first_factor_of(services, now.user ? &*now.user : nullptr, request));
  const FirstFactor::Carried before = carried(conversation, now.user);
  const Factor factor = given.with_prefix(services, trim(request.code), before);
  const Reason open = why_not(context, request, now);
  const Reason closed =
      open == Reason::none && factor == Factor::wrong ? Reason::wrong_factor : open;
  LOCKSTEP_TRY(MailCode row, find_mail_code(services, user.id, MailCodePurpose::log_in));
  row = mail_code_as_of(std::move(row), context.now.wall);
  const bool may_be_sent = closed == Reason::none && may_be_mailed(user, row, context.now.wall);
  const bool is_charged = closed == Reason::wrong_factor && gives_factor(request, before) &&
                          row.wrong_in_day < kWrongMailCodesPerDay;
  MailCode charged = row;
  charged.wrong_in_day += kWrongFactorCosts;
  LOCKSTEP_TRY(Made made, make_code(services, context, user, std::move(row)));
  const bool sent = may_be_sent && made.mail;

  const Source origin = conversation ? conversation->origin : source_of(context, request);
  const TicketSecret secret = next_secret(services, request);
  AuditEvent asked = event(context, EventKind::mail_code_asked);
  if (now.user) asked.user = name;
  asked.reason = closed;
  asked.source = origin.value();
  asked.details = {{"for", std::string(name_of(MailCodePurpose::log_in))},
                   {"sent", sent ? "yes" : "no"}};
  ChangeSet set{
      {InsertTicket{waiting_ticket(context, name, now, origin, closed, factor, secret.hash)}},
      {std::move(asked)}};
  if (sent) {
    set.changes.emplace_back(PutMailCode{std::move(made.row)});
    set.changes.push_back(*std::move(made.mail));
  } else if (is_charged) {
    set.changes.emplace_back(PutMailCode{std::move(charged)});
  }
  if (conversation) {
    set.changes.emplace_back(DeleteTicket{conversation->ticket.hash, conversation->ticket.version});
  }
  LOCKSTEP_CHECK(services.store.commit(std::move(set)));
  services.meter.login(EventKind::login_next_code, Reason::none);
  LoginAnswer answer;
  answer.verdict = Verdict::challenge;
  answer.state = secret.text;
  answer.prompt = "mail_code";
  answer.hold = hold_after_mail(services, context);
  return answer;
}

Result<std::optional<LoginAnswer>> go_on_with_mail_code(Services& services, const Context& context,
                                                        const LoginRequest& request,
                                                        const UserName& name) {
  for (int i = 0; i < kLooksMax; ++i) {
    LOCKSTEP_TRY(std::optional<MailKept> kept, find(services, context, request.state.value_or("")));
    if (!kept && i == 0) return std::nullopt;
    if (!kept || kept->common.ended) return again(services, context, request, name, kept);
    LOCKSTEP_TRY(const Situation before, services.store.situation(Subject(name)));
    LOCKSTEP_TRY(MailCode row, find_mail_code(services, id_of(before), MailCodePurpose::log_in));
    Step step(services, context, request, name, *std::move(kept), std::move(row));
    const Result<void> done = services.store.attempt(
        Subject(name), [&](const Situation& now) { return step.decide(now); });
    if (done) {
      services.meter.login(step.kind(), step.reason());
      return step.answer();
    }
    // The same challenge or the same code was answered twice at once, and the other was first.
    if (done.error().code != Errc::conflict) return std::unexpected(done.error());
  }
  return fail(Errc::unavailable, "the conversation is being changed all the time");
}

}  // namespace lockstep
