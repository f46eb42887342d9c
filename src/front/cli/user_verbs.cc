// SPDX-License-Identifier: Apache-2.0
#include <optional>
#include <string>

#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include "front/cli/table.h"
#include "front/cli/verb.h"
#include "front/cli/verbs.h"

namespace lockstep {
namespace {

namespace json = boost::json;

constexpr Field kUser[] = {
    {"user", "id"},
    {"first name", "first_name"},
    {"last name", "last_name"},
    {"email", "email"},
    {"phone", "phone"},
    {"status", "status"},
    {"password", "has_password"},
    {"PIN", "has_pin"},
    {"next log-in", "escalation"},
    {"groups", "groups"},
    {"last log-in", "last_sign_in_at"},
    {"PIN set", "pin.set_at"},
    {"PIN expires", "pin.expires_at"},
    {"PIN to be changed", "pin.must_change"},
    {"created", "created_at"},
};
constexpr Field kUserToken[] = {
    {"TOKEN", "serial"},
    {"KIND", "kind"},
    {"STATE", "state"},
    {"MODEL", "model"},
};
constexpr Field kUserRow[] = {
    {"USER", "id"},
    {"FIRST NAME", "first_name"},
    {"LAST NAME", "last_name"},
    {"EMAIL", "email"},
    {"STATUS", "status"},
    {"PASSWORD", "has_password"},
    {"PIN", "has_pin"},
    {"TOKENS", "tokens"},
    {"GROUPS", "groups"},
    {"LAST LOG-IN", "last_sign_in_at"},
};

Target user_target(const std::string& user) { return Target("/api/v1/users").segment(user); }

ApiRequest put_user(const std::string& user, const json::object& body) {
  return {"PUT", user_target(user).text(), json::serialize(body)};
}

struct UserOnly {
  std::string user;
};

void declare_user(CLI::App& verb, std::string& user) {
  verb.add_option("USER", user, "User name, as typed at log-in; case does not matter")->required();
}

struct LinkOptions {
  std::string user;
  std::string serial;
};

void declare_link(CLI::App& verb, LinkOptions& options) {
  declare_user(verb, options.user);
  verb.add_option("SERIAL", options.serial, "The token's serial number")->required();
}

void declare_user_only(CLI::App& verb, UserOnly& options) { declare_user(verb, options.user); }

struct Person {
  std::string user;
  std::optional<std::string> first_name;
  std::optional<std::string> last_name;
  std::optional<std::string> email;
  std::optional<std::string> phone;
  std::optional<std::string> status;
};

void declare_person(CLI::App& verb, Person& person) {
  declare_user(verb, person.user);
  verb.add_option("--first", person.first_name, "First name");
  verb.add_option("--last", person.last_name, "Last name");
  verb.add_option("--email", person.email, "Email address");
  verb.add_option("--phone", person.phone, "Telephone number");
}

void declare_change(CLI::App& verb, Person& person) {
  declare_person(verb, person);
  verb.add_option("--status", person.status, "Whether the user may log in")
      ->check(CLI::IsMember({"enabled", "disabled"}));
}

json::object body_of(const Person& person) {
  json::object body;
  const auto put = [&body](const char* name, const std::optional<std::string>& value) {
    if (value) body[name] = *value;
  };
  put("first_name", person.first_name);
  put("last_name", person.last_name);
  put("email", person.email);
  put("phone", person.phone);
  put("status", person.status);
  return body;
}

struct FactorOptions {
  std::string user;
  bool from_input = false;
  bool clear = false;
  bool draw = false;
  bool must_change = false;
};

void declare_factor(CLI::App& verb, FactorOptions& options) {
  declare_user(verb, options.user);
  CLI::Option* from_input =
      verb.add_flag("--stdin", options.from_input, "Read one line of standard input; do not ask");
  verb.add_flag("--clear", options.clear, "Take it away")->excludes(from_input);
}

void declare_pin(CLI::App& verb, FactorOptions& options) {
  declare_factor(verb, options);
  CLI::Option* draw =
      verb.add_flag("--draw", options.draw, "Let the server make one up; it is shown this once");
  draw->excludes(verb.get_option("--stdin"))->excludes(verb.get_option("--clear"));
  verb.add_flag("--must-change", options.must_change,
                "The user has to choose another one at the next log-in")
      ->excludes(draw)
      ->excludes(verb.get_option("--clear"));
}

std::string given_pin(const json::value& answer) {
  const bool must_change = text_at(answer, "must_change") == "yes";
  return printable(text_at(answer, "pin")) + "\nshown this once" +
         (must_change ? "; to be changed at the next log-in\n" : "\n");
}

/// The thing that a user knows: which member of the API it is and what people call it.
struct FactorName {
  const char* member;
  const char* word;
};

ExitCode change_factor(CliSession& session, const FactorOptions& options,
                       const FactorName& factor) {
  const Target target = user_target(options.user).segment(factor.member);
  if (options.draw) return call_api(session, {"POST", target.text(), ""}, given_pin);
  if (options.clear) {
    return call_api(session, {"DELETE", target.text(), ""},
                    says(std::string(factor.word) + " of " + options.user + " taken away\n"));
  }
  const auto from = options.from_input ? SecretFrom::standard_input : SecretFrom::prompt;
  const auto secret = new_secret(session.terminal, factor.word, from);
  if (!secret) return report(session.terminal, secret.error());
  json::object body{{factor.member, *secret}};
  if (options.must_change) body["must_change"] = true;
  return call_api(session, {"PUT", target.text(), json::serialize(body)},
                  says(std::string(factor.word) + " of " + options.user + " set\n"));
}

/// Changes only a user who is there, where the API would make one: a slip of the finger in a name
/// must not become a user.
ExitCode set_user(CliSession& session, const Person& person) {
  const auto found = session.api.send({"GET", user_target(person.user).text(), ""});
  if (!found) return report(session.terminal, found.error());
  if (exit_code_of_status(found->status) != ExitCode::ok) return report_problem(session, *found);
  return call_api(session, put_user(person.user, body_of(person)), shows_record(kUser));
}

std::string user_text(const json::value& user) {
  return record_text(user, kUser) + '\n' + list_text(user, "tokens", kUserToken);
}

struct ListOptions {
  std::string search;
  std::string group;
  std::string status;
  bool without_token = false;
  bool without_group = false;
  std::string misses_from;
  PageOptions page;
};

void declare_list(CLI::App& verb, ListOptions& options) {
  verb.add_option("--search,-q", options.search,
                  "Part of a name or email address, or a token's serial");
  verb.add_option("--group", options.group, "Only members of this group");
  verb.add_option("--status", options.status, "Only those who may, or may not, log in")
      ->check(CLI::IsMember({"enabled", "disabled"}));
  verb.add_flag("--without-token", options.without_token, "Only users who have no token");
  verb.add_flag("--without-group", options.without_group, "Only users who are in no group");
  verb.add_option("--misses-from", options.misses_from,
                  "Only users with so many misses in a row, or more");
  declare_page(verb, options.page);
}

ExitCode list_users(CliSession& session, const ListOptions& options) {
  Target target("/api/v1/users");
  target.query("q", options.search).query("group", options.group);
  target.query("status", options.status).query("misses_from", options.misses_from);
  if (options.without_token) target.query("has_token", "false");
  if (options.without_group) target.query("has_group", "false");
  add_to(target, options.page);
  return call_api(session, {"GET", target.text(), ""}, shows_list("items", kUserRow));
}

void add_changing_verbs(CLI::App& user, Action& chosen) {
  add_verb<Person>(
      user, chosen,
      {"add", "Adds a user, whom tokens can then be assigned to.",
       "Example: lockstep user add anna --first Anna --last Lind --email anna@example.org\n"
       "Of one who is there already it changes what is named. A password or a PIN is set by\n"
       "`lockstep user password` and `lockstep user pin`."},
      declare_person, [](CliSession& session, const Person& person) {
        return call_api(session, put_user(person.user, body_of(person)), shows_record(kUser));
      });
  add_verb<Person>(
      user, chosen,
      {"set", "Changes a user's names, email address or status; what is not named stays.",
       "Example: lockstep user set anna --status disabled\n"
       "A disabled user cannot log in with any token."},
      declare_change, set_user);
  add_verb<FactorOptions>(
      user, chosen,
      {"password", "Sets the password that a log-in needs beside the code, 8 to 256 bytes.",
       "Example: lockstep user password anna\n"
       "It is asked for without echo, or read with --stdin; never from the command line, which\n"
       "every process of the machine can read."},
      declare_factor, [](CliSession& session, const FactorOptions& options) {
        return change_factor(session, options, {"password", "Password"});
      });
  add_verb<FactorOptions>(
      user, chosen,
      {"pin", "Sets the PIN that is typed in front of the code, 4 to 16 characters.",
       "Example: lockstep user pin anna\n"
       "         printf '%s\\n' \"$PIN\" | lockstep user pin anna --stdin\n"
       "         lockstep user pin anna --draw\n"
       "What PINs have to be like, how long they last and who makes them up is policy: pin.*."},
      declare_pin, [](CliSession& session, const FactorOptions& options) {
        return change_factor(session, options, {"pin", "PIN"});
      });
}

}  // namespace

void add_user_verbs(CLI::App& app, Action& chosen) {
  CLI::App& user = add_noun(app, "user", "Users: who logs in");
  add_changing_verbs(user, chosen);
  add_verb<UserOnly>(user, chosen,
                     {"show", "Shows a user with tokens, groups and what the next log-in needs.",
                      "Example: lockstep user show anna"},
                     declare_user_only, [](CliSession& session, const UserOnly& options) {
                       return call_api(session, {"GET", user_target(options.user).text(), ""},
                                       user_text);
                     });
  add_verb<ListOptions>(user, chosen,
                        {"list", "Lists users by name, a page at a time.",
                         "Example: lockstep user list -q lind --group staff"},
                        declare_list, list_users);
  add_user_import_verb(user, chosen);
  add_verb<UserOnly>(
      user, chosen,
      {"unlock", "Forgets a user's misses in a row, which opens a locked account.",
       "Example: lockstep user unlock anna\n"
       "Do it when you know that it was the user who mistyped. What counts for the year stays."},
      declare_user_only, [](CliSession& session, const UserOnly& options) {
        Target target = user_target(options.user);
        return call_api(session, {"POST", target.segment("unlock").text(), ""},
                        says(options.user + " unlocked\n"));
      });
  add_verb<LinkOptions>(
      user, chosen,
      {"link", "Mails a user a link to the resynchronisation of one of their tokens.",
       "Example: lockstep user link anna 1000104411\n"
       "It is good for 24 hours and once. Whoever follows it is sent a code by mail first, so the\n"
       "link by itself opens nothing."},
      declare_link, [](CliSession& session, const LinkOptions& options) {
        Target target = user_target(options.user);
        const json::object body{{"serial", options.serial}};
        return call_api(session, {"POST", target.segment("link").text(), json::serialize(body)},
                        says(options.user + " is sent a link\n"));
      });
  add_verb<UserOnly>(
      user, chosen,
      {"delete", "Deletes a user; their tokens go back to stock, their memberships go.",
       "Example: lockstep user delete anna\n"
       "The audit keeps what they did. To keep somebody out for a while, use\n"
       "`lockstep user set anna --status disabled`."},
      declare_user_only, [](CliSession& session, const UserOnly& options) {
        return call_api(session, {"DELETE", user_target(options.user).text(), ""},
                        says(options.user + " deleted\n"));
      });
}

}  // namespace lockstep
