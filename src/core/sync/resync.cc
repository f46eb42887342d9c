// SPDX-License-Identifier: Apache-2.0
#include "core/sync/resync.h"

#include <algorithm>
#include <cstdlib>

#include "core/policy/budget.h"
#include "core/sync/clock_model.h"
#include "core/sync/cut.h"
#include "core/sync/diagnosis.h"
#include "core/sync/match.h"
#include "core/sync/own_test.h"
#include "core/sync/progress.h"
#include "core/sync/resync_search.h"
#include "core/sync/sighting.h"

namespace lockstep {
namespace {

constexpr std::uint32_t kFailuresFree = 5;
constexpr Micros kPauseFirst = std::chrono::minutes(15);
constexpr Micros kPauseMax = std::chrono::hours(24);
constexpr std::uint32_t kPauseDoublingsMax = 7;  // 15 min doubled 7 times is beyond 24 h.

constexpr std::size_t kCodesMin = 2;
constexpr std::size_t kCodesMax = 3;
constexpr Micros kAheadWarned = std::chrono::hours(1);

/// What is wrong with the form of the request. Found without looking at a single position, so it
/// costs the caller no try.
Reason form_of(const Token& token, const ResyncRequest& request) {
  if (request.counter && token.spec.kind != TokenKind::hotp) return Reason::kind_not_supported;
  if (request.counter && request.counter->value() > Position::kMax) return Reason::malformed;
  const std::size_t at_least = request.counter ? 1 : kCodesMin;
  const auto& codes = request.codes;
  if (codes.size() < at_least || codes.size() > kCodesMax) return Reason::malformed;
  for (const GivenCode& one : codes) {
    if (one.reason == Reason::malformed) return Reason::malformed;
  }
  for (const GivenCode& one : codes) {
    if (one.reason != Reason::none) return one.reason;
  }
  for (std::size_t i = 1; i < codes.size(); ++i) {
    for (std::size_t j = 0; j < i; ++j) {
      if (same_code(*codes[i].code, *codes[j].code)) return Reason::same_code;
    }
  }
  return Reason::none;
}

ResyncDecision without_charge(const Token& token, Evidence evidence, const Instant& now) {
  ResyncDecision decision;
  decision.reason = evidence.reason;
  decision.evidence = std::move(evidence);
  decision.evidence.token = token.id;
  decision.evidence.old_next = token.progress.next;
  decision.attempts_left = attempts_left(token.progress.resync_failures, now);
  return decision;
}

ResyncDecision without_charge(const Token& token, Reason reason, const Instant& now) {
  Evidence evidence;
  evidence.reason = reason;
  return without_charge(token, std::move(evidence), now);
}

/// A refusal that costs a try.
ResyncDecision charged(const Token& token, Evidence evidence, const Instant& now) {
  ResyncDecision decision = without_charge(token, std::move(evidence), now);
  Progress progress = token.progress;
  // Beyond the last doubling more failures change nothing; without a limit the count would wrap.
  constexpr std::uint32_t kInRowMax = kFailuresFree + kPauseDoublingsMax;
  progress.resync_failures.in_row = std::min(progress.resync_failures.in_row + 1, kInRowMax);
  progress.resync_failures.last = now;
  decision.attempts_left = attempts_left(progress.resync_failures, now);
  decision.move = TokenMove{token.id, std::move(progress), token.status};
  return decision;
}

/// The same for codes that were to bring the token back and did not.
ResyncDecision failed(const Token& token, Evidence evidence, const Instant& now) {
  ResyncDecision decision = charged(token, std::move(evidence), now);
  decision.move->progress.sync = SyncState::out_of_sync;
  return decision;
}

/// Too early, or closed: what both an explicit resynchronisation and a dry run are refused for.
std::optional<ResyncDecision> refused_at_gate(const Token& token, const Instant& now) {
  const Reason closed = closed_reason(token, now.wall);
  // Whether an owner is needed is for the caller to say.
  if (closed != Reason::none && closed != Reason::not_assigned) {
    return without_charge(token, closed, now);
  }
  const auto until = paused_until(token.progress.resync_failures, now);
  if (!until) return std::nullopt;
  Evidence evidence;
  evidence.reason = Reason::too_many_attempts;
  evidence.when = until;
  return without_charge(token, std::move(evidence), now);
}

/// A chain, and the zone it was found in.
struct Found {
  Chain chain;
  SearchZone zone;
};

std::vector<Found> find_all(const TokenView& view, const ResyncRequest& request,
                            const Policy& policy) {
  std::vector<Found> all;
  for (const SearchZone& zone : search_zones(view.token, request, policy)) {
    for (Chain& chain : find_in_zone(view.codes, zone, request.codes)) {
      all.push_back({std::move(chain), zone});
    }
  }
  return all;
}

Moved moved_by(std::int64_t off, const CodeSpec& spec) {
  Moved moved;
  moved.amount = static_cast<std::uint64_t>(std::abs(off));
  if (off != 0) moved.direction = off > 0 ? Direction::ahead : Direction::behind;
  if (spec.kind == TokenKind::totp) moved.seconds = spec.step * std::abs(off);
  return moved;
}

/// What a chain says about the token. `off` counts from where the token was believed to be.
Evidence evidence_of(const Token& token, const Found& found, const Instant& at) {
  const Position newest = found.chain.back();
  Evidence evidence;
  evidence.position = newest;
  if (token.spec.kind == TokenKind::hotp) {
    evidence.off = distance(token.progress.next, found.chain.front());
    return evidence;
  }
  const bool clock_known = token.progress.clock.has_value();
  const Position expected = clock_known ? expected_position(token, at.wall) : found.zone.centre;
  evidence.off = distance(expected, newest);
  evidence.offset_before = predicted_offset(token.progress);
  evidence.offset_after = measured_offset(token.spec, newest, at.wall).middle();
  if (found.zone.t0 != token.spec.t0) {
    evidence.fits = token.spec;
    evidence.fits->t0 = found.zone.t0;
  }
  // What stands in the offset for another T0 is no clock that is ahead.
  const Micros ahead = *evidence.offset_after - Micros(token.spec.t0 - found.zone.t0);
  evidence.ahead_warning = token.form == TokenForm::software && ahead > kAheadWarned;
  return evidence;
}

Progress progress_after(const Token& token, const Chain& chain, const Instant& at) {
  Progress progress = consumed(token.progress, chain, at.wall);
  if (token.spec.kind == TokenKind::totp) {
    progress.clock = after_pair(token.spec, chain.back(), at);
  }
  progress.resync_failures = {};
  // One code may have been seen being used; two in a row show that the token is at hand.
  if (chain.size() > 1) unfence(progress);
  return progress;
}

ResyncDecision succeeded(const Token& token, const UserSync& owner, const Found& found,
                         Evidence evidence, const Instant& at) {
  ResyncDecision decision;
  decision.moved = moved_by(*evidence.off, token.spec);
  decision.move = TokenMove{token.id, progress_after(token, found.chain, at), token.status};
  decision.sync = unlocked(owner);
  decision.sync->slots.clear();
  // Somebody trying PINs with the token in hand is not cleared by the token being in step.
  decision.sync->factor_failures = owner.factor_failures;
  decision.attempts_left = kFailuresFree;
  decision.evidence = std::move(evidence);
  decision.evidence.token = token.id;
  decision.evidence.old_next = token.progress.next;
  return decision;
}

ResyncDecision one_more_code(const Token& token, const std::vector<Found>& all,
                             const Instant& now) {
  Evidence evidence;
  evidence.reason = Reason::one_more_code;
  for (const Found& one : all) evidence.places.push_back(one.chain.back());
  return without_charge(token, std::move(evidence), now);
}

/// Codes of another length than the token's are a matter of form, unless they show that it was
/// imported with the wrong number of digits.
ResyncDecision of_another_length(const TokenView& view, const Secret& seed,
                                 const ResyncRequest& request, const Policy& policy) {
  auto evidence = diagnose_length(view, seed, request, policy);
  if (!evidence) return without_charge(view.token, Reason::wrong_length, request.at);
  return failed(view.token, *std::move(evidence), request.at);
}

}  // namespace

GivenCode given_code(std::string_view typed, Digits digits, const Instant& at) {
  GivenCode given{std::nullopt, std::nullopt, Reason::malformed, at};
  const auto text = digits_alone(typed);
  if (!text) return given;
  given.reason = text->size() == digits.count() ? Reason::malformed : Reason::wrong_length;
  const auto typed_digits = Digits::make(static_cast<unsigned>(text->size()));
  if (!typed_digits) return given;
  given.digits = *typed_digits;
  given.code = parse_code(*text, *typed_digits);
  if (given.code && *typed_digits == digits) given.reason = Reason::none;
  return given;
}

ResyncDecision resync(const TokenView& view, const Secret& seed, const UserSync* owner,
                      const ResyncRequest& request, const Policy& policy) {
  const Token& token = view.token;
  if (auto decision = refused_at_gate(token, request.at)) return *std::move(decision);
  if (owner == nullptr) return without_charge(token, Reason::not_assigned, request.at);

  const Reason form = form_of(token, request);
  if (form == Reason::wrong_length) return of_another_length(view, seed, request, policy);
  if (form != Reason::none) return without_charge(token, form, request.at);

  const std::vector<Found> all = find_all(view, request, policy);
  if (all.size() > 1) return one_more_code(token, all, request.at);
  const bool single = request.codes.size() == 1 && all.size() == 1;
  if (single && is_remembered(token.progress, all.front().chain.front())) {
    return without_charge(token, Reason::same_code, request.at);  // spent as a single code
  }
  if (all.empty()) return failed(token, diagnose(view, seed, request, policy), request.at);

  const Instant& at = request.codes.back().at;
  Evidence evidence = evidence_of(token, all.front(), at);
  evidence.implausible = !is_plausible(token, all.front().chain.back(), at, policy);
  const bool needs_operator = policy.guard_explicit == GuardExplicit::refuse_without_operator &&
                              request.authority == ResyncAuthority::self_service;
  if (evidence.implausible && needs_operator) {
    evidence.reason = Reason::implausible_jump;
    return failed(token, std::move(evidence), request.at);
  }
  return succeeded(token, *owner, all.front(), std::move(evidence), at);
}

ResyncDecision test_code(const TokenView& view, const GivenCode& code, const Policy& policy) {
  const Token& token = view.token;
  if (auto decision = refused_at_gate(token, code.at)) return *std::move(decision);
  if (code.reason != Reason::none) return without_charge(token, code.reason, code.at);

  Evidence evidence = explain_code(view, code, policy);
  if (token.progress.fenced && evidence.reason == Reason::none) {
    evidence.reason = Reason::next_code;
  }
  const Reason reason = evidence.reason;
  const bool right =
      reason == Reason::none || reason == Reason::next_code || reason == Reason::already_used;
  if (!right) return charged(token, std::move(evidence), code.at);
  ResyncDecision decision = without_charge(token, std::move(evidence), code.at);
  if (reason == Reason::none) decision.moved = moved_by(*decision.evidence.off, token.spec);
  return decision;
}

ResyncDecision test_own_code(const TokenView& view, const GivenCode& code, const Policy& policy,
                             const OwnTest& owner) {
  const Trial trial{owner.source, RowOf::source, code.at};
  if (auto decision = refused_at_gate(view.token, code.at)) return *std::move(decision);
  if (escalation(owner.sync, owner.policy, owner.bucket, trial) != Escalation::open) {
    return without_charge(view.token, Reason::locked, code.at);
  }
  ResyncDecision told = test_code(view, code, policy);
  const bool harmless = told.reason == Reason::none || told.reason == Reason::already_used;
  if (code.reason != Reason::none || harmless) return told;
  const MissKind kind = told.reason == Reason::typo_likely ? MissKind::slip : MissKind::guess;
  Evidence evidence;
  evidence.reason = Reason::no_match;
  ResyncDecision decision = charged(view.token, std::move(evidence), code.at);
  decision.sync = after_miss(owner.sync, owner.bucket, trial, kind);
  return decision;
}

std::uint32_t attempts_left(const ResyncFailures& failures, const Instant& now) {
  if (failures.in_row < kFailuresFree) return kFailuresFree - failures.in_row;
  return paused_until(failures, now) ? 0 : 1;
}

std::optional<WallTime> paused_until(const ResyncFailures& failures, const Instant& now) {
  if (failures.in_row < kFailuresFree || !failures.last) return std::nullopt;
  const std::uint32_t doublings = std::min(failures.in_row - kFailuresFree, kPauseDoublingsMax);
  const Micros pause = std::min(kPauseFirst * (std::int64_t{1} << doublings), kPauseMax);
  const Micros passed = elapsed(*failures.last, now);
  if (passed >= pause) return std::nullopt;
  return now.wall + (pause - passed);
}

}  // namespace lockstep
