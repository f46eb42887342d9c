// SPDX-License-Identifier: Apache-2.0
#include "service/pins.h"

#include <algorithm>

#include "service/events.h"
#include "service/first_factor.h"
#include "service/retry.h"
#include "service/user_sessions.h"

namespace lockstep {
namespace {

constexpr Seconds kDay{24 * 3600};
/// A drawn PIN is so long where the policy lets it.
constexpr std::uint32_t kDrawnDigits = 6;

bool was_used(const Services& services, const User& user, const Secret& pin,
              const PinRules& rules) {
  bool used = user.pin && mac_matches(services, *user.pin, pin);
  const std::size_t remembered = std::min<std::size_t>(rules.history, user.old_pins.size());
  for (std::size_t i = user.old_pins.size() - remembered; i < user.old_pins.size(); ++i) {
    used |= mac_matches(services, user.old_pins[i], pin);
  }
  return used && rules.history > 0;
}

/// The PIN of `user` becomes a former one.
void remember(User& user, const PinRules& rules) {
  if (user.pin) user.old_pins.push_back(*user.pin);
  const std::size_t kept = std::min<std::size_t>(rules.history, User::kOldPinsMax);
  if (user.old_pins.size() > kept) {
    user.old_pins.erase(user.old_pins.begin(),
                        user.old_pins.end() - static_cast<std::ptrdiff_t>(kept));
  }
}

}  // namespace

std::optional<PinProblem> pin_problem_of(const Services& services, const User& user,
                                         const Secret& pin, const PinRules& rules) {
  if (const auto problem = pin_problem(pin, rules)) return problem;
  return was_used(services, user, pin, rules) ? std::optional(PinProblem::used_before)
                                              : std::nullopt;
}

Result<void> check_operators_pin(const Services& services, const User& user, const Secret& pin,
                                 const PinRules& rules) {
  if (rules.mode == PinMode::none) {
    return fail(Errc::invalid_input, "the user's policy has no PINs (pin.mode)");
  }
  if (rules.mode == PinMode::given) {
    return fail(Errc::invalid_input, "by the user's policy the server makes PINs up (pin.mode)");
  }
  const auto problem = pin_problem_of(services, user, pin, rules);
  if (!problem) return {};
  return fail(Errc::invalid_input, "the PIN is not taken: " + std::string(name_of(*problem)));
}

std::optional<WallTime> pin_expires_at(const User& user, const PinRules& rules) {
  if (!user.pin || rules.expires_days == 0) return std::nullopt;
  return user.pin_life.set_at.value_or(user.created_at) + rules.expires_days * kDay;
}

bool is_pin_due(const User& user, const PinRules& rules, WallTime now) {
  if (!user.pin || rules.mode == PinMode::none) return false;
  if (user.pin_life.must_change) return true;
  const auto until = pin_expires_at(user, rules);
  return until && now >= *until;
}

void replace_pin(User& user, const PinMac& pin, const PinRules& rules, WallTime now,
                 PinLasts lasts) {
  remember(user, rules);
  user.pin = pin;
  user.pin_life = {now, lasts == PinLasts::until_next_login};
}

void drop_pin(User& user, const PinRules& rules) {
  remember(user, rules);
  user.pin.reset();
  user.pin_life = {};
}

std::string draw_pin(Random& random, const PinRules& rules) {
  PinRules drawn = rules;
  drawn.complexity = PinComplexity::no_patterns;
  const std::uint32_t length = std::clamp(kDrawnDigits, rules.length_min, rules.length_max);
  for (;;) {
    std::string pin;
    while (pin.size() < length) pin += static_cast<char>('0' + random.id() % 10);
    if (!pin_problem(Secret::copy_of(pin), drawn)) return pin;
  }
}

Result<GivenPin> give_pin(Services& services, const Context& context, const UserName& user) {
  return retried({}, [&]() -> Result<GivenPin> {
    LOCKSTEP_TRY(Situation now, services.store.situation(Subject(user)));
    if (!now.user) return fail(Errc::not_found, "no such user");
    const PinRules& rules = context.policy->of_member(now.groups).policy.pin;
    if (rules.mode == PinMode::none) {
      return fail(Errc::invalid_input, "the user's policy has no PINs (pin.mode)");
    }
    GivenPin given{draw_pin(services.random, rules), rules.first_use == PinFirstUse::change};
    replace_pin(*now.user, make_pin_mac(services, Secret::copy_of(given.pin)), rules,
                context.now.wall,
                given.must_change ? PinLasts::until_next_login : PinLasts::as_policy_says);
    AuditEvent made = event(context, EventKind::pin_changed, user);
    made.details = {{"pin", "given"}, {"must_change", given.must_change ? "true" : "false"}};
    ChangeSet set{{UpdateUser{*now.user}}, {std::move(made)}};
    add_end_of_sessions(now.user->id, set);
    LOCKSTEP_CHECK(services.store.commit(std::move(set)));
    return given;
  });
}

}  // namespace lockstep
