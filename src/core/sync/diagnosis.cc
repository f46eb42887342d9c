// SPDX-License-Identifier: Apache-2.0
#include "core/sync/diagnosis.h"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <utility>

#include "core/sync/clock_model.h"
#include "core/sync/match.h"
#include "core/sync/progress.h"
#include "core/sync/resync_search.h"
#include "crypto/seed_readings.h"

namespace lockstep {
namespace {

/// Codes further apart are not called "not consecutive": over a whole zone a chance hit of one
/// code would be told as a fact too often.
constexpr std::int64_t kGapMax = 100;

/// How far beyond every zone a token is looked for.
constexpr Seconds kFarTime = std::chrono::days(7);
constexpr std::int64_t kFarCodes = 100'000;
/// Steps may be as short as a second: no more than this many of them on either side.
constexpr std::int64_t kFarStepsMax = 100'000;
/// Codes of an event token that were left behind and may still stand on a slip of paper.
constexpr std::int64_t kBehindCodes = 1'000;

/// What every hypothesis looks at.
struct Question {
  const TokenView& view;
  const Secret& seed;
  const ResyncRequest& request;
  const Policy& policy;
  std::vector<SearchZone> zones;

  [[nodiscard]] const Token& token() const { return view.token; }
  [[nodiscard]] const std::vector<GivenCode>& codes() const { return request.codes; }
  [[nodiscard]] const Instant& newest_at() const { return request.codes.back().at; }
};

Evidence evidence_at(const Token& token, Reason reason, Position centre, Position newest,
                     WallTime at) {
  Evidence evidence;
  evidence.reason = reason;
  evidence.position = newest;
  evidence.off = distance(centre, newest);
  if (token.spec.kind == TokenKind::totp) {
    evidence.offset_before = predicted_offset(token.progress);
    evidence.offset_after = measured_offset(token.spec, newest, at).middle();
  }
  return evidence;
}

Position nearest(const std::vector<Position>& places, Position to) {
  return std::ranges::min(places, {}, [&](Position p) { return std::abs(distance(to, p)); });
}

// ---- wrong_order, not_consecutive

/// The distance, above or below 0, between two neighbouring codes that are not a pair; 0 for none.
struct Neighbours {
  Position first;
  Position second;
  std::int64_t by = 0;
};

Neighbours closest(const std::vector<Position>& first, const std::vector<Position>& second) {
  Neighbours best;
  for (const Position a : first) {
    for (const Position b : second) {
      const std::int64_t by = distance(a, b);
      const bool closer = best.by == 0 || std::abs(by) < std::abs(best.by);
      if (by != 0 && std::abs(by) <= kGapMax && closer) best = {a, b, by};
    }
  }
  return best;
}

std::optional<Evidence> out_of_sequence_in(const Question& q, const SearchZone& zone) {
  Places places;
  for (const GivenCode& one : q.codes()) {
    places.push_back(find_code(q.view.codes, zone.codes, *one.code));
  }
  for (std::size_t i = 1; i < places.size(); ++i) {
    const std::span<const GivenCode> two = std::span(q.codes()).subspan(i - 1, 2);
    if (!join(q.token().spec, two, {places[i - 1], places[i]}).empty()) continue;
    const Neighbours found = closest(places[i - 1], places[i]);
    if (found.by == 0) continue;
    const Reason reason = found.by < 0 ? Reason::wrong_order : Reason::not_consecutive;
    const Position newest = std::max(found.first, found.second);
    Evidence evidence = evidence_at(q.token(), reason, zone.centre, newest, q.codes()[i].at.wall);
    evidence.gap = std::abs(found.by) - 1;
    return evidence;
  }
  return std::nullopt;
}

std::optional<Evidence> out_of_sequence(const Question& q) {
  for (const SearchZone& zone : q.zones) {
    if (auto evidence = out_of_sequence_in(q, zone)) return evidence;
  }
  return std::nullopt;
}

// ---- already_used, clock_set_back

/// The time at which `position` was accepted, while that is remembered.
std::optional<WallTime> used_at(const Progress& progress, Position position) {
  for (const Used& one : progress.used) {
    if (one.position == position) return one.at;
  }
  return std::nullopt;
}

std::optional<Evidence> accepted_earlier(const TokenView& view, const GivenCode& code) {
  std::optional<Evidence> evidence;
  for (const Used& one : view.token.progress.used) {
    if (find_code(view.codes, {one.position, 1}, *code.code).empty()) continue;
    const Position expected = expected_position(view.token, code.at.wall);
    evidence = evidence_at(view.token, Reason::already_used, expected, one.position, code.at.wall);
    evidence->when = one.at;
  }
  return evidence;
}

std::optional<Evidence> accepted_before(const Question& q) {
  for (const GivenCode& one : q.codes()) {
    if (auto evidence = accepted_earlier(q.view, one)) return evidence;
  }
  return std::nullopt;
}

/// What it means that `chain` begins at or below high water. A code that an event token left
/// behind counts as used; a time token that shows one had its clock set back, and its codes are
/// good again when it has caught up.
Evidence spent(const Token& token, Position centre, const Chain& chain, WallTime at) {
  Evidence evidence = evidence_at(token, Reason::already_used, centre, chain.back(), at);
  for (const Position position : chain) {
    if (const auto when = used_at(token.progress, position)) {
      evidence.when = when;
      return evidence;
    }
  }
  if (token.spec.kind == TokenKind::hotp) return evidence;
  evidence.reason = Reason::clock_set_back;
  const std::int64_t behind =
      std::max<std::int64_t>(distance(chain.back(), token.progress.next), 0);
  evidence.when = at + behind * token.spec.step;
  return evidence;
}

// ---- already_used, clock_set_back, outside_window

PositionRun far_around(const Token& token, const SearchZone& zone, std::int64_t span) {
  if (token.spec.kind == TokenKind::hotp) {
    const Position next = token.progress.next;
    return run_between(next.moved(-kBehindCodes), next.moved(kFarCodes));
  }
  const std::int64_t steps = std::min<std::int64_t>(kFarTime / token.spec.step, kFarStepsMax);
  return run_between(zone.centre.moved(-steps - span), zone.centre.moved(steps));
}

std::optional<Evidence> far_away(const Question& q) {
  const Token& token = q.token();
  std::optional<Evidence> outside;
  for (const SearchZone& zone : q.zones) {
    const PositionRun run = far_around(token, zone, span_of(token.spec, q.codes()));
    for (const Chain& chain : find_chains(q.view.codes, run, q.codes())) {
      const WallTime at = q.newest_at().wall;
      if (chain.front() < token.progress.next) return spent(token, zone.centre, chain, at);
      Evidence found = evidence_at(token, Reason::outside_window, zone.centre, chain.back(), at);
      const bool nearer = !outside || std::abs(*found.off) < std::abs(*outside->off);
      if (nearer) outside = std::move(found);
    }
  }
  return outside;
}

/// A counter below high water was typed, and the code proves it: never backwards, for nobody.
std::optional<Evidence> counter_below(const Question& q) {
  if (!q.request.counter) return std::nullopt;
  const Position counter = *q.request.counter;
  const std::int64_t accept = event_accept(q.policy, q.token().spec.digits);
  const PositionRun run =
      run_between(counter.moved(-1), counter.moved(accept + span_of(q.token().spec, q.codes())));
  for (const Chain& chain : find_chains(q.view.codes, run, q.codes())) {
    if (chain.front() >= q.token().progress.next) continue;
    return spent(q.token(), q.token().progress.next, chain, q.newest_at().wall);
  }
  return std::nullopt;
}

// ---- wrong_parameters

int differences(const CodeSpec& a, const CodeSpec& b) {
  return int{a.hash != b.hash} + int{a.digits != b.digits} + int{a.step != b.step} +
         int{a.t0 != b.t0};
}

/// Every other way a token may make codes of `digits` digits, those nearest to `spec` first.
std::vector<CodeSpec> other_specs(const CodeSpec& spec, Digits digits) {
  constexpr std::array kHashes = {HashAlgorithm::sha1, HashAlgorithm::sha256,
                                  HashAlgorithm::sha512};
  std::vector<Seconds> steps = {spec.step};
  std::vector<Seconds> origins = {spec.t0};
  if (spec.kind == TokenKind::totp) {
    steps.insert(steps.end(), {Seconds(30), Seconds(60)});
    origins.insert(origins.end(), {Seconds(0), kMillennium});
  }
  std::vector<CodeSpec> specs;
  for (const HashAlgorithm hash : kHashes) {
    for (const Seconds step : steps) {
      for (const Seconds t0 : origins) {
        const CodeSpec one{spec.kind, hash, digits, step, t0};
        const bool known = one == spec || std::ranges::find(specs, one) != specs.end();
        if (!known) specs.push_back(one);
      }
    }
  }
  std::ranges::stable_sort(specs, {}, [&](const CodeSpec& one) { return differences(one, spec); });
  return specs;
}

/// Where a token would be looked for if it made codes as `spec` says. Its stored position was found
/// under other parameters, or not at all, and so says nothing about a time token.
PositionRun run_for(const Question& q, const CodeSpec& spec) {
  const std::int64_t span = span_of(spec, q.codes());
  if (spec.kind == TokenKind::hotp) {
    const Position next = q.token().progress.next;
    return run_between(next.moved(-kBehindCodes), next.moved(q.policy.event.resync));
  }
  const Position centre = server_step(spec, spec.t0, q.newest_at().wall);
  const std::int64_t reach = time_zones(q.policy, q.token().form).resync / spec.step;
  return run_between(centre.moved(-reach - span), centre.moved(reach));
}

/// Where the codes lie if the token makes them as `spec` says, from `seed`.
std::vector<Chain> find_as(const Question& q, const CodeSpec& spec, const Secret& seed) {
  auto generator = CodeGenerator::make(spec, seed);
  if (!generator) return {};
  CodeBook book(*std::move(generator));
  return find_chains(book, run_for(q, spec), q.codes());
}

std::optional<Evidence> wrong_parameters(const Question& q) {
  const Digits shown = q.codes().front().digits.value_or(q.token().spec.digits);
  for (const CodeSpec& spec : other_specs(q.token().spec, shown)) {
    const std::vector<Chain> chains = find_as(q, spec, q.seed);
    if (chains.empty()) continue;
    Evidence evidence;
    evidence.reason = Reason::wrong_parameters;
    evidence.position = chains.front().back();
    evidence.fits = spec;
    return evidence;
  }
  return std::nullopt;
}

// ---- wrong_seed_encoding

std::optional<Evidence> wrong_seed_encoding(const Question& q) {
  for (const SeedReading& reading : seed_readings(q.seed)) {
    const std::vector<Chain> chains = find_as(q, q.token().spec, reading.seed);
    if (chains.empty()) continue;
    Evidence evidence;
    evidence.reason = Reason::wrong_seed_encoding;
    evidence.position = chains.front().back();
    evidence.seed_reading = reading.name;
    return evidence;
  }
  return std::nullopt;
}

// ---- typo_likely

/// Every position of `run` whose code `typed` may have been meant as.
std::vector<Position> find_slips(const Question& q, const PositionRun& run, Code typed) {
  std::vector<Position> found;
  if (run.count == 0) return found;
  const std::span<const Code> shown = q.view.codes.codes(run.first, run.count);
  for (std::size_t i = 0; i < shown.size(); ++i) {
    if (!is_slip(typed, shown[i], q.token().spec.digits)) continue;
    found.push_back(run.first.moved(static_cast<std::int64_t>(i)));
  }
  return found;
}

std::optional<Evidence> typo_in(const Question& q, const SearchZone& zone) {
  Places exact;
  for (const GivenCode& one : q.codes()) {
    exact.push_back(find_code(q.view.codes, zone.codes, *one.code));
  }
  for (std::size_t i = 0; i < exact.size(); ++i) {
    Places places = exact;
    places[i] = find_slips(q, zone.codes, *q.codes()[i].code);
    const auto chains = join(q.token().spec, q.codes(), places);
    if (chains.empty()) continue;
    return evidence_at(q.token(), Reason::typo_likely, zone.centre, chains.front().back(),
                       q.newest_at().wall);
  }
  return std::nullopt;
}

std::optional<Evidence> typo_likely(const Question& q) {
  for (const SearchZone& zone : q.zones) {
    if (auto evidence = typo_in(q, zone)) return evidence;
  }
  return std::nullopt;
}

using Hypothesis = std::optional<Evidence> (*)(const Question&);

constexpr std::array<Hypothesis, 7> kHypotheses = {
    out_of_sequence,  accepted_before,     counter_below, far_away,
    wrong_parameters, wrong_seed_encoding, typo_likely};

/// One code that proves a counter is looked for where the counter says and nowhere else: elsewhere
/// chance hits would outnumber true ones.
constexpr std::array<Hypothesis, 2> kHypothesesOfOneCode = {accepted_before, counter_below};

// ---- One code alone

ResyncRequest request_of(const GivenCode& code) {
  return {{code}, std::nullopt, ResyncAuthority::operator_, code.at};
}

Evidence found_at(const TokenView& view, Reason reason, std::vector<Position> places, WallTime at) {
  const Position expected = expected_position(view.token, at);
  const Position place = nearest(places, expected);
  Evidence evidence = evidence_at(view.token, reason, expected, place, at);
  if (places.size() > 1) evidence.places = std::move(places);
  return evidence;
}

/// What a log-in with this code would find, if it would find anything.
std::optional<Evidence> in_login_zones(const TokenView& view, const GivenCode& code,
                                       const Policy& policy) {
  const WallTime at = code.at.wall;
  const Zones zones = zones_at(view.token, at, policy);
  const auto in_step = find_code(view.codes, zones.in_step, *code.code);
  const bool alone = in_step.size() == 1;
  if (alone && !is_remembered(view.token.progress, in_step.front())) {
    return found_at(view, Reason::none, in_step, at);
  }
  if (!in_step.empty()) return found_at(view, Reason::next_code, in_step, at);
  auto further = find_code(view.codes, zones.second_code, *code.code);
  if (further.empty()) return std::nullopt;
  return found_at(view, Reason::next_code, std::move(further), at);
}

/// A code at or below high water, no further back than codes on purpose may reach.
std::optional<Evidence> below_high_water(const TokenView& view, const GivenCode& code,
                                         const SearchZone& zone, const Policy& policy) {
  const Token& token = view.token;
  if (never_used(token)) return std::nullopt;
  const bool event = token.spec.kind == TokenKind::hotp;
  const std::int64_t back =
      event ? kBehindCodes : time_zones(policy, token.form).resync / token.spec.step;
  const PositionRun run = run_between(zone.centre.moved(-back), token.progress.next.moved(-1));
  const auto places = find_code(view.codes, run, *code.code);
  if (places.empty()) return std::nullopt;
  return spent(token, zone.centre, {nearest(places, zone.centre)}, code.at.wall);
}

bool is_slip_in_step(const TokenView& view, const GivenCode& code, const Policy& policy) {
  const PositionRun run = zones_at(view.token, code.at.wall, policy).in_step;
  if (run.count == 0) return false;
  return is_slip_of_any(*code.code, view.codes.codes(run.first, run.count), view.token.spec.digits);
}

Evidence no_match(const std::vector<SearchZone>& zones) {
  Evidence evidence;
  evidence.reason = Reason::no_match;
  evidence.searched = 0;
  for (const SearchZone& zone : zones) *evidence.searched += zone.codes.count;
  return evidence;
}

}  // namespace

Evidence diagnose(const TokenView& view, const Secret& seed, const ResyncRequest& request,
                  const Policy& policy) {
  const Question q{view, seed, request, policy, search_zones(view.token, request, policy)};
  const std::span<const Hypothesis> all = kHypotheses;
  const std::span<const Hypothesis> of_one = kHypothesesOfOneCode;
  for (const Hypothesis holds : request.codes.size() < 2 ? of_one : all) {
    if (auto evidence = holds(q)) return *std::move(evidence);
  }
  return no_match(q.zones);
}

std::optional<Evidence> diagnose_length(const TokenView& view, const Secret& seed,
                                        const ResyncRequest& request, const Policy& policy) {
  const auto& codes = request.codes;
  const std::optional<Digits> shown = codes.front().digits;
  const bool alike = std::ranges::all_of(codes, [&](const GivenCode& one) {
    return one.code && one.digits == shown && one.reason == Reason::wrong_length;
  });
  if (!alike || codes.size() < 2) return std::nullopt;
  return wrong_parameters({view, seed, request, policy, {}});
}

Evidence explain_code(const TokenView& view, const GivenCode& code, const Policy& policy) {
  if (auto evidence = in_login_zones(view, code, policy)) return *std::move(evidence);
  if (auto evidence = accepted_earlier(view, code)) return *std::move(evidence);

  const auto zones = search_zones(view.token, request_of(code), policy);
  for (const SearchZone& zone : zones) {
    if (auto evidence = below_high_water(view, code, zone, policy)) return *std::move(evidence);
  }
  for (const SearchZone& zone : zones) {
    auto places = find_code(view.codes, zone.codes, *code.code);
    if (places.empty()) continue;
    return found_at(view, Reason::outside_window, std::move(places), code.at.wall);
  }
  Evidence evidence = no_match(zones);
  if (is_slip_in_step(view, code, policy)) evidence.reason = Reason::typo_likely;
  return evidence;
}

}  // namespace lockstep
