// SPDX-License-Identifier: Apache-2.0
#include <cerrno>
#include <cstring>
#include <memory>

#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <fcntl.h>

#include "app/offline.h"
#include "app/radius_tester.h"
#include "crypto/secret_io.h"
#include "front/cli/session.h"
#include "front/cli/table.h"
#include "front/radius/clients.h"

namespace lockstep {
namespace {

/// How often one log-in may be asked for more before the command gives up.
constexpr int kRoundsMax = 6;

struct TestOptions {
  std::string user;
  std::string server = "127.0.0.1";
  std::uint16_t port = 1'812;
  std::string secret_file;
  bool from_input = false;
};

Result<Secret> read_shared(const std::string& path) {
  const FileDescriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  std::optional<Secret> secret;
  if (file.number() >= 0) secret = read_secret_line(file.number(), kRadiusSecretBytesMax);
  if (secret && !secret->empty()) return *std::move(secret);
  if (secret) return fail(Errc::invalid_input, "the first line of " + path + " is empty");
  return fail(Errc::not_found, "cannot read a secret from " + path + ": " + std::strerror(errno));
}

Result<Secret> read_typed(Terminal& terminal, const TestOptions& options,
                          const std::string& prompt) {
  Result<std::string> typed =
      options.from_input ? terminal.input_line() : terminal.ask(prompt, Echo::off);
  if (!typed) return std::unexpected<Error>(typed.error());
  Secret secret = Secret::copy_of(*typed);
  wipe(std::span(reinterpret_cast<std::uint8_t*>(typed->data()), typed->size()));
  return secret;
}

ExitCode say(const Offline& offline, RadiusCode code, const std::string& message) {
  const bool accepted = code == RadiusCode::access_accept;
  if (offline.json) {
    offline.terminal.out(boost::json::serialize(boost::json::object{
                             {"decision", accepted ? "accept" : "reject"}, {"message", message}}) +
                         '\n');
  } else {
    offline.terminal.out((accepted ? "Access-Accept" : "Access-Reject") +
                         (message.empty() ? "" : ": " + printable(message)) + '\n');
  }
  return accepted ? ExitCode::ok : ExitCode::refused;
}

ExitCode run(const TestOptions& options, const Offline& offline) {
  auto secret = read_shared(options.secret_file);
  if (!secret) return report(offline.terminal, secret.error());
  auto tester =
      RadiusTester::open(options.server, options.port, *std::move(secret), offline.random);
  if (!tester) return report(offline.terminal, tester.error());
  std::string prompt = "Password, PIN or code: ";
  std::string state;
  for (int round = 0; round < kRoundsMax; ++round) {
    const auto typed = read_typed(offline.terminal, options, prompt);
    if (!typed) return report(offline.terminal, typed.error());
    const auto answer = tester->ask(options.user, *typed, state);
    if (!answer) return report(offline.terminal, answer.error());
    if (answer->code != RadiusCode::access_challenge) {
      return say(offline, answer->code, answer->message);
    }
    state = answer->state;
    prompt = printable(answer->message);
    if (options.from_input) offline.terminal.err("Access-Challenge: " + prompt + '\n');
  }
  return report(offline.terminal, {Errc::unavailable, "the server asks for ever more"});
}

}  // namespace

void add_radius_test(CLI::App& app, const ChooseOffline& choose) {
  CLI::App* verb = app.get_subcommand("radius")->add_subcommand(
      "test", "Logs a user in over RADIUS, as a VPN gateway would; a code is used up.");
  const auto options = std::make_shared<TestOptions>();
  verb->add_option("USER", options->user, "User name")->required();
  verb->add_option("--server", options->server, "Name or address; default: 127.0.0.1");
  verb->add_option("--port", options->port, "UDP port; default: 1812");
  verb->add_option("--secret-file", options->secret_file,
                   "File whose first line is the secret shared with the server")
      ->required();
  verb->add_flag("--stdin", options->from_input,
                 "Read what would be typed from standard input, a line each");
  verb->footer(
      "Example: lockstep radius test anna --secret-file /etc/lockstep/radius/local.secret\n"
      "The address that this machine sends from has to be a client of the server. What you are\n"
      "asked for and answer is what a user of that client would be. Ends with 1 when "
      "rejected.\n\n" +
      std::string(exit_code_help()));
  verb->callback([options, choose] {
    choose([options](const Offline& offline) { return run(*options, offline); });
  });
}

}  // namespace lockstep
