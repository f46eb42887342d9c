// SPDX-License-Identifier: Apache-2.0
#include "core/policy/policy_keys.h"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <utility>

#include <fmt/format.h>

namespace lockstep {
namespace {

constexpr std::int64_t kCodesMax = 100'000;
constexpr std::int64_t kStepsMax = 2'880;  // a day of 30-second steps
constexpr std::int64_t kWeekSeconds = 7 * 86'400;
constexpr double kOddsMin = 1e-9;
constexpr double kOddsMax = 1e-2;

constexpr std::array<std::string_view, 2> kGuardWords = {"mark", "refuse"};
constexpr std::array<std::string_view, 3> kModeWords = {"none", "chosen", "given"};
constexpr std::array<std::string_view, 2> kComplexityWords = {"any", "no_patterns"};
constexpr std::array<std::string_view, 2> kFirstUseWords = {"keep", "change"};

std::unexpected<Error> wrong(const PolicyKey& key, const std::string& what) {
  return fail(Errc::invalid_input, fmt::format("\"{}\" {}", key.name, what));
}

std::int64_t number_of(std::uint32_t from) { return from; }
std::int64_t number_of(Seconds from) { return from.count(); }
void put(std::int64_t value, std::uint32_t& to) { to = static_cast<std::uint32_t>(value); }
void put(std::int64_t value, Seconds& to) { to = Seconds(value); }

/// The number at `path`: pointers to members, from the policy inwards.
template <auto... path>
PolicyValue get_number(const Policy& policy) {
  return number_of((policy.*....*path));
}

template <auto... path>
Result<void> set_number(const PolicyKey& key, Policy& policy, const PolicyValue& value) {
  const auto* number = std::get_if<std::int64_t>(&value);
  if (number == nullptr) return wrong(key, "is not a whole number");
  if (*number < key.min || *number > key.max) {
    return wrong(key, fmt::format("is not within {} to {}", key.min, key.max));
  }
  put(*number, (policy.*....*path));
  return {};
}

template <auto... path>
PolicyValue get_word(const Policy& policy, std::span<const std::string_view> words) {
  return std::string(words[static_cast<std::size_t>((policy.*....*path))]);
}

template <auto... path>
Result<void> set_word(const PolicyKey& key, Policy& policy, const PolicyValue& value) {
  const auto* text = std::get_if<std::string>(&value);
  const auto word = text == nullptr ? key.words.end() : std::ranges::find(key.words, *text);
  if (word == key.words.end()) {
    return wrong(key, fmt::format("is none of: {}", fmt::join(key.words, ", ")));
  }
  auto& to = (policy.*....*path);
  to = static_cast<std::remove_reference_t<decltype(to)>>(word - key.words.begin());
  return {};
}

Result<void> set_odds(const PolicyKey& key, Policy& policy, const PolicyValue& value) {
  const auto* whole = std::get_if<std::int64_t>(&value);
  const auto* real = std::get_if<double>(&value);
  if (whole == nullptr && real == nullptr) return wrong(key, "is not a number");
  const double odds = real != nullptr ? *real : static_cast<double>(*whole);
  const bool is_within = odds >= kOddsMin && odds <= kOddsMax;  // Not a number is not.
  if (!is_within) return wrong(key, "is not within 1e-9 to 1e-2");
  policy.odds_per_year = odds;
  return {};
}

Result<void> set_disabling(const PolicyKey& key, Policy& policy, const PolicyValue& value) {
  const auto* flag = std::get_if<bool>(&value);
  if (flag == nullptr) return wrong(key, "is neither true nor false");
  policy.disabling = *flag ? Disabling::on : Disabling::off;
  return {};
}

Result<void> set_retention(const PolicyKey& key, Policy& policy, const PolicyValue& value) {
  LOCKSTEP_CHECK(set_number<&Policy::audit_days>(key, policy, value));
  if (policy.audit_days == 0 || policy.audit_days >= kAuditDaysMin) return {};
  return wrong(key, fmt::format("is 0, for ever, or at least {}", kAuditDaysMin));
}

template <auto... path>
Result<void> set_flag(const PolicyKey& key, Policy& policy, const PolicyValue& value) {
  const auto* flag = std::get_if<bool>(&value);
  if (flag == nullptr) return wrong(key, "is neither true nor false");
  (policy.*....*path) = *flag;
  return {};
}

/// What a key is beside its value.
struct About {
  KeyScope scope;
  KeyUnit unit;
};
constexpr About kUser{KeyScope::user, KeyUnit::plain};

template <auto... path>
constexpr PolicyKey number(std::string_view name, About about, std::int64_t min, std::int64_t max) {
  return {name, about.scope, about.unit, false, get_number<path...>, set_number<path...>,
          min,  max,         {}};
}

/// A number that presets decide about: all zones, which are of tokens.
template <auto... path>
constexpr PolicyKey zone(std::string_view name, KeyUnit unit, std::int64_t min, std::int64_t max) {
  PolicyKey key = number<path...>(name, {KeyScope::token, unit}, min, max);
  key.of_preset = true;
  return key;
}

template <const auto& words, auto... path>
constexpr PolicyKey word(std::string_view name, About about) {
  return {name,
          about.scope,
          about.unit,
          false,
          [](const Policy& policy) { return get_word<path...>(policy, words); },
          set_word<path...>,
          0,
          0,
          words};
}

/// Yes or no.
template <auto... path>
constexpr PolicyKey flag(std::string_view name, KeyScope scope = KeyScope::service) {
  return {name,
          scope,
          KeyUnit::plain,
          false,
          [](const Policy& policy) -> PolicyValue { return (policy.*....*path); },
          set_flag<path...>,
          0,
          0,
          {}};
}

constexpr auto kHardware = &Policy::hardware;
constexpr auto kSoftware = &Policy::software;
constexpr auto kEvent = &Policy::event;
constexpr auto kPin = &Policy::pin;

constexpr PolicyKey kKeys[] = {
    zone<kEvent, &EventZones::accept>("event.accept", KeyUnit::codes, 0, 100),
    zone<kEvent, &EventZones::accept_8>("event.accept_8", KeyUnit::codes, 0, 100),
    zone<kEvent, &EventZones::next_code>("event.next_code", KeyUnit::codes, 0, 1'000),
    zone<kEvent, &EventZones::first_use>("event.first_use", KeyUnit::codes, 0, kCodesMax),
    zone<kEvent, &EventZones::resync>("event.resync", KeyUnit::codes, 1, kCodesMax),
    zone<kEvent, &EventZones::admin>("event.admin", KeyUnit::codes, 1, kCodesMax),
    zone<kHardware, &TimeZones::accept>("hardware.accept", KeyUnit::steps, 0, 10),
    zone<kHardware, &TimeZones::next_code>("hardware.next_code", KeyUnit::steps, 0, kStepsMax),
    zone<kHardware, &TimeZones::first_use>("hardware.first_use_seconds", KeyUnit::seconds, 0,
                                           kWeekSeconds),
    zone<kHardware, &TimeZones::resync>("hardware.resync_seconds", KeyUnit::seconds, 60,
                                        kWeekSeconds),
    zone<kHardware, &TimeZones::admin>("hardware.admin_seconds", KeyUnit::seconds, 60,
                                       kWeekSeconds),
    zone<kSoftware, &TimeZones::accept>("software.accept", KeyUnit::steps, 0, 10),
    zone<kSoftware, &TimeZones::next_code>("software.next_code", KeyUnit::steps, 0, kStepsMax),
    zone<kSoftware, &TimeZones::first_use>("software.first_use_seconds", KeyUnit::seconds, 0,
                                           kWeekSeconds),
    zone<kSoftware, &TimeZones::resync>("software.resync_seconds", KeyUnit::seconds, 60,
                                        kWeekSeconds),
    zone<kSoftware, &TimeZones::admin>("software.admin_seconds", KeyUnit::seconds, 60,
                                       kWeekSeconds),
    number<&Policy::pair_within>("pair_within_seconds", {KeyScope::user, KeyUnit::seconds}, 10,
                                 3'600),
    number<&Policy::misses_to_two_codes>("misses_to_two_codes", kUser, 3, 100),
    // NIST SP 800-63B section 5.2.2: at most 100 failed attempts in a row.
    number<&Policy::misses_to_disabled>("misses_to_disabled", kUser, 3, 100),
    {"disabling", KeyScope::user, KeyUnit::plain, false,
     [](const Policy& policy) -> PolicyValue { return policy.disabling == Disabling::on; },
     set_disabling},
    {"odds_per_year", KeyScope::user, KeyUnit::plain, false,
     [](const Policy& policy) -> PolicyValue { return policy.odds_per_year; }, set_odds},
    number<&Policy::guard_ppm>("guard_ppm", {KeyScope::token, KeyUnit::plain}, 10, 10'000),
    word<kGuardWords, &Policy::guard_explicit>("guard_explicit", kUser),
    word<kModeWords, kPin, &PinRules::mode>("pin.mode", kUser),
    number<kPin, &PinRules::length_min>("pin.length_min", {KeyScope::user, KeyUnit::characters}, 4,
                                        16),
    number<kPin, &PinRules::length_max>("pin.length_max", {KeyScope::user, KeyUnit::characters}, 4,
                                        16),
    word<kComplexityWords, kPin, &PinRules::complexity>("pin.complexity", kUser),
    number<kPin, &PinRules::history>("pin.history", kUser, 0, 24),
    number<kPin, &PinRules::expires_days>("pin.expires_days", {KeyScope::user, KeyUnit::days}, 0,
                                          3'650),
    word<kFirstUseWords, kPin, &PinRules::first_use>("pin.first_use", kUser),
    number<&Policy::password_length_min>("password.length_min",
                                         {KeyScope::user, KeyUnit::characters}, 8, 64),
    flag<&Policy::resync, &ResyncRules::caller_verified>("resync.caller_verified", KeyScope::user),
    {"audit.retention_days", KeyScope::service, KeyUnit::days, false,
     get_number<&Policy::audit_days>, set_retention, 0, kAuditDaysMax},
    flag<&Policy::two_persons, &TwoPersons::exports>("approval.export", KeyScope::service),
    flag<&Policy::two_persons, &TwoPersons::mass_change>("approval.mass_change", KeyScope::service),
    flag<&Policy::mail_code>("login.mail_code", KeyScope::user),
};

/// "1,234,567".
std::string grouped(std::int64_t number) {
  std::string text = std::to_string(number);
  for (std::size_t end = text.size(); end > 3; end -= 3) text.insert(end - 3, ",");
  return text;
}

std::string counted(std::int64_t number, std::string_view one, std::string_view many) {
  return fmt::format("{} {}", grouped(number), number == 1 ? one : many);
}

std::string seconds_in_words(std::int64_t seconds) {
  constexpr std::int64_t kHour = 3'600;
  if (seconds >= kHour && seconds % kHour == 0) return fmt::format("{} h", seconds / kHour);
  return grouped(seconds) + " s";
}

std::string in_words(KeyUnit unit, std::int64_t number) {
  switch (unit) {
    case KeyUnit::plain:
      return grouped(number);
    case KeyUnit::codes:
      return counted(number, "code", "codes");
    case KeyUnit::steps:
      return "±" + counted(number, "step", "steps");
    case KeyUnit::seconds:
      return seconds_in_words(number);
    case KeyUnit::days:
      return number == 0 ? "for ever" : counted(number, "day", "days");
    case KeyUnit::characters:
      return counted(number, "character", "characters");
  }
  LOCKSTEP_ASSERT(false);
  return {};
}

Result<void> check_time_zones(std::string_view form, const TimeZones& zones) {
  const bool rising =
      (zones.next_code == 0 || zones.accept <= zones.next_code) && zones.resync <= zones.admin;
  if (rising) return {};
  return fail(Errc::invalid_input,
              fmt::format("the zones of {} tokens must widen from accept to admin", form));
}

}  // namespace

std::span<const PolicyKey> policy_keys() { return kKeys; }

const PolicyKey* find_policy_key(std::string_view name) {
  const auto* found = std::ranges::find(kKeys, name, &PolicyKey::name);
  return found == std::end(kKeys) ? nullptr : found;
}

std::string in_words(const PolicyKey& key, const PolicyValue& value) {
  if (const auto* number = std::get_if<std::int64_t>(&value)) return in_words(key.unit, *number);
  if (const auto* real = std::get_if<double>(&value)) return fmt::format("{}", *real);
  if (const auto* flag = std::get_if<bool>(&value)) return *flag ? "yes" : "no";
  return std::get<std::string>(value);
}

Result<void> check_policy(const Policy& policy) {
  const EventZones& event = policy.event;
  const std::uint32_t widest = std::max(event.accept, event.accept_8);
  const bool rising = (event.next_code == 0 || widest <= event.next_code) &&
                      widest <= event.resync && event.resync <= event.admin;
  if (!rising) {
    return fail(Errc::invalid_input, "the zones of event tokens must widen from accept to admin");
  }
  LOCKSTEP_CHECK(check_time_zones("hardware", policy.hardware));
  LOCKSTEP_CHECK(check_time_zones("software", policy.software));
  if (policy.misses_to_two_codes > policy.misses_to_disabled) {
    return fail(Errc::invalid_input, "two codes must be asked for before an account is disabled");
  }
  if (policy.pin.length_min > policy.pin.length_max) {
    return fail(Errc::invalid_input, "a PIN's longest length is below its shortest");
  }
  return {};
}

}  // namespace lockstep
