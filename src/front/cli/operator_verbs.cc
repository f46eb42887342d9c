// SPDX-License-Identifier: Apache-2.0
// Those who work with the console, and what one of them asks of another.
#include <optional>
#include <string>
#include <vector>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include "front/cli/table.h"
#include "front/cli/verb.h"
#include "front/cli/verbs.h"

namespace lockstep {
namespace {

namespace json = boost::json;

constexpr Field kOperator[] = {{"operator", "name"},
                               {"full name", "full_name"},
                               {"email", "email"},
                               {"role", "role"},
                               {"scope", "scope"},
                               {"status", "status"},
                               {"tokens of", "tokens_of"},
                               {"set up", "is_set_up"},
                               {"last sign-in", "signed_in_at"},
                               {"paused until", "paused_until"},
                               {"created", "created_at"}};
constexpr Field kOperatorRow[] = {{"OPERATOR", "name"},
                                  {"ROLE", "role"},
                                  {"SCOPE", "scope"},
                                  {"STATUS", "status"},
                                  {"TOKENS OF", "tokens_of"},
                                  {"SET UP", "is_set_up"},
                                  {"LAST SIGN-IN", "signed_in_at"}};
constexpr Field kSessionRow[] = {{"SESSION", "id"},
                                 {"SINCE", "created_at"},
                                 {"LAST SEEN", "seen_at"},
                                 {"ENDS", "expires_at"},
                                 {"FROM", "about"}};

Target operator_target(const std::string& name) {
  return Target("/api/v1/operators").segment(name);
}

struct OperatorName {
  std::string name;
};

void declare_name(CLI::App& verb, OperatorName& options) {
  verb.add_option("NAME", options.name, "Name of the operator")->required();
}

struct Account {
  std::string name;
  std::optional<std::string> role;
  std::vector<std::string> scope;
  bool everybody = false;
  std::optional<std::string> tokens_of;
  std::optional<std::string> full_name;
  std::optional<std::string> email;
  std::optional<std::string> status;
};

/// Returns the option for the role, which one of the verbs requires.
CLI::Option* declare_account(CLI::App& verb, Account& account) {
  verb.add_option("NAME", account.name, "Name to sign in with; case does not matter")->required();
  verb.add_option("--scope", account.scope,
                  "Groups whose members they may see and change, parted by commas")
      ->delimiter(',');
  verb.add_option("--tokens-of", account.tokens_of, "The user whose tokens are the second factor");
  verb.add_option("--full-name", account.full_name, "What people call them");
  verb.add_option("--email", account.email, "Email address");
  return verb.add_option("--role", account.role, "owner, administrator, help_desk or auditor")
      ->check(CLI::IsMember({"owner", "administrator", "help_desk", "auditor"}));
}

void declare_new(CLI::App& verb, Account& account) { declare_account(verb, account)->required(); }

void declare_change(CLI::App& verb, Account& account) {
  declare_account(verb, account);
  verb.add_flag("--everybody", account.everybody, "No scope: all users are theirs")
      ->excludes("--scope");
  verb.add_option("--status", account.status, "Whether they may sign in")
      ->check(CLI::IsMember({"enabled", "disabled"}));
}

json::object body_of(const Account& account) {
  json::object body;
  const auto put = [&body](const char* name, const std::optional<std::string>& value) {
    if (value) body[name] = *value;
  };
  put("role", account.role);
  if (account.everybody) body["scope"] = nullptr;
  if (!account.scope.empty()) {
    json::array& scope = body["scope"].emplace_array();
    for (const std::string& group : account.scope) scope.emplace_back(group);
  }
  put("tokens_of", account.tokens_of);
  put("full_name", account.full_name);
  put("email", account.email);
  put("status", account.status);
  return body;
}

std::string link_text(const json::value& answer, const std::string& where) {
  const std::string prefix = where.empty() ? "" : where + ".";
  return "set-up link, shown this once: " + printable(text_at(answer, prefix + "path")) +
         "\ngood until " + printable(text_at(answer, prefix + "expires_at")) +
         "; put the console's address in front of it\n";
}

ExitCode add(CliSession& session, const Account& account) {
  json::object body = body_of(account);
  body["name"] = account.name;
  return call_api(
      session, {"POST", "/api/v1/operators", json::serialize(body)}, [](const json::value& answer) {
        const json::value* made =
            answer.is_object() ? answer.get_object().if_contains("operator") : nullptr;
        return (made == nullptr ? "" : record_text(*made, kOperator)) + link_text(answer, "setup");
      });
}

struct SignOut {
  std::string name;
  std::optional<std::string> session;
};

void declare_sign_out(CLI::App& verb, SignOut& options) {
  verb.add_option("NAME", options.name, "Name of the operator")->required();
  verb.add_option("--session", options.session, "One of `operator sessions`; default: all");
}

ExitCode sign_out(CliSession& session, const SignOut& options) {
  Target target = operator_target(options.name);
  target.segment("sessions");
  if (options.session) target.segment(*options.session);
  return call_api(session, {"DELETE", target.text(), ""},
                  says(options.name + (options.session ? " is signed out of that session\n"
                                                       : " is signed out everywhere\n")));
}

void add_account_verbs(CLI::App& noun, Action& chosen) {
  add_verb<Account>(
      noun, chosen,
      {"add", "Makes an operator's account and shows, this once, the link that sets it up.",
       "Example: lockstep operator add karin --role help_desk --scope staff --tokens-of karin\n"
       "The link asks for a password and for a code of a token of the user behind --tokens-of:\n"
       "both are needed at each sign-in. It works once, for a day; `operator setup` makes "
       "another."},
      declare_new, add);
  add_verb<PageOptions>(
      noun, chosen, {"list", "Lists operators by name.", "Example: lockstep operator list"},
      declare_page, [](CliSession& session, const PageOptions& page) {
        Target target("/api/v1/operators");
        add_to(target, page);
        return call_api(session, {"GET", target.text(), ""}, shows_list("items", kOperatorRow));
      });
  add_verb<OperatorName>(noun, chosen,
                         {"show", "Shows an operator: role, scope, state and second factor.",
                          "Example: lockstep operator show karin"},
                         declare_name, [](CliSession& session, const OperatorName& options) {
                           return call_api(session,
                                           {"GET", operator_target(options.name).text(), ""},
                                           shows_record(kOperator));
                         });
  add_verb<Account>(
      noun, chosen,
      {"change", "Changes an operator: role, scope, state, second factor, name or address.",
       "Example: lockstep operator change karin --status disabled\n"
       "         lockstep operator change karin --role administrator --everybody\n"
       "Changes of the first four end the operator's sessions. The last owner who is enabled\n"
       "stays an owner, and enabled."},
      declare_change, [](CliSession& session, const Account& account) {
        return call_api(
            session,
            {"PATCH", operator_target(account.name).text(), json::serialize(body_of(account))},
            shows_record(kOperator));
      });
  add_verb<OperatorName>(
      noun, chosen,
      {"delete", "Deletes an operator's account and ends its sessions. What they did stays known.",
       "Example: lockstep operator delete karin"},
      declare_name, [](CliSession& session, const OperatorName& options) {
        return call_api(session, {"DELETE", operator_target(options.name).text(), ""},
                        says("operator " + options.name + " deleted\n"));
      });
}

void add_session_verbs(CLI::App& noun, Action& chosen) {
  add_verb<OperatorName>(
      noun, chosen,
      {"setup", "Makes another set-up link: for who lost the first one, or the password.",
       "Example: lockstep operator setup karin\n"
       "The password that is there stays until the link is used."},
      declare_name, [](CliSession& session, const OperatorName& options) {
        Target target = operator_target(options.name);
        return call_api(session, {"POST", target.segment("setup").text(), ""},
                        [](const json::value& answer) { return link_text(answer, ""); });
      });
  add_verb<OperatorName>(noun, chosen,
                         {"sessions", "Lists where an operator is signed in.",
                          "Example: lockstep operator sessions "
                          "karin"},
                         declare_name, [](CliSession& session, const OperatorName& options) {
                           Target target = operator_target(options.name);
                           return call_api(session, {"GET", target.segment("sessions").text(), ""},
                                           shows_list("items", kSessionRow));
                         });
  add_verb<SignOut>(noun, chosen,
                    {"sign-out", "Ends an operator's sessions, or one of them.",
                     "Example: lockstep operator sign-out karin\n"
                     "To keep somebody out for good: `operator change NAME --status disabled`."},
                    declare_sign_out, sign_out);
}

}  // namespace

void add_operator_verbs(CLI::App& app, Action& chosen) {
  CLI::App& noun = add_noun(app, "operator", "Operators: those who work with the console");
  add_account_verbs(noun, chosen);
  add_session_verbs(noun, chosen);
}

}  // namespace lockstep
