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

constexpr Field kReport[] = {{"format", "format"},
                             {"to add", "added"},
                             {"there already", "already_there"},
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
  const auto answer =
      session.terminal.ask("Add " + text_at(report, "added") + " tokens? [y/N] ", Echo::on);
  if (!answer) session.terminal.err("lockstep: " + answer.error().context + '\n');
  return answer && (*answer == "y" || *answer == "yes");
}

ExitCode import_file(CliSession& session, const ImportOptions& options) {
  const auto content = read_file(options.file, kImportBytesMax);
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
