// SPDX-License-Identifier: Apache-2.0
#include "service/prepared_tokens.h"

#include <algorithm>

#include "service/events.h"

namespace lockstep {

namespace {

/// The token's seed. One that does not open is an alarm: somebody may have put it there.
Result<Secret> open_seed(Services& services, const Context& context, const Token& token) {
  Result<Secret> seed = services.vault.open(SealPurpose::seed, token.id.value(), token.seed);
  if (seed || seed.error().code != Errc::corrupt) return seed;
  // The caller hears of the seed, whatever becomes of the record.
  static_cast<void>(services.store.commit(
      ChangeSet{{}, {event(context, EventKind::secret_unreadable, token.serial)}}));
  return fail(Errc::corrupt, "the seed of token " + token.serial.text() + " does not open (" +
                                 seed.error().context +
                                 "): it is damaged, or lies where another one was");
}

/// What holds for a time token while the server's clock is in doubt: a code in step is good, and
/// nothing further off is looked for, since it would be the server's error that is learnt.
std::optional<Policy> frozen(Services& services, const Token& token, const Policy& policy) {
  if (token.spec.kind != TokenKind::totp || !services.clock_watch.is_doubted()) return std::nullopt;
  Policy result = policy;
  for (TimeZones* const zones : {&result.hardware, &result.software}) {
    zones->next_code = 0;
    zones->first_use = Seconds(0);
  }
  return result;
}

}  // namespace

Result<PreparedTokens> PreparedTokens::make(Services& services, std::span<const Token> tokens,
                                            const Context& context, const UserPolicy& policy) {
  PreparedTokens prepared;
  for (const Token& token : tokens) {
    LOCKSTEP_TRY(Secret seed, open_seed(services, context, token));
    const Result<CodeGenerator> generator = CodeGenerator::make(token.spec, seed);
    if (!generator) return fail(Errc::corrupt, "token " + token.serial.text() + " has no codes");
    Entry& entry = prepared.entries_.emplace_back(Entry{token.id, token.seed, token.spec,
                                                        std::move(seed), CodeBook(*generator),
                                                        frozen(services, token, policy.of(token))});
    const Policy& own = entry.frozen ? *entry.frozen : policy.of(token);
    for (const PositionRun& run : positions_needed(token, context.now.wall, own)) {
      entry.codes.codes(run.first, run.count);
    }
  }
  return prepared;
}

std::optional<std::vector<TokenView>> PreparedTokens::views(std::span<const Token> tokens,
                                                            const UserPolicy& policy) {
  std::vector<TokenView> views;
  views.reserve(tokens.size());
  for (const Token& token : tokens) {
    const auto entry = std::ranges::find(entries_, token.id, &Entry::id);
    if (entry == entries_.end() || entry->sealed != token.seed || entry->spec != token.spec) {
      return std::nullopt;
    }
    const bool doubted = entry->frozen.has_value();
    views.push_back(
        TokenView{token, entry->codes, doubted ? &*entry->frozen : &policy.of(token), doubted});
  }
  return views;
}

}  // namespace lockstep
