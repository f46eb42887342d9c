// SPDX-License-Identifier: Apache-2.0
#include "service/policy_changes.h"

#include <algorithm>
#include <charconv>
#include <utility>

#include <fmt/format.h>

#include "formats/json.h"
#include "service/events.h"
#include "service/paging.h"
#include "service/retry.h"

namespace lockstep {
namespace {

/// A draft's row holds the revision that it was begun from beside its document.
std::string packed(std::uint64_t base, std::string_view document) {
  return fmt::format(R"({{"base":{},"document":{}}})", base, document);
}

/// The row's version by itself would not do: a draft written after one was thrown away starts at 1
/// again, and who has read the other one would put it into force unseen.
RowVersion version_of(const PolicyDraft& draft) {
  const auto at = static_cast<std::uint64_t>(draft.at.time_since_epoch().count());
  return RowVersion(at + draft.version.value());
}

Result<std::uint64_t> base_of(const PolicyDraft& draft) {
  LOCKSTEP_TRY(const boost::json::value value, parse_json(draft.document));
  LOCKSTEP_TRY(JsonObject object, JsonObject::of(value));
  LOCKSTEP_TRY(const std::int64_t base, object.number("base", {}));
  return static_cast<std::uint64_t>(base);
}

Result<DraftedPolicy> unpacked(const PolicyDraft& draft) {
  LOCKSTEP_TRY(const std::uint64_t base, base_of(draft));
  LOCKSTEP_TRY(const boost::json::value value, parse_json(draft.document));
  LOCKSTEP_TRY(JsonObject object, JsonObject::of(value));
  const boost::json::value* document = object.member("document");
  if (document == nullptr) return fail(Errc::corrupt, "the stored draft has no document");
  LOCKSTEP_TRY(PolicySnapshot policy, parse_policy(to_json(*document)));
  return DraftedPolicy{std::move(policy), base,         draft.at, draft.by,
                       version_of(draft), draft.version};
}

Result<DraftedPolicy> find_draft(Services& services) {
  LOCKSTEP_TRY(const std::optional<PolicyDraft> draft, services.store.policy_draft());
  if (!draft) return fail(Errc::not_found, "there is no draft");
  Result<DraftedPolicy> found = unpacked(*draft);
  if (!found) return fail(Errc::corrupt, "the stored draft: " + found.error().context);
  return found;
}

Result<PolicySnapshot> find_revision(Services& services, std::uint64_t number) {
  if (number == 0) return *PolicyCache().current();
  LOCKSTEP_TRY(const std::vector<PolicyRevision> rows, services.store.policies(number + 1, 1));
  if (rows.empty() || rows.front().number != number) {
    return fail(Errc::not_found, "there is no such revision");
  }
  Result<PolicySnapshot> policy = parse_policy(rows.front().document);
  if (!policy) return fail(Errc::corrupt, "a stored policy: " + policy.error().context);
  policy->revision = number;
  return policy;
}

Result<std::uint64_t> newest_number(Services& services) {
  LOCKSTEP_TRY(const std::optional<PolicyRevision> newest, services.store.policy());
  return newest ? newest->number : 0;
}

/// `version`: set to the draft's, where that is what is asked for.
Result<PolicySnapshot> find_named(Services& services, const Context& context,
                                  const std::string& name, std::optional<RowVersion>& version) {
  if (name == "current") return *context.policy;
  if (name == "draft") {
    LOCKSTEP_TRY(DraftedPolicy draft, find_draft(services));
    version = draft.version;
    return std::move(draft.policy);
  }
  std::uint64_t number = 0;
  const auto [end, error] = std::from_chars(name.data(), name.data() + name.size(), number);
  constexpr std::uint64_t kNumberMax = 1'000'000'000;
  if (error != std::errc() || end != name.data() + name.size() || number > kNumberMax) {
    return fail(Errc::invalid_input, "a policy is \"current\", \"draft\" or a revision's number");
  }
  return find_revision(services, number);
}

/// The kinds of token of one scope whose odds change.
void add_odds(const PolicyScope& scope, std::vector<OddsChange>& changes) {
  std::vector<OddsRow> before = odds_report(scope.before);
  std::vector<OddsRow> after = odds_report(scope.after);
  for (std::size_t i = 0; i < before.size(); ++i) {
    if (before[i].odds == after[i].odds) continue;
    changes.push_back(
        {scope.part, scope.name, scope.model, std::move(before[i]), std::move(after[i])});
  }
}

/// Whether `wide` says of everybody, of the group or of the model what `one` says.
bool says(const OddsChange& wide, const OddsChange& one) {
  using Part = PolicyOrigin::Part;
  if (wide.before.label != one.before.label || wide.before.odds != one.before.odds ||
      wide.after.odds != one.after.odds) {
    return false;
  }
  if (wide.part == Part::everybody) return one.part != Part::everybody;
  if (one.model.empty() || !wide.model.empty()) return false;
  return wide.name == (wide.part == Part::group ? one.name : one.model);
}

std::vector<OddsChange> odds_changes(const PolicyLayers& before, const PolicyLayers& after) {
  std::vector<OddsChange> changes;
  const std::vector<PolicyScope> all = scopes(before, after);
  for (const PolicyScope& scope : all) add_odds(scope, changes);
  // As with numbers: what happens to everybody is not said again of who goes along.
  std::vector<OddsChange> result;
  for (const OddsChange& one : changes) {
    const auto is_wider = [&](const OddsChange& other) { return says(other, one); };
    if (std::ranges::none_of(changes, is_wider)) result.push_back(one);
  }
  return result;
}

std::string name_of(const PolicySnapshot& policy, const std::string& asked) {
  return asked == "draft" ? asked : std::to_string(policy.revision);
}

}  // namespace

Result<DraftedPolicy> get_policy_draft(Services& services) { return find_draft(services); }

Result<DraftedPolicy> put_policy_draft(Services& services, const Context& context,
                                       std::string_view document, std::optional<std::uint64_t> base,
                                       std::optional<RowVersion> seen) {
  LOCKSTEP_TRY(const PolicySnapshot policy, check_policy_document(document));
  return retried(seen, [&]() -> Result<DraftedPolicy> {
    LOCKSTEP_TRY(const std::optional<PolicyDraft> stored, services.store.policy_draft());
    LOCKSTEP_CHECK(check_seen(seen, stored ? version_of(*stored) : RowVersion(0)));
    LOCKSTEP_TRY(std::uint64_t begun_from, newest_number(services));
    if (base && *base > begun_from) return fail(Errc::invalid_input, "no such base revision");
    if (!base && stored) {
      begun_from = base_of(*stored).value_or(begun_from);
    }
    begun_from = base.value_or(begun_from);
    AuditEvent made = event(context, EventKind::policy_drafted);
    made.details = {{"base", std::to_string(begun_from)}, {"change", "written"}};
    LOCKSTEP_TRY(const PolicySnapshot from, find_revision(services, begun_from));
    add_changes(from.layers, policy.layers, made);
    LOCKSTEP_CHECK(services.store.commit(
        ChangeSet{{PutPolicyDraft{PolicyDraft{packed(begun_from, document), context.now.wall,
                                              context.caller.actor,
                                              stored ? stored->version : RowVersion(0)}}},
                  {std::move(made)}}));
    return find_draft(services);
  });
}

Result<void> delete_policy_draft(Services& services, const Context& context,
                                 std::optional<RowVersion> seen) {
  return retried(seen, [&]() -> Result<void> {
    LOCKSTEP_TRY(const std::optional<PolicyDraft> stored, services.store.policy_draft());
    if (!stored) return fail(Errc::not_found, "there is no draft");
    LOCKSTEP_CHECK(check_seen(seen, version_of(*stored)));
    AuditEvent made = event(context, EventKind::policy_drafted);
    if (const auto base = base_of(*stored)) made.details = {{"base", std::to_string(*base)}};
    made.details.emplace_back("change", "thrown away");
    return services.store.commit(
        ChangeSet{{DeletePolicyDraft{stored->version}}, {std::move(made)}});
  });
}

Result<PolicySnapshot> apply_policy_draft(Services& services, const Context& context,
                                          std::optional<RowVersion> seen) {
  LOCKSTEP_TRY(const DraftedPolicy draft, find_draft(services));
  LOCKSTEP_CHECK(check_seen(seen, draft.version));
  PolicyStep step;
  step.base = draft.base;
  step.changes.emplace_back(DeletePolicyDraft{draft.row});
  step.details = {{"from", "draft"}, {"drafted_by", draft.by.value()}};
  return put_policy(services, context, draft.policy.document, std::move(step));
}

Result<PolicySnapshot> revert_policy(Services& services, const Context& context,
                                     std::uint64_t revision) {
  LOCKSTEP_TRY(const PolicySnapshot back, find_revision(services, revision));
  PolicyStep step;
  step.details = {{"from", fmt::format("revision {}", revision)}};
  return put_policy(services, context, back.document, std::move(step));
}

Result<std::vector<PolicyRevision>> list_policy_revisions(Services& services, std::uint64_t before,
                                                          std::uint32_t limit) {
  LOCKSTEP_CHECK(check_limit(limit));
  return services.store.policies(before, limit);
}

Result<PolicyComparison> compare_policies(Services& services, const Context& context,
                                          const std::string& from, const std::string& to) {
  std::optional<RowVersion> draft;
  LOCKSTEP_TRY(const PolicySnapshot before, find_named(services, context, from, draft));
  LOCKSTEP_TRY(const PolicySnapshot after, find_named(services, context, to, draft));
  return PolicyComparison{name_of(before, from), name_of(after, to),
                          differences(before.layers, after.layers),
                          odds_changes(before.layers, after.layers), draft};
}

}  // namespace lockstep
