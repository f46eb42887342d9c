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

Result<DraftedPolicy> unpacked(const PolicyDraft& draft) {
  LOCKSTEP_TRY(const boost::json::value value, parse_json(draft.document));
  LOCKSTEP_TRY(JsonObject object, JsonObject::of(value));
  LOCKSTEP_TRY(const std::int64_t base, object.number("base", {}));
  const boost::json::value* document = object.member("document");
  if (document == nullptr) return fail(Errc::corrupt, "the stored draft has no document");
  LOCKSTEP_TRY(PolicySnapshot policy, parse_policy(to_json(*document)));
  return DraftedPolicy{std::move(policy), static_cast<std::uint64_t>(base), draft.at, draft.by,
                       draft.version};
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

Result<PolicySnapshot> find_named(Services& services, const Context& context,
                                  const std::string& name) {
  if (name == "current") return *context.policy;
  if (name == "draft") {
    LOCKSTEP_TRY(DraftedPolicy draft, find_draft(services));
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
    changes.push_back({scope.part, scope.name, std::move(before[i]), std::move(after[i])});
  }
}

bool is_same_change(const OddsChange& one, const OddsChange& other) {
  return one.before.label == other.before.label && one.before.odds == other.before.odds &&
         one.after.odds == other.after.odds;
}

std::vector<OddsChange> odds_changes(const PolicyLayers& before, const PolicyLayers& after) {
  std::vector<OddsChange> changes;
  std::size_t everybodys = 0;
  for (const PolicyScope& scope : scopes(before, after)) {
    add_odds(scope, changes);
    if (scope.part == PolicyOrigin::Part::everybody) everybodys = changes.size();
  }
  // As with numbers: what happens to everybody is not said again of who goes along.
  const auto said = [&](const OddsChange& change) {
    return std::any_of(changes.begin(), changes.begin() + static_cast<std::ptrdiff_t>(everybodys),
                       [&](const OddsChange& other) { return is_same_change(change, other); });
  };
  std::vector<OddsChange> result(changes.begin(),
                                 changes.begin() + static_cast<std::ptrdiff_t>(everybodys));
  for (std::size_t i = everybodys; i < changes.size(); ++i) {
    if (!said(changes[i])) result.push_back(changes[i]);
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
    LOCKSTEP_CHECK(check_seen(seen, stored ? stored->version : RowVersion(0)));
    LOCKSTEP_TRY(std::uint64_t begun_from, newest_number(services));
    if (base && *base > begun_from) return fail(Errc::invalid_input, "no such base revision");
    if (!base && stored) {
      LOCKSTEP_TRY(const DraftedPolicy before, unpacked(*stored));
      begun_from = before.base;
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
    LOCKSTEP_TRY(const DraftedPolicy draft, find_draft(services));
    LOCKSTEP_CHECK(check_seen(seen, draft.version));
    AuditEvent made = event(context, EventKind::policy_drafted);
    made.details = {{"base", std::to_string(draft.base)}, {"change", "thrown away"}};
    return services.store.commit(ChangeSet{{DeletePolicyDraft{draft.version}}, {std::move(made)}});
  });
}

Result<PolicySnapshot> apply_policy_draft(Services& services, const Context& context,
                                          std::optional<RowVersion> seen) {
  LOCKSTEP_TRY(const DraftedPolicy draft, find_draft(services));
  LOCKSTEP_CHECK(check_seen(seen, draft.version));
  PolicyStep step;
  step.base = draft.base;
  step.changes.emplace_back(DeletePolicyDraft{draft.version});
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
  LOCKSTEP_TRY(const PolicySnapshot before, find_named(services, context, from));
  LOCKSTEP_TRY(const PolicySnapshot after, find_named(services, context, to));
  return PolicyComparison{name_of(before, from), name_of(after, to),
                          differences(before.layers, after.layers),
                          odds_changes(before.layers, after.layers)};
}

}  // namespace lockstep
