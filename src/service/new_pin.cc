// SPDX-License-Identifier: Apache-2.0
#include "service/new_pin.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "base/hex.h"
#include "base/text.h"
#include "core/sync/sighting.h"
#include "formats/json.h"
#include "service/conversation.h"
#include "service/events.h"
#include "service/first_factor.h"
#include "service/pins.h"

namespace lockstep {
namespace {

constexpr std::string_view kFor = "new_pin";
// Somebody else answers at the very moment: look at what is left.
constexpr int kLooksMax = 8;

/// A conversation that waits for a PIN.
struct PinKept {
  Kept common;
  PinWait wait;
};

std::string packed(const std::optional<PinMac>& mac) {
  if (!mac) return "";
  return to_hex(mac->salt) + to_hex(mac->mac);
}

Result<std::optional<PinMac>> unpacked(const std::string& text) {
  if (text.empty()) return std::nullopt;
  LOCKSTEP_TRY(const Bytes bytes, parse_hex(text));
  PinMac mac;
  if (bytes.size() != mac.salt.size() + mac.mac.size()) {
    return fail(Errc::corrupt, "a conversation holds no PIN of ours");
  }
  const auto middle = bytes.begin() + static_cast<std::ptrdiff_t>(mac.salt.size());
  std::copy(bytes.begin(), middle, mac.salt.begin());
  std::copy(middle, bytes.end(), mac.mac.begin());
  return mac;
}

Result<std::optional<PinKept>> find(Services& services, const Context& context,
                                    const std::string& state) {
  LOCKSTEP_TRY(std::optional<Kept> common, find_kept(services, context, state, kFor));
  if (!common) return std::nullopt;
  PinKept kept{*std::move(common), {}};
  kept.wait.origin = kept.common.origin;
  LOCKSTEP_TRY(JsonObject object, JsonObject::of(kept.common.data));
  LOCKSTEP_TRY(const std::optional<std::string> serial, object.optional_text("serial"));
  if (serial) {
    LOCKSTEP_TRY(kept.wait.serial, Serial::parse(*serial));
  }
  LOCKSTEP_TRY(const std::int64_t round, object.number("round", {0, kPinRoundsMax}));
  kept.wait.round = static_cast<std::uint32_t>(round);
  LOCKSTEP_TRY(const std::string pending, object.text("pending"));
  LOCKSTEP_TRY(kept.wait.pending, unpacked(pending));
  return kept;
}

/// What was typed, parted at blanks: a PIN has none.
std::vector<Secret> words_of(std::string_view text) {
  std::vector<Secret> words;
  for (text = trim(text); !text.empty(); text = trim(text)) {
    const std::size_t end = std::min(text.find(' '), text.size());
    words.push_back(Secret::copy_of(text.substr(0, end)));
    text.remove_prefix(end);
  }
  return words;
}

/// One answer to the question for a PIN.
class Step {
 public:
  Step(Services& services, const Context& context, const LoginRequest& request,
       const UserName& name, PinKept kept, PinOffer offer)
      : services_(services),
        context_(context),
        request_(request),
        name_(name),
        kept_(std::move(kept)),
        offer_(std::move(offer)),
        words_(words_of(request.code)) {
    if (!words_.empty()) mac_ = make_pin_mac(services, words_.front());
  }

  /// For Store::attempt.
  Result<ChangeSet> decide(const Situation& now);

  [[nodiscard]] const LoginAnswer& answer() const { return answer_; }
  [[nodiscard]] EventKind kind() const { return kind_; }
  [[nodiscard]] Reason reason() const { return reason_; }

 private:
  [[nodiscard]] Reason why_closed(const Situation& now) const;
  [[nodiscard]] std::optional<PinProblem> problem_with(const User& user,
                                                       const PinRules& rules) const;
  ChangeSet finish(EventKind kind, Reason reason, const Situation& now, ChangeSet set);
  ChangeSet accept(const PinMac& pin, const Situation& now, ChangeSet set);
  ChangeSet ask(std::optional<PinProblem> problem, const std::optional<PinMac>& pending,
                const Situation& now, ChangeSet set);

