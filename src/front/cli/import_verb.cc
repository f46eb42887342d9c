// SPDX-License-Identifier: Apache-2.0
#include <chrono>
#include <cstdint>
#include <future>
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

constexpr Field kReport[] = {{"format", "format"},
                             {"to add", "added"},
                             {"there already", "already_there"},
                             {"to overwrite", "overwritten"},
                             {"refused", "rejected"}};
constexpr Field kRejectedRow[] = {{"LINE", "line"}, {"SERIAL", "serial"}, {"WHY", "why"}};

struct ImportOptions {
  std::string file;
  std::optional<std::string> format;
  std::optional<std::string> key_file;
  bool password = false;
  bool from_input = false;
  std::optional<std::string> encoding;
  std::optional<std::string> kind;
  std::optional<std::int64_t> digits;
  std::optional<std::int64_t> step;
  std::optional<std::string> hash;
  std::optional<std::string> form;
  std::optional<std::string> model;
  std::optional<std::string> batch;
  std::string warranty_until;
  bool overwrite = false;
  bool dry_run = false;
  bool yes = false;
};

void declare_import(CLI::App& verb, ImportOptions& options) {
  verb.add_option("FILE", options.file, "The seed file")->required();
  verb.add_option("--format", options.format,
                  "What the file is; left out, its content shows it: pskc, csv, pingid, entra, "
                  "oath, multiotp, feitian, yubico, yubico-traditional or netiq")
      ->check(CLI::IsMember({"pskc", "csv", "pingid", "entra", "oath", "multiotp", "feitian",
                             "yubico", "yubico-traditional", "netiq"}));
  CLI::Option* key = verb.add_option("--key-file", options.key_file,
                                     "pskc: a file with the key it is encrypted with, in "
                                     "hexadecimal");
  CLI::Option* password =
      verb.add_flag("--password", options.password, "pskc: ask for the password of the file")
          ->excludes(key);
  verb.add_flag("--stdin", options.from_input, "Read the password from standard input; do not ask")
      ->needs(password);
  verb.add_option("--encoding", options.encoding,
                  "Text: hex or base32, where the seeds do not show which")
      ->check(CLI::IsMember({"hex", "base32"}));
  verb.add_option("--kind", options.kind,
                  "Text: hotp (event) or totp (time), where the file does not say")
      ->check(CLI::IsMember({"hotp", "totp"}));
  verb.add_option("--digits", options.digits,
                  "Text: digits of a code, 4 to 10, where the file does not say; default: 6")
      ->check(CLI::Range(4, 10));
  verb.add_option("--step", options.step,
                  "Text: seconds of a time step, where the file does not say; default: 30")
      ->check(CLI::Range(1, 86'400));
  verb.add_option("--hash", options.hash,
                  "Text: sha1, sha256 or sha512, where the file does not say; default: sha1")
      ->check(CLI::IsMember({"sha1", "sha256", "sha512"}));
  verb.add_option("--form", options.form, "hardware or software; default: hardware")
      ->check(CLI::IsMember({"hardware", "software"}));
  verb.add_option("--model", options.model, "Maker and model, for tokens whose file names none");
  verb.add_option("--batch", options.batch, "The delivery that all of them came with");
  verb.add_option("--warranty-until", options.warranty_until,
                  "The last day of their warranty (a date or RFC 3339)");
  verb.add_flag("--overwrite", options.overwrite,
                "Tokens in stock of which the file has another seed become the file's; tokens that "
                "somebody has never do. More than 10 may need a second operator: see `approval`");
  CLI::Option* dry = verb.add_flag("--dry-run", options.dry_run, "Only say what would be done");
  verb.add_flag("--yes", options.yes, "Do not ask before the tokens are added")->excludes(dry);
}

/// What opens the file, as a member of the body. Errors: those of reading it.
Result<void> add_key(CliSession& session, const ImportOptions& options, json::object& body) {
  constexpr std::size_t kKeyFileBytesMax = 4096;
  if (options.key_file) {
    LOCKSTEP_TRY(const std::string key, read_file(*options.key_file, kKeyFileBytesMax));
    body["key"] = key;
  }
  if (options.password) {
    const auto from = options.from_input ? SecretFrom::standard_input : SecretFrom::prompt;
    LOCKSTEP_TRY(const std::string password,
                 known_secret(session.terminal, "Password of the file", from));
    body["password"] = password;
  }
  return {};
}

/// Errors: invalid_input, for what describes a text file's tokens beside a PSKC file, which does so
/// itself.
Result<json::object> import_body(const ImportOptions& options, const std::string& content) {
  json::object body{{"content", content}};
  if (options.format) body["format"] = *options.format;
  if (options.form) body["form"] = *options.form;
  if (options.model) body["model"] = *options.model;
  if (options.batch) body["batch"] = *options.batch;
  if (!options.warranty_until.empty()) body["warranty_until"] = moment(options.warranty_until);
  if (options.overwrite) body["overwrite"] = true;
  if (options.encoding) body["encoding"] = *options.encoding;
  const bool describes = options.kind || options.digits || options.step || options.hash;
  if (!describes) return body;
  if (options.format == "pskc") {
    return fail(Errc::invalid_input,
                "a PSKC file says itself what its tokens are: leave out "
                "--kind, --digits, --step and --hash");
  }
  json::object& spec = body["spec"].emplace_object();
  if (options.kind) spec["kind"] = *options.kind;
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
  const json::value* notes = report.is_object() ? report.as_object().if_contains("notes") : nullptr;
  if (notes == nullptr || !notes->is_array()) return text;
  for (const json::value& note : notes->as_array()) {
    if (note.is_string()) text += "note: " + std::string(note.as_string()) + '\n';
  }
  return text;
}

bool is_confirmed(CliSession& session, const json::value& report) {
  const std::string count = text_at(report, "overwritten");
  const std::string overwritten = count == "0" || count.empty() ? "" : ", overwrite " + count;
  const auto answer = session.terminal.ask(
      "Add " + text_at(report, "added") + " tokens" + overwritten + "? [y/N] ", Echo::on);
  if (!answer) session.terminal.err("lockstep: " + answer.error().context + '\n');
  return answer && (*answer == "y" || *answer == "yes");
}

/// How far the commit of `import` is, as a line; empty where the server does not say.
std::string progress_of(CliSession& session, const Target& import) {
  const auto reply = session.api.send({"GET", import.text(), ""});
  if (!reply || exit_code_of_status(reply->status) != ExitCode::ok) return "";
  const auto answer = parse_answer(*reply);
  if (!answer || text_at(*answer, "progress.phase").empty()) return "";
  const std::string total = text_at(*answer, "progress.total");
  const std::string phase = text_at(*answer, "progress.phase");
  return phase == "writing"
             ? "writing " + total + " tokens\n"
             : phase + ' ' + text_at(*answer, "progress.done") + " of " + total + '\n';
}

/// Commits, and says how far that is where it takes more than a moment.
Result<ApiReply> commit_import(CliSession& session, const Target& import) {
  constexpr std::chrono::milliseconds kMoment{400};
  const ApiRequest commit{"POST", Target(import).segment("commit").text(), ""};
  if (!session.api.is_parallel() || session.format == Format::json) return session.api.send(commit);
  std::future<Result<ApiReply>> done =
      std::async(std::launch::async, [&] { return session.api.send(commit); });
  std::string told;
  while (done.wait_for(kMoment) != std::future_status::ready) {
    std::string line = progress_of(session, import);
    if (line != told) session.terminal.err(line);
    told = std::move(line);
  }
  return done.get();
}

/// Has the server forget the file and its seeds, which else would wait there for an hour.
ExitCode dropped(CliSession& session, const Target& import, ExitCode code) {
  const auto reply = session.api.send({"DELETE", import.text(), ""});
  if (!reply) return report(session.terminal, reply.error());
  return exit_code_of_status(reply->status) == ExitCode::ok ? code
                                                            : report_problem(session, *reply);
}

ExitCode import_file(CliSession& session, const ImportOptions& options) {
  const auto content = read_file(options.file, kSeedFileBytesMax);
  if (!content) return report(session.terminal, content.error());
  auto body = import_body(options, *content);
  if (!body) return report(session.terminal, body.error());
  const auto key = add_key(session, options, *body);
  if (!key) return report(session.terminal, key.error());

  const auto staged = session.api.send({"POST", "/api/v1/imports", json::serialize(*body)});
  if (!staged) return report(session.terminal, staged.error());
  if (exit_code_of_status(staged->status) != ExitCode::ok) return report_problem(session, *staged);
  const auto plan = parse_answer(*staged);
  if (!plan) return report(session.terminal, plan.error());
  if (session.format == Format::words) session.terminal.out(report_text(*plan));
  const Target import = Target("/api/v1/imports").segment(text_at(*plan, "id"));
  if (options.dry_run) {
    if (session.format == Format::json) session.terminal.out(staged->body + '\n');
    return dropped(session, import, ExitCode::ok);
  }
  if (!options.yes && !is_confirmed(session, *plan)) {
    session.terminal.err("lockstep: nothing was added\n");
    return dropped(session, import, ExitCode::refused);
  }
  const auto committed = commit_import(session, import);
  if (committed && waits_for_approval(*committed)) return report_waiting(session, *committed, "");
  return show_answer(session, committed, [](const json::value& done) {
    const std::string overwritten = text_at(done, "overwritten");
    return text_at(done, "added") + " tokens added\n" +
           (overwritten == "0" || overwritten.empty() ? "" : overwritten + " overwritten\n");
  });
}

}  // namespace

void add_import_verb(CLI::App& app, Action& chosen) {
  add_verb<ImportOptions>(
      app, chosen,
      {"import", "Adds the tokens of a seed file to the stock: first says what it would do.",
       "Example: lockstep import seeds.xml --key-file transport.key\n"
       "         lockstep import seeds.csv --kind totp --digits 8 --step 60\n"
       "Reads PSKC (RFC 6030), plain or encrypted, and the text files of Microsoft Entra ID,\n"
       "PingID, multiOTP, NetIQ, Feitian, Yubico and OATH CSV; a plain line is\n"
       "serial,seed[,counter], and a header may name the columns. docs/reference/seed-files.md\n"
       "has them all. A line that cannot be read is named and left out; the others are added\n"
       "together or not at all, and importing a file again adds nothing. Delete the file\n"
       "afterwards: whoever has it can make every code."},
      declare_import, import_file);
}

}  // namespace lockstep
