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

}  // namespace

Result<PreparedTokens> PreparedTokens::make(Services& services, std::span<const Token> tokens,
                                            const Context& context, const UserPolicy& policy) {
  PreparedTokens prepared;
  for (const Token& token : tokens) {
    LOCKSTEP_TRY(Secret seed, open_seed(services, context, token));
    const Result<CodeGenerator> generator = CodeGenerator::make(token.spec, seed);
    if (!generator) return fail(Errc::corrupt, "token " + token.serial.text() + " has no codes");
    Entry& entry = prepared.entries_.emplace_back(
        Entry{token.id, token.seed, token.spec, std::move(seed), CodeBook(*generator)});
    for (const PositionRun& run : positions_needed(token, context.now.wall, policy.of(token))) {
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
    views.push_back(TokenView{token, entry->codes, &policy.of(token)});
  }
  return views;
}

}  // namespace lockstep
