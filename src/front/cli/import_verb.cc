// SPDX-License-Identifier: Apache-2.0
#include <cstdint>
#include <optional>
#include <string>

#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include "front/cli/read_file.h"
#include "front/cli/verb.h"
#include "front/cli/verbs.h"

namespace lockstep {
namespace {

namespace json = boost::json;

constexpr Field kReport[] = {
    {"to add", "added"}, {"there already", "already_there"}, {"refused", "rejected"}};
constexpr Field kRejectedRow[] = {{"LINE", "line"}, {"SERIAL", "serial"}, {"WHY", "why"}};

struct ImportOptions {
  std::string file;
  std::string format;
  std::optional<std::string> kind;
  std::optional<std::int64_t> digits;
  std::optional<std::int64_t> step;
  std::optional<std::string> hash;
  std::optional<std::string> form;
  std::optional<std::string> model;
  bool dry_run = false;
  bool yes = false;
};

void declare_import(CLI::App& verb, ImportOptions& options) {
  verb.add_option("FILE", options.file, "The seed file")->required();
  verb.add_option("--format", options.format, "pskc or csv")
      ->required()
      ->check(CLI::IsMember({"pskc", "csv"}));
  verb.add_option("--kind", options.kind, "csv: hotp (event) or totp (time); default: hotp")
      ->check(CLI::IsMember({"hotp", "totp"}));
  verb.add_option("--digits", options.digits, "csv: digits of a code, 4 to 10; default: 6")
      ->check(CLI::Range(4, 10));
  verb.add_option("--step", options.step, "csv: seconds of a time step; default: 30")
      ->check(CLI::Range(1, 86'400));
  verb.add_option("--hash", options.hash, "csv: sha1, sha256 or sha512; default: sha1")
      ->check(CLI::IsMember({"sha1", "sha256", "sha512"}));
  verb.add_option("--form", options.form, "hardware or software; default: hardware")
      ->check(CLI::IsMember({"hardware", "software"}));
  verb.add_option("--model", options.model, "Maker and model, for tokens whose file names none");
  CLI::Option* dry = verb.add_flag("--dry-run", options.dry_run, "Only say what would be done");
  verb.add_flag("--yes", options.yes, "Do not ask before the tokens are added")->excludes(dry);
}

/// Errors: invalid_input, for what describes a CSV's tokens beside a PSKC file, which does so
/// itself.
Result<json::object> import_body(const ImportOptions& options, const std::string& content) {
  json::object body{{"format", options.format}, {"content", content}};
  if (options.form) body["form"] = *options.form;
  if (options.model) body["model"] = *options.model;
  const bool describes = options.kind || options.digits || options.step || options.hash;
  if (options.format == "pskc") {
    if (!describes) return body;
    return fail(Errc::invalid_input,
                "a PSKC file says itself what its tokens are: leave out "
                "--kind, --digits, --step and --hash");
  }
  json::object& spec = body["spec"].emplace_object();
  spec["kind"] = options.kind.value_or("hotp");
  if (options.digits) spec["digits"] = *options.digits;
  if (options.step) spec["step_seconds"] = *options.step;
  if (options.hash) spec["algorithm"] = *options.hash;
  return body;
}

std::string report_text(const json::value& report) {
  std::string text = record_text(report, kReport);
  if (text_at(report, "rejected") != "0") {
    text += list_text(report, "rejected_list", kRejectedRow);
  }
  return text;
}

bool is_confirmed(Session& session, const json::value& report) {
  const auto answer =
      session.terminal.ask("Add " + text_at(report, "added") + " tokens? [y/N] ", Echo::on);
  if (!answer) session.terminal.err("lockstep: " + answer.error().context + '\n');
  return answer && (*answer == "y" || *answer == "yes");
}

ExitCode import_file(Session& session, const ImportOptions& options) {
  const auto content = read_file(options.file, kImportBytesMax);
  if (!content) return report(session.terminal, content.error());
  const auto body = import_body(options, *content);
  if (!body) return report(session.terminal, body.error());

  const auto staged = session.api.send({"POST", "/api/v1/imports", json::serialize(*body)});
  if (!staged) return report(session.terminal, staged.error());
  if (exit_code_of_status(staged->status) != ExitCode::ok) return report_problem(session, *staged);
  const auto plan = parse_answer(*staged);
  if (!plan) return report(session.terminal, plan.error());
  if (session.format == Format::words) session.terminal.out(report_text(*plan));
  if (options.dry_run) {
    if (session.format == Format::json) session.terminal.out(staged->body + '\n');
    return ExitCode::ok;
  }
  if (!options.yes && !is_confirmed(session, *plan)) {
    session.terminal.err("lockstep: nothing was added\n");
    return ExitCode::refused;
  }
  const Target commit = Target("/api/v1/imports").segment(text_at(*plan, "id")).segment("commit");
  return call_api(session, {"POST", commit.text(), ""}, [](const json::value& done) {
    return text_at(done, "added") + " tokens added\n";
  });
}

}  // namespace

void add_import_verb(CLI::App& app, Action& chosen) {
  add_verb<ImportOptions>(
      app, chosen,
      {"import", "Adds the tokens of a seed file to the stock: first says what it would do.",
       "Example: lockstep import seeds.xml --format pskc\n"
       "         lockstep import seeds.csv --format csv --kind totp --digits 8 --step 60\n"
       "A CSV line is serial,seed in hexadecimal[,counter]. All of the file is added or nothing;\n"
       "importing it again adds nothing. Delete the file afterwards: whoever has it can make\n"
       "every code."},
      declare_import, import_file);
}

}  // namespace lockstep
