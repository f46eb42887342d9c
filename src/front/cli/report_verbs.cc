// SPDX-License-Identifier: Apache-2.0
#include <string>

#include "front/cli/verb.h"
#include "front/cli/verbs.h"

namespace lockstep {
namespace {

constexpr Field kCountRow[] = {
    {"COUNT", "count"}, {"EVENT", "kind"}, {"REASON", "reason"}, {"BY", "actor"}};
constexpr Field kAttentionRow[] = {{"COUNT", "count"}, {"WHAT", "what"}, {"LIST", "list"}};
constexpr Field kActivityRow[] = {
    {"AT", "at"},         {"EVENT", "kind"},    {"BY", "actor"},      {"USER", "user"},
    {"SERIAL", "serial"}, {"REASON", "reason"}, {"SOURCE", "source"}, {"DETAILS", "details"},
};
constexpr Field kMetrics[] = {{"since", "since"},
                              {"sign-ins", "accepted"},
                              {"brought into step", "accepted_resynced"},
                              {"asked for the next code", "next_code"},
                              {"refused", "refused"},
                              {"resynchronised", "resyncs"},
                              {"last sign-in", "last_accepted"},
                              {"last refused", "last_refused"}};

struct ReportOptions {
  std::string user;
  std::string serial;
  std::string since;
  std::string until;
};

void declare_report(CLI::App& verb, ReportOptions& options) {
  verb.add_option("--user", options.user, "Only what concerns this user");
  verb.add_option("--serial", options.serial, "Only what concerns this token");
  verb.add_option("--since", options.since,
                  "From this date or time (RFC 3339) on; without it, 30 days back");
  verb.add_option("--until", options.until, "Before this date or time");
}

void add_to(Target& target, const ReportOptions& options) {
  target.query("user", options.user).query("serial", options.serial);
  target.query("since", moment(options.since)).query("until", moment(options.until));
}

struct ActivityOptions {
  ReportOptions report;
  std::string about;
  std::string kind;
  std::string reason;
  std::string actor;
  PageOptions page;
};

void declare_activity(CLI::App& verb, ActivityOptions& options) {
  declare_report(verb, options.report);
  verb.add_option("--about", options.about, "Only sign_ins, resyncs or changes")
      ->check(CLI::IsMember({"sign_ins", "resyncs", "changes"}));
  verb.add_option("--kind", options.kind, "Only this event, such as token.assigned");
  verb.add_option("--reason", options.reason, "Only events with this reason");
  verb.add_option("--by", options.actor, "Only what this one did, such as operator:karin");
  declare_page(verb, options.page);
}

ExitCode show_activity(CliSession& session, const ActivityOptions& options) {
  Target target("/api/v1/activity");
  add_to(target, options.report);
  target.query("about", options.about).query("kind", options.kind);
  target.query("reason", options.reason).query("actor", options.actor);
  lockstep::add_to(target, options.page);
  return call_api(session, {"GET", target.text(), ""}, shows_list("items", kActivityRow));
}

void add_count_verb(CLI::App& noun, Action& chosen, const char* path, const VerbText& text) {
  add_verb<ReportOptions>(noun, chosen, text, declare_report,
                          [path](CliSession& session, const ReportOptions& options) {
                            Target target(path);
                            add_to(target, options);
                            return call_api(session, {"GET", target.text(), ""},
                                            shows_list("items", kCountRow));
                          });
}

struct NoOptions {};
struct MetricsOptions {
  std::string user;
};

void declare_metrics(CLI::App& verb, MetricsOptions& options) {
  verb.add_option("USER", options.user, "User name")->required();
}

}  // namespace

void add_report_verbs(CLI::App& app, Action& chosen) {
  CLI::App& noun = add_noun(app, "report", "Reports: what happened, and what needs attention");
  add_count_verb(noun, chosen, "/api/v1/reports/sign-ins",
                 {"sign-ins", "Counts sign-ins by result, reason and by whom they came.",
                  "Example: lockstep report sign-ins --since 2026-11-01"});
  add_count_verb(
      noun, chosen, "/api/v1/reports/resyncs",
      {"resyncs", "Counts the tokens brought into step, and those that were not, by who did it.",
       "Example: lockstep report resyncs\n"
       "login.accepted_resynced is the server itself, over two log-ins."});
  add_count_verb(noun, chosen, "/api/v1/reports/changes",
                 {"changes", "Counts changes by kind and by who made them.",
                  "Example: lockstep report changes --since 2026-11-01"});
  add_verb<NoOptions>(
      noun, chosen,
      {"attention", "Shows who and what needs somebody's attention, and where they are listed.",
       "Example: lockstep report attention\n"
       "Users without a token or a group, disabled or missing again and again; tokens never used,\n"
       "ending within 30 days, lost, faulty, locked or suspended."},
      [](CLI::App& /*verb*/, NoOptions& /*options*/) {},
      [](CliSession& session, const NoOptions&) {
        return call_api(session, {"GET", "/api/v1/reports/attention", ""},
                        shows_list("items", kAttentionRow));
      });
  add_verb<ActivityOptions>(noun, chosen,
                            {"activity", "Shows what happened, newest first, a page at a time.",
                             "Example: lockstep report activity --user anna\n"
                             "         lockstep report activity --serial 2308713 --about changes"},
                            declare_activity, show_activity);
  CLI::App& user = *app.get_subcommand("user");
  add_verb<MetricsOptions>(user, chosen,
                           {"metrics", "Shows what a user did in the last 30 days.",
                            "Example: lockstep user metrics anna"},
                           declare_metrics, [](CliSession& session, const MetricsOptions& options) {
                             Target target("/api/v1/users");
                             target.segment(options.user).segment("metrics");
                             return call_api(session, {"GET", target.text(), ""},
                                             shows_record(kMetrics));
                           });
}

}  // namespace lockstep
