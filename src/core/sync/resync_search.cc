// SPDX-License-Identifier: Apache-2.0
#include "core/sync/resync_search.h"

#include <algorithm>

#include "core/sync/match.h"
#include "core/sync/pair.h"

namespace lockstep {
namespace {

PairDistance distance_between(const CodeSpec& spec, const GivenCode& earlier,
                              const GivenCode& later) {
  // One form, read aloud one after the other: the codes have one time, and follow directly.
  if (earlier.at == later.at) return pair_distance(spec, std::nullopt);
  return pair_distance(spec, later.at.wall - earlier.at.wall);
}

/// Every chain, continued by each of `places` that follows its end.
std::vector<Chain> continued(const std::vector<Chain>& chains, const std::vector<Position>& places,
                             const PairDistance& allowed) {
  std::vector<Chain> longer;
  for (const Chain& chain : chains) {
    for (const Position place : places) {
      const std::int64_t by = distance(chain.back(), place);
      if (by < allowed.first || by > allowed.last) continue;
      longer.push_back(chain);
      longer.back().push_back(place);
    }
  }
  return longer;
}

Reach reach_of(ResyncAuthority authority) {
  return authority == ResyncAuthority::administrator ? Reach::admin : Reach::explicit_;
}

/// The part of `newest` and before it where codes lie whose last is in `newest`.
PositionRun codes_before(const PositionRun& newest, std::int64_t span, Position next) {
  if (newest.count == 0) return newest;
  return run_between(std::max(newest.first.moved(-span), next), newest.last());
}

/// From when the token's clock counts, as far as that is known.
std::vector<Seconds> origins(const Token& token) {
  std::vector<Seconds> all = {token.spec.t0};
  for (const Seconds t0 : {Seconds(0), kMillennium}) {
    if (t0 != token.spec.t0) all.push_back(t0);
  }
  if (never_used(token)) return all;
  if (!token.progress.clock) return {token.spec.t0};
  const auto misses_by = [&](Seconds t0) {
    return std::chrono::abs(token.progress.clock->offset - Micros(token.spec.t0 - t0));
  };
  return {std::ranges::min(all, {}, misses_by)};
}

SearchZone zone_at_counter(const Token& token, Position counter, std::span<const GivenCode> codes,
                           const Policy& policy) {
  // A display shows the counter of the code it shows now, or of the one it will show next.
  const std::int64_t span = span_of(token.spec, codes);
  const Position first = std::max(counter.moved(-1), token.progress.next);
  const Position last = counter.moved(event_accept(policy, token.spec.digits));
  const PositionRun newest = run_between(first.moved(span), last.moved(span));
  return {counter, newest, codes_before(newest, span, token.progress.next), token.spec.t0};
}

SearchZone zone_from(const Token& token, Seconds t0, const ResyncRequest& request,
                     const Policy& policy) {
  Token counted = token;
  counted.spec.t0 = t0;
  const WallTime at = request.codes.back().at.wall;
  const PositionRun newest = resync_zone(counted, at, policy, reach_of(request.authority));
  const bool event = token.spec.kind == TokenKind::hotp;
  const Position centre = event ? token.progress.next : step_at(counted.spec, at);
  const std::int64_t span = span_of(token.spec, request.codes);
  return {centre, newest, codes_before(newest, span, token.progress.next), t0};
}

}  // namespace

std::vector<Position> find_code(CodeBook& book, const PositionRun& run, Code code) {
  if (run.count == 0) return {};
  return positions_of(code, run.first, book.codes(run.first, run.count));
}

std::vector<Chain> join(const CodeSpec& spec, std::span<const GivenCode> codes,
                        const Places& places) {
  std::vector<Chain> chains;
  for (const Position place : places.front()) chains.push_back({place});
  for (std::size_t i = 1; i < codes.size(); ++i) {
    chains = continued(chains, places[i], distance_between(spec, codes[i - 1], codes[i]));
  }
  return chains;
}

std::vector<Chain> find_chains(CodeBook& book, const PositionRun& run,
                               std::span<const GivenCode> codes) {
  Places places;
  for (const GivenCode& one : codes) places.push_back(find_code(book, run, *one.code));
  return join(book.generator().spec(), codes, places);
}

std::vector<SearchZone> search_zones(const Token& token, const ResyncRequest& request,
                                     const Policy& policy) {
  if (request.counter) return {zone_at_counter(token, *request.counter, request.codes, policy)};
  if (token.spec.kind == TokenKind::hotp) return {zone_from(token, token.spec.t0, request, policy)};

  std::vector<SearchZone> zones;
  for (const Seconds t0 : origins(token)) zones.push_back(zone_from(token, t0, request, policy));
  return zones;
}

std::vector<Chain> find_in_zone(CodeBook& book, const SearchZone& zone,
                                std::span<const GivenCode> codes) {
  auto chains = find_chains(book, zone.codes, codes);
  std::erase_if(chains, [&](const Chain& chain) {
    return !zone.newest.contains(chain.back()) || chain.back() == Position(Position::kMax);
  });
  return chains;
}

Position server_step(CodeSpec spec, Seconds t0, WallTime time) {
  spec.t0 = t0;
  return step_at(spec, time);
}

std::int64_t span_of(const CodeSpec& spec, std::span<const GivenCode> codes) {
  std::int64_t span = 0;
  for (std::size_t i = 1; i < codes.size(); ++i) {
    span += std::max<std::int64_t>(distance_between(spec, codes[i - 1], codes[i]).last, 0);
  }
  return span;
}

}  // namespace lockstep
