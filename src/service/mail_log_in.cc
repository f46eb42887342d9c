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

/// A conversation that waits for a code by mail, as it is kept.
struct Kept {
  Ticket ticket;
  std::string user;
  std::string caller;
  std::string factors;  ///< the user's password and PIN when it was asked
  Source origin;
  Reason closed = Reason::none;  ///< why no code lets in here
  bool proven = false;           ///< a first factor was right
  std::optional<Ending> ended;
};

Result<Kept> read(Ticket ticket, JsonObject& object) {
  Kept kept{std::move(ticket), {}, {}, {}, {}, {}, {}, {}};
  LOCKSTEP_TRY(kept.user, object.text("user"));
  LOCKSTEP_TRY(kept.caller, object.text("caller"));
  LOCKSTEP_TRY(kept.factors, object.text("factors"));
  LOCKSTEP_TRY(std::string origin, object.text("origin"));
  kept.origin = Source(std::move(origin));
  LOCKSTEP_TRY(const std::string closed, object.text("closed"));
  const std::optional<Reason> reason = parse_reason(closed);
  if (!reason) return fail(Errc::corrupt, "a conversation is closed for no known reason");
  kept.closed = *reason;
  LOCKSTEP_TRY(const std::optional<bool> proven, object.optional_flag("proven"));
  kept.proven = proven.value_or(false);
  LOCKSTEP_TRY(kept.ended, read_ending(object));
  return kept;
}

Result<std::optional<Kept>> find(Services& services, const Context& context,
                                 const std::string& state) {
  LOCKSTEP_TRY(std::optional<Ticket> ticket,
               find_ticket(services, state, TicketKind::challenge, context.now.wall));
  if (!ticket) return std::nullopt;
  LOCKSTEP_TRY(const boost::json::value data, parse_json(ticket->data));
  LOCKSTEP_TRY(JsonObject object, JsonObject::of(data));
  LOCKSTEP_TRY(const std::optional<std::string> purpose, object.optional_text("for"));
  if (purpose != kFor) return std::nullopt;
  LOCKSTEP_TRY(Kept kept, read(*std::move(ticket), object));
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
  Step(Services& services, const Context& context, const LoginRequest& request,
       const UserName& name, const Kept& kept)
      : services_(services), context_(context), request_(request), name_(name), kept_(kept) {}

  Result<LoginAnswer> take();

 private:
  [[nodiscard]] Reason why_closed(const Situation& now) const;
  Result<LoginAnswer> finish(EventKind kind, Reason reason, const LoginAnswer& answer);
  Result<LoginAnswer> refuse(Reason reason) {
    return finish(EventKind::login_refused, reason, LoginAnswer{});
  }
  Result<LoginAnswer> accept(const Situation& now, MailCode row);

  Services& services_;
  const Context& context_;
  const LoginRequest& request_;
  const UserName& name_;
  const Kept& kept_;
  bool known_ = false;
  ChangeSet set_;
};

Reason Step::why_closed(const Situation& now) const {
  if (kept_.user != name_.text() || kept_.caller != context_.caller.source) {
    return Reason::conversation_expired;
  }
  if (kept_.closed != Reason::none) return kept_.closed;
  // What was right when it was asked is right no more once it was changed.
  if (now.user && kept_.factors != factors_of(now.user)) return Reason::conversation_expired;
  return why_not(context_, request_, now);
}

Result<LoginAnswer> Step::take() {
  LOCKSTEP_TRY(const Situation now, services_.store.situation(Subject(name_)));
  known_ = now.user.has_value();
  const UserId id = now.user ? now.user->id : nobody_to_mail().id;
  LOCKSTEP_TRY(MailCode row, find_mail_code(services_, id, MailCodePurpose::log_in));
  row = mail_code_as_of(std::move(row), context_.now.wall);
  const bool right = is_right(services_, context_, row, request_.code);
  const Reason closed = why_closed(now);
  if (closed != Reason::none) return refuse(closed);
  if (right) return accept(now, std::move(row));
  if (is_guess(request_.code)) {
    ++row.wrong_in_day;
    set_.changes.emplace_back(PutMailCode{std::move(row)});
  }
  return refuse(Reason::no_match);
}

Result<LoginAnswer> Step::accept(const Situation& now, MailCode row) {
  row.code.reset();
  set_.changes.emplace_back(PutMailCode{std::move(row)});
  const PinRules& rules = policy_for(context_, now).pin;
  LoginAnswer answer;
  if (kept_.proven && is_pin_due(*now.user, rules, context_.now.wall)) {
    const PinOffer offer = make_pin_offer(services_, request_, rules);
    answer =
        ask_for_pin(context_, *now.user, PinWait{kept_.origin, {}, 0, {}}, rules, offer, {}, set_);
    return finish(EventKind::login_next_code, Reason::pin_expired, answer);
  }
  answer.verdict = Verdict::accept;
  answer.groups = now.groups;
  return finish(EventKind::login_accepted, Reason::none, answer);
}

Result<LoginAnswer> Step::finish(EventKind kind, Reason reason, const LoginAnswer& answer) {
  AuditEvent made = event(context_, kind);
  if (known_) made.user = name_;
  made.reason = reason;
  made.source = kept_.origin.value();
  made.details.emplace_back("by", "mail_code");
  set_.events.push_back(std::move(made));
  set_.changes.push_back(ending(context_, kept_.ticket, request_, answer));
  LOCKSTEP_CHECK(services_.store.commit(std::move(set_)));
  services_.meter.login(kind, reason);
  return answer;
}

/// The answer to a challenge that had one before: the same, if it is the same answer, else none.
Result<LoginAnswer> again(Services& services, const Context& context, const LoginRequest& request,
                          const UserName& name, const std::optional<Kept>& kept) {
  if (kept && kept->user == name.text() && kept->caller == context.caller.source) {
    LOCKSTEP_TRY(std::optional<LoginAnswer> same,
                 redelivered(services, *kept->ended, request, name));
    if (same) return *std::move(same);
  }
  AuditEvent late = event(context, EventKind::login_refused);
  late.reason = Reason::conversation_expired;
  LOCKSTEP_CHECK(services.store.commit(ChangeSet{{}, {std::move(late)}}));
  services.meter.login(EventKind::login_refused, Reason::conversation_expired);
  return LoginAnswer{};
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
  const Factor factor =
      given.with_prefix(services, trim(request.code), carried(conversation, now.user));
  const Reason open = why_not(context, request, now);
  const Reason closed =
      open == Reason::none && factor == Factor::wrong ? Reason::wrong_factor : open;
  LOCKSTEP_TRY(MailCode row, find_mail_code(services, user.id, MailCodePurpose::log_in));
  row = mail_code_as_of(std::move(row), context.now.wall);
  const bool may_be_sent = closed == Reason::none && may_be_mailed(user, row, context.now.wall);
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
  return answer;
}

Result<std::optional<LoginAnswer>> go_on_with_mail_code(Services& services, const Context& context,
                                                        const LoginRequest& request,
                                                        const UserName& name) {
  for (int i = 0; i < kLooksMax; ++i) {
    LOCKSTEP_TRY(const std::optional<Kept> kept,
                 find(services, context, request.state.value_or("")));
    if (!kept && i == 0) return std::nullopt;
    if (!kept || kept->ended) return again(services, context, request, name, kept);
    Result<LoginAnswer> answer = Step(services, context, request, name, *kept).take();
    // The same challenge was answered twice at once, and the other answer was first.
    if (answer || answer.error().code != Errc::conflict) return answer;
  }
  return fail(Errc::unavailable, "the conversation is being changed all the time");
}

}  // namespace lockstep
