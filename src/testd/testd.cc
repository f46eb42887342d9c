// SPDX-License-Identifier: Apache-2.0
// lockstep_testd: the server as it is, but for its clock, which stands still until it is told to
// move (testd/clock_control.h). For the system tests; never installed.
#include <cstdint>
#include <cstdio>
#include <exception>
#include <filesystem>
#include <optional>
#include <string>

#include <CLI/CLI.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include "adapters/system/system_random.h"
#include "app/data_directory.h"
#include "app/demo.h"
#include "app/log.h"
#include "app/process.h"
#include "app/serve.h"
#include "service/api_keys.h"
#include "testd/clock_control.h"
#include "testing/fake_clock.h"

namespace lockstep {
namespace {

struct Options {
  std::string data;
  std::string start;
  std::string config;
  std::uint16_t port = 0;
  bool demo = false;
};

/// The key that the tests call with; null where the data directory had one from an earlier run.
Result<boost::json::value> test_key(Services& services) {
  const Context context = begin(services, owner_caller());
  auto created = create_api_key(services, context, "testd", Permissions::all());
  if (created) return boost::json::value(created->text);
  if (created.error().code == Errc::conflict) return boost::json::value(nullptr);
  return std::unexpected<Error>(created.error());
}

/// The demo with its lab, on the clock that is told the time: its guide is the line that is
/// printed, and the clock listens beside its data directory.
Result<void> demo(const Options& options, FakeClock& clock) {
  const std::filesystem::path data = options.data;
  const StopSignals stop;
  LOCKSTEP_TRY(const int listener, listen_at(data.string() + ".clock"));
  const ClockSocket steering(clock, listener);
  SystemRandom random;
  return run_demo({.port = options.port, .data = data, .form = GuideForm::json}, clock, random,
                  {.print =
                       [](std::string_view guide) {
                         (void)std::fwrite(guide.data(), 1, guide.size(), stdout);
                         (void)std::fflush(stdout);
                       },
                   .wait_for_stop = [&] { stop.wait(); }});
}

Result<void> run(const Options& options) {
  FakeClock clock;
  if (!options.start.empty()) {
    LOCKSTEP_TRY(const WallTime start, parse_rfc3339(options.start));
    clock.set_wall(start);
  }
  if (options.demo) return demo(options, clock);
  std::optional<PassingDirectory> temporary;
  if (options.data.empty()) {
    LOCKSTEP_TRY(PassingDirectory made, PassingDirectory::make());
    temporary.emplace(std::move(made));
  }
  const std::filesystem::path data =
      temporary ? temporary->path() / "data" : std::filesystem::path(options.data);
  SystemRandom random;
  if (!std::filesystem::exists(key_file_path(data))) {
    LOCKSTEP_CHECK(create_data_directory(data, random));
  }
  const StopSignals stop;
  LOCKSTEP_TRY(const int listener, listen_at(data / "clock.sock"));
  const ClockSocket steering(clock, listener);
  Config config = default_config(data);
  config.listen.port = options.port;
  config.limits.each.per_second = 0;  // On a clock that stands still nobody would ever get more.

  if (!options.config.empty()) {
    LOCKSTEP_TRY(Config file, read_config(options.config));
    config.radius = std::move(file.radius);
    config.mail = std::move(file.mail);
    config.portal = std::move(file.portal);
  }

  Result<void> announced;
  const auto announce = [&](const Running& running) {
    const auto key = test_key(*running.site.services);
    if (!key) {
      announced = std::unexpected<Error>(key.error());
      return;
    }
    const boost::json::object line{
        {"port", running.port},
        {"api", "http://127.0.0.1:" + std::to_string(running.port) + "/api/v1"},
        {"api_key", *key},
        {"radius_port", running.radius_port},
        {"radius_tls_port", running.radius_tls_port},
        {"radius_accounting_port", running.radius_accounting_port},
        {"admin_socket", config.admin_socket.string()},
        {"clock_socket", (data / "clock.sock").string()},
        {"data", data.string()}};
    (void)std::puts(boost::json::serialize(line).c_str());
    (void)std::fflush(stdout);
  };
  const auto wait = [&] {
    if (announced) stop.wait();
  };
  LOCKSTEP_CHECK(serve(config, clock, random, {.started = announce, .wait_for_stop = wait}));
  return announced;
}

}  // namespace
}  // namespace lockstep

int main(int argc, char** argv) try {
  CLI::App app("Lockstep with a clock that tests steer. Prints one line of JSON once it serves.");
  lockstep::Options options;
  app.add_option("--data", options.data,
                 "Data directory, made if missing; default: a temporary one");
  app.add_option("--port", options.port, "Port on loopback; default: a free one");
  app.add_option("--start", options.start, "What the clock shows at first, RFC 3339");
  app.add_option("--config", options.config, "A configuration file whose [radius] is taken");
  app.add_flag("--demo", options.demo, "The demo with its lab; needs --data, a new directory");
  CLI11_PARSE(app, argc, argv);
  lockstep::start_log(lockstep::LogLevel::info);
  if (const auto done = lockstep::run(options); !done) {
    lockstep::log(lockstep::LogLevel::error, "failed", {{"why", done.error().context}});
    return 1;
  }
  return 0;
} catch (const std::exception& problem) {
  (void)std::fprintf(stderr, "lockstep_testd: %s\n", problem.what());
  return 1;
}
