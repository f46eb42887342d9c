// SPDX-License-Identifier: Apache-2.0
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include "front/cli/resync_text.h"
#include "front/cli/verb.h"
#include "front/cli/verbs.h"

namespace lockstep {
namespace {

namespace json = boost::json;

constexpr Field kToken[] = {
    {"serial", "serial"},
    {"owner", "owner"},
    {"model", "model"},
    {"kind", "kind"},
    {"form", "form"},
    {"state", "state"},
    {"life", "life"},
    {"in step", "sync"},
    {"batch", "batch"},
    {"digits", "digits"},
    {"hash", "algorithm"},
    {"step in seconds", "step_seconds"},
    {"T0 in seconds", "t0_seconds"},
    {"next position", "progress.next"},
    {"clock ahead by seconds", "progress.offset"},
    {"clock measured", "progress.offset_at"},
    {"last used", "progress.last_used_at"},
    {"failed resynchronisations", "progress.resync_failures"},
    {"seed's fingerprint", "seed_fingerprint"},
    {"valid from", "valid_from"},
    {"valid until", "valid_until"},
    {"warranty until", "warranty_until"},
    {"created", "created_at"},
};
constexpr Field kNewToken[] = {
    {"serial", "token.serial"},
    {"owner", "token.owner"},
    {"kind", "token.kind"},
    {"digits", "token.digits"},
    {"seed, shown this once", "seed.base32"},
    {"enrolment link, shown this once", "seed.otpauth_uri"},
};
constexpr Field kTokenRow[] = {
    {"SERIAL", "serial"}, {"OWNER", "owner"}, {"KIND", "kind"},   {"DIGITS", "digits"},
    {"FORM", "form"},     {"STATE", "state"}, {"MODEL", "model"},
};

Target token_target(const std::string& serial) { return Target("/api/v1/tokens").segment(serial); }

void declare_serial(CLI::App& verb, std::string& serial) {
  verb.add_option("SERIAL", serial, "Serial as printed on the token; case does not matter")
      ->required();
}

struct SerialOnly {
  std::string serial;
};

void declare_serial_only(CLI::App& verb, SerialOnly& options) {
  declare_serial(verb, options.serial);
}

// ---- create

struct NewTokenOptions {
  std::string kind = "totp";
  std::optional<std::string> serial;
  std::optional<std::string> hash;
  std::optional<std::string> form;
  std::optional<std::string> model;
  std::optional<std::string> owner;
  std::optional<std::string> valid_from;
  std::optional<std::string> valid_until;
  std::optional<std::int64_t> digits;
  std::optional<std::int64_t> step;
  std::optional<std::int64_t> t0;
  std::optional<std::uint64_t> counter;
  std::string encoding = "hex";
  bool seed = false;
  bool from_input = false;
};

void declare_new_token(CLI::App& verb, NewTokenOptions& options) {
  verb.add_option("--kind", options.kind, "hotp (event) or totp (time); default: totp")
      ->check(CLI::IsMember({"hotp", "totp"}));
  verb.add_option("--serial", options.serial, "Serial; default: one is drawn");
  verb.add_option("--owner", options.owner, "User to assign it to; default: it goes into stock");
  verb.add_option("--digits", options.digits, "Digits of a code, 4 to 10; default: 6")
      ->check(CLI::Range(4, 10));
  verb.add_option("--hash", options.hash, "sha1, sha256 or sha512; default: sha1")
      ->check(CLI::IsMember({"sha1", "sha256", "sha512"}));
  verb.add_option("--step", options.step, "Seconds of a time step; default: 30")
      ->check(CLI::Range(1, 86'400));
  verb.add_option("--t0", options.t0, "Unix time of step 0; default: 0");
  verb.add_option("--counter", options.counter, "Event tokens: counter of the next code");
  verb.add_option("--form", options.form,
                  "hardware or software; default: software where the seed is drawn")
      ->check(CLI::IsMember({"hardware", "software"}));
  verb.add_option("--model", options.model, "Maker and model as people know it");
  verb.add_option("--valid-from", options.valid_from, "RFC 3339 time");
  verb.add_option("--valid-until", options.valid_until, "RFC 3339 time");
  verb.add_flag("--seed", options.seed, "Ask for the seed; default: one is drawn");
  verb.add_option("--encoding", options.encoding, "How the seed is written: hex or base32")
      ->check(CLI::IsMember({"hex", "base32"}));
  verb.add_flag("--stdin", options.from_input, "Read the seed from standard input; do not ask");
}

ExitCode create_token_verb(CliSession& session, const NewTokenOptions& options) {
  json::object body{{"kind", options.kind}};
  const auto put = [&body](const char* name, const auto& value) {
    if (value) body[name] = *value;
  };
  put("form", options.form);
  put("serial", options.serial);
  put("algorithm", options.hash);
  put("model", options.model);
  put("owner", options.owner);
  put("valid_from", options.valid_from);
  put("valid_until", options.valid_until);
  put("digits", options.digits);
  put("step_seconds", options.step);
  put("t0_seconds", options.t0);
  put("counter", options.counter);
  if (options.seed || options.from_input) {
    const auto from = options.from_input ? SecretFrom::standard_input : SecretFrom::prompt;
    const auto seed = known_secret(session.terminal, "Seed", from);
    if (!seed) return report(session.terminal, seed.error());
    body["seed"] = *seed;
    body["seed_encoding"] = options.encoding;
  }
  return call_api(session, {"POST", "/api/v1/tokens", json::serialize(body)},
                  shows_record(kNewToken));
}

// ---- list

struct TokenListOptions {
  std::string search;
  std::string status;
  std::string model;
  std::string batch;
  std::string ends_before;
  std::string unused_since;
  std::string sync;
  bool assigned = false;
  bool in_stock = false;
  PageOptions page;
};

void declare_token_list(CLI::App& verb, TokenListOptions& options) {
  verb.add_option("--search,-q", options.search, "Part of a serial, model or batch");
  verb.add_option("--state", options.status, "enabled, suspended, lost, faulty, locked or revoked")
      ->check(CLI::IsMember({"enabled", "suspended", "lost", "faulty", "locked", "revoked"}));
  verb.add_option("--model", options.model, "The whole name of the model");
  verb.add_option("--batch", options.batch, "The whole name of the batch");
  verb.add_option("--ends-before", options.ends_before, "Last day before this, RFC 3339 or a date");
  verb.add_option("--unused-since", options.unused_since, "No code accepted since, or ever");
  verb.add_option("--sync", options.sync, "in_sync, drifting, out_of_sync or unused")
      ->check(CLI::IsMember({"in_sync", "drifting", "out_of_sync", "unused"}));
  CLI::Option* assigned = verb.add_flag("--assigned", options.assigned, "Only those with an owner");
  verb.add_flag("--in-stock", options.in_stock, "Only those without an owner")->excludes(assigned);
  declare_page(verb, options.page);
}

ExitCode list_tokens_verb(CliSession& session, const TokenListOptions& options) {
  Target target("/api/v1/tokens");
  target.query("q", options.search).query("state", options.status);
  target.query("model", options.model).query("batch", options.batch);
  target.query("ends_before", moment(options.ends_before));
  target.query("unused_since", moment(options.unused_since));
  target.query("sync", options.sync);
  if (options.assigned) target.query("assigned", "true");
  if (options.in_stock) target.query("assigned", "false");
  add_to(target, options.page);
  return call_api(session, {"GET", target.text(), ""}, shows_list("items", kTokenRow));
}

// ---- assign, unassign

struct AssignOptions {
  std::string serial;
  std::string user;
};

void declare_assign(CLI::App& verb, AssignOptions& options) {
  declare_serial(verb, options.serial);
  verb.add_option("USER", options.user, "User name")->required();
}

Target assignment_target(const AssignOptions& options) {
  return Target("/api/v1/users").segment(options.user).segment("tokens").segment(options.serial);
}

// ---- status

ExitCode set_status(CliSession& session, const SerialOnly& options, const char* status) {
  const json::object body{{"state", status}};
  return call_api(session, {"PATCH", token_target(options.serial).text(), json::serialize(body)},
                  says(options.serial + " is " + status + '\n'));
}

void add_status_verbs(CLI::App& token, Action& chosen) {
  add_verb<SerialOnly>(token, chosen,
                       {"suspend", "Keeps a token from being used until it is resumed.",
                        "Example: lockstep token suspend 26000137"},
                       declare_serial_only, [](CliSession& session, const SerialOnly& options) {
                         return set_status(session, options, "suspended");
                       });
  add_verb<SerialOnly>(token, chosen,
                       {"resume", "Makes a suspended or found token usable again.",
                        "Example: lockstep token resume 26000137"},
                       declare_serial_only, [](CliSession& session, const SerialOnly& options) {
                         return set_status(session, options, "enabled");
                       });
  add_verb<SerialOnly>(
      token, chosen,
      {"lost", "Marks a token as lost: nobody can use it, not even to resynchronise.",
       "Example: lockstep token lost 26000137"},
      declare_serial_only, [](CliSession& session, const SerialOnly& options) {
        return set_status(session, options, "lost");
      });
}

// ---- resync, test

struct ResyncOptions {
  std::string serial;
  std::vector<std::string> codes;
  std::optional<std::uint64_t> counter;
  bool admin = false;
  std::optional<std::string> note;
  std::optional<std::string> verified;
};

void declare_resync(CLI::App& verb, ResyncOptions& options) {
  declare_serial(verb, options.serial);
  verb.add_option("CODES", options.codes, "Two codes in a row, oldest first; one with --counter")
      ->required()
      ->expected(1, 3);
  verb.add_option("--counter", options.counter,
                  "Counter value that the card's display shows, with one code");
  CLI::Option* note = verb.add_option("--note", options.note, "Why, for the audit");
  verb.add_option("--verified", options.verified,
                  "How you know that the owner asks, for the audit: call_back, manager, question "
                  "or in_person")
      ->check(CLI::IsMember({"call_back", "manager", "question", "in_person"}));
  verb.add_flag("--admin", options.admin, "Look much further than usual; needs --note")
      ->needs(note);
}

ExitCode resync_token(CliSession& session, const ResyncOptions& options) {
  json::object body;
  json::array& codes = body["codes"].emplace_array();
  for (const std::string& code : options.codes) codes.emplace_back(code);
  if (options.counter) body["counter"] = *options.counter;
  if (options.admin) body["reach"] = "admin";
  if (options.note) body["note"] = *options.note;
  if (options.verified) body["caller_verified"] = *options.verified;
  return call_resync(session, token_target(options.serial).segment("resync"), body);
}

struct TestOptions {
  std::string serial;
  std::string code;
};

void declare_test(CLI::App& verb, TestOptions& options) {
  declare_serial(verb, options.serial);
  verb.add_option("CODE", options.code, "The code that the token shows now")->required();
}

void add_sync_verbs(CLI::App& token, Action& chosen) {
  add_verb<ResyncOptions>(
      token, chosen,
      {"resync", "Brings a token that fell out of step back with two codes in a row.",
       "Example: lockstep token resync 26000137 123456 654321\n"
       "With a display card: lockstep token resync 26000137 12345678 --counter 1842\n"
       "Says how far the token was off, or why the codes do not fit. Codes given here are used\n"
       "up: the next log-in needs the code after them."},
      declare_resync, resync_token);
  add_verb<TestOptions>(
      token, chosen,
      {"test", "Says whether a code would sign in, or how far off it is; moves nothing.",
       "Example: lockstep token test 26000137 123456"},
      declare_test, [](CliSession& session, const TestOptions& options) {
        return call_resync(session, token_target(options.serial).segment("test"),
                           json::object{{"code", options.code}});
      });
}

void add_assignment_verbs(CLI::App& token, Action& chosen) {
  add_verb<AssignOptions>(token, chosen,
                          {"assign", "Gives a token from stock to a user.",
                           "Example: lockstep token assign 26000137 anna"},
                          declare_assign, [](CliSession& session, const AssignOptions& options) {
                            return call_api(
                                session, {"PUT", assignment_target(options).text(), ""},
                                says(options.serial + " belongs to " + options.user + '\n'));
                          });
  add_verb<AssignOptions>(token, chosen,
                          {"unassign", "Takes a token from its owner and puts it back into stock.",
                           "Example: lockstep token unassign 26000137 anna"},
                          declare_assign, [](CliSession& session, const AssignOptions& options) {
                            return call_api(session,
                                            {"DELETE", assignment_target(options).text(), ""},
                                            says(options.serial + " is in stock\n"));
                          });
}

}  // namespace

void add_token_verbs(CLI::App& app, Action& chosen) {
  CLI::App& token = add_noun(app, "token", "Tokens: what shows the codes");
  add_verb<NewTokenOptions>(
      token, chosen,
      {"create", "Adds one token. Its seed is drawn and shown once, or given by you.",
       "Example: lockstep token create --owner anna\n"
       "         lockstep token create --kind hotp --serial 26000137 --form hardware --stdin "
       "<seed\n"
       "Hardware tokens usually come with a seed file: see `lockstep import`."},
      declare_new_token, create_token_verb);
  add_verb<SerialOnly>(
      token, chosen,
      {"show", "Shows a token: whose it is, where it stands, how far its clock is off.",
       "Example: lockstep token show 26000137\nThe seed is never shown."},
      declare_serial_only, [](CliSession& session, const SerialOnly& options) {
        return call_api(session, {"GET", token_target(options.serial).text(), ""},
                        shows_record(kToken));
      });
  add_verb<TokenListOptions>(token, chosen,
                             {"list", "Lists tokens by serial, a page at a time.",
                              "Example: lockstep token list --in-stock"},
                             declare_token_list, list_tokens_verb);
  add_enrol_verb(token, chosen);
  add_inventory_verb(token, chosen);
  add_bulk_verb(token, chosen);
  add_assignment_verbs(token, chosen);
  add_status_verbs(token, chosen);
  add_sync_verbs(token, chosen);
  add_verb<SerialOnly>(
      token, chosen,
      {"delete", "Deletes a token and its seed for good. The audit keeps what it did.",
       "Example: lockstep token delete 26000137"},
      declare_serial_only, [](CliSession& session, const SerialOnly& options) {
        return call_api(session, {"DELETE", token_target(options.serial).text(), ""},
                        says(options.serial + " deleted\n"));
      });
}

}  // namespace lockstep
