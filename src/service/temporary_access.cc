// SPDX-License-Identifier: Apache-2.0
#include "service/temporary_access.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "core/sync/temporary.h"
#include "service/events.h"
#include "service/first_factor.h"
#include "service/outgoing_mail.h"

namespace lockstep {
namespace {

constexpr Seconds kLastsMin{60};

Result<void> check(const TemporaryOrder& order) {
  if (order.count < 1 || order.count > TemporaryAccess::kCodesMax) {
    return fail(Errc::invalid_input, "1 to 20 codes can be given at once");
  }
  if (!order.single_use && order.count != 1) {
    return fail(Errc::invalid_input, "several codes work once each: say so");
  }
  if (order.lasts < kLastsMin || order.lasts > kTemporaryMax) {
    return fail(Errc::invalid_input, "temporary codes last a minute to 30 days");
  }
  return {};
}

/// Codes that all differ.
std::vector<std::string> draw(Random& random, std::uint32_t count) {
  std::vector<std::string> codes;
  while (codes.size() < count) {
    std::string code =
        fmt::format("{:0{}}", random.id() % kTemporaryDigits.modulus(), kTemporaryDigits.count());
    if (std::ranges::find(codes, code) == codes.end()) codes.push_back(std::move(code));
  }
  return codes;
}

}  // namespace

Result<GivenCodes> give_temporary_access(Services& services, const Context& context,
                                         const UserName& user, const TemporaryOrder& order) {
  LOCKSTEP_CHECK(check(order));
  GivenCodes given{draw(services.random, order.count), context.now.wall + order.lasts};
  TemporaryAccess access{.codes = {},
                         .single_use = order.single_use,
                         .until = given.until,
                         .when_found = order.when_found};
  for (const std::string& code : given.codes) {
    access.codes.push_back(make_pin_mac(services, Secret::copy_of(code)));
  }
  AuditEvent made = event(context, EventKind::temporary_access_given, user);
  made.details = {{"codes", std::to_string(order.count)},
                  {"use", order.single_use ? "once" : "until"},
                  {"until", to_rfc3339(given.until)},
                  {"when_found", std::string(name_of(order.when_found))}};
  LOCKSTEP_CHECK(
      services.store.attempt(Subject(user), [&](const Situation& now) -> Result<ChangeSet> {
        if (!now.user) return fail(Errc::not_found, "no such user");
        UserSync sync = now.user->sync;
        sync.temporary = access;
        ChangeSet set{{UpdateUserSync{now.user->id, now.user->version, std::move(sync)}}, {made}};
        LOCKSTEP_TRY(auto mail,
                     mail_to_user(services, context, *now.user, MailEvent::temporary_code,
                                  {{"until", to_rfc3339(given.until)},
                                   {"by", context.caller.user ? "user" : "operator"},
                                   {"source", context.caller.source}}));
        if (mail) set.changes.push_back(*std::move(mail));
        return set;
      }));
  return given;
}

Result<void> end_temporary_access(Services& services, const Context& context,
                                  const UserName& user) {
  return services.store.attempt(Subject(user), [&](const Situation& now) -> Result<ChangeSet> {
    if (!now.user) return fail(Errc::not_found, "no such user");
    ChangeSet set;
    add_end_of_temporary(context, *now.user, set);
    return set;
  });
}

void add_end_of_temporary(const Context& context, const User& user, ChangeSet& set) {
  if (!user.sync.temporary) return;
  UserSync sync = user.sync;
  sync.temporary.reset();
  set.changes.emplace_back(UpdateUserSync{user.id, user.version, std::move(sync)});
  set.events.push_back(event(context, EventKind::temporary_access_ended, user.name));
}

std::optional<std::size_t> find_temporary(const Services& services, const TemporaryAccess& access,
                                          std::string_view digits) {
  const Secret typed = Secret::copy_of(digits);
  std::optional<std::size_t> found;
  for (std::size_t i = 0; i < access.codes.size(); ++i) {
    if (mac_matches(services, access.codes[i], typed)) found = i;
  }
  return found;
}

namespace {

// In the order of the enumerators.
constexpr std::array<std::string_view, 3> kWhenFound = {"deny", "allow", "allow_after"};
static_assert(static_cast<std::size_t>(WhenFound::allow_after) + 1 == kWhenFound.size());

}  // namespace

std::string_view name_of(WhenFound when) {
  const auto index = static_cast<std::size_t>(when);
  LOCKSTEP_ASSERT(index < kWhenFound.size());
  return kWhenFound[index];
}

std::optional<WhenFound> parse_when_found(std::string_view name) {
  for (std::size_t i = 0; i < kWhenFound.size(); ++i) {
    if (kWhenFound[i] == name) return static_cast<WhenFound>(i);
  }
  return std::nullopt;
}

}  // namespace lockstep
