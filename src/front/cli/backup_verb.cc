// SPDX-License-Identifier: Apache-2.0
#include <filesystem>
#include <string>

#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include "front/cli/verb.h"
#include "front/cli/verbs.h"

namespace lockstep {
namespace {

namespace json = boost::json;

struct BackupOptions {
  std::string file;
};

constexpr Field kBackup[] = {
    {"file", "file"}, {"rows", "rows"}, {"as of", "at"}, {"schema", "schema"}, {"by", "version"}};

/// The exit code for a backup that failed: the same as if the call had been refused so.
ExitCode code_of(const std::string& reason) {
  if (reason == "conflict") return ExitCode::conflict;
  if (reason == "not_found") return ExitCode::not_found;
  if (reason == "not_allowed") return ExitCode::not_allowed;
  return reason == "corrupt" ? ExitCode::internal : ExitCode::unavailable;
}

ExitCode say_end(CliSession& session, const ApiReply& reply, const json::value& answer) {
  const bool done = text_at(answer, "state") == "done";
  if (session.format == Format::json) {
    session.terminal.out(reply.body + '\n');
  } else if (done) {
    session.terminal.out("The backup is written and on disk.\n" + record_text(answer, kBackup));
  } else {
    session.terminal.err("lockstep: no backup: " + text_at(answer, "detail") + '\n');
  }
  return done ? ExitCode::ok : code_of(text_at(answer, "reason"));
}

/// Asks until it is done; the server answers when there is something to say.
ExitCode follow(CliSession& session) {
  std::string shown;
  while (true) {
    const auto reply = session.api.send({"GET", "/api/v1/backup?wait=yes", ""});
    if (!reply) return report(session.terminal, reply.error());
    if (exit_code_of_status(reply->status) != ExitCode::ok) return report_problem(session, *reply);
    const auto answer = parse_answer(*reply);
    if (!answer) return report(session.terminal, answer.error());
    if (text_at(*answer, "state") != "running") return say_end(session, *reply, *answer);
    const std::string progress = text_at(*answer, "progress");
    if (session.format == Format::words && progress != shown) {
      session.terminal.err(progress + " %\n");
      shown = progress;
    }
  }
}

ExitCode back_up(CliSession& session, const BackupOptions& options) {
  // The server has another directory of its own to start from.
  const std::string file = std::filesystem::absolute(options.file).lexically_normal().string();
  const auto reply =
      session.api.send({"POST", "/api/v1/backup", json::serialize(json::object{{"file", file}})});
  if (!reply) return report(session.terminal, reply.error());
  if (exit_code_of_status(reply->status) != ExitCode::ok) return report_problem(session, *reply);
  return follow(session);
}

}  // namespace

void add_backup_verb(CLI::App& app, Action& chosen) {
  add_verb<BackupOptions>(
      app, chosen,
      {"backup", "Writes the whole store, as of one moment, to a new file while the server serves.",
       "Example: lockstep backup /var/backups/lockstep/monday.lsb\n"
       "The server writes the file, as the user it runs as: name a directory that user may write.\n"
       "Nothing is overwritten; the file appears when it is whole and on disk. It holds no key:\n"
       "keep a copy of the key file, apart from the backups. To put it back: lockstep restore."},
      [](CLI::App& verb, BackupOptions& options) {
        verb.add_option("file", options.file, "The file to make")->required();
      },
      back_up);
}

}  // namespace lockstep
