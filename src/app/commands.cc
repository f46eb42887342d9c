// SPDX-License-Identifier: Apache-2.0
#include "app/commands.h"

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <sstream>
#include <utility>
#include <vector>

#include <CLI/CLI.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include "adapters/system/system_clock.h"
#include "adapters/system/system_random.h"
#include "app/audit_verify.h"
#include "app/data_directory.h"
#include "app/demo.h"
#include "app/key_ring_commands.h"
#include "app/key_source.h"
#include "app/local_transport.h"
#include "app/log.h"
#include "app/offline.h"
#include "app/process.h"
#include "app/serve.h"
#include "front/cli/manual.h"
#include "front/cli/verbs.h"

namespace lockstep {
namespace {

constexpr const char* kDefaultData = "/var/lib/lockstep";

constexpr const char* kAbout =
    "Lockstep: an authentication server for one-time-passcode tokens that keeps them in step.\n"
    "\n"
    "A first server:    lockstep init --data DIR\n"
    "                   lockstep serve --data DIR\n"
    "Something to try:  lockstep demo\n"
    "\n"
    "All other commands call the running server over its admin socket, or, where none runs, work\n"
    "on the data directory themselves. You are its owner if you are root or the service's user.";

/// What every command understands.
struct Common {
  std::string data;
  std::string store;        ///< URL of a PostgreSQL database; empty: in the data directory
  bool data_named = false;  ///< on the command line, not by LOCKSTEP_DATA or default
  std::string socket;
  bool json = false;
  int passphrase_fd = -1;
};

/// What a command works with: the machine's clock and randomness, and the person who gave it.
struct Machine {
  Terminal& terminal;
  SystemClock clock;
  SystemRandom random;
};

/// The two kinds of command: one of ours, or a verb that needs the API.
struct Chosen {
  std::function<Result<void>(Machine&)> own;
  Action verb;
  std::function<ExitCode(Machine&)> with_code;  ///< one of ours whose exit code says something
  KeyRingCommand key_ring;
};

std::filesystem::path data_path(const Common& common) { return common.data; }

/// For a command without a configuration file.
KeyOptions key_options(const Common& common, Machine& machine) {
  return {.source = key_source_at_hand(data_path(common)),
          .ask = ask_passphrase(machine.terminal, common.passphrase_fd)};
}

// ---- init

Result<void> init(const Common& common, bool under_passphrase, Machine& machine) {
  const std::filesystem::path data = std::filesystem::absolute(data_path(common));
  std::optional<Secret> passphrase;
  if (under_passphrase || common.passphrase_fd >= 0) {
    LOCKSTEP_TRY(passphrase, ask_new_passphrase(machine.terminal, common.passphrase_fd));
  }
  LOCKSTEP_CHECK(create_data_directory(data, machine.random, common.store, passphrase));
  if (common.json) {
    const boost::json::object made{{"data", data.string()},
                                   {"key_file", key_file_path(data).string()}};
    machine.terminal.out(boost::json::serialize(made) + '\n');
    return {};
  }
  machine.terminal.out(
      "Made " + data.string() +
      ".\n"
      "\n"
      "The file `key` in it opens the seeds: keep a copy of it apart from copies of the store.\n"
      "\n" +
      (common.store.empty() ? ""
                            : "Every command below needs LOCKSTEP_STORE or --store as well.\n\n") +
      "Next:  lockstep serve --data " + data.string() +
      "\n"
      "then:  lockstep user add anna --data " +
      data.string() +
      "\n"
      "       lockstep token create --owner anna --data " +
      data.string() +
      "\n"
      "       lockstep key create vpn --scope authenticate --data " +
      data.string() + "\n");
  return {};
}

void add_init(CLI::App& app, const Common& common, Chosen& chosen) {
  CLI::App* verb = app.add_subcommand("init",
                                      "Makes a data directory: a key file and an empty "
                                      "store. Never overwrites anything.");
  verb->footer("Example: lockstep init --data /var/lib/lockstep\n\n" +
               std::string(exit_code_help()));
  const auto passphrase = std::make_shared<bool>(false);
  verb->add_flag("--passphrase", *passphrase,
                 "Seal the key file under a passphrase, which each start then asks for");
  verb->callback([&common, &chosen, passphrase] {
    chosen.own = [&common, passphrase](Machine& machine) {
      return init(common, *passphrase, machine);
    };
  });
}

// ---- serve

/// What the file says, or the defaults where none was named.
Result<Config> config_for_serving(const Common& common, const std::string& file) {
  Config config = default_config(data_path(common));
  config.store_url = common.store;
  if (!file.empty()) {
    LOCKSTEP_TRY(config, read_config(file));
  }
  if (!common.socket.empty()) config.admin_socket = common.socket;
  return config;
}

Result<void> serve_until_stopped(const Common& common, const std::string& file, Machine& machine) {
  LOCKSTEP_TRY(Config config, config_for_serving(common, file));
  config.keys.ask = ask_passphrase(machine.terminal, common.passphrase_fd);
  start_log(config.log_level);
  if (!lock_memory()) {
    log(LogLevel::warning, "memory_not_locked",
        {{"way_out", "LimitMEMLOCK=infinity in the unit, or encrypt the swap space"}});
  }
  const StopSignals signals;
  std::function<void(const Result<Config>&)> reload;
  const auto until_stopped = [&] {
    while (signals.next() == Signal::reload) reload(config_for_serving(common, file));
  };
  return serve(config, machine.clock, machine.random,
               {.started = [&reload](const Running& running) { reload = running.reload; },
                .wait_for_stop = until_stopped,
                .drain = [&](std::chrono::seconds time) { signals.wait_at_most(time); },
                .manager = service_manager()});
}

void add_serve(CLI::App& app, const Common& common, Chosen& chosen) {
  CLI::App* verb = app.add_subcommand("serve", "Runs the server until it gets SIGTERM or SIGINT.");
  // Owned by the callback, which `app` keeps, and by the command that it chooses.
  const auto file = std::make_shared<std::string>();
  verb->add_option("--config", *file,
                   "Configuration file, TOML; then --data and --store are not looked at");
  verb->footer(
      "Example: lockstep serve --config /etc/lockstep/lockstep.toml\n"
      "         lockstep serve --data DIR\n"
      "Without a file it serves plain HTTP on 127.0.0.1, port 8480. Every key of the file\n"
      "is explained in packaging/lockstep.toml.example. SIGHUP reads it again and takes over log\n"
      "level, certificate, limits and drain time; the log says what else waits for a restart.\n"
      "Tells systemd when it is ready, reloads, stops and lives (Type=notify).\n\n" +
      std::string(exit_code_help()));
  verb->callback([&common, &chosen, file] {
    chosen.own = [&common, file](Machine& machine) {
      return serve_until_stopped(common, *file, machine);
    };
  });
}

// ---- demo

Result<void> demo(const DemoOptions& options, Machine& machine) {
  start_log(LogLevel::warning);
  const StopSignals stop;
  return run_demo(options, machine.clock, machine.random,
                  {.print = [&machine](std::string_view text) { machine.terminal.out(text); },
                   .wait_for_stop = [&stop] { stop.wait(); }});
}

void add_demo(CLI::App& app, const Common& common, Chosen& chosen) {
  CLI::App* verb = app.add_subcommand(
      "demo", "Serves a made-up company of 50 users on one loopback port, and prints what to try.");
  // Owned by the callback, which `app` keeps, and by the command that it chooses.
  const auto options = std::make_shared<DemoOptions>();
  verb->add_option("--port", options->port, "Port on 127.0.0.1; default: a free one");
  verb->footer(
      "Example: lockstep demo\n"
      "Its data lies in a temporary directory and is deleted at the end (Ctrl-C); with\n"
      "--data DIR it is made there and stays.\n\n" +
      std::string(exit_code_help()));
  verb->callback([&common, &chosen, options] {
    if (common.data_named) options->data = data_path(common);
    if (common.json) options->form = GuideForm::json;
    chosen.own = [options](Machine& machine) { return demo(*options, machine); };
  });
}

// ---- verbs

/// The running server where there is one, else the data directory in this process.
Result<std::unique_ptr<Transport>> reach_api(const Common& common, Machine& machine) {
  const std::filesystem::path data = data_path(common);
  const std::filesystem::path socket = common.socket.empty() ? default_config(data).admin_socket
                                                             : std::filesystem::path(common.socket);
  if (!common.socket.empty() || is_listening(socket)) {
    return std::make_unique<SocketTransport>(socket);
  }
  std::error_code problem;  // also "may not look": then it is not this person's
  if (key_source_at_hand(data) == KeySource::file &&
      !std::filesystem::exists(key_file_path(data), problem)) {
    return fail(Errc::unavailable,
                "no server of yours listens on " + socket.string() + " and " + data.string() +
                    " is no data directory of yours: name one with --data or LOCKSTEP_DATA, or a "
                    "server's socket with --socket, or run this as root or the service's user");
  }
  LOCKSTEP_TRY(Site site, open_site(data, machine.clock, machine.random, common.store,
                                    key_options(common, machine)));
  return std::make_unique<LocalTransport>(std::move(site));
}

ExitCode run_verb(const Common& common, const Action& verb, Machine& machine) {
  start_log(LogLevel::warning);
  const auto transport = reach_api(common, machine);
  if (!transport) return report(machine.terminal, transport.error());
  CliSession session{machine.terminal, **transport, common.json ? Format::json : Format::words};
  return verb(session);
}

// ---- audit verify

ExitCode verify_audit(const Common& common, AuditVerifyOptions options, Machine& machine) {
  start_log(LogLevel::warning);
  options.data = data_path(common);
  options.store_url = common.store;
  options.socket = common.socket.empty() ? default_config(options.data).admin_socket
                                         : std::filesystem::path(common.socket);
  if (common.json) options.format = Format::json;
  return verify_audit_command(options, machine.clock, machine.random, machine.terminal);
}

/// Under the noun that the online verbs made.
void add_audit_verify(CLI::App& app, const Common& common, Chosen& chosen) {
  CLI::App* verb = app.get_subcommand("audit")->add_subcommand(
      "verify", "Checks that no record was edited, removed, reordered or cut off.");
  // Owned by the callback, which `app` keeps, and by the command that it chooses.
  const auto options = std::make_shared<AuditVerifyOptions>();
  verb->add_option("--mirror", options->mirrors,
                   "Also check this mirror file; rotated: oldest first");
  verb->add_option("--key", options->key, "The public key that you noted down (`audit key`)");
  verb->add_option("--noted", options->noted, "A file with what `audit heads --json` printed then");
  verb->add_flag("--alone", options->alone, "Check only the mirror: the store is not here");
  verb->footer(
      "Example: lockstep audit verify\n"
      "         lockstep audit verify --alone --mirror audit.jsonl --key 3d40…\n"
      "Each record's hash covers the record before it, and the end of the chain is signed every\n"
      "second. Names the first break of each chain, what it means and what to do, and ends with "
      "1.\n"
      "Asks the running server; where none runs, reads the store itself.\n\n" +
      std::string(exit_code_help()));
  verb->callback([&common, &chosen, options] {
    chosen.with_code = [&common, options](Machine& machine) {
      return verify_audit(common, *options, machine);
    };
  });
}

// ---- manual

/// For who packages Lockstep, and hidden: a reader has `--help` and man(1).
void add_manual(CLI::App& app, Chosen& chosen) {
  CLI::App* verb = app.add_subcommand("manual", "Prints the manual page made of all help texts.");
  verb->group("");
  const auto bash = std::make_shared<bool>(false);
  verb->add_flag("--bash", *bash, "Print what bash completes commands by instead");
  verb->footer("Example: lockstep manual > lockstep.1\n\n" + std::string(exit_code_help()));
  verb->callback([&app, &chosen, bash] {
    chosen.own = [&app, bash](Machine& machine) -> Result<void> {
      machine.terminal.out(*bash ? bash_completion(app)
                                 : man_page(app, LOCKSTEP_VERSION, LOCKSTEP_DATE));
      return {};
    };
  });
}

// ---- all of it

void add_common(CLI::App& app, Common& common) {
  app.add_option("--data", common.data, "Data directory")
      ->envname("LOCKSTEP_DATA")
      ->default_val(kDefaultData);
  app.add_option("--store", common.store,
                 "postgresql://… of the store, if it is not in the data directory; the password "
                 "belongs into a file: see PGPASSFILE")
      ->envname("LOCKSTEP_STORE");
  app.add_option("--socket", common.socket, "Admin socket, if it is not in the data directory");
  app.add_flag("--json", common.json, "Print the API's answer as it came");
  app.add_option("--passphrase-fd", common.passphrase_fd,
                 "Open file from which to read the key file's passphrase, instead of asking")
      ->check(CLI::Range(0, 1'023));
}

/// What CLI11 has to say: help that was asked for, or what is wrong with the command line.
ExitCode say_parse_result(const CLI::App& app, const CLI::ParseError& result, Terminal& terminal) {
  std::ostringstream out;
  std::ostringstream err;
  const int code = app.exit(result, out, err);
  terminal.out(out.str());
  terminal.err(err.str());
  return code == 0 ? ExitCode::ok : ExitCode::usage;
}

}  // namespace

ExitCode run_command_line(std::span<const std::string> arguments, Terminal& terminal) {
  CLI::App app(kAbout, "lockstep");
  app.footer(std::string(exit_code_help()));
  app.require_subcommand(1);
  app.fallthrough();
  app.set_version_flag("--version", "lockstep " LOCKSTEP_VERSION);
  Common common;
  common.data_named = std::ranges::any_of(
      arguments, [](const std::string& word) { return word.starts_with("--data"); });
  Chosen chosen;
  add_common(app, common);
  add_init(app, common, chosen);
  add_serve(app, common, chosen);
  add_demo(app, common, chosen);
  add_key_ring_commands(app, chosen.key_ring);
  const ChooseOffline choose = [&common, &chosen](OfflineCommand command) {
    chosen.with_code = [&common, command = std::move(command)](Machine& machine) {
      return command({data_path(common), common.store, key_options(common, machine), common.json,
                      machine.terminal, machine.clock, machine.random});
    };
  };
  add_restore(app, choose);
  add_migrate(app, choose);
  add_doctor(app, choose);
  add_online_verbs(app, chosen.verb);
  add_radius_test(app, choose);
  add_audit_verify(app, common, chosen);
  add_manual(app, chosen);
  try {
    app.parse(std::vector<std::string>(arguments.rbegin(), arguments.rend()));
  } catch (const CLI::ParseError& result) {
    return say_parse_result(app, result, terminal);
  }
  Machine machine{terminal, {}, {}};
  if (chosen.with_code) return chosen.with_code(machine);
  if (chosen.key_ring) {
    chosen.own = [&](Machine& at) {
      return chosen.key_ring({key_file_path(data_path(common)), common.passphrase_fd, common.json},
                             at.terminal);
    };
  }
  if (!chosen.own) return run_verb(common, chosen.verb, machine);
  const auto done = chosen.own(machine);
  return done ? ExitCode::ok : report(terminal, done.error());
}

}  // namespace lockstep