  Services& services_;
  const Context& context_;
  const LoginRequest& request_;
  const UserName& name_;
  PinKept kept_;
  PinOffer offer_;
  std::vector<Secret> words_;
  PinMac mac_;  // of the first word
  LoginAnswer answer_;
  EventKind kind_ = EventKind::login_refused;
  Reason reason_ = Reason::none;
};

const PinRules& rules_for(const Context& context, const Situation& now) {
  return context.policy->of_member(now.groups).policy.pin;
}

/// Why the log-in may not go on by now, though its first step was right.
Reason Step::why_closed(const Situation& now) const {
  if (!now.user || kept_.common.user != name_.text() ||
      kept_.common.caller != context_.caller.source ||
      kept_.common.factors != factors_of(now.user)) {
    return Reason::conversation_expired;
  }
  if (now.user->status == UserStatus::disabled) return Reason::user_disabled;
  for (const auto& group : {request_.group, context_.caller.required_group}) {
    if (group && std::ranges::find(now.groups, *group) == now.groups.end()) return Reason::no_group;
  }
  if (!kept_.wait.serial) return Reason::none;
  const auto token = std::ranges::find(now.tokens, *kept_.wait.serial, &Token::serial);
  if (token == now.tokens.end()) return Reason::not_assigned;
  return closed_reason(*token, context_.now.wall);
}

Result<ChangeSet> Step::decide(const Situation& now) {
  ChangeSet set;
  const Reason closed = why_closed(now);
  if (closed != Reason::none) return finish(EventKind::login_refused, closed, now, std::move(set));
  if (kept_.wait.pending) {
    const bool again =
        words_.size() == 1 && mac_matches(services_, *kept_.wait.pending, words_.front());
    if (again) return accept(*kept_.wait.pending, now, std::move(set));
    return ask(PinProblem::different, {}, now, std::move(set));
  }
  if (const auto problem = problem_with(*now.user, rules_for(context_, now))) {
    return ask(problem, {}, now, std::move(set));
  }
  if (words_.size() == 1) return ask({}, mac_, now, std::move(set));
  if (!mac_matches(services_, mac_, words_.back())) {
    return ask(PinProblem::different, {}, now, std::move(set));
  }
  return accept(mac_, now, std::move(set));
}

std::optional<PinProblem> Step::problem_with(const User& user, const PinRules& rules) const {
  if (words_.empty()) return PinProblem::too_short;
  if (words_.size() > 2) return PinProblem::characters;
  if (const auto problem = pin_problem_of(services_, user, words_.front(), rules)) return problem;
  // Whatever the policy remembers: the one that is over is no new one.
  const bool is_present = pin_matches(services_, &user, words_.front());
  return is_present ? std::optional(PinProblem::used_before) : std::nullopt;
}

ChangeSet Step::finish(EventKind kind, Reason reason, const Situation& now, ChangeSet set) {
  kind_ = kind;
  reason_ = reason;
  if (kind == EventKind::login_refused) answer_ = LoginAnswer{};
  AuditEvent made = event(context_, kind);
  if (now.user) made.user = name_;
  if (kept_.common.user == name_.text()) made.serial = kept_.wait.serial;
  made.reason = reason;
  made.source = kept_.wait.origin.value();
  if (kind == EventKind::login_accepted) made.details.emplace_back("by", "new_pin");
  set.events.push_back(std::move(made));
  set.changes.push_back(ending(context_, kept_.common.ticket, request_, answer_));
  return set;
}

ChangeSet Step::accept(const PinMac& pin, const Situation& now, ChangeSet set) {
  const PinRules& rules = rules_for(context_, now);
  User user = *now.user;
  replace_pin(user, pin, rules, context_.now.wall, PinLasts::as_policy_says);
  set.changes.emplace_back(UpdateUser{std::move(user)});
  AuditEvent changed = event(context_, EventKind::pin_changed, name_);
  changed.source = kept_.wait.origin.value();
  changed.details = {{"pin", rules.mode == PinMode::given ? "given" : "chosen"}};
  set.events.push_back(std::move(changed));
  answer_ = LoginAnswer{};
  answer_.verdict = Verdict::accept;
  answer_.serial = kept_.wait.serial;
  answer_.groups = now.groups;
  return finish(EventKind::login_accepted, Reason::none, now, std::move(set));
}

ChangeSet Step::ask(std::optional<PinProblem> problem, const std::optional<PinMac>& pending,
                    const Situation& now, ChangeSet set) {
  if (kept_.wait.round + 1 >= kPinRoundsMax) {
    return finish(EventKind::login_refused, Reason::pin_expired, now, std::move(set));
  }
  PinWait wait = kept_.wait;
  ++wait.round;
  wait.pending = pending;
  answer_ = ask_for_pin(context_, *now.user, std::move(wait), rules_for(context_, now), offer_,
                        problem, set);
  return finish(EventKind::login_next_code, Reason::pin_expired, now, std::move(set));
}

/// The answer to a challenge that had one before: the same, if it is the same answer, else none.
Result<std::optional<LoginAnswer>> again(Services& services, const Context& context,
                                         const LoginRequest& request, const UserName& name,
                                         const std::optional<PinKept>& kept) {
  if (kept && kept->common.user == name.text() && kept->common.caller == context.caller.source) {
    LOCKSTEP_TRY(std::optional<LoginAnswer> same,
                 redelivered(services, *kept->common.ended, request, name));
    if (same) return same;
  }
  AuditEvent late = event(context, EventKind::login_refused);
  late.reason = Reason::conversation_expired;
  LOCKSTEP_CHECK(services.store.commit(ChangeSet{{}, {std::move(late)}}));
  services.meter.login(EventKind::login_refused, Reason::conversation_expired);
  return LoginAnswer{};
}

}  // namespace

PinOffer make_pin_offer(Services& services, const LoginRequest& request, const PinRules& rules) {
  PinOffer offer{next_secret(services, request), {}, {}};
  if (rules.mode != PinMode::given) return offer;
  offer.given = draw_pin(services.random, rules);
  offer.given_mac = make_pin_mac(services, Secret::copy_of(*offer.given));
  return offer;
}

LoginAnswer ask_for_pin(const Context& context, const User& user, PinWait wait,
                        const PinRules& rules, const PinOffer& offer,
                        std::optional<PinProblem> problem, ChangeSet& set) {
  LoginAnswer answer;
  answer.verdict = Verdict::challenge;
  answer.state = offer.state.text;
  answer.prompt = wait.pending ? "new_pin_again" : "new_pin";
  answer.pin = AskedPin{rules.length_min, rules.length_max, offer.given, problem};
  if (offer.given_mac) {
    answer.prompt = "new_pin";
    wait.pending = offer.given_mac;
  }
  boost::json::object data{{"for", std::string(kFor)},        {"user", user.name.text()},
                           {"caller", context.caller.source}, {"origin", wait.origin.value()},
                           {"factors", factors_of(user)},     {"round", wait.round},
                           {"pending", packed(wait.pending)}};
  if (wait.serial) data["serial"] = wait.serial->text();
  set.changes.emplace_back(InsertTicket{Ticket{.hash = offer.state.hash,
                                               .kind = TicketKind::challenge,
                                               .data = to_json(data),
                                               .sealed = {},
                                               .expires_at = context.now.wall + kPinAnswerWithin,
                                               .version = {}}});
  return answer;
}

Result<std::optional<LoginAnswer>> go_on_with_pin(Services& services, const Context& context,
                                                  const LoginRequest& request,
                                                  const UserName& name) {
  for (int i = 0; i < kLooksMax; ++i) {
    LOCKSTEP_TRY(std::optional<PinKept> kept, find(services, context, request.state.value_or("")));
    if (!kept && i == 0) return std::nullopt;
    if (!kept || kept->common.ended) return again(services, context, request, name, kept);
    LOCKSTEP_TRY(const Situation before, services.store.situation(Subject(name)));
    Step step(services, context, request, name, *std::move(kept),
              make_pin_offer(services, request, rules_for(context, before)));
    const Result<void> done = services.store.attempt(
        Subject(name), [&](const Situation& now) { return step.decide(now); });
    if (done) {
      services.meter.login(step.kind(), step.reason());
      return step.answer();
    }
    // The same challenge was answered twice at once, and the other answer was first.
    if (done.error().code != Errc::conflict) return std::unexpected(done.error());
  }
  return fail(Errc::unavailable, "the conversation is being changed all the time");
}

}  // namespace lockstep
