// SPDX-License-Identifier: Apache-2.0
#include "service/token_models.h"

#include <chrono>
#include <utility>

#include "base/text.h"
#include "formats/seed_file.h"
#include "service/events.h"
#include "service/paging.h"
#include "service/retry.h"

namespace lockstep {
namespace {

constexpr Seconds kShownForMax{3'600};
constexpr std::uint32_t kWarrantyMonthsMax = 1'200;

AuditEvent about(const Context& context, const std::string& name, const char* what) {
  AuditEvent made = event(context, EventKind::token_model_changed);
  made.details = {{"name", name}, {"change", what}};
  return made;
}

Result<void> check_text(const std::string& text, std::size_t bytes_max, const char* what) {
  if (text.size() <= bytes_max && (text.empty() || fold(text))) return {};
  return fail(Errc::invalid_input, std::string(what) + " is too long, or no plain text");
}

Result<void> check(const TokenModel& model) {
  if (model.name.empty()) return fail(Errc::invalid_input, "a token model has a name");
  LOCKSTEP_CHECK(check_text(model.name, TokenModel::kNameBytesMax, "the name"));
  LOCKSTEP_CHECK(check_text(model.maker, TokenModel::kNameBytesMax, "the maker"));
  LOCKSTEP_CHECK(check_text(model.help, TokenModel::kHelpBytesMax, "the help"));
  LOCKSTEP_CHECK(lockstep::check(model.spec));
  if (model.shown_for < Seconds(0) || model.shown_for > kShownForMax) {
    return fail(Errc::invalid_input, "a code is shown for 0 to 3600 seconds");
  }
  if (model.warranty_months > kWarrantyMonthsMax) {
    return fail(Errc::invalid_input, "a warranty lasts at most 1200 months");
  }
  return {};
}

}  // namespace

Result<std::vector<TokenModel>> list_token_models(Services& services, const Page& page) {
  LOCKSTEP_CHECK(check_limit(page.limit));
  return services.store.token_models(page);
}

Result<TokenModel> get_token_model(Services& services, const std::string& name) {
  LOCKSTEP_TRY(std::optional<TokenModel> found, services.store.token_model(name));
  if (!found) return fail(Errc::not_found, "no such token model");
  return *std::move(found);
}

Result<std::optional<TokenModel>> find_token_model(Services& services, const std::string& name) {
  if (name.empty()) return std::nullopt;
  return services.store.token_model(name);
}

std::optional<WallTime> warranty_end(const TokenModel& model, WallTime now) {
  if (model.warranty_months == 0) return std::nullopt;
  const std::chrono::sys_days today = std::chrono::floor<std::chrono::days>(now);
  std::chrono::year_month_day day(today);
  day += std::chrono::months(model.warranty_months);
  // A month that is shorter ends with its last day.
  if (!day.ok()) day = day.year() / day.month() / std::chrono::last;
  return WallTime(std::chrono::sys_days(day)) + (now - today);
}

Result<TokenModel> put_token_model(Services& services, const Context& context, TokenModel wanted,
                                   std::optional<RowVersion> seen) {
  LOCKSTEP_CHECK(check(wanted));
  return retried(seen, [&]() -> Result<TokenModel> {
    LOCKSTEP_TRY(const std::optional<TokenModel> stored, services.store.token_model(wanted.name));
    LOCKSTEP_CHECK(check_seen(seen, stored ? stored->version : RowVersion(0)));
    wanted.version = stored ? stored->version : RowVersion(1);
    if (stored && *stored == wanted) return wanted;
    ChangeSet set;
    set.changes.push_back(stored ? Change(UpdateTokenModel{wanted})
                                 : Change(InsertTokenModel{wanted}));
    set.events.push_back(about(context, wanted.name, stored ? "changed" : "added"));
    LOCKSTEP_CHECK(services.store.commit(std::move(set)));
    return get_token_model(services, wanted.name);
  });
}

Result<void> delete_token_model(Services& services, const Context& context, const std::string& name,
                                std::optional<RowVersion> seen) {
  return retried(seen, [&]() -> Result<void> {
    LOCKSTEP_TRY(const TokenModel stored, get_token_model(services, name));
    LOCKSTEP_CHECK(check_seen(seen, stored.version));
    return services.store.commit(
        ChangeSet{{DeleteTokenModel{name, stored.version}}, {about(context, name, "deleted")}});
  });
}

}  // namespace lockstep
