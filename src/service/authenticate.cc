// SPDX-License-Identifier: Apache-2.0
#include "service/authenticate.h"

#include <algorithm>
#include <set>

#include <fmt/format.h>

#include "core/sync/cut.h"
#include "core/sync/sighting.h"
#include "core/sync/temporary.h"
#include "service/conversation.h"
#include "service/conversation_slots.h"
#include "service/events.h"
#include "service/evidence_details.h"
#include "service/first_factor.h"
#include "service/mail_log_in.h"
#include "service/new_pin.h"
#include "service/outgoing_mail.h"
#include "service/pins.h"
#include "service/prepared_tokens.h"
#include "service/temporary_access.h"
#include "service/tickets.h"

namespace lockstep {

namespace {

// A user, a token or a password that is changed by somebody at the very moment: look again.
constexpr int kPreparationsMax = 8;

EventKind kind_of(Outcome outcome) {
  switch (outcome) {
    case Outcome::accepted:
      return EventKind::login_accepted;
    case Outcome::accepted_resynced:
      return EventKind::login_accepted_resynced;
    case Outcome::next_code:
      return EventKind::login_next_code;
    case Outcome::refused:
      return EventKind::login_refused;
  }
  LOCKSTEP_ASSERT(false);
}

/// One attempt on its way: everything that takes time is done before the store's writer asks for
/// the decision.
class Login {
 public:
  static Result<Login> prepare(Services& services, const Context& context,
                               const LoginRequest& request, const UserName& name,
                               const std::optional<Conversation>& conversation);

  /// For Store::attempt. Sets `is_stale` and fails where the situation is no longer the one that
  /// was prepared for.
  Result<ChangeSet> decide(const Situation& now);

  /// What it was prepared for.
  [[nodiscard]] const Situation& seen() const { return seen_; }
  [[nodiscard]] bool is_stale() const { return stale_; }
  [[nodiscard]] const LoginAnswer& answer() const { return answer_; }
  /// Counts what was decided last.
  void count(Meter& meter) const { meter.login(decided_.first, decided_.second); }

 private:
  Login(Services& services, const Context& context, const LoginRequest& request,
        const UserName& name, const std::optional<Conversation>& conversation, Source origin,
        Situation seen, PreparedTokens prepared, Token nobodys)
      : services_(services),
        context_(context),
        request_(request),
        name_(name),
        conversation_(conversation),
        origin_(std::move(origin)),
        seen_(std::move(seen)),
        prepared_(std::move(prepared)),
        nobodys_(std::move(nobodys)) {}

  void read(const Services& services, const FirstFactor& factor, std::span<const Token> tokens);
  [[nodiscard]] bool is_same_user(const Situation& now) const;
  [[nodiscard]] bool is_factor_wrong() const;
  [[nodiscard]] bool may_challenge(const Decision& decision) const;
  Result<Decision> decide_core(const Situation& now);
  void refuse_nobody(const Situation& now, Decision& decision) const;
  void add_changes(const Situation& now, const Decision& decision, ChangeSet& set);
  [[nodiscard]] bool is_held_for_pin(const Decision& decision) const;
  void hold_for_pin(const Situation& now, Decision& decision, ChangeSet& set);
  void add_challenge(const Situation& now, const Decision& decision, ChangeSet& set);
  void add_events(const Situation& now, const Decision& decision, ChangeSet& set) const;

  [[nodiscard]] Result<void> add_mail(const Situation& now, const Decision& decision,
                                      ChangeSet& set) const;

