// SPDX-License-Identifier: Apache-2.0
#include <memory>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <fmt/format.h>

#include "app/log.h"
#include "app/offline.h"
#include "app/restore.h"
#include "front/cli/session.h"
#include "front/cli/table.h"

namespace lockstep {
namespace {

struct Options {
  RestoreOptions restore;
  bool check = false;
};

/// A line each time something else is done, and each ten percent of it.
class Progress {
 public:
  explicit Progress(Terminal& terminal) : terminal_(terminal) {}

  void say(std::string_view stage, std::uint64_t done, std::uint64_t total) {
    constexpr std::uint64_t kTenths = 10;
    const std::uint64_t tenth = total == 0 ? 0 : done * kTenths / total;
    if (stage == stage_ && tenth == tenth_) return;
    stage_ = stage;
    tenth_ = tenth;
    terminal_.err(total == 0 ? fmt::format("{} …\n", stage)
                             : fmt::format("{}: {} %\n", stage, tenth * kTenths));
  }

 private:
  Terminal& terminal_;
  std::string stage_;
  std::uint64_t tenth_ = 0;
};

std::string in_words(const RestoreReport& report, bool check) {
  std::string text = fmt::format(
      "{}\nbackup of       {}, schema {}, by Lockstep {}\nrows            {}\n"
      "audit records   {}, each where it belongs\nseeds opened    {}\n",
      check ? "The backup is whole and can be restored." : "The store is restored.",
      to_rfc3339(report.facts.at), report.facts.schema, printable(report.facts.version),
      report.facts.rows, report.audit_records, report.seeds_opened);
  if (report.kept) text += fmt::format("the old store   {}\n", report.kept->string());
  if (report.temporary_ended > 0) {
    text += fmt::format("temporary codes of {} users were ended\n", report.temporary_ended);
  }
  if (!report.replay) {
    if (check) return text;
    return text + fmt::format(
                      "\nThe fence is raised for {} tokens: time steps up to now are "
                      "refused, and each token\nasks for two codes in a row once. Keys, "
                      "operators, users and tokens that were revoked, disabled or\ndeleted "
                      "after the backup are as they were then: do that again.\n",
                      report.tokens_fenced);
  }
  const ReplayReport& replay = *report.replay;
  text +=
      fmt::format("replayed        {} records up to {}\nbrought forward {} tokens, {} changes\n",
                  replay.records, replay.last ? to_rfc3339(*replay.last) : "the backup itself",
                  replay.tokens, replay.changes);
  if (replay.left.empty()) return text;
  text += fmt::format("\n{} things are not in the audit and have to be done again by hand:\n",
                      replay.left_count);
  for (const std::string& line : replay.left) text += "  " + printable(line) + '\n';
  return text;
}

std::string as_json(const RestoreReport& report, bool check) {
  namespace json = boost::json;
  json::object result{{"restored", !check},
                      {"backup_at", to_rfc3339(report.facts.at)},
                      {"schema", report.facts.schema},
                      {"version", report.facts.version},
                      {"rows", report.facts.rows},
                      {"audit_records", report.audit_records},
                      {"seeds_opened", report.seeds_opened},
                      {"tokens_fenced", report.tokens_fenced},
                      {"temporary_codes_ended", report.temporary_ended}};
  if (report.kept) result["kept"] = report.kept->string();
  if (report.replay) {
    json::array left;
    for (const std::string& line : report.replay->left) left.emplace_back(line);
    result["replay"] = {{"records", report.replay->records},
                        {"tokens", report.replay->tokens},
                        {"changes", report.replay->changes},
                        {"left_count", report.replay->left_count},
                        {"left", std::move(left)}};
    if (report.replay->last) {
      result["replay"].as_object()["last"] = to_rfc3339(*report.replay->last);
    }
  }
  return json::serialize(result) + '\n';
}

ExitCode run(const Options& options, const Offline& offline) {
  start_log(LogLevel::warning);
  RestoreOptions wanted = options.restore;
  wanted.data = offline.data;
  wanted.keys = offline.keys;
  if (!offline.store_url.empty()) {
    return report(offline.terminal, Error{Errc::invalid_input,
                                          "a backup is restored into a data directory; from "
                                          "there `lockstep migrate` takes it to PostgreSQL"});
  }
  Progress progress(offline.terminal);
  const OnStage on_stage = [&](std::string_view stage, std::uint64_t done, std::uint64_t total) {
    if (!offline.json) progress.say(stage, done, total);
  };
  const auto done = options.check ? check_backup(wanted, offline.clock, offline.random, on_stage)
                                  : restore(wanted, offline.clock, offline.random, on_stage);
  if (!done) return report(offline.terminal, done.error());
  offline.terminal.out(offline.json ? as_json(*done, options.check)
                                    : in_words(*done, options.check));
  return ExitCode::ok;
}

}  // namespace

void add_restore(CLI::App& app, const ChooseOffline& choose) {
  CLI::App* verb = app.add_subcommand(
      "restore", "Puts a backup back into a data directory that no server is using.");
  const auto options = std::make_shared<Options>();
  verb->add_option("file", options->restore.backup, "The backup")->required();
  verb->add_option("--replay", options->restore.mirrors,
                   "Mirror of the audit; several, the oldest first: --replay A --replay B");
  verb->add_option("--skip-codes", options->restore.codes_skipped,
                   "Without --replay: refuse so many more codes of each event token, for when "
                   "somebody may have seen several of them being used")
      ->check(CLI::Range(0, 1'000));
  verb->add_flag("--replace", options->restore.replace,
                 "Also where there is a store: it is kept in a subdirectory");
  verb->add_flag("--check", options->check,
                 "Only try it, in a temporary directory; needs no empty data directory, and a "
                 "server may run");
  verb->footer(
      "Example: lockstep restore monday.lsb --replay /mirror/audit.jsonl --data DIR\n"
      "DIR has to hold the key file of the store that was backed up, unless the service manager\n"
      "hands the key in ($CREDENTIALS_DIRECTORY). With --replay, what the\n"
      "mirror of the audit says was accepted after the backup is not accepted again, and all\n"
      "tokens stand where they stood. Without it a fence is raised: time codes shown until now\n"
      "are refused, and each token asks for two codes in a row once. An error changes "
      "nothing.\n\n" +
      std::string(exit_code_help()));
  verb->callback([options, choose] {
    choose([options](const Offline& offline) { return run(*options, offline); });
  });
}

}  // namespace lockstep
