// SPDX-License-Identifier: Apache-2.0
#include <string>

#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include "front/cli/table.h"
#include "front/cli/verb.h"
#include "front/cli/verbs.h"

namespace lockstep {
namespace {

namespace json = boost::json;

constexpr Field kMailRow[] = {{"WRITTEN", "created_at"}, {"TO", "to"},
                              {"ABOUT", "event"},        {"STATE", "state"},
                              {"TRIES", "tries"},        {"NEXT", "next_try_at"},
                              {"PROBLEM", "problem"}};

struct ListOptions {
  std::string limit;
};

struct TestOptions {
  std::string to;
};

ExitCode list_mails(CliSession& session, const ListOptions& options) {
  const Target target = Target("/api/v1/mails").query("limit", options.limit);
  return call_api(session, {"GET", target.text(), ""}, shows_list("items", kMailRow));
}

/// A mail that was not taken is an answer of the API and a failure of the command.
ExitCode send_test(CliSession& session, const TestOptions& options) {
  const auto reply = session.api.send(
      {"POST", "/api/v1/mails/test", json::serialize(json::object{{"to", options.to}})});
  if (!reply) return report(session.terminal, reply.error());
  if (exit_code_of_status(reply->status) != ExitCode::ok) return report_problem(session, *reply);
  const auto answer = parse_answer(*reply);
  if (!answer) return report(session.terminal, answer.error());
  const std::string delivery = text_at(*answer, "delivery");
  if (session.format == Format::json) {
    session.terminal.out(reply->body + '\n');
  } else if (delivery == "taken") {
    session.terminal.out("The mail server took the mail to " + printable(options.to) + ".\n");
  } else {
    session.terminal.err("lockstep: not sent: " + printable(text_at(*answer, "why")) + '\n');
  }
  if (delivery == "taken") return ExitCode::ok;
  return delivery == "never" ? ExitCode::refused : ExitCode::unavailable;
}

}  // namespace

void add_mail_verbs(CLI::App& app, Action& chosen) {
  CLI::App& noun = add_noun(app, "mail", "What is sent by mail, and whether it arrives");
  add_verb<ListOptions>(
      noun, chosen,
      {"list", "Lists the newest mails and what became of them; never what they say.",
       "Example: lockstep mail list --limit 20\n"
       "Mails are kept for 7 days. One that is given up was refused for good, or too old."},
      [](CLI::App& verb, ListOptions& options) {
        verb.add_option("--limit", options.limit, "At most so many, 1 to 1000; default: 100");
      },
      list_mails);
  add_verb<TestOptions>(
      noun, chosen,
      {"test", "Sends a test mail at once and says what the mail server answered.",
       "Example: lockstep mail test me@example.org\n"
       "Needs a running server with a [mail] section: docs/guides/mail.md."},
      [](CLI::App& verb, TestOptions& options) {
        verb.add_option("ADDRESS", options.to, "Where to")->required();
      },
      send_test);
}

}  // namespace lockstep
