// SPDX-License-Identifier: Apache-2.0
// What happens to tokens beside being used: they break, get lost, are replaced; and what stands in
// for them.
#include <optional>
#include <string>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include "front/cli/table.h"
#include "front/cli/verb.h"
#include "front/cli/verbs.h"

namespace lockstep {
namespace {

namespace json = boost::json;

Target token_target(const std::string& serial) { return Target("/api/v1/tokens").segment(serial); }
Target user_target(const std::string& user) { return Target("/api/v1/users").segment(user); }

// ---- token faulty, revoke, replace, primary

struct OneToken {
  std::string serial;
};

void declare_one(CLI::App& verb, OneToken& options) {
  verb.add_option("SERIAL", options.serial, "Serial as printed on the token")->required();
}

ExitCode set_state(CliSession& session, const OneToken& options, const char* state) {
  const json::object body{{"state", state}};
  return call_api(session, {"PATCH", token_target(options.serial).text(), json::serialize(body)},
                  says(options.serial + " is " + state + '\n'));
}

struct Replacement {
  std::string serial;
  std::string by;
  std::string old = "faulty";
};

void declare_replacement(CLI::App& verb, Replacement& options) {
  verb.add_option("SERIAL", options.serial, "The token that somebody has")->required();
  verb.add_option("BY", options.by, "The token from stock that takes its place")->required();
  verb.add_option("--old", options.old, "What becomes of the first: stock, lost, faulty, revoked")
      ->capture_default_str()
      ->check(CLI::IsMember({"stock", "lost", "faulty", "revoked"}));
}

ExitCode replace(CliSession& session, const Replacement& options) {
  const json::object body{{"by", options.by}, {"old", options.old}};
  Target target = token_target(options.serial);
  return call_api(session, {"POST", target.segment("replace").text(), json::serialize(body)},
                  says(options.by + " takes the place of " + options.serial + '\n'));
}

struct Primary {
  std::string serial;
  std::string user;
};

void declare_primary(CLI::App& verb, Primary& options) {
  verb.add_option("SERIAL", options.serial, "One of the user's tokens")->required();
  verb.add_option("USER", options.user, "User name")->required();
}

ExitCode make_primary(CliSession& session, const Primary& options) {
  const json::object body{{"serial", options.serial}};
  Target target = user_target(options.user);
  return call_api(session, {"PUT", target.segment("primary").text(), json::serialize(body)},
                  says(options.serial + " is the primary token of " + options.user + '\n'));
}

struct TokenFacts {
  std::string serial;
  std::optional<std::string> model;
  std::optional<std::string> batch;
  std::optional<std::string> valid_from;
  std::optional<std::string> valid_until;
  std::optional<std::string> warranty_until;
};

void declare_facts(CLI::App& verb, TokenFacts& options) {
  verb.add_option("SERIAL", options.serial, "Serial as printed on the token")->required();
  verb.add_option("--model", options.model, "Maker and model as people know it");
  verb.add_option("--batch", options.batch, "The delivery that it came with");
  verb.add_option("--valid-from", options.valid_from,
                  "Its first day (or RFC 3339); none: no limit");
  verb.add_option("--valid-until", options.valid_until,
                  "Its last day (or RFC 3339); none: no limit");
  verb.add_option("--warranty-until", options.warranty_until,
                  "The last day of its warranty (or RFC 3339); none: it has none");
}

ExitCode set_facts(CliSession& session, const TokenFacts& options) {
  json::object body;
  if (options.model) body["model"] = *options.model;
  if (options.batch) body["batch"] = *options.batch;
  const auto put = [&](const char* name, const std::optional<std::string>& day, auto&& time_of) {
    if (!day) return;
    if (*day == "none") {
      body[name] = nullptr;
    } else {
      body[name] = time_of(*day);
    }
  };
  // A last day counts to its end.
  const auto last_moment = [](const std::string& day) {
    const std::string begin = moment(day);
    return begin == day ? day : day + "T23:59:59Z";
  };
  put("valid_from", options.valid_from, moment);
  put("valid_until", options.valid_until, last_moment);
  put("warranty_until", options.warranty_until, last_moment);
  if (body.empty()) {
    return report(session.terminal, {Errc::invalid_input, "say what to set: see --help"});
  }
  return call_api(session, {"PATCH", token_target(options.serial).text(), json::serialize(body)},
                  says(options.serial + " is changed\n"));
}

void add_token_life(CLI::App& token, Action& chosen) {
  add_verb<TokenFacts>(
      token, chosen,
      {"set", "Changes what is known of a token: its dates, its model, its batch, its warranty.",
       "Example: lockstep token set 26000137 --valid-until 2030-12-31\n"
       "         lockstep token set 26000137 --warranty-until none --batch 2026-10\n"
       "What is not named stays."},
      declare_facts, set_facts);
  add_verb<OneToken>(token, chosen,
                     {"faulty", "Marks a token as faulty: it shows nothing, or nothing right.",
                      "Example: lockstep token faulty 26000137"},
                     declare_one, [](CliSession& session, const OneToken& options) {
                       return set_state(session, options, "faulty");
                     });
  add_verb<OneToken>(
      token, chosen,
      {"revoke", "Revokes a token for good. To put one aside for a while: `token suspend`.",
       "Example: lockstep token revoke 26000137"},
      declare_one, [](CliSession& session, const OneToken& options) {
        return set_state(session, options, "revoked");
      });
  add_verb<Replacement>(
      token, chosen,
      {"replace", "Gives a token's owner another one from stock in its place.",
       "Example: lockstep token replace 26000137 26000138 --old lost\n"
       "PIN, password, groups and being the primary token stay. A revoked one cannot come back."},
      declare_replacement, replace);
  add_verb<Primary>(token, chosen,
                    {"primary", "Makes one of a user's tokens the one that is offered first.",
                     "Example: lockstep token primary 26000137 anna"},
                    declare_primary, make_primary);
}

// ---- user temporary, temporary-end

struct Temporary {
  std::string user;
  std::optional<std::uint32_t> codes;
  std::optional<std::uint64_t> hours;
  std::string when_found = "deny";
};

void declare_temporary(CLI::App& verb, Temporary& options) {
  verb.add_option("USER", options.user, "User name")->required();
  verb.add_option("--one-time", options.codes,
                  "So many codes that work once each; else one that works all the time")
      ->check(CLI::Range(1, 20));
  verb.add_option("--hours", options.hours, "How long they work; default: 24")
      ->check(CLI::Range(1, 720));
  verb.add_option("--when-found", options.when_found,
                  "When the lost token is used again: deny, allow (ends the codes), allow_after "
                  "(their time)")
      ->capture_default_str()
      ->check(CLI::IsMember({"deny", "allow", "allow_after"}));
}

std::string given_codes(const json::value& answer) {
  std::string text;
  const json::object* body = answer.if_object();
  const json::value* codes = body == nullptr ? nullptr : body->if_contains("codes");
  if (codes != nullptr && codes->is_array()) {
    for (const json::value& code : codes->get_array()) {
      if (code.is_string()) text += printable(code.get_string()) + '\n';
    }
  }
  return text + "until " + printable(text_at(answer, "until")) + "; shown this once\n";
}

ExitCode give(CliSession& session, const Temporary& options) {
  constexpr std::uint64_t kHour = 3'600;
  json::object body{{"when_found", options.when_found}};
  if (options.codes) body["one_time_codes"] = *options.codes;
  if (options.hours) body["seconds"] = *options.hours * kHour;
  Target target = user_target(options.user);
  return call_api(session,
                  {"POST", target.segment("temporary-access").text(), json::serialize(body)},
                  given_codes);
}

struct OneUser {
  std::string user;
};

void add_temporary(CLI::App& user, Action& chosen) {
  add_verb<Temporary>(
      user, chosen,
      {"temporary", "Gives codes that stand in for a token that is lost or at home.",
       "Example: lockstep user temporary anna --hours 48\n"
       "         lockstep user temporary anna --one-time 5 --when-found allow\n"
       "The PIN or password is asked for as ever. Codes that were given before end."},
      declare_temporary, give);
  add_verb<OneUser>(
      user, chosen,
      {"temporary-end", "Ends a user's temporary codes at once.",
       "Example: lockstep user temporary-end anna"},
      [](CLI::App& verb, OneUser& options) {
        verb.add_option("USER", options.user, "User name")->required();
      },
      [](CliSession& session, const OneUser& options) {
        Target target = user_target(options.user);
        return call_api(session, {"DELETE", target.segment("temporary-access").text(), ""},
                        says("the temporary codes of " + options.user + " work no more\n"));
      });
}

// ---- model

constexpr Field kModel[] = {{"name", "name"},
                            {"maker", "maker"},
                            {"form", "form"},
                            {"kind", "kind"},
                            {"hash", "algorithm"},
                            {"digits", "digits"},
                            {"step in seconds", "step_seconds"},
                            {"code shown for seconds", "shown_seconds"},
                            {"warranty in months", "warranty_months"},
                            {"help", "help"}};
constexpr Field kModelRow[] = {{"NAME", "name"}, {"MAKER", "maker"},   {"FORM", "form"},
                               {"KIND", "kind"}, {"DIGITS", "digits"}, {"STEP", "step_seconds"}};

struct ModelName {
  std::string name;
};

void declare_model_name(CLI::App& verb, ModelName& options) {
  verb.add_option("NAME", options.name, "As tokens name it")->required();
}

Target model_target(const std::string& name) {
  return Target("/api/v1/token-models").segment(name);
}

struct Model {
  std::string name;
  std::string kind = "totp";
  std::optional<std::string> maker;
  std::optional<std::string> form;
  std::optional<std::string> hash;
  std::optional<std::uint32_t> digits;
  std::optional<std::uint32_t> step;
  std::optional<std::uint32_t> shown;
  std::optional<std::uint32_t> warranty;
  std::optional<std::string> help;
};

void declare_model(CLI::App& verb, Model& options) {
  verb.add_option("NAME", options.name, "As tokens name it")->required();
  verb.add_option("--kind", options.kind, "hotp or totp")->capture_default_str();
  verb.add_option("--maker", options.maker, "Who makes it");
  verb.add_option("--form", options.form, "hardware or software");
  verb.add_option("--hash", options.hash, "sha1, sha256 or sha512");
  verb.add_option("--digits", options.digits, "4 to 10");
  verb.add_option("--step", options.step, "Seconds between codes, of time tokens");
  verb.add_option("--shown", options.shown, "Seconds that a code stays on the display");
  verb.add_option("--warranty", options.warranty, "Months from the delivery on");
  verb.add_option("--help-text", options.help, "Where the serial and the counter are found");
}

ExitCode put_model(CliSession& session, const Model& options) {
  json::object body{{"kind", options.kind}};
  const auto put = [&](const char* name, const auto& value) {
    if (value) body[name] = *value;
  };
  put("maker", options.maker);
  put("form", options.form);
  put("algorithm", options.hash);
  put("digits", options.digits);
  put("step_seconds", options.step);
  put("shown_seconds", options.shown);
  put("warranty_months", options.warranty);
  put("help", options.help);
  return call_api(session, {"PUT", model_target(options.name).text(), json::serialize(body)},
                  shows_record(kModel));
}

}  // namespace

void add_life_verbs(CLI::App& app, Action& chosen) {
  add_token_life(*app.get_subcommand("token"), chosen);
  add_temporary(*app.get_subcommand("user"), chosen);
}

void add_model_verbs(CLI::App& app, Action& chosen) {
  CLI::App& model = add_noun(app, "model", "Token models: what tokens of one make have in common");
  add_verb<Model>(
      model, chosen,
      {"put", "Adds a token model, or changes all of it.",
       "Example: lockstep model put \"Acme 5\" --kind totp --step 60 --maker Acme\n"
       "Tokens name their model by its name; the portal shows its help to their users."},
      declare_model, put_model);
  add_verb<ModelName>(model, chosen,
                      {"show", "Shows what the tokens of a model have in common.",
                       "Example: lockstep model show \"Acme 5\""},
                      declare_model_name, [](CliSession& session, const ModelName& options) {
                        return call_api(session, {"GET", model_target(options.name).text(), ""},
                                        shows_record(kModel));
                      });
  add_verb<PageOptions>(
      model, chosen, {"list", "Lists token models by name.", "Example: lockstep model list"},
      declare_page, [](CliSession& session, const PageOptions& page) {
        Target target("/api/v1/token-models");
        add_to(target, page);
        return call_api(session, {"GET", target.text(), ""}, shows_list("items", kModelRow));
      });
  add_verb<ModelName>(model, chosen,
                      {"delete", "Deletes a token model; its tokens keep the name.",
                       "Example: lockstep model delete \"Acme 5\""},
                      declare_model_name, [](CliSession& session, const ModelName& options) {
                        return call_api(session, {"DELETE", model_target(options.name).text(), ""},
                                        says("model " + options.name + " deleted\n"));
                      });
}

}  // namespace lockstep
