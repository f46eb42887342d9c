// SPDX-License-Identifier: Apache-2.0
#include "service/policies.h"

#include <algorithm>

#include <fmt/format.h>

#include "formats/json.h"
#include "service/events.h"
#include "service/services.h"

namespace lockstep {

namespace {

constexpr std::int64_t kCodesMax = 100'000;
constexpr std::int64_t kStepsMax = 2'880;  // a day of 30-second steps
constexpr std::int64_t kWeekSeconds = 7 * 86'400;

Result<void> read(JsonObject& set, std::string_view name, NumberRange range, std::uint32_t& to) {
  LOCKSTEP_TRY(const std::optional<std::int64_t> value, set.optional_number(name, range));
  if (value) to = static_cast<std::uint32_t>(*value);
  return {};
}

Result<void> read(JsonObject& set, std::string_view name, NumberRange range, Seconds& to) {
  LOCKSTEP_TRY(const std::optional<std::int64_t> value, set.optional_number(name, range));
  if (value) to = Seconds(*value);
  return {};
}

Result<void> read_event(JsonObject& set, EventZones& zones) {
  LOCKSTEP_CHECK(read(set, "event.accept", {0, 100}, zones.accept));
  LOCKSTEP_CHECK(read(set, "event.accept_8", {0, 100}, zones.accept_8));
  LOCKSTEP_CHECK(read(set, "event.next_code", {0, 1'000}, zones.next_code));
  LOCKSTEP_CHECK(read(set, "event.first_use", {0, kCodesMax}, zones.first_use));
  LOCKSTEP_CHECK(read(set, "event.resync", {1, kCodesMax}, zones.resync));
  return read(set, "event.admin", {1, kCodesMax}, zones.admin);
}

Result<void> read_time(JsonObject& set, const std::string& form, TimeZones& zones) {
  LOCKSTEP_CHECK(read(set, form + ".accept", {0, 10}, zones.accept));
  LOCKSTEP_CHECK(read(set, form + ".next_code", {0, kStepsMax}, zones.next_code));
  LOCKSTEP_CHECK(read(set, form + ".first_use_seconds", {0, kWeekSeconds}, zones.first_use));
  LOCKSTEP_CHECK(read(set, form + ".resync_seconds", {60, kWeekSeconds}, zones.resync));
  return read(set, form + ".admin_seconds", {60, kWeekSeconds}, zones.admin);
}

Result<void> read_numbers(JsonObject& set, Policy& policy) {
  LOCKSTEP_CHECK(read_event(set, policy.event));
  LOCKSTEP_CHECK(read_time(set, "hardware", policy.hardware));
  LOCKSTEP_CHECK(read_time(set, "software", policy.software));
  LOCKSTEP_CHECK(read(set, "pair_within_seconds", {10, 3'600}, policy.pair_within));
  LOCKSTEP_CHECK(read(set, "misses_to_two_codes", {3, 100}, policy.misses_to_two_codes));
  // NIST SP 800-63B section 5.2.2: at most 100 failed attempts in a row.
  LOCKSTEP_CHECK(read(set, "misses_to_disabled", {3, 100}, policy.misses_to_disabled));
  return read(set, "guard_ppm", {10, 10'000}, policy.guard_ppm);
}

Result<void> read_retention(JsonObject& set, std::uint32_t& days) {
  constexpr std::string_view kName = "audit.retention_days";
  LOCKSTEP_CHECK(read(set, kName, {0, kAuditDaysMax}, days));
  if (days == 0 || days >= kAuditDaysMin) return {};
  return fail(Errc::invalid_input,
              fmt::format("\"{}\" is 0, for ever, or at least {}", kName, kAuditDaysMin));
}

Result<void> read_others(JsonObject& set, Policy& policy) {
  LOCKSTEP_TRY(const std::optional<bool> disabling, set.optional_flag("disabling"));
  if (disabling) policy.disabling = *disabling ? Disabling::on : Disabling::off;
  LOCKSTEP_TRY(const std::optional<double> odds, set.optional_real("odds_per_year"));
  // NOLINTNEXTLINE(readability-simplify-boolean-expr): what is no number is not within either.
  if (odds && !(*odds >= 1e-9 && *odds <= 1e-2)) {
    return fail(Errc::invalid_input, "\"odds_per_year\" is not within 1e-9 to 1e-2");
  }
  if (odds) policy.odds_per_year = *odds;
  LOCKSTEP_TRY(const std::optional<std::string> guard, set.optional_text("guard_explicit"));
  if (guard && *guard != "mark" && *guard != "refuse") {
    return fail(Errc::invalid_input, "\"guard_explicit\" is neither \"mark\" nor \"refuse\"");
  }
  if (guard) {
    policy.guard_explicit =
        *guard == "mark" ? GuardExplicit::mark : GuardExplicit::refuse_without_operator;
  }
  return {};
}

Result<void> check_time_zones(std::string_view form, const TimeZones& zones) {
  const bool rising =
      (zones.next_code == 0 || zones.accept <= zones.next_code) && zones.resync <= zones.admin;
  if (rising) return {};
  return fail(Errc::invalid_input,
              fmt::format("the zones of {} tokens must widen from accept to admin", form));
}

Result<void> check_zones(const Policy& policy) {
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
  return {};
}

/// The common kinds of token, in the order of the report.
std::vector<OddsRow> rows_for(const Policy& policy) {
  std::vector<OddsRow> rows;
  for (const TokenKind kind : {TokenKind::hotp, TokenKind::totp}) {
    for (const Digits digits : {Digits::six(), Digits::eight()}) {
      for (const TokenForm form : {TokenForm::hardware, TokenForm::software}) {
        // The form makes no difference to event tokens.
        if (kind == TokenKind::hotp && form == TokenForm::software) continue;
        const TokenShape shape{CodeSpec{.kind = kind, .digits = digits}, form};
        const std::string_view form_name = kind == TokenKind::hotp       ? ""
                                           : form == TokenForm::hardware ? ", hardware"
                                                                         : ", software";
        rows.push_back(
            OddsRow{fmt::format("{}, {} digits{}", kind == TokenKind::hotp ? "event" : "time",
                                digits.count(), form_name),
                    shape, odds(policy, std::span(&shape, 1))});
      }
    }
  }
  return rows;
}

Result<void> check_allowance(const PolicySnapshot& snapshot) {
  const std::vector<OddsRow> before = rows_for(preset(snapshot.preset));
  const std::vector<OddsRow> after = rows_for(snapshot.policy);
  for (std::size_t i = 0; i < after.size(); ++i) {
    const double allowed = after[i].odds.attempts_per_year;
    // What a preset itself allows stands: mideye's ten codes, say, are meant for eight digits.
    if (allowed >= kAllowanceMin || allowed >= before[i].odds.attempts_per_year) continue;
    return fail(Errc::invalid_input,
                fmt::format("{}: only {:.0f} wrong codes a year would be allowed, {:.0f} are the "
                            "least; accept less or allow higher odds",
                            after[i].label, allowed, kAllowanceMin));
  }
  return {};
}

PolicyHandle standard_policy() {
  return std::make_shared<const PolicySnapshot>(PolicySnapshot{
      0, PresetName::standard, preset(PresetName::standard), R"({"preset":"default","set":{}})"});
}

}  // namespace

PolicyCache::PolicyCache() : current_(standard_policy()) {}

PolicyHandle PolicyCache::current() const {
  const std::lock_guard lock(mutex_);
  return current_;
}

void PolicyCache::replace(PolicyHandle next) {
  const std::lock_guard lock(mutex_);
  // Two revisions may be put into force at once; the later one stays whoever comes last.
  if (next->revision >= current_->revision) current_ = std::move(next);
}

Result<void> refresh_policy(Services& services) {
  LOCKSTEP_TRY(const std::optional<PolicyRevision> newest, services.store.policy());
  if (!newest || newest->number == services.policy.current()->revision) return {};
  Result<PolicySnapshot> snapshot = parse_policy(newest->document);
  if (!snapshot) return fail(Errc::corrupt, "the stored policy: " + snapshot.error().context);
  snapshot->revision = newest->number;
  services.policy.replace(std::make_shared<const PolicySnapshot>(*std::move(snapshot)));
  return {};
}

Result<PolicySnapshot> parse_policy(std::string_view document) {
  if (document.size() > kPolicyBytesMax) return fail(Errc::invalid_input, "policy is too long");
  LOCKSTEP_TRY(const boost::json::value value, parse_json(document));
  LOCKSTEP_TRY(JsonObject object, JsonObject::of(value));
  LOCKSTEP_TRY(const std::string name, object.text("preset"));
  const std::optional<PresetName> base = parse_preset(name);
  if (!base) return fail(Errc::invalid_input, "\"preset\" is not known");
  PolicySnapshot snapshot{0, *base, preset(*base), std::string(document)};
  if (const boost::json::value* changes = object.member("set"); changes != nullptr) {
    LOCKSTEP_TRY(JsonObject set, JsonObject::of(*changes));
    LOCKSTEP_CHECK(read_numbers(set, snapshot.policy));
    LOCKSTEP_CHECK(read_others(set, snapshot.policy));
    LOCKSTEP_CHECK(read_retention(set, snapshot.audit_days));
    LOCKSTEP_CHECK(set.finish());
  }
  LOCKSTEP_CHECK(object.finish());
  LOCKSTEP_CHECK(check_zones(snapshot.policy));
  return snapshot;
}

Result<PolicySnapshot> put_policy(Services& services, const Context& context,
                                  std::string_view document) {
  LOCKSTEP_TRY(PolicySnapshot snapshot, parse_policy(document));
  LOCKSTEP_CHECK(check_allowance(snapshot));
  LOCKSTEP_TRY(const std::optional<PolicyRevision> last, services.store.policy());
  snapshot.revision = last ? last->number + 1 : 1;
  AuditEvent made = event(context, EventKind::policy_changed);
  made.details.emplace_back("revision", fmt::format("{}", snapshot.revision));
  made.details.emplace_back("document", snapshot.document);
  LOCKSTEP_CHECK(services.store.commit(
      ChangeSet{{InsertPolicy{PolicyRevision{snapshot.revision, snapshot.document, context.now.wall,
                                             context.caller.actor}}},
                {std::move(made)}}));
  services.policy.replace(std::make_shared<const PolicySnapshot>(snapshot));
  return snapshot;
}

std::vector<OddsRow> odds_report(const Policy& policy) { return rows_for(policy); }

}  // namespace lockstep
