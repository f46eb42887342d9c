// SPDX-License-Identifier: Apache-2.0
#include <cerrno>
#include <cstring>
#include <optional>
#include <string>
#include <utility>

#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "formats/qr_code.h"
#include "front/cli/resync_text.h"
#include "front/cli/verb.h"
#include "front/cli/verbs.h"

namespace lockstep {
namespace {

namespace json = boost::json;

struct EnrolOptions {
  std::string user;
  std::string kind = "totp";
  std::optional<std::string> model;
  std::optional<std::string> hash;
  std::optional<std::int64_t> digits;
  std::string svg;
  bool unchecked = false;
};

void declare(CLI::App& verb, EnrolOptions& options) {
  verb.add_option("USER", options.user, "User name")->required();
  verb.add_option("--kind", options.kind, "hotp (event) or totp (time); default: totp")
      ->check(CLI::IsMember({"hotp", "totp"}));
  verb.add_option("--digits", options.digits, "Digits of a code, 4 to 10; default: 6")
      ->check(CLI::Range(4, 10));
  verb.add_option("--hash", options.hash,
                  "sha1, sha256 or sha512; default: sha1, which every app knows")
      ->check(CLI::IsMember({"sha1", "sha256", "sha512"}));
  verb.add_option("--model", options.model, "The app as people know it");
  verb.add_option("--svg", options.svg,
                  "Write the QR code into this new file, not to the terminal");
  verb.add_flag("--unchecked", options.unchecked, "Do not ask for the first code");
}

/// A new file that its owner alone may read; gone again, unless something was written into it.
/// It is there before the token is, whose seed is shown this once.
class PictureFile {
 public:
  /// Errors: conflict, when something of that name is there, be it a link; unavailable.
  static Result<PictureFile> create(const std::string& path) {
    const int number = ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC,
                              S_IRUSR | S_IWUSR);
    if (number >= 0) return PictureFile(path, number);
    if (errno == EEXIST) return fail(Errc::conflict, path + " is there already: name another file");
    return fail(Errc::unavailable, path + " cannot be written: " + std::strerror(errno));
  }
  PictureFile(PictureFile&& other) noexcept
      : path_(std::move(other.path_)), number_(std::exchange(other.number_, -1)) {}
  PictureFile& operator=(PictureFile&&) = delete;
  PictureFile(const PictureFile&) = delete;
  PictureFile& operator=(const PictureFile&) = delete;
  ~PictureFile() {
    if (number_ < 0) return;
    ::close(number_);
    ::unlink(path_.c_str());
  }

  /// Once.
  Result<void> write(const std::string& text) {
    const ssize_t count = ::write(number_, text.data(), text.size());
    if (count != std::ssize(text) || ::close(std::exchange(number_, -1)) != 0) {
      return fail(Errc::unavailable, path_ + " cannot be written");
    }
    return {};
  }

 private:
  PictureFile(std::string path, int number) : path_(std::move(path)), number_(number) {}

  std::string path_;
  int number_;
};

/// Puts the QR code where the options say. The picture is as secret as the seed.
Result<void> show_code(Terminal& terminal, const EnrolOptions& options,
                       std::optional<PictureFile>& file, const std::string& uri) {
  LOCKSTEP_TRY(const QrCode code, QrCode::of(uri));
  if (!file) {
    terminal.out(code.terminal());
    return {};
  }
  LOCKSTEP_CHECK(file->write(code.svg() + '\n'));
  terminal.out("The QR code is in " + options.svg + ": remove the file when it was read.\n");
  return {};
}

ExitCode check_first_code(CliSession& session, const std::string& serial) {
  const auto code = session.terminal.ask("Code that the app shows now: ", Echo::on);
  if (!code) return report(session.terminal, code.error());
  return call_resync(session, Target("/api/v1/tokens").segment(serial).segment("test"),
                     json::object{{"code", *code}});
}

ExitCode enrol(CliSession& session, const EnrolOptions& options) {
  json::object body{{"kind", options.kind}, {"form", "software"}, {"owner", options.user}};
  if (options.model) body["model"] = *options.model;
  if (options.hash) body["algorithm"] = *options.hash;
  if (options.digits) body["digits"] = *options.digits;
  const ApiRequest request{"POST", "/api/v1/tokens", json::serialize(body)};
  // Scripts show the code and ask for the first one themselves.
  if (session.format == Format::json)
    return call_api(session, request, [](const auto&) { return std::string(); });
  std::optional<PictureFile> file;
  if (!options.svg.empty()) {
    auto made = PictureFile::create(options.svg);
    if (!made) return report(session.terminal, made.error());
    file.emplace(*std::move(made));
  }
  const auto reply = session.api.send(request);
  if (!reply) return report(session.terminal, reply.error());
  if (exit_code_of_status(reply->status) != ExitCode::ok) return report_problem(session, *reply);
  const auto answer = parse_answer(*reply);
  if (!answer) return report(session.terminal, answer.error());
  const std::string serial = text_at(*answer, "token.serial");
  session.terminal.out("Token " + serial + " belongs to " + options.user +
                       ". Scan this with the app; it is shown this once.\n");
  const auto shown =
      show_code(session.terminal, options, file, text_at(*answer, "seed.otpauth_uri"));
  if (!shown) return report(session.terminal, shown.error());
  session.terminal.out("Without a camera, type this key: " + text_at(*answer, "seed.base32") +
                       '\n');
  if (options.unchecked) return ExitCode::ok;
  return check_first_code(session, serial);
}

}  // namespace

void add_enrol_verb(CLI::App& token, Action& chosen) {
  add_verb<EnrolOptions>(
      token, chosen,
      {"enrol", "Gives a user a software token: shows the QR code, and tries the app's first code.",
       "Example: lockstep token enrol anna\n"
       "         lockstep token enrol anna --kind hotp --svg anna.svg\n"
       "The seed is drawn by the server and shown this once. Trying the first code moves nothing;\n"
       "when it is refused, look at the clock of the phone first (`lockstep token test` tries\n"
       "again), and take the token back with `lockstep token revoke` when nobody has it."},
      declare, enrol);
}

}  // namespace lockstep