  Services& services_;
  const Context& context_;
  const LoginRequest& request_;
  const UserName& name_;
  const std::optional<Conversation>& conversation_;
  Source origin_;
  Situation seen_;  // as prepared for
  PreparedTokens prepared_;
  Token nobodys_;  // stands for the tokens of who has none
  std::vector<Reading> readings_;
  TicketSecret next_state_;
  std::optional<PinOffer> pin_offer_;  // where a new PIN has to be asked for
  std::optional<Slot> aside_;
  bool stale_ = false;
  LoginAnswer answer_;
  std::pair<EventKind, Reason> decided_{EventKind::login_refused, Reason::none};
};

Result<Login> Login::prepare(Services& services, const Context& context,
                             const LoginRequest& request, const UserName& name,
                             const std::optional<Conversation>& conversation) {
  LOCKSTEP_TRY(Situation seen, services.store.situation(Subject(name)));
  const User* user = seen.user ? &*seen.user : nullptr;
  LOCKSTEP_TRY(const FirstFactor factor, first_factor_of(services, user, request));
  const Token nobodys = services.nobodys.token();
  const auto tokens_of = [&nobodys](const Situation& of) {
    return of.tokens.empty() ? std::span(&nobodys, 1) : std::span(of.tokens);
  };
  const UserPolicy& policy = context.policy->of_member(seen.groups);
  LOCKSTEP_TRY(PreparedTokens prepared,
               PreparedTokens::make(services, tokens_of(seen), context, policy));
  Source origin = conversation ? conversation->origin : source_of(context, request);
  Login login(services, context, request, name, conversation, std::move(origin), std::move(seen),
              std::move(prepared), nobodys);
  login.read(services, factor, tokens_of(login.seen_));
  const PinRules& rules = policy.policy.pin;
  if (login.seen_.user && is_pin_due(*login.seen_.user, rules, context.now.wall)) {
    login.pin_offer_ = make_pin_offer(services, request, rules);
  }
  login.next_state_ = next_secret(services, request);
  return login;
}

void Login::read(const Services& services, const FirstFactor& factor,
                 std::span<const Token> tokens) {
  std::set<Digits> lengths;
  for (const Token& token : tokens) lengths.insert(token.spec.digits);
  const bool temporary = seen_.user && is_open(seen_.user->sync.temporary, context_.now.wall);
  if (temporary) lengths.insert(kTemporaryDigits);
  const FirstFactor::Carried given = carried(conversation_, seen_.user);
  for (Cut& cut : cut(request_.code, std::vector(lengths.begin(), lengths.end()))) {
    const Factor verdict = factor.with_prefix(services, cut.prefix, given);
    readings_.push_back(Reading{cut.digits, verdict, cut.code, cut.second});
    if (temporary && cut.digits == kTemporaryDigits && !cut.second) {
      const std::string digits = fmt::format("{:0{}}", cut.code.value(), cut.digits.count());
      readings_.back().temporary = find_temporary(services, *seen_.user->sync.temporary, digits);
    }
    wipe(std::span(reinterpret_cast<std::uint8_t*>(cut.prefix.data()), cut.prefix.size()));
  }
}

bool Login::is_same_user(const Situation& now) const {
  const std::optional<User>& then = seen_.user;
  if (then.has_value() != now.user.has_value()) return false;
  return !then || (then->id == now.user->id && then->password == now.user->password &&
                   then->pin == now.user->pin && then->pin_life == now.user->pin_life &&
                   then->sync.temporary == now.user->sync.temporary);
}

Result<ChangeSet> Login::decide(const Situation& now) {
  LOCKSTEP_TRY(Decision decision, decide_core(now));
  answer_ = LoginAnswer{};
  ChangeSet set;
  if (is_held_for_pin(decision)) {
    hold_for_pin(now, decision, set);
  } else {
    add_challenge(now, decision, set);
  }
  decided_ = {kind_of(decision.outcome), decision.evidence.reason};
  add_changes(now, decision, set);
  add_events(now, decision, set);
  LOCKSTEP_CHECK(add_mail(now, decision, set));
  if (decision.outcome == Outcome::accepted || decision.outcome == Outcome::accepted_resynced) {
    answer_.verdict = Verdict::accept;
    answer_.serial = serial_of(decision.evidence.token, now.tokens);
    answer_.groups = now.groups;
  }
  if (conversation_) {
    set.changes.push_back(ending(context_, conversation_->ticket, request_, answer_));
  }
  return set;
}

Result<Decision> Login::decide_core(const Situation& now) {
  const bool has_tokens = !now.tokens.empty();
  const std::span<const Token> tokens =
      has_tokens ? std::span(now.tokens) : std::span(&nobodys_, 1);
  const UserPolicy& policy = context_.policy->of_member(now.groups);
  std::optional<std::vector<TokenView>> views = prepared_.views(tokens, policy);
  stale_ = !views || !is_same_user(now);
  if (stale_) return fail(Errc::conflict, "the user was changed meanwhile");

  UserSync sync = now.user ? now.user->sync : UserSync{};
  if (conversation_ && conversation_->prompt == "next_code") {
    aside_ = bring_in(sync, conversation_source(conversation_->ticket.hash, origin_), origin_);
  } else if (!is_factor_wrong()) {
    // Noise must not end the conversation of somebody who shares the client.
    reclaim(sync, origin_);
  }
  const auto has = [&](const std::optional<GroupName>& group) {
    return !group || std::ranges::find(now.groups, *group) != now.groups.end();
  };
  const bool group_ok = has(request_.group) && has(context_.caller.required_group);
  const UserView view{sync, now.user ? now.user->status : UserStatus::enabled, group_ok, *views};
  Decision decision =
      lockstep::decide(view, Attempt{readings_, origin_, context_.now}, policy.policy);
  if (!has_tokens && !decision.evidence.temporary) refuse_nobody(now, decision);
  return decision;
}

void Login::refuse_nobody(const Situation& now, Decision& decision) const {
  decision = Decision{};
  decision.evidence.reason = now.user ? Reason::not_assigned : Reason::unknown_user;
  if (now.user) decision.sync = now.user->sync;
}

bool Login::is_factor_wrong() const {
  return std::ranges::all_of(
      readings_, [](const Reading& reading) { return reading.factor == Factor::wrong; });
}

bool Login::may_challenge(const Decision& decision) const {
  // An outcome next_code never rests on a wrong factor, so one right reading tells right from none.
  return decision.outcome == Outcome::next_code && request_.prompting == Prompting::possible &&
         std::ranges::any_of(
             readings_, [](const Reading& reading) { return reading.factor == Factor::right; });
}

bool Login::is_held_for_pin(const Decision& decision) const {
  const bool let_in =
      decision.outcome == Outcome::accepted || decision.outcome == Outcome::accepted_resynced;
  return let_in && pin_offer_ && best_factor(readings_) == Factor::right;
}

void Login::hold_for_pin(const Situation& now, Decision& decision, ChangeSet& set) {
  decision.evidence.reason = Reason::pin_expired;
  if (request_.prompting == Prompting::impossible) {
    decision.outcome = Outcome::refused;
    return;
  }
  decision.outcome = Outcome::next_code;
  const PinWait wait{origin_, serial_of(decision.evidence.token, now.tokens), 0, {}};
  answer_ = ask_for_pin(context_, *now.user, wait,
                        context_.policy->of_member(now.groups).policy.pin, *pin_offer_, {}, set);
}

void Login::add_challenge(const Situation& now, const Decision& decision, ChangeSet& set) {
  if (!now.user || !may_challenge(decision)) return;
  set.changes.emplace_back(InsertTicket{conversation_ticket(
      context_, name_, origin_, now, FirstFactor::Carried::right, "next_code", next_state_)});
  answer_.verdict = Verdict::challenge;
  answer_.state = next_state_.text;
  answer_.prompt = "next_code";
}

void Login::add_changes(const Situation& now, const Decision& decision, ChangeSet& set) {
  for (const TokenMove& move : decision.moves) {
    const auto token = std::ranges::find(now.tokens, move.token, &Token::id);
    LOCKSTEP_ASSERT(token != now.tokens.end());
    set.changes.emplace_back(
        UpdateProgress{move.token, token->version, move.progress, move.status});
  }
  if (!now.user) return;
  UserSync sync = decision.sync;
  if (decision.evidence.reason == Reason::pin_expired) {
    // As after any success: nothing waits for a second code any more.
  } else if (answer_.verdict == Verdict::challenge) {
    take_out(sync, origin_, conversation_source(next_state_.hash, origin_), std::move(aside_));
  } else if (decision.outcome == Outcome::refused) {
    put_back(sync, std::move(aside_));
  }
  aside_.reset();
  if (sync != now.user->sync) {
    set.changes.emplace_back(UpdateUserSync{now.user->id, now.user->version, std::move(sync)});
  }
}

void Login::add_events(const Situation& now, const Decision& decision, ChangeSet& set) const {
  AuditEvent made = event(context_, kind_of(decision.outcome));
  // People type passwords into the field for the name: only names that exist are written down.
  if (now.user) made.user = name_;
  made.serial = serial_of(decision.evidence.token, now.tokens);
  made.reason = decision.evidence.reason;
  made.source = origin_.value();
  made.details = evidence_details(decision.evidence, now.tokens);
  for (const TokenMove& move : decision.moves) {
    const auto token = std::ranges::find(now.tokens, move.token, &Token::id);
    if (token != now.tokens.end()) add_move(made.details, *token, move.progress);
  }
  const bool let_in = decision.outcome == Outcome::accepted;
  if (let_in && decision.evidence.temporary) made.details.emplace_back("by", "temporary_code");
  set.events.push_back(made);
  if (decision.evidence.found) {
    for (const EventKind kind : {EventKind::token_found, EventKind::temporary_access_ended}) {
      made.kind = kind;
      made.serial = serial_of(decision.evidence.found, now.tokens);
      made.details.clear();
      set.events.push_back(made);
    }
  }
  for (const TokenId id : decision.evidence.locked) {
    made.kind = EventKind::token_auto_locked;
    made.serial = serial_of(id, now.tokens);
    made.details.clear();
    set.events.push_back(made);
  }
}

/// Who did not notice that their token drifted should know what their two codes have done.
Result<void> Login::add_mail(const Situation& now, const Decision& decision, ChangeSet& set) const {
  if (decision.outcome != Outcome::accepted_resynced || !now.user) return {};
  const auto serial = serial_of(decision.evidence.token, now.tokens);
  if (!serial) return {};
  LOCKSTEP_TRY(auto mail, mail_to_user(services_, context_, *now.user, MailEvent::resynchronised,
                                       {{"device", short_serial(*serial)},
                                        {"by", "sign_in"},
                                        {"source", origin_.value()}}));
  if (mail) set.changes.push_back(*std::move(mail));
  return {};
}

/// A rejection counts against its source, whatever its cause: a cause that did not would show in
/// how long the next rejection takes.
LoginAnswer held_back(Services& services, const Context& context, const Source& source,
                      LoginAnswer answer) {
  if (answer.verdict != Verdict::reject) return answer;
  services.sources.refused(source, context.now);
  answer.hold = services.sources.hold(source, context.now);
  return answer;
}

/// A refusal without a look at the code: there is nothing to look at, or nothing to look in.
Result<LoginAnswer> refuse(Services& services, const Context& context, const Source& source,
                           Reason reason, const UserName* user) {
  AuditEvent made = event(context, EventKind::login_refused);
  if (user != nullptr) made.user = *user;
  made.reason = reason;
  made.source = source.value();
  LOCKSTEP_CHECK(services.store.commit(ChangeSet{{}, {std::move(made)}}));
  services.meter.login(EventKind::login_refused, reason);
  return held_back(services, context, source, LoginAnswer{});
}

// Readings of the clock beside the one that the request is decided by: they only measure.

Micros since(const Instant& start, const Services& services) {
  return elapsed(start, services.clock.now());
}

Result<Login> timed_prepare(Services& services, const Context& context, const LoginRequest& request,
                            const UserName& name, const std::optional<Conversation>& conversation) {
  const Instant start = services.clock.now();
  Result<Login> login = Login::prepare(services, context, request, name, conversation);
  if (login) services.meter.login_decisions.observe(since(start, services));
  return login;
}

Result<void> timed_attempt(Services& services, const UserName& name, Login& login) {
  const Instant start = services.clock.now();
  ++services.meter.login_commits_waiting;
  Result<void> done = services.store.attempt_from(
      Subject(name), login.seen(), [&](const Situation& now) { return login.decide(now); });
  --services.meter.login_commits_waiting;
  services.meter.login_commits.observe(since(start, services));
  return done;
}

bool is_too_long(const LoginRequest& request) {
  const auto over = [](const std::string& text) { return text.size() > kLoginTextBytesMax; };
  return over(request.user) || over(request.code) || over(request.client) ||
         (request.state && over(*request.state)) ||
         (request.password && request.password->size() > kLoginTextBytesMax);
}

/// A request without a code is answered by asking for one, whoever it is.
Result<LoginAnswer> ask(Services& services, const Context& context, const LoginRequest& request,
                        const UserName& name, const std::optional<Conversation>& conversation) {
  LOCKSTEP_TRY(const Situation now, services.store.situation(Subject(name)));
  const User* user = now.user ? &*now.user : nullptr;
  LOCKSTEP_TRY(const FirstFactor factor, first_factor_of(services, user, request));
  const Source origin = conversation ? conversation->origin : source_of(context, request);
  const TicketSecret secret = next_secret(services, request);
  LoginAnswer answer;
  answer.verdict = Verdict::challenge;
  answer.state = secret.text;
  answer.prompt = "code";
  AuditEvent made = event(context, EventKind::login_next_code);
  if (now.user) made.user = name;
  made.source = origin.value();
  made.details = {{"asked_for", "code"}};
  const auto before = carried(conversation, now.user);
  const bool may_be_code = request.password_field == PasswordField::guessed && now.user &&
                           !now.user->password && !now.user->pin;
  const auto given = may_be_code ? before : factor.so_far(before);
  ChangeSet set{
      {InsertTicket{conversation_ticket(context, name, origin, now, given, answer.prompt, secret)}},
      {std::move(made)}};
  if (conversation) {
    // Asked again, not answered: whoever repeats it has to start anew.
    set.changes.emplace_back(DeleteTicket{conversation->ticket.hash, conversation->ticket.version});
  }
  LOCKSTEP_CHECK(services.store.commit(std::move(set)));
  services.meter.login(EventKind::login_next_code, Reason::none);
  return answer;
}

/// A conversation and whether its next request is this one.
struct Continued {
  std::optional<Conversation> conversation;
  std::optional<LoginAnswer> again;  ///< it is over, and this was its end
  bool is_gone = false;
};

Result<Continued> continued(Services& services, const Context& context, const LoginRequest& request,
                            const UserName& name) {
  Continued found;
  if (!request.state || request.state->empty()) return found;
  LOCKSTEP_TRY(found.conversation, find_conversation(services, context, request, name));
  found.is_gone = !found.conversation;
  if (!found.conversation || !found.conversation->ended) return found;
  LOCKSTEP_TRY(found.again, redelivered(services, *found.conversation->ended, request, name));
  found.is_gone = !found.again;
  return found;
}

Result<LoginAnswer> attempt(Services& services, const Context& context, const LoginRequest& request,
                            const UserName& name) {
  const Source source = source_of(context, request);
  const bool continues = request.state && !request.state->empty();
  const bool brings_factor = request.password && !request.password->empty();
  // An answer that holds nothing is no further question, or there might be no end of them.
  const bool can_be_asked = request.prompting == Prompting::possible;
  const bool is_asking = request.code.empty() && can_be_asked && (!continues || brings_factor);
  const bool wants_mail = request.mail == MailWish::a_code && can_be_asked;
  for (int i = 0; i < kPreparationsMax; ++i) {
    if (continues) {
      LOCKSTEP_TRY(const std::optional<LoginAnswer> of_pin,
                   go_on_with_pin(services, context, request, name));
      if (of_pin) return held_back(services, context, source, *of_pin);
      LOCKSTEP_TRY(const std::optional<LoginAnswer> of_mail,
                   go_on_with_mail_code(services, context, request, name));
      if (of_mail) return held_back(services, context, source, *of_mail);
    }
    LOCKSTEP_TRY(const Continued at, continued(services, context, request, name));
    if (at.again) return *at.again;
    if (at.is_gone) {
      return refuse(services, context, source, Reason::conversation_expired, nullptr);
    }
    if (is_asking || wants_mail) {
      auto asked = wants_mail ? ask_for_mail_code(services, context, request, name, at.conversation)
                              : ask(services, context, request, name, at.conversation);
      if (asked || asked.error().code != Errc::conflict) return asked;
      continue;
    }
    LOCKSTEP_TRY(Login login, timed_prepare(services, context, request, name, at.conversation));
    const Result<void> done = timed_attempt(services, name, login);
    if (done) {
      login.count(services.meter);
      return held_back(services, context, source, login.answer());
    }
    // Prepared for what is no more; or the same state was answered twice at once, and the other one
    // was first: what it has left behind is looked at anew.
    const bool was_overtaken = done.error().code == Errc::conflict && at.conversation;
    if (!login.is_stale() && !was_overtaken) return std::unexpected(done.error());
  }
  return fail(Errc::unavailable, "the user is being changed all the time");
}

}  // namespace

Result<LoginAnswer> authenticate(Services& services, const Context& context, LoginRequest request) {
  const Result<UserName> name = UserName::parse(request.user);
  if (!name || is_too_long(request)) {
    return refuse(services, context, Source(context.caller.source), Reason::malformed, nullptr);
  }
  Result<LoginAnswer> answer = attempt(services, context, request, *name);
  wipe(std::span(reinterpret_cast<std::uint8_t*>(request.code.data()), request.code.size()));
  if (!answer) services.meter.login_failed();
  return answer;
}

}  // namespace lockstep
