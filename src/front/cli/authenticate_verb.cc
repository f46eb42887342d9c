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

/// How many codes one log-in may ask for before the command gives up.
constexpr int kRoundsMax = 10;

struct LoginOptions {
  std::string user;
  std::string group;
  bool password = false;
  bool from_input = false;
};

void declare_login(CLI::App& verb, LoginOptions& options) {
  verb.add_option("USER", options.user, "User name")->required();
  verb.add_flag("--password", options.password, "Ask for a password or PIN, too");
  verb.add_option("--group", options.group, "The user must be in this group");
  verb.add_flag("--stdin", options.from_input,
                "Read password (with --password) and codes from standard input, a line each");
}

Result<std::string> read_code(CliSession& session, const LoginOptions& options,
                              std::string_view prompt) {
  if (options.from_input) return session.terminal.input_line();
  return session.terminal.ask(prompt, Echo::on);
}

Result<json::object> login_body(CliSession& session, const LoginOptions& options) {
  json::object body{{"user", options.user}, {"client", "cli"}, {"can_prompt", true}};
  if (!options.group.empty()) body["group"] = options.group;
  if (options.password) {
    const auto from = options.from_input ? SecretFrom::standard_input : SecretFrom::prompt;
    LOCKSTEP_TRY(const std::string password,
                 known_secret(session.terminal, "Password or PIN", from));
    body["password"] = password;
  }
  LOCKSTEP_TRY(const std::string code, read_code(session, options, "Code: "));
  body["code"] = code;
  return body;
}

ExitCode say_decision(CliSession& session, const std::string& user, const ApiReply& reply,
                      const json::value& answer) {
  const bool accepted = text_at(answer, "decision") == "accept";
  if (session.format == Format::json) {
    session.terminal.out(reply.body + '\n');
  } else if (accepted) {
    session.terminal.out("Accepted, token " + text_at(answer, "serial") + ".\n");
  } else {
    session.terminal.out("Rejected. Why: lockstep audit list --user " + printable(user) + '\n');
  }
  return accepted ? ExitCode::ok : ExitCode::refused;
}

/// What a challenge asks for; says before it what there is to know.
std::string prompt_of(CliSession& session, const json::value& challenge) {
  const std::string key = text_at(challenge, "prompt");
  if (key == "new_pin_again") return "The new PIN again: ";
  if (key != "new_pin") return "Next code: ";
  const std::string problem = text_at(challenge, "pin.problem");
  const std::string given = text_at(challenge, "pin.given");
  if (!problem.empty()) session.terminal.out("Not taken: " + printable(problem) + '\n');
  if (!given.empty()) {
    session.terminal.out("The new PIN is " + printable(given) + ". Type it.\n");
  } else {
    session.terminal.out("A new PIN of " + printable(text_at(challenge, "pin.length_min")) +
                         " to " + printable(text_at(challenge, "pin.length_max")) +
                         " characters is needed.\n");
  }
  return "New PIN: ";
}

ExitCode log_in(CliSession& session, const LoginOptions& options) {
  auto body = login_body(session, options);
  if (!body) return report(session.terminal, body.error());
  for (int round = 0; round < kRoundsMax; ++round) {
    const auto reply = session.api.send({"POST", "/api/v1/authenticate", json::serialize(*body)});
    if (!reply) return report(session.terminal, reply.error());
    if (exit_code_of_status(reply->status) != ExitCode::ok) return report_problem(session, *reply);
    const auto answer = parse_answer(*reply);
    if (!answer) return report(session.terminal, answer.error());
    if (text_at(*answer, "decision") != "challenge")
      return say_decision(session, options.user, *reply, *answer);
    const auto code = read_code(session, options, prompt_of(session, *answer));
    if (!code) return report(session.terminal, code.error());
    body->erase("password");
    (*body)["state"] = text_at(*answer, "state");
    (*body)["code"] = *code;
  }
  return report(session.terminal, {Errc::unavailable, "the server asks for ever more codes"});
}

}  // namespace

void add_authenticate_verb(CLI::App& app, Action& chosen) {
  add_verb<LoginOptions>(
      app, chosen,
      {"authenticate", "Tries a log-in as a client would; the code is used up.",
       "Example: lockstep authenticate anna\n"
       "         printf '%s\\n' \"$PIN\" 123456 | lockstep authenticate anna --password --stdin\n"
       "Where a second code is asked for, this asks you for it. Ends with 1 when rejected."},
      declare_login, log_in);
}

}  // namespace lockstep
