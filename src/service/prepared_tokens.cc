// SPDX-License-Identifier: Apache-2.0
#include "service/prepared_tokens.h"

#include <algorithm>

namespace lockstep {

Result<PreparedTokens> PreparedTokens::make(Services& services, std::span<const Token> tokens,
                                            const Context& context) {
  PreparedTokens prepared;
  for (const Token& token : tokens) {
    LOCKSTEP_TRY(Secret seed, services.vault.open(SealPurpose::seed, token.id.value(), token.seed));
    const Result<CodeGenerator> generator = CodeGenerator::make(token.spec, seed);
    if (!generator) return fail(Errc::corrupt, "token " + token.serial.text() + " has no codes");
    Entry& entry = prepared.entries_.emplace_back(
        Entry{token.id, token.seed, token.spec, std::move(seed), CodeBook(*generator)});
    for (const PositionRun& run :
         positions_needed(token, context.now.wall, context.policy->policy)) {
      entry.codes.codes(run.first, run.count);
    }
  }
  return prepared;
}

std::optional<std::vector<TokenView>> PreparedTokens::views(std::span<const Token> tokens) {
  std::vector<TokenView> views;
  views.reserve(tokens.size());
  for (const Token& token : tokens) {
    const auto entry = std::ranges::find(entries_, token.id, &Entry::id);
    if (entry == entries_.end() || entry->sealed != token.seed || entry->spec != token.spec) {
      return std::nullopt;
    }
    views.push_back(TokenView{token, entry->codes});
  }
  return views;
}

}  // namespace lockstep
