// SPDX-License-Identifier: Apache-2.0
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
constexpr Field kKeyRow[] = {{"NAME", "name"},
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

/// At the version that is there now: who rotates it meanwhile makes this fail.
ExitCode rotate_key(CliSession& session, const KeyName& options) {
  const Target target = Target("/api/v1/api-keys").segment(options.name);
  const auto reply = session.api.send({"GET", target.text(), ""});
  if (!reply) return report(session.terminal, reply.error());
  if (exit_code_of_status(reply->status) != ExitCode::ok) return report_problem(session, *reply);
  const auto seen = parse_answer(*reply);
  if (!seen) return report(session.terminal, seen.error());
  const json::value* version =
      seen->is_object() ? seen->get_object().if_contains("version") : nullptr;
  if (version == nullptr) {
    return report(session.terminal, {Errc::unavailable, "the server's answer names no version"});
  }
  return call_api(
      session,
      {"POST", target.text() + "/rotate", json::serialize(json::object{{"version", *version}})},
      shows_record(kNewKey));
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
