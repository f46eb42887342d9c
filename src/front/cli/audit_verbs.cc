// SPDX-License-Identifier: Apache-2.0
#include <map>
#include <string>

#include <boost/json/array.hpp>
#include <boost/json/serialize.hpp>

#include "formats/audit_export.h"
#include "formats/audit_line.h"
#include "front/cli/verb.h"
#include "front/cli/verbs.h"

namespace lockstep {
namespace {

namespace json = boost::json;

constexpr Field kRecordRow[] = {
    {"AT", "at"},         {"EVENT", "kind"},    {"BY", "actor"},      {"USER", "user"},
    {"SERIAL", "serial"}, {"REASON", "reason"}, {"SOURCE", "source"}, {"DETAILS", "details"},
};
constexpr Field kHeadRow[] = {
    {"CHAIN", "node"}, {"LAST", "seq"}, {"SIGNED AT", "at"}, {"KEY", "key"}, {"HASH", "hash"}};
constexpr Field kStatus[] = {{"chain", "node"},          {"last record", "last"},
                             {"signed up to", "signed"}, {"signed at", "signed_at"},
                             {"mirror", "mirror.state"}, {"records behind", "mirror.behind"},
                             {"because", "mirror.why"}};
constexpr Field kPruned[] = {
    {"only looked", "dry_run"}, {"records", "records"}, {"removed by now", "removed"}};

struct AuditOptions {
  std::string user;
  std::string serial;
  std::string since;
  std::string until;
  std::string order;
  PageOptions page;
};

enum class LineFormat { jsonl, cef, syslog };

struct ExportOptions {
  AuditOptions filter;
  LineFormat format = LineFormat::jsonl;
};

struct PruneOptions {
  std::string before;
  bool dry_run = false;
};

void declare_filter(CLI::App& verb, AuditOptions& options) {
  verb.add_option("--user", options.user, "Only what concerns this user");
  verb.add_option("--serial", options.serial, "Only what concerns this token");
  verb.add_option("--since", options.since, "From this date or time (RFC 3339) on");
  verb.add_option("--until", options.until, "Before this date or time");
}

void declare_list(CLI::App& verb, AuditOptions& options) {
  declare_filter(verb, options);
  declare_page(verb, options.page);
}

Target audit_target(const AuditOptions& options) {
  Target target("/api/v1/audit");
  target.query("user", options.user).query("serial", options.serial);
  target.query("since", moment(options.since)).query("until", moment(options.until));
  target.query("order", options.order);
  add_to(target, options.page);
  return target;
}

/// One record as a line of `format`. Errors: invalid_input, when it is none.
Result<std::string> line_of(const json::value& item, LineFormat format) {
  if (format == LineFormat::jsonl) return json::serialize(item);
  LOCKSTEP_TRY(const AuditRecord record, record_of(item));
  return format == LineFormat::cef ? to_cef(record) : to_syslog(record);
}

/// A page as lines. Errors: unavailable, when the answer is not a page of records.
Result<std::string> lines_of(const json::value& answer, LineFormat format) {
  const json::value* items =
      answer.is_object() ? answer.get_object().if_contains("items") : nullptr;
  if (items == nullptr || !items->is_array()) {
    return fail(Errc::unavailable, "the answer holds no records");
  }
  std::string lines;
  for (const json::value& item : items->get_array()) {
    LOCKSTEP_TRY(const std::string line, line_of(item, format));
    lines += line + '\n';
  }
  return lines;
}

/// Page after page until the last, the oldest record first, one a line.
ExitCode export_audit(CliSession& session, const ExportOptions& wanted) {
  AuditOptions options = wanted.filter;
  options.page.limit = "1000";
  options.order = "oldest_first";
  do {
    const auto reply = session.api.send({"GET", audit_target(options).text(), ""});
    if (!reply) return report(session.terminal, reply.error());
    if (exit_code_of_status(reply->status) != ExitCode::ok) return report_problem(session, *reply);
    const auto answer = parse_answer(*reply);
    if (!answer) return report(session.terminal, answer.error());
    const auto lines = lines_of(*answer, wanted.format);
    if (!lines) return report(session.terminal, lines.error());
    session.terminal.out(*lines);
    options.page.after = text_at(*answer, "next");
  } while (!options.page.after.empty());
  return ExitCode::ok;
}

void declare_export(CLI::App& verb, ExportOptions& options) {
  declare_filter(verb, options.filter);
  const std::map<std::string, LineFormat> names = {
      {"jsonl", LineFormat::jsonl}, {"cef", LineFormat::cef}, {"syslog", LineFormat::syslog}};
  verb.add_option("--format", options.format, "jsonl (default), cef or syslog")
      ->transform(CLI::CheckedTransformer(names, CLI::ignore_case));
}

void declare_prune(CLI::App& verb, PruneOptions& options) {
  verb.add_option("--before", options.before, "Remove what is older than this date or time")
      ->required();
  verb.add_flag("--dry-run", options.dry_run, "Only say how many records that are");
}

ExitCode prune_audit(CliSession& session, const PruneOptions& options) {
  const json::object body = {{"before", moment(options.before)}, {"dry_run", options.dry_run}};
  return call_api(session, {"POST", "/api/v1/audit/prune", json::serialize(body)},
                  shows_record(kPruned));
}

struct NoOptions {};
void declare_nothing(CLI::App& /*verb*/, NoOptions& /*options*/) {}

ExitCode get(CliSession& session, const char* path, const View& view) {
  return call_api(session, {"GET", path, ""}, view);
}

void add_signature_verbs(CLI::App& audit, Action& chosen) {
  add_verb<NoOptions>(audit, chosen,
                      {"heads", "Shows the newest signed head of each chain, to be kept elsewhere.",
                       "Example: lockstep audit heads --json > heads.json\n"
                       "A chain that is cut off behind a head you kept cannot pass as whole:\n"
                       "lockstep audit verify --noted heads.json"},
                      declare_nothing, [](CliSession& session, const NoOptions&) {
                        return get(session, "/api/v1/audit/heads", shows_list("items", kHeadRow));
                      });
  add_verb<NoOptions>(audit, chosen,
                      {"key", "Prints the public key that the audit is signed with.",
                       "Example: lockstep audit key\n"
                       "Note it down where nobody who can change this machine can change it."},
                      declare_nothing, [](CliSession& session, const NoOptions&) {
                        return get(session, "/api/v1/audit/heads", [](const json::value& answer) {
                          return text_at(answer, "public_key") + '\n';
                        });
                      });
  add_verb<NoOptions>(audit, chosen,
                      {"status", "Shows where the chain ends and how its mirror does.",
                       "Example: lockstep audit status"},
                      declare_nothing, [](CliSession& session, const NoOptions&) {
                        return get(session, "/api/v1/audit/status", shows_record(kStatus));
                      });
}

}  // namespace

void add_audit_verbs(CLI::App& app, Action& chosen) {
  CLI::App& audit = add_noun(app, "audit", "Audit: who did what, and that nobody changed it");
  add_verb<AuditOptions>(audit, chosen,
                         {"list", "Shows what happened, newest first, a page at a time.",
                          "Example: lockstep audit list --user anna"},
                         declare_list, [](CliSession& session, const AuditOptions& options) {
                           return call_api(session, {"GET", audit_target(options).text(), ""},
                                           shows_list("items", kRecordRow));
                         });
  add_verb<ExportOptions>(
      audit, chosen,
      {"export", "Prints all records, the oldest first, one a line, for another system to keep.",
       "Example: lockstep audit export --since 2026-01-01 > audit.jsonl\n"
       "         lockstep audit export --format cef | logger -n siem -P 514\n"
       "jsonl is what a mirror holds; cef is ArcSight's; syslog is RFC 5424."},
      declare_export, export_audit);
  add_verb<PruneOptions>(
      audit, chosen,
      {"prune", "Removes old records behind a signed checkpoint, where the audit then begins.",
       "Example: lockstep audit prune --before 2025-01-01 --dry-run\n"
       "Never removes what is younger than 30 days or not signed yet. To do it regularly, set\n"
       "audit.retention_days in the policy."},
      declare_prune, prune_audit);
  add_signature_verbs(audit, chosen);
}

}  // namespace lockstep
