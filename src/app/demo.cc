// SPDX-License-Identifier: Apache-2.0
#include "app/demo.h"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <fmt/format.h>

#include "app/data_directory.h"
#include "app/serve.h"

namespace lockstep {
namespace {

namespace json = boost::json;

const char* hash_name(HashAlgorithm hash) {
  switch (hash) {
    case HashAlgorithm::sha1:
      return "sha1";
    case HashAlgorithm::sha256:
      return "sha256";
    case HashAlgorithm::sha512:
      return "sha512";
  }
  return "";
}

/// The oathtool command for the code of an event token `ahead` presses from now.
std::string event_code(const DemoToken& token, std::uint64_t ahead) {
  return fmt::format("oathtool --hotp -b -d {} -c {} {}", token.spec.digits.count(),
                     token.counter + ahead, token.seed_base32);
}

/// The same for what a time token showed `ago` before now, on its own slow clock.
std::string time_code(const DemoToken& token, Seconds ago) {
  return fmt::format("oathtool --totp={} -b -d {} -s {}s -N '{} seconds ago' {}",
                     hash_name(token.spec.hash), token.spec.digits.count(), token.spec.step.count(),
                     (token.slow + ago).count(), token.seed_base32);
}

/// A log-in; `code` is a shell expression.
std::string login(const std::string& user, const std::string& password, const std::string& code) {
  const std::string factor = password.empty() ? "" : fmt::format(R"("password":"{}",)", password);
  return fmt::format(
      R"(curl -s -H "$AUTH" "$API/authenticate" --json '{{"user":"{}",{}"code":"'{}'"}}'; echo)",
      user, factor, code);
}

std::string in_shell(const std::string& command) { return "$(" + command + ")"; }

void add_plain_login(DemoGuide& guide, const DemoToken& token) {
  const std::string command = login(token.user, "", in_shell(event_code(token, 0)));
  guide.steps.push_back(
      {fmt::format("{} presses the button of a {} and logs in", token.user, token.model), "accept",
       command});
  guide.steps.push_back({"Somebody who looked over the shoulder tries the same code again",
                         "reject: a code is good for one log-in", command});
}

void add_card_ahead(DemoGuide& guide, const DemoToken& token, const std::string& password) {
  guide.steps.push_back(
      {fmt::format("{}'s card was pressed {} times in a pocket; the log-in fails", token.user,
                   kDemoCardAhead),
       "reject: too far ahead for one code, but the server remembers where it was found",
       login(token.user, password, in_shell(event_code(token, 0)))});
  guide.steps.push_back({"A second log-in within 3 minutes, with the next code",
                         "accept: two codes in a row prove the card, which is in step again",
                         login(token.user, password, in_shell(event_code(token, 1)))});
}

void add_slow_fob(DemoGuide& guide, const DemoToken& token) {
  guide.steps.push_back(
      {fmt::format("The clock of {}'s fob lost {} minutes since yesterday", token.user,
                   token.slow.count() / 60),
       "reject: no hardware clock drifts so fast, so two log-ins would not heal it either",
       login(token.user, "", in_shell(time_code(token, Seconds(0))))});
  const std::string two_codes =
      time_code(token, token.spec.step) + R"( -w 1 | sed 's/.*/"&"/' | paste -sd,)";
  guide.steps.push_back(
      {"The help desk asks for two codes in a row and resynchronises the fob",
       "moved, in steps and seconds, behind",
       fmt::format(
           R"(curl -s -H "$AUTH" "$API/tokens/{}/resync" --json '{{"codes":['{}']}}'; echo)",
           token.serial, in_shell(two_codes))});
  guide.steps.push_back(
      {"Half a minute later the fob shows its next code",
       "accept: from now on the server reckons with a slow clock",
       fmt::format("sleep {}; {}", token.spec.step.count(),
                   login(token.user, "", in_shell(time_code(token, Seconds(0)))))});
}

void add_audit(DemoGuide& guide, const DemoToken& token) {
  guide.steps.push_back(
      {fmt::format("What the auditor sees of {}, newest first", token.user),
       "every log-in, refusal and resynchronisation, with its reason; never a code",
       fmt::format(R"(curl -s -H "$AUTH" "$API/audit?user={}"; echo)", token.user)});
}

Result<DemoWorld> found_company(const std::filesystem::path& data, const Clock& clock,
                                Random& random) {
  const EarlierClock yesterday(clock, kDemoHistory);
  LOCKSTEP_CHECK(create_data_directory(data, random));
  LOCKSTEP_TRY(const Site site, open_site(data, yesterday, random));
  LOCKSTEP_TRY(DemoWorld world, make_demo_world(*site.services));
  return world;
}

}  // namespace

DemoGuide demo_guide(const DemoWorld& world, std::uint16_t port) {
  DemoGuide guide;
  guide.site = fmt::format("http://127.0.0.1:{}", port);
  guide.api = guide.site + "/api/v1";
  guide.setup = fmt::format("API={} AUTH='Authorization: Bearer {}'", guide.api, world.api_key);
  add_plain_login(guide, world.tokens.at(0));
  add_card_ahead(guide, world.tokens.at(1), world.password);
  add_slow_fob(guide, world.tokens.at(2));
  add_audit(guide, world.tokens.at(2));
  return guide;
}

/// This program as it was started: a demo is usually not installed.
std::string own_path() {
  std::error_code problem;
  const std::filesystem::path path = std::filesystem::read_symlink("/proc/self/exe", problem);
  return problem ? std::string("lockstep") : path.string();
}

std::string guide_text(const DemoGuide& guide, const std::filesystem::path& data) {
  std::string text = fmt::format(
      "Lockstep demo: 50 users and their tokens, until Ctrl-C.\n\n"
      "Look at it:  {0}/lab/     tokens that drift, a VPN, and the mails\n"
      "             {0}/portal/  where users help themselves\n\n"
      "Or paste into bash (oathtool stands in for the tokens); first this:\n\n{1}\n",
      guide.site, guide.setup);
  int number = 0;
  for (const DemoStep& step : guide.steps) {
    ++number;
    text += fmt::format("\n# {}. {}\n#    expect: {}\n{}\n", number, step.title, step.expect,
                        step.command);
  }
  text += fmt::format(
      "\n# The same as owner, from another terminal:\n"
      "{1} user list --data {0}\n{1} token list --data {0}\n\n",
      data.string(), own_path());
  return text;
}

std::string guide_json(const DemoGuide& guide, const DemoWorld& world,
                       const std::filesystem::path& data) {
  json::array steps;
  for (const DemoStep& step : guide.steps) {
    steps.push_back(
        json::object{{"title", step.title}, {"expect", step.expect}, {"command", step.command}});
  }
  json::array tokens;
  for (const DemoToken& token : world.tokens) {
    tokens.push_back(json::object{
        {"serial", token.serial},
        {"user", token.user},
        {"model", token.model},
        {"kind", token.spec.kind == TokenKind::hotp ? "hotp" : "totp"},
        {"hash", hash_name(token.spec.hash)},
        {"digits", token.spec.digits.count()},
        {"step", token.spec.step.count()},
        {"seed_base32", token.seed_base32},
        {"counter", token.counter},
        {"slow_seconds", token.slow.count()},
    });
  }
  const json::object whole{{"lab", guide.site + "/lab/"},
                           {"portal", guide.site + "/portal/"},
                           {"api", guide.api},
                           {"api_key", world.api_key},
                           {"data", data.string()},
                           {"setup", guide.setup},
                           {"steps", std::move(steps)},
                           {"tokens", std::move(tokens)}};
  return json::serialize(whole) + '\n';
}

Result<void> run_demo(const DemoOptions& options, const Clock& clock, Random& random,
                      const DemoHooks& hooks) {
  std::optional<PassingDirectory> temporary;
  if (!options.data) {
    LOCKSTEP_TRY(PassingDirectory made, PassingDirectory::make());
    temporary.emplace(std::move(made));
  }
  const std::filesystem::path data = options.data ? *options.data : temporary->path() / "data";
  LOCKSTEP_TRY(const DemoWorld world, found_company(data, clock, random));
  LOCKSTEP_TRY(const LabWorld lab, lab_world(world));
  Config config = default_config(data);
  config.listen.port = options.port;
  config.portal.organisation = "Northwind";
  config.portal.help = {
      .phone = "08-555 00 10", .email = "helpdesk@example.org", .hours = "8–17", .url = ""};
  config.log_level = LogLevel::warning;
  return serve(config, clock, random,
               {.started =
                    [&](const Running& running) {
                      const DemoGuide guide = demo_guide(world, running.port);
                      running.site.services->portal.url = guide.site;
                      hooks.print(options.form == GuideForm::json ? guide_json(guide, world, data)
                                                                  : guide_text(guide, data));
                    },
                .wait_for_stop = hooks.wait_for_stop,
                .lab = &lab});
}

}  // namespace lockstep
