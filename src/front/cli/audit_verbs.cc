// SPDX-License-Identifier: Apache-2.0
#include <string>

#include <boost/json/array.hpp>
#include <boost/json/serialize.hpp>

#include "front/cli/verb.h"
#include "front/cli/verbs.h"

namespace lockstep {
namespace {

namespace json = boost::json;

constexpr Field kRecordRow[] = {
    {"AT", "at"},         {"EVENT", "kind"},    {"BY", "actor"},      {"USER", "user"},
    {"SERIAL", "serial"}, {"REASON", "reason"}, {"SOURCE", "source"}, {"DETAILS", "details"},
};
constexpr Field kVerdict[] = {{"records", "records"},
                              {"chains", "chains"},
                              {"broken", "broken.kind"},
                              {"at record", "broken.seq"},
                              {"of node", "broken.node"}};

struct AuditOptions {
  std::string user;
  std::string serial;
  PageOptions page;
};

void declare_filter(CLI::App& verb, AuditOptions& options) {
  verb.add_option("--user", options.user, "Only what concerns this user");
  verb.add_option("--serial", options.serial, "Only what concerns this token");
}

void declare_list(CLI::App& verb, AuditOptions& options) {
  declare_filter(verb, options);
  declare_page(verb, options.page);
}

Target audit_target(const AuditOptions& options) {
  Target target("/api/v1/audit");
  target.query("user", options.user).query("serial", options.serial);
  add_to(target, options.page);
  return target;
}

/// Page after page until the last, one record a line.
ExitCode export_audit(Session& session, const AuditOptions& filter) {
  AuditOptions options = filter;
  options.page.limit = "1000";
  do {
    const auto reply = session.api.send({"GET", audit_target(options).text(), ""});
    if (!reply) return report(session.terminal, reply.error());
    if (exit_code_of_status(reply->status) != ExitCode::ok) return report_problem(session, *reply);
    const auto answer = parse_answer(*reply);
    if (!answer) return report(session.terminal, answer.error());
    const json::value* items =
        answer->is_object() ? answer->get_object().if_contains("items") : nullptr;
    if (items == nullptr || !items->is_array()) {
      return report(session.terminal, {Errc::unavailable, "the answer holds no records"});
    }
    std::string lines;
    for (const json::value& record : items->get_array()) lines += json::serialize(record) + '\n';
    session.terminal.out(lines);
    options.page.after = text_at(*answer, "next");
  } while (!options.page.after.empty());
  return ExitCode::ok;
}

struct NoOptions {};

ExitCode verify_audit(Session& session, const NoOptions&) {
  const auto reply = session.api.send({"POST", "/api/v1/audit/verify", ""});
  if (!reply) return report(session.terminal, reply.error());
  if (exit_code_of_status(reply->status) != ExitCode::ok) return report_problem(session, *reply);
  const auto verdict = parse_answer(*reply);
  if (!verdict) return report(session.terminal, verdict.error());
  const bool intact = text_at(*verdict, "intact") == "yes";
  if (session.format == Format::json) {
    session.terminal.out(reply->body + '\n');
  } else {
    session.terminal.out(std::string(intact ? "Every record is as it was written.\n"
                                            : "The audit was changed or cut.\n") +
                         record_text(*verdict, kVerdict));
  }
  return intact ? ExitCode::ok : ExitCode::refused;
}

}  // namespace

void add_audit_verbs(CLI::App& app, Action& chosen) {
  CLI::App& audit = add_noun(app, "audit", "Audit: who did what, and that nobody changed it");
  add_verb<AuditOptions>(audit, chosen,
                         {"list", "Shows what happened, newest first, a page at a time.",
                          "Example: lockstep audit list --user anna"},
                         declare_list, [](Session& session, const AuditOptions& options) {
                           return call_api(session, {"GET", audit_target(options).text(), ""},
                                           shows_list("items", kRecordRow));
                         });
  add_verb<NoOptions>(
      audit, chosen,
      {"verify", "Checks that no record was edited, removed, reordered or cut off.",
       "Example: lockstep audit verify\n"
       "Each record's hash covers the record before it. Ends with 1 at the first that does not\n"
       "fit, and names it."},
      [](CLI::App& /*verb*/, NoOptions& /*options*/) {}, verify_audit);
  add_verb<AuditOptions>(
      audit, chosen,
      {"export", "Prints all records as JSON lines, newest first, for another system to keep.",
       "Example: lockstep audit export > audit.jsonl"},
      declare_filter, export_audit);
}

}  // namespace lockstep
