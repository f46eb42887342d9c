// SPDX-License-Identifier: Apache-2.0
#include "front/rest/portal_json.h"

#include <array>

#include "front/rest/token_json.h"
#include "service/mail_codes.h"

namespace lockstep {
namespace {

// In the order of the enumerators.
constexpr std::array<std::string_view, 4> kTroubles = {"not_accepted", "broken", "left_behind",
                                                       "lost"};
static_assert(static_cast<std::size_t>(Trouble::lost) + 1 == kTroubles.size());
constexpr std::array<std::string_view, 3> kNotMe = {"possible", "reported", "no"};
static_assert(static_cast<std::size_t>(NotMe::no) + 1 == kNotMe.size());

void add_text(boost::json::object& to, std::string_view name, const std::string& text) {
  if (!text.empty()) to[boost::json::string_view(name.data(), name.size())] = text;
}

boost::json::object allow_json(const PortalSettings::Allow& allow) {
  return {{"resync", allow.resync},
          {"report_lost", allow.report_lost},
          {"temporary_code", allow.temporary_code},
          {"rename", allow.rename},
          {"make_primary", allow.make_primary},
          {"test", allow.test},
          {"not_me", allow.not_me}};
}

boost::json::object help_json(const PortalSettings::Help& help) {
  boost::json::object body;
  add_text(body, "phone", help.phone);
  add_text(body, "email", help.email);
  add_text(body, "hours", help.hours);
  add_text(body, "url", help.url);
  return body;
}

boost::json::object user_json(const User& user) {
  std::string name = user.first_name;
  if (!name.empty() && !user.last_name.empty()) name += ' ';
  name += user.last_name;
  boost::json::object body{{"id", user.name.text()},
                           {"name", name.empty() ? user.name.text() : name}};
  add_text(body, "email", masked_address(user.email));
  add_text(body, "language", user.language);
  return body;
}

}  // namespace

boost::json::object settings_json(const PortalSettings& settings, const Context& context) {
  boost::json::array languages;
  for (const std::string& one : settings.languages) languages.push_back(json_text(one));
  boost::json::array troubles;
  for (const Trouble one : settings.troubleshoot) {
    troubles.push_back(json_text(kTroubles[static_cast<std::size_t>(one)]));
  }
  return {{"organisation", settings.organisation},
          {"languages", std::move(languages)},
          {"default_language", settings.default_language},
          {"sign_in", {{"password", settings.password}, {"email_code", settings.email_code}}},
          {"allow", allow_json(settings.allow)},
          {"troubleshoot", std::move(troubles)},
          {"temporary_code",
           {{"seconds", settings.temporary_lasts.count()}, {"codes", settings.temporary_codes}}},
          {"help", help_json(settings.help)},
          {"demo", settings.demo},
          {"server_time", json_time(context.now.wall)}};
}

boost::json::object session_json(const Services& services, const Context& context,
                                 const UserSession& found, std::string_view secret) {
  const Session& session = found.session;
  boost::json::object body{{"state", "signed_in"},
                           {"user", user_json(found.user)},
                           {"by", json_text(name_of(found.by))},
                           {"csrf", csrf_of(secret)}};
  const auto fresh = fresh_until(services, session);
  if (fresh && *fresh > context.now.wall) body["fresh_until"] = json_time(*fresh);
  body["idle_until"] = json_time(session.expires_at);
  body["ends_at"] = json_time(ends_at(services, session));
  body["server_time"] = json_time(context.now.wall);
  if (found.task) body["task"] = {{"kind", "resync"}, {"serial", found.task->text()}};
  return body;
}

boost::json::object device_json(const Device& device) {
  const Token& token = device.token;
  boost::json::object body{{"serial", token.serial.text()},
                           {"name", device.name},
                           {"kind", json_text(name_of(token.spec.kind))},
                           {"form", json_text(name_of(token.form))},
                           {"model", token.model},
                           {"digits", token.spec.digits.count()},
                           {"primary", device.primary},
                           {"life", json_text(name_of(device.life))},
                           {"sync", json_text(name_of(device.sync))},
                           {"added_at", json_time(device.added_at)}};
  if (device.last_used_at) body["last_used_at"] = json_time(*device.last_used_at);
  add_text(body, "help", device.help);
  boost::json::array actions;
  for (const DeviceAction one : device.actions) actions.push_back(json_text(name_of(one)));
  body["actions"] = std::move(actions);
  return body;
}

boost::json::object activity_json(const Activity& entry) {
  boost::json::object body{
      {"id", std::to_string(entry.node.value()) + "-" + std::to_string(entry.seq)},
      {"at", json_time(entry.at)},
      {"what", entry.what},
      {"result", entry.ok ? "ok" : "refused"}};
  if (entry.reason != Reason::none) body["reason"] = json_text(name_of(entry.reason));
  if (entry.serial) body["serial"] = entry.serial->text();
  body["by"] = entry.by;
  add_text(body, "client", entry.client);
  add_text(body, "source", entry.source);
  body["not_me"] = json_text(kNotMe[static_cast<std::size_t>(entry.not_me)]);
  return body;
}

}  // namespace lockstep
