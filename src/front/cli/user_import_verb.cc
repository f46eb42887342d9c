// SPDX-License-Identifier: Apache-2.0
#include <string>

#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include "front/cli/read_file.h"
#include "front/cli/verb.h"
#include "front/cli/verbs.h"

namespace lockstep {
namespace {

namespace json = boost::json;

constexpr Field kReport[] = {{"to add", "added"},
                             {"to change", "changed"},
                             {"there already", "unchanged"},
                             {"new groups", "groups_added"},
                             {"refused", "rejected"},
                             {"not used", "notes"}};
constexpr Field kRejectedRow[] = {{"LINE", "line"}, {"USER", "user"}, {"WHY", "why"}};

struct UserImportOptions {
  std::string file;
  bool dry_run = false;
  bool yes = false;
};

void declare(CLI::App& verb, UserImportOptions& options) {
  verb.add_option("FILE", options.file, "The CSV file")->required();
  CLI::Option* dry = verb.add_flag("--dry-run", options.dry_run, "Only say what would be done");
  verb.add_flag("--yes", options.yes, "Do not ask before it is done")->excludes(dry);
}

std::string report_text(const json::value& report) {
  std::string text = record_text(report, kReport);
  if (text_at(report, "rejected") != "0") {
    text += list_text(report, "rejected_list", kRejectedRow);
  }
  return text;
}

ExitCode import_people(CliSession& session, const UserImportOptions& options) {
  const auto content = read_file(options.file, kPeopleFileBytesMax);
  if (!content) return report(session.terminal, content.error());
  json::object body{{"content", *content}, {"dry_run", true}};
  const ApiRequest ask{"POST", "/api/v1/user-imports", json::serialize(body)};
  if (options.dry_run) return call_api(session, ask, report_text);
  if (!options.yes) {
    const auto plan = session.api.send(ask);
    if (!plan) return report(session.terminal, plan.error());
    if (exit_code_of_status(plan->status) != ExitCode::ok) return report_problem(session, *plan);
    const auto answer = parse_answer(*plan);
    if (!answer) return report(session.terminal, answer.error());
    session.terminal.err(report_text(*answer));
    const auto said = session.terminal.ask("Do it? [y/N] ", Echo::on);
    if (!said) return report(session.terminal, said.error());
    if (*said != "y" && *said != "yes") {
      session.terminal.err("lockstep: nothing was changed\n");
      return ExitCode::refused;
    }
  }
  body["dry_run"] = false;
  return call_api(session, {"POST", "/api/v1/user-imports", json::serialize(body)},
                  [](const json::value& done) {
                    return text_at(done, "added") + " users added, " + text_at(done, "changed") +
                           " changed, " + text_at(done, "rejected") + " lines refused\n";
                  });
}

}  // namespace

void add_user_import_verb(CLI::App& user, Action& chosen) {
  add_verb<UserImportOptions>(
      user, chosen,
      {"import", "Adds and changes the users of a CSV file: first says what it would do.",
       "Example: lockstep user import people.csv --dry-run\n"
       "         lockstep user import people.csv --yes\n"
       "The first line names the columns: name (or user, login, upn), and any of first name, last\n"
       "name, email, phone and groups. Groups are parted by ';', and made where they are missing. "
       "An\n"
       "empty field leaves what is there, and nobody is taken out of a group or deleted. A line\n"
       "that cannot be read is named and left out; the others are done together or not at all,\n"
       "and doing it again changes nothing."},
      declare, import_people);
}

}  // namespace lockstep
