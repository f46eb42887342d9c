// SPDX-License-Identifier: Apache-2.0
#include "front/rest/token_json.h"

#include <algorithm>
#include <array>
#include <utility>

#include "core/model/token_life.h"
#include "front/rest/errors.h"
#include "front/rest/exchange.h"

namespace lockstep {
namespace {

template <class Enum, std::size_t Count>
using Names = std::array<std::pair<std::string_view, Enum>, Count>;

constexpr Names<TokenKind, 2> kKinds = {{{"hotp", TokenKind::hotp}, {"totp", TokenKind::totp}}};
constexpr Names<HashAlgorithm, 3> kHashes = {{{"sha1", HashAlgorithm::sha1},
                                              {"sha256", HashAlgorithm::sha256},
                                              {"sha512", HashAlgorithm::sha512}}};
constexpr Names<TokenForm, 2> kForms = {
    {{"hardware", TokenForm::hardware}, {"software", TokenForm::software}}};
template <class Enum, std::size_t Count>
std::string_view name_in(const Names<Enum, Count>& names, Enum value) {
  for (const auto& [name, one] : names) {
    if (one == value) return name;
  }
  LOCKSTEP_ASSERT(false);
}

template <class Enum, std::size_t Count>
std::optional<Enum> value_in(const Names<Enum, Count>& names, std::string_view name) {
  for (const auto& [one, value] : names) {
    if (one == name) return value;
  }
  return std::nullopt;
}

/// A member that is one of `names`; nullopt when absent. Errors: invalid_input.
template <class Enum, std::size_t Count>
Result<std::optional<Enum>> read_name(JsonObject& members, std::string_view member,
                                      const Names<Enum, Count>& names) {
  LOCKSTEP_TRY(const std::optional<std::string> text, members.optional_text(member));
  if (!text) return std::nullopt;
  const std::optional<Enum> value = value_in(names, *text);
  if (value) return value;
  std::string choice;
  for (const auto& [name, one] : names) choice += (choice.empty() ? "" : ", ") + std::string(name);
  return fail(Errc::invalid_input, "\"" + std::string(member) + "\" is none of: " + choice);
}

boost::json::object progress_json(const Progress& progress) {
  boost::json::object result;
  result["next"] = progress.next.value();
  if (progress.clock) {
    result["offset"] = whole_seconds(progress.clock->offset);
    result["offset_at"] = json_time(progress.clock->at.wall);
  }
  if (!progress.used.empty()) result["last_used_at"] = json_time(progress.used.back().at);
  result["resync_failures"] = progress.resync_failures.in_row;
  if (progress.fenced) result["fenced"] = true;
  return result;
}

/// The codes accepted last and how far off they were: a time token's in steps from the server's
/// clock of that moment, an event token's in codes left out before them. What was left out before
/// the oldest one that is kept is not known.
boost::json::array recent_json(const Token& token) {
  boost::json::array result;
  const std::vector<Used>& used = token.progress.used;
  const bool timed = token.spec.kind == TokenKind::totp;
  for (std::size_t i = timed ? 0 : 1; i < used.size(); ++i) {
    const Position from = timed ? step_at(token.spec, used[i].at) : used[i - 1].position.moved(1);
    result.push_back({{"at", json_time(used[i].at)}, {"off", distance(from, used[i].position)}});
  }
  return result;
}

std::string_view name_of(Direction direction) {
  switch (direction) {
    case Direction::none:
      return "none";
    case Direction::ahead:
      return "ahead";
    case Direction::behind:
      return "behind";
  }
  LOCKSTEP_ASSERT(false);
}

Response success_response(const ResyncSuccess& success) {
  boost::json::object body;
  body["moved"] = success.moved.amount;
  body["unit"] = success.kind == TokenKind::hotp ? "codes" : "steps";
  body["direction"] = json_text(name_of(success.moved.direction));
  if (success.moved.seconds) body["seconds"] = success.moved.seconds->count();
  if (success.offset_before) body["offset_before"] = whole_seconds(*success.offset_before);
  if (success.offset_after) body["offset_after"] = whole_seconds(*success.offset_after);
  return json_response(200, body);
}

}  // namespace

std::string_view name_of(TokenKind kind) { return name_in(kKinds, kind); }
Result<TokenKind> parse_kind(std::string_view name) {
  if (const auto kind = value_in(kKinds, name)) return *kind;
  return fail(Errc::invalid_input, "\"kind\" is none of: hotp, totp");
}
std::string_view name_of(HashAlgorithm hash) { return name_in(kHashes, hash); }
std::string_view name_of(TokenForm form) { return name_in(kForms, form); }

boost::json::object spec_json(const CodeSpec& spec) {
  boost::json::object result;
  result["kind"] = json_text(name_of(spec.kind));
  result["algorithm"] = json_text(name_of(spec.hash));
  result["digits"] = spec.digits.count();
  if (spec.kind == TokenKind::totp) {
    result["step_seconds"] = spec.step.count();
    result["t0_seconds"] = spec.t0.count();
  }
  return result;
}

Result<SeedDefaults> read_seed_defaults(JsonObject& members,
                                        const std::optional<TokenModel>& model) {
  SeedDefaults defaults;
  LOCKSTEP_TRY(defaults.kind, read_name(members, "kind", kKinds));
  if (model && defaults.kind.value_or(model->spec.kind) == model->spec.kind) {
    const CodeSpec& spec = model->spec;
    defaults = {spec.kind, spec.hash, spec.digits, spec.step, spec.t0};
  }
  LOCKSTEP_TRY(const auto hash, read_name(members, "algorithm", kHashes));
  defaults.hash = hash.value_or(defaults.hash);
  LOCKSTEP_TRY(const auto digits, members.optional_number("digits", {4, 10}));
  if (digits) {
    LOCKSTEP_TRY(defaults.digits, Digits::make(static_cast<unsigned>(*digits)));
  }
  LOCKSTEP_TRY(const auto step, members.optional_number("step_seconds", {}));
  LOCKSTEP_TRY(const auto t0, members.optional_number("t0_seconds", {}));
  if (defaults.kind == TokenKind::hotp && (step || t0)) {
    return fail(Errc::invalid_input, "an event token has neither step_seconds nor t0_seconds");
  }
  if (step) defaults.step = Seconds(*step);
  if (t0) defaults.t0 = Seconds(*t0);
  return defaults;
}

Result<CodeSpec> read_spec(JsonObject& members, const std::optional<TokenModel>& model) {
  LOCKSTEP_TRY(const SeedDefaults read, read_seed_defaults(members, model));
  if (!read.kind) return fail(Errc::invalid_input, "\"kind\" is missing");
  const CodeSpec spec{.kind = *read.kind,
                      .hash = read.hash,
                      .digits = read.digits,
                      .step = read.step,
                      .t0 = read.t0};
  LOCKSTEP_CHECK(check(spec));
  return spec;
}

Result<std::optional<TokenForm>> read_form(JsonObject& members) {
  return read_name(members, "form", kForms);
}

boost::json::object token_json(const Token& token, const std::optional<UserName>& owner,
                               const Context& context) {
  boost::json::object result;
  result["serial"] = token.serial.text();
  result["state"] = json_text(name_of(token.status));
  result["life"] = json_text(name_of(life_of(token, context.now.wall)));
  for (const auto& member : spec_json(token.spec)) result[member.key()] = member.value();
  result["form"] = json_text(name_of(token.form));
  result["sync"] = json_text(name_of(token.progress.sync));
  result["model"] = token.model;
  if (!token.batch.empty()) result["batch"] = token.batch;
  if (owner) result["owner"] = owner->text();
  if (token.valid_from) result["valid_from"] = json_time(*token.valid_from);
  if (token.valid_until) result["valid_until"] = json_time(*token.valid_until);
  if (token.warranty_until) result["warranty_until"] = json_time(*token.warranty_until);
  result["created_at"] = json_time(token.created_at);
  if (context.caller.permissions.has(Permission::diagnose)) {
    result["progress"] = progress_json(token.progress);
    if (!token.progress.used.empty()) result["recent"] = recent_json(token);
  }
  return result;
}

boost::json::object evidence_json(const Evidence& evidence) {
  boost::json::object result;
  if (evidence.position) result["position"] = evidence.position->value();
  if (evidence.old_next) result["old_next"] = evidence.old_next->value();
  if (evidence.off) result["off"] = *evidence.off;
  if (evidence.gap) result["gap"] = *evidence.gap;
  if (evidence.offset_before) result["offset_before"] = whole_seconds(*evidence.offset_before);
  if (evidence.offset_after) result["offset_after"] = whole_seconds(*evidence.offset_after);
  if (evidence.when) result["when"] = json_time(*evidence.when);
  if (evidence.fits) result["fits"] = spec_json(*evidence.fits);
  if (!evidence.places.empty()) {
    boost::json::array places;
    for (const Position place : evidence.places) places.emplace_back(place.value());
    result["places"] = std::move(places);
  }
  if (evidence.implausible) result["implausible"] = true;
  if (evidence.ahead_warning) result["ahead_warning"] = true;
  return result;
}

Response refusal_response(const ResyncRefusal& refusal, const Context& context) {
  ProblemExtras extras;
  // What was refused by name was not an attempt, and says nothing about those that are left.
  constexpr int kUnprocessable = 422;
  if (status_of(refusal.reason) == kUnprocessable) extras.attempts_left = refusal.attempts_left;
  if (refusal.retry_at) {
    const Micros wait = std::max(*refusal.retry_at - context.now.wall, Micros::zero());
    extras.retry_after = std::chrono::ceil<Seconds>(wait);
  }
  if (refusal.evidence && context.caller.permissions.has(Permission::diagnose)) {
    extras.evidence = evidence_json(*refusal.evidence);
  }
  // A user is told that it is not their fault; what to look at is for who can look at it.
  if (refusal.reason == Reason::clock_unhealthy &&
      context.caller.permissions.has(Permission::diagnose)) {
    extras.detail = "check date, time zone and NTP of the server; GET /api/v1/clock says more";
  }
  return problem(refusal.reason, extras);
}

Response resync_response(const ResyncAnswer& answer, const Context& context) {
  if (const auto* success = std::get_if<ResyncSuccess>(&answer)) return success_response(*success);
  return refusal_response(std::get<ResyncRefusal>(answer), context);
}

}  // namespace lockstep
