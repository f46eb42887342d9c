// SPDX-License-Identifier: Apache-2.0
#include "app/portal_config.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "app/config_section.h"
#include "core/model/user.h"
#include "core/sync/temporary.h"

namespace lockstep {
namespace {

constexpr std::int64_t kSecondsMax = 7 * 24 * 3'600;

Result<void> read_seconds(ConfigSection& section, const std::string& key, std::int64_t highest,
                          Seconds& into) {
  constexpr std::int64_t kLowest = 60;
  std::optional<std::int64_t> seconds;
  LOCKSTEP_CHECK(section.read_number(key, kLowest, highest, seconds));
  if (seconds) into = Seconds(*seconds);
  return {};
}

Result<void> read_portal_allow(ConfigSection& portal, PortalSettings::Allow& allow) {
  LOCKSTEP_TRY(const toml::value table, portal.table("allow"));
  ConfigSection section(table, "portal.allow");
  LOCKSTEP_CHECK(section.read("resync", allow.resync));
  LOCKSTEP_CHECK(section.read("report_lost", allow.report_lost));
  LOCKSTEP_CHECK(section.read("temporary_code", allow.temporary_code));
  LOCKSTEP_CHECK(section.read("rename", allow.rename));
  LOCKSTEP_CHECK(section.read("make_primary", allow.make_primary));
  LOCKSTEP_CHECK(section.read("test", allow.test));
  LOCKSTEP_CHECK(section.read("not_me", allow.not_me));
  return section.no_others();
}

Result<void> read_portal_help(ConfigSection& portal, PortalSettings::Help& help) {
  LOCKSTEP_TRY(const toml::value table, portal.table("help"));
  ConfigSection section(table, "portal.help");
  LOCKSTEP_CHECK(section.read("phone", help.phone));
  LOCKSTEP_CHECK(section.read("email", help.email));
  LOCKSTEP_CHECK(section.read("hours", help.hours));
  LOCKSTEP_CHECK(section.read("url", help.url));
  return section.no_others();
}

Result<void> read_troubleshoot(ConfigSection& section, std::vector<Trouble>& troubles) {
  constexpr std::pair<std::string_view, Trouble> kNames[] = {
      {"not_accepted", Trouble::not_accepted},
      {"broken", Trouble::broken},
      {"left_behind", Trouble::left_behind},
      {"lost", Trouble::lost}};
  if (!section.has("troubleshoot")) return {};
  std::vector<std::string> names;
  LOCKSTEP_CHECK(section.read("troubleshoot", names));
  troubles.clear();
  for (const std::string& name : names) {
    const auto* found = std::ranges::find(kNames, name, [](const auto& one) { return one.first; });
    const bool known = found != std::end(kNames);
    if (!known || std::ranges::find(troubles, found->second) != troubles.end()) {
      return std::unexpected<Error>(
          section.error_at("troubleshoot",
                           "portal.troubleshoot names each of not_accepted, broken, left_behind, "
                           "lost at most once"));
    }
    troubles.push_back(found->second);
  }
  return {};
}

Result<void> read_languages(ConfigSection& section, PortalSettings& portal) {
  if (section.has("languages")) portal.languages.clear();
  LOCKSTEP_CHECK(section.read("languages", portal.languages));
  if (!portal.languages.empty()) portal.default_language = portal.languages.front();
  LOCKSTEP_CHECK(section.read("default_language", portal.default_language));
  const auto& known = portal.languages;
  if (std::ranges::find(known, portal.default_language) != known.end()) return {};
  return fail(Errc::invalid_input, "portal.default_language is one of portal.languages");
}

}  // namespace

Result<void> read_portal(ConfigSection& root, PortalSettings& portal) {
  LOCKSTEP_TRY(const toml::value table, root.table("portal"));
  ConfigSection section(table, "portal");
  LOCKSTEP_CHECK(section.read("organisation", portal.organisation));
  LOCKSTEP_CHECK(section.read("url", portal.url));
  if (portal.url.ends_with('/')) portal.url.pop_back();
  LOCKSTEP_CHECK(read_languages(section, portal));
  LOCKSTEP_CHECK(section.read("password", portal.password));
  LOCKSTEP_CHECK(section.read("email_code", portal.email_code));
  LOCKSTEP_CHECK(read_troubleshoot(section, portal.troubleshoot));
  std::optional<std::int64_t> codes;
  LOCKSTEP_CHECK(section.read_number("temporary_codes", 0, TemporaryAccess::kCodesMax, codes));
  if (codes) portal.temporary_codes = static_cast<std::uint32_t>(*codes);
  LOCKSTEP_CHECK(
      read_seconds(section, "temporary_seconds", kTemporaryMax.count(), portal.temporary_lasts));
  LOCKSTEP_CHECK(read_seconds(section, "idle_seconds", kSecondsMax, portal.idle));
  LOCKSTEP_CHECK(read_seconds(section, "life_seconds", kSecondsMax, portal.life));
  LOCKSTEP_CHECK(read_seconds(section, "fresh_seconds", kSecondsMax, portal.fresh));
  LOCKSTEP_CHECK(read_portal_allow(section, portal.allow));
  LOCKSTEP_CHECK(read_portal_help(section, portal.help));
  return section.no_others();
}

}  // namespace lockstep
