// SPDX-License-Identifier: Apache-2.0
#include <expected>
#include <string>
#include <vector>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include "core/model/permission.h"
#include "front/cli/verb.h"
#include "front/cli/verbs.h"

namespace lockstep {
namespace {

namespace json = boost::json;

constexpr Field kNewKey[] = {
    {"name", "api_key.name"}, {"scopes", "api_key.permissions"}, {"key, shown this once", "key"}};
constexpr Field kKey[] = {{"name", "name"},
                          {"scopes", "permissions"},
                          {"group demanded", "required_group"},
                          {"created", "created_at"},
                          {"revoked", "revoked_at"}};
constexpr Field kKeyRow[] = {{"NAME", "name"},
                             {"GROUP", "required_group"},
                             {"CREATED", "created_at"},
                             {"REVOKED", "revoked_at"},
                             {"SCOPES", "permissions"}};

struct NewKey {
  std::string name;
  std::vector<std::string> scopes;
};

std::vector<std::string> all_scopes() {
  std::vector<std::string> names;
  for (std::size_t i = 0; i < kPermissionCount; ++i) {
    names.emplace_back(name_of(static_cast<Permission>(i)));
  }
  return names;
}

void declare_new_key(CLI::App& verb, NewKey& options) {
  verb.add_option("NAME", options.name,
                  "What to call it: also the source by which its log-ins are told apart")
      ->required();
  verb.add_option("--scope", options.scopes, "What its holder may do; several, parted by commas")
      ->required()
      ->delimiter(',')
      ->check(CLI::IsMember(all_scopes()));
}

ExitCode create_key(CliSession& session, const NewKey& options) {
  json::object body{{"name", options.name}};
  json::array& scopes = body["permissions"].emplace_array();
  for (const std::string& scope : options.scopes) scopes.emplace_back(scope);
  return call_api(session, {"POST", "/api/v1/api-keys", json::serialize(body)},
                  shows_record(kNewKey));
}

struct KeyName {
  std::string name;
};

void declare_name(CLI::App& verb, KeyName& options) {
  verb.add_option("NAME", options.name, "Name of the key")->required();
}

/// The version of a key as it is now; else how the verb ends.
std::expected<json::value, ExitCode> version_of(CliSession& session, const Target& target) {
  const auto reply = session.api.send({"GET", target.text(), ""});
  if (!reply) return std::unexpected(report(session.terminal, reply.error()));
  if (exit_code_of_status(reply->status) != ExitCode::ok) {
    return std::unexpected(report_problem(session, *reply));
  }
  const auto seen = parse_answer(*reply);
  if (!seen) return std::unexpected(report(session.terminal, seen.error()));
  const json::value* version =
      seen->is_object() ? seen->get_object().if_contains("version") : nullptr;
  if (version != nullptr) return *version;
  return std::unexpected(
      report(session.terminal, {Errc::unavailable, "the server's answer names no version"}));
}

/// At the version that is there now: who rotates it meanwhile makes this fail.
ExitCode rotate_key(CliSession& session, const KeyName& options) {
  const Target target = Target("/api/v1/api-keys").segment(options.name);
  const auto version = version_of(session, target);
  if (!version) return version.error();
  return call_api(
      session,
      {"POST", target.text() + "/rotate", json::serialize(json::object{{"version", *version}})},
      shows_record(kNewKey));
}

struct Demand {
  std::string name;
  std::string group;
  bool anybody = false;
};

void declare_demand(CLI::App& verb, Demand& options) {
  verb.add_option("NAME", options.name, "Name of the key")->required();
  CLI::Option* group =
      verb.add_option("GROUP", options.group, "Only its members log in by way of this client");
  verb.add_flag("--anybody", options.anybody, "No group is asked for")->excludes(group);
}

ExitCode demand_group(CliSession& session, const Demand& options) {
  if (options.group.empty() && !options.anybody) {
    return report(session.terminal, {Errc::invalid_input, "name a group, or say --anybody"});
  }
  const Target target = Target("/api/v1/api-keys").segment(options.name);
  const auto version = version_of(session, target);
  if (!version) return version.error();
  json::object body{{"required_group", nullptr}, {"version", *version}};
  if (!options.anybody) body["required_group"] = options.group;
  return call_api(session, {"PATCH", target.text(), json::serialize(body)}, shows_record(kKey));
}

}  // namespace

void add_key_verbs(CLI::App& app, Action& chosen) {
  CLI::App& key = add_noun(app, "key", "API keys: what other programs call with");
  add_verb<NewKey>(
      key, chosen,
      {"create", "Makes an API key and shows it this once.",
       "Example: lockstep key create vpn --scope authenticate\n"
       "Give each client a key of its own, with no more scopes than it needs. The client sends\n"
       "it as `Authorization: Bearer lsk_…`."},
      declare_new_key, create_key);
  add_verb<PageOptions>(key, chosen,
                        {"list", "Lists API keys, revoked ones too; never the keys themselves.",
                         "Example: lockstep key list"},
                        declare_page, [](CliSession& session, const PageOptions& page) {
                          Target target("/api/v1/api-keys");
                          add_to(target, page);
                          return call_api(session, {"GET", target.text(), ""},
                                          shows_list("items", kKeyRow));
                        });
  add_verb<KeyName>(
      key, chosen,
      {"rotate", "Puts another key into the place of this one, and shows it this once.",
       "Example: lockstep key rotate vpn\n"
       "Name and scopes stay. The key before it is useless from the next request on: give the\n"
       "client the new one at once. Of two who rotate it at the same time one is told so."},
      declare_name, rotate_key);
  add_verb<Demand>(
      key, chosen,
      {"require-group", "Lets only members of a group log in by way of this client.",
       "Example: lockstep key require-group vpn staff\n"
       "         lockstep key require-group vpn --anybody\n"
       "The client is told no more than ever: rejected. `audit list` says `no_group`."},
      declare_demand, demand_group);
  add_verb<KeyName>(key, chosen,
                    {"revoke", "Makes a key useless from the next request on.",
                     "Example: lockstep key revoke vpn"},
                    declare_name, [](CliSession& session, const KeyName& options) {
                      const Target target = Target("/api/v1/api-keys").segment(options.name);
                      return call_api(session, {"DELETE", target.text(), ""},
                                      says("key " + options.name + " revoked\n"));
                    });
}

}  // namespace lockstep
