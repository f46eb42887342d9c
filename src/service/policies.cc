// SPDX-License-Identifier: Apache-2.0
#include "service/policies.h"

#include <algorithm>

#include <fmt/format.h>

#include "core/policy/policy_diff.h"
#include "service/events.h"
#include "service/services.h"

namespace lockstep {

namespace {

/// What holds before there is a revision.
constexpr const char* kStandardDocument = R"({"preset":"default","set":{}})";

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

/// Errors: invalid_input, when `policy` allows honest users too little and less than `usual`.
Result<void> check_allowance(const Policy& policy, const Policy& usual, const std::string& of) {
  const std::vector<OddsRow> before = rows_for(usual);
  const std::vector<OddsRow> after = rows_for(policy);
  for (std::size_t i = 0; i < after.size(); ++i) {
    const double allowed = after[i].odds.attempts_per_year;
    // What a preset itself allows stands: mideye's ten codes, say, are meant for eight digits.
    if (allowed >= kAllowanceMin || allowed >= before[i].odds.attempts_per_year) continue;
    return fail(Errc::invalid_input,
                fmt::format("{}{}: only {:.0f} wrong codes a year would be allowed, {:.0f} are the "
                            "least; accept less or allow higher odds",
                            of, after[i].label, allowed, kAllowanceMin));
  }
  return {};
}

/// The preset whose zones a user's token begins with.
PresetName preset_of(const PolicyLayers& layers, const PolicyLayer* group,
                     const PolicyLayer* model) {
  if (model != nullptr && model->preset) return *model->preset;
  if (group != nullptr && group->preset) return *group->preset;
  return layers.everybody.preset.value_or(PresetName::standard);
}

Result<void> check_allowance(const PolicyLayers& layers, const PolicyLayer* group) {
  std::vector<const PolicyLayer*> models{nullptr};
  for (const PolicyLayer& model : layers.models) models.push_back(&model);
  for (const PolicyLayer* model : models) {
    std::string of;
    if (group != nullptr) of += fmt::format("group \"{}\", ", group->name);
    if (model != nullptr) of += fmt::format("model \"{}\", ", model->name);
    LOCKSTEP_CHECK(check_allowance(resolve(layers, group, model),
                                   preset(preset_of(layers, group, model)), of));
  }
  return {};
}

Result<void> check_allowance(const PolicyLayers& layers) {
  LOCKSTEP_CHECK(check_allowance(layers, nullptr));
  for (const PolicyLayer& group : layers.groups) {
    LOCKSTEP_CHECK(check_allowance(layers, &group));
  }
  return {};
}

PolicyHandle standard_policy() {
  Result<PolicySnapshot> standard = parse_policy(kStandardDocument);
  LOCKSTEP_ASSERT(standard.has_value());
  return std::make_shared<const PolicySnapshot>(*std::move(standard));
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
  PolicySnapshot snapshot;
  LOCKSTEP_TRY(snapshot.layers, parse_policy_document(document));
  LOCKSTEP_TRY(static_cast<PolicySet&>(snapshot), resolve(snapshot.layers));
  snapshot.preset = *snapshot.layers.everybody.preset;
  snapshot.document = document;
  return snapshot;
}

Result<PolicySnapshot> check_policy_document(std::string_view document) {
  LOCKSTEP_TRY(PolicySnapshot snapshot, parse_policy(document));
  LOCKSTEP_CHECK(check_allowance(snapshot.layers));
  return snapshot;
}

void add_changes(const PolicyLayers& before, const PolicyLayers& after, AuditEvent& made) {
  const std::vector<PolicyChange> changes = differences(before, after);
  for (std::size_t i = 0; i < std::min(changes.size(), kChangesNotedMax); ++i) {
    made.details.emplace_back("changed", in_words(changes[i]));
  }
}

Result<PolicySnapshot> put_policy(Services& services, const Context& context,
                                  std::string_view document, PolicyStep step) {
  LOCKSTEP_TRY(PolicySnapshot snapshot, check_policy_document(document));
  LOCKSTEP_TRY(const std::optional<PolicyRevision> last, services.store.policy());
  const std::uint64_t before = last ? last->number : 0;
  if (step.base && *step.base != before) {
    return fail(Errc::conflict, fmt::format("revision {} is in force, not {} that this was made "
                                            "from: compare the two",
                                            before, *step.base));
  }
  snapshot.revision = before + 1;
  AuditEvent made = event(context, EventKind::policy_changed);
  made.details.emplace_back("revision", fmt::format("{}", snapshot.revision));
  made.details.emplace_back("document", snapshot.document);
  for (auto& detail : step.details) made.details.push_back(std::move(detail));
  const Result<PolicySnapshot> old = parse_policy(last ? last->document : kStandardDocument);
  if (old) add_changes(old->layers, snapshot.layers, made);
  ChangeSet set{std::move(step.changes), {std::move(made)}};
  set.changes.emplace_back(InsertPolicy{PolicyRevision{snapshot.revision, snapshot.document,
                                                       context.now.wall, context.caller.actor}});
  LOCKSTEP_CHECK(services.store.commit(std::move(set)));
  services.policy.replace(std::make_shared<const PolicySnapshot>(snapshot));
  return snapshot;
}

std::vector<OddsRow> odds_report(const Policy& policy) { return rows_for(policy); }

}  // namespace lockstep
