// SPDX-License-Identifier: Apache-2.0
#include <array>
#include <cmath>
#include <cstdlib>
#include <string>
#include <vector>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include "core/policy/policy.h"
#include "formats/policy_document.h"
#include "front/cli/read_file.h"
#include "front/cli/table.h"
#include "front/cli/verb.h"
#include "front/cli/verbs.h"

namespace lockstep {
namespace {

namespace json = boost::json;

constexpr Field kPolicy[] = {
    {"revision", "revision"}, {"preset", "preset"}, {"changes", "document.set"}};
struct NoOptions {};

void declare_nothing(CLI::App& /*verb*/, NoOptions& /*options*/) {}

struct NewPolicy {
  std::string preset;
  std::string file;
};

constexpr std::array kPresets = {PresetName::standard, PresetName::mideye, PresetName::pingid,
                                 PresetName::rsa,      PresetName::sas,    PresetName::strict};

std::vector<std::string> preset_names() {
  std::vector<std::string> names;
  for (const PresetName name : kPresets) names.emplace_back(name_of(name));
  return names;
}

void declare_new_policy(CLI::App& verb, NewPolicy& options) {
  CLI::Option_group* what = verb.add_option_group("what", "One of");
  what->add_option("--preset", options.preset, "A preset as it is")
      ->check(CLI::IsMember(preset_names()));
  what->add_option("FILE", options.file, "A policy document, JSON");
  what->require_option(1);
}

ExitCode set_policy(CliSession& session, const NewPolicy& options) {
  std::string document = json::serialize(json::object{{"preset", options.preset}});
  if (!options.file.empty()) {
    auto content = read_file(options.file, kPolicyBytesMax);
    if (!content) return report(session.terminal, content.error());
    document = *std::move(content);
  }
  return call_api(session, {"PUT", "/api/v1/policy", document}, shows_record(kPolicy));
}

std::string zone(std::uint32_t steps) { return steps == 0 ? "none" : std::to_string(steps); }

std::string time_zones_text(const TimeZones& zones) {
  const auto hours = [](Seconds span) { return std::to_string(span.count() / 3600) + " h"; };
  return std::to_string(zones.accept) + " / " + zone(zones.next_code) + " / " +
         hours(zones.resync) + " / " + hours(zones.admin);
}

/// "1,234,567".
std::string grouped(long long number) {
  std::string text = std::to_string(number);
  for (std::size_t end = text.size(); end > 3; end -= 3) text.insert(end - 3, ",");
  return text;
}

/// A chance as people say it: "1 in 333,253".
std::string chance_text(const json::value& row, const char* path) {
  const double chance = std::strtod(text_at(row, path).c_str(), nullptr);
  if (!(chance > 0)) return "none";
  return "1 in " + grouped(std::llround(1 / chance));
}

std::string odds_text(const json::value& answer) {
  Table table({"TOKEN", "ONE TRY", "UNTIL TWO CODES ARE ASKED FOR", "A YEAR", "TRIES A YEAR"});
  const json::value* items =
      answer.is_object() ? answer.get_object().if_contains("items") : nullptr;
  if (items == nullptr || !items->is_array()) return "none\n";
  for (const json::value& row : items->get_array()) {
    const double tries = std::strtod(text_at(row, "attempts_per_year").c_str(), nullptr);
    table.add({text_at(row, "label"), chance_text(row, "per_attempt"),
               chance_text(row, "per_escalation"), chance_text(row, "per_year"),
               grouped(std::llround(tries))});
  }
  return table.text() +
         "The chance that somebody who knows the password but has no token gets in.\n";
}

/// The presets are part of the program, so no server is asked.
ExitCode show_presets(CliSession& session, const NoOptions&) {
  Table table({"PRESET", "EVENT", "HARDWARE, TIME", "SOFTWARE, TIME"});
  json::array names;
  for (const PresetName name : kPresets) {
    const Policy policy = preset(name);
    const EventZones& event = policy.event;
    const std::string codes = std::to_string(event.accept) + " / " + zone(event.next_code) + " / " +
                              std::to_string(event.resync) + " / " + std::to_string(event.admin);
    table.add({std::string(name_of(name)), codes, time_zones_text(policy.hardware),
               time_zones_text(policy.software)});
    names.emplace_back(std::string(name_of(name)));
  }
  if (session.format == Format::json) {
    session.terminal.out(json::serialize(json::object{{"items", std::move(names)}}) + '\n');
  } else {
    session.terminal.out(table.text() +
                         "Each: one code is enough / two log-ins / two codes on purpose / by an "
                         "administrator,\nin codes ahead or steps and hours off.\n");
  }
  return ExitCode::ok;
}

// ---- explain

constexpr Field kExplained[] = {{"KEY", "key"}, {"VALUE", "value_words"}, {"FROM", "from_words"}};

struct OneUser {
  std::string user;
};

void declare_one_user(CLI::App& verb, OneUser& options) {
  verb.add_option("USER", options.user, "User name")->required();
}

/// What holds for the user, and below it what differs for tokens of models that the policy names.
std::string explained_text(const json::value& answer) {
  std::string text = "revision " + printable(text_at(answer, "revision"));
  const std::string group = text_at(answer, "group");
  text += group.empty() ? ", no group of the policy\n" : ", group " + printable(group) + '\n';
  text += list_text(answer, "values", kExplained);
  const json::value* tokens =
      answer.is_object() ? answer.get_object().if_contains("tokens") : nullptr;
  if (tokens == nullptr || !tokens->is_array()) return text;
  for (const json::value& token : tokens->get_array()) {
    text += "\ntoken " + printable(text_at(token, "serial")) + ", model " +
            printable(text_at(token, "model")) + '\n' + list_text(token, "values", kExplained);
  }
  return text;
}

ExitCode explain_user(CliSession& session, const OneUser& options) {
  Target target = Target("/api/v1/users").segment(options.user);
  return call_api(session, {"GET", target.segment("policy").text(), ""}, explained_text);
}

}  // namespace

void add_policy_verbs(CLI::App& app, Action& chosen) {
  CLI::App& policy = add_noun(app, "policy", "Policy: how far tokens may be off, how many tries");
  add_verb<NoOptions>(
      policy, chosen, {"show", "Shows the policy in force.", "Example: lockstep policy show"},
      declare_nothing, [](CliSession& session, const NoOptions&) {
        return call_api(session, {"GET", "/api/v1/policy", ""}, shows_record(kPolicy));
      });
  add_verb<NewPolicy>(
      policy, chosen,
      {"set", "Puts another policy into force, from the next request on.",
       "Example: lockstep policy set --preset mideye\n"
       "         lockstep policy set policy.json\n"
       "A document is a preset with changes:\n"
       "{\"preset\": \"mideye\", \"set\": {\"event.accept\": 5},\n"
       " \"groups\": [{\"group\": \"staff\", \"set\": {\"misses_to_two_codes\": 5}}],\n"
       " \"models\": [{\"model\": \"Acme 5\", \"preset\": \"rsa\"}]}\n"
       "Look at `lockstep policy odds` afterwards: it says what a thief would gain."},
      declare_new_policy, set_policy);
  add_verb<OneUser>(
      policy, chosen,
      {"explain", "Says which numbers hold for a user, and where each is from.",
       "Example: lockstep policy explain anna\n"
       "The first group of the policy's document that the user is in decides; a token's model\n"
       "decides about its own zones."},
      declare_one_user, explain_user);
  add_verb<NoOptions>(policy, chosen,
                      {"presets", "Lists the presets with how far they let tokens be off.",
                       "Example: lockstep policy presets"},
                      declare_nothing, show_presets);
  add_policy_change_verbs(policy, chosen);
  add_verb<NoOptions>(
      policy, chosen,
      {"odds", "Says what somebody gains who knows the first factor but has no token.",
       "Example: lockstep policy odds\n"
       "One row for each common kind of token, under the policy in force."},
      declare_nothing, [](CliSession& session, const NoOptions&) {
        return call_api(session, {"GET", "/api/v1/policy/odds", ""}, odds_text);
      });
}

}  // namespace lockstep
