// SPDX-License-Identifier: Apache-2.0
#include "core/model/token_life.h"

#include <array>

#include "base/assert.h"

namespace lockstep {
namespace {

// In the order of the enumerators.
constexpr std::array<std::string_view, 6> kStatuses = {"enabled", "suspended", "lost",
                                                       "faulty",  "locked",    "revoked"};
static_assert(static_cast<std::size_t>(TokenStatus::revoked) + 1 == kStatuses.size());
constexpr std::array<std::string_view, 4> kSyncStates = {"in_sync", "drifting", "out_of_sync",
                                                         "unused"};
static_assert(static_cast<std::size_t>(SyncState::unused) + 1 == kSyncStates.size());

}  // namespace

TokenLife life_of(const Token& token, WallTime now) {
  switch (token.status) {
    case TokenStatus::revoked:
      return TokenLife::revoked;
    case TokenStatus::lost:
      return TokenLife::lost;
    case TokenStatus::faulty:
      return TokenLife::faulty;
    case TokenStatus::locked:
      return TokenLife::locked;
    case TokenStatus::suspended:
      return TokenLife::suspended;
    case TokenStatus::enabled:
      break;
  }
  if (token.valid_until && now > *token.valid_until) return TokenLife::expired;
  if (!token.owner) return TokenLife::inventory;
  // Uses from before it was given count for who had it then.
  const bool used = !token.progress.used.empty() &&
                    (!token.assigned_at || token.progress.used.back().at >= *token.assigned_at);
  return used ? TokenLife::active : TokenLife::assigned;
}

std::string_view name_of(TokenLife life) {
  constexpr std::array<std::string_view, 9> kNames = {"revoked",   "lost",      "faulty",
                                                      "locked",    "suspended", "expired",
                                                      "inventory", "assigned",  "active"};
  static_assert(static_cast<std::size_t>(TokenLife::active) + 1 == kNames.size());
  const auto index = static_cast<std::size_t>(life);
  LOCKSTEP_ASSERT(index < kNames.size());
  return kNames[index];
}

std::string_view name_of(TokenStatus status) {
  const auto index = static_cast<std::size_t>(status);
  LOCKSTEP_ASSERT(index < kStatuses.size());
  return kStatuses[index];
}

std::optional<TokenStatus> parse_token_status(std::string_view name) {
  for (std::size_t i = 0; i < kStatuses.size(); ++i) {
    if (kStatuses[i] == name) return static_cast<TokenStatus>(i);
  }
  return std::nullopt;
}

std::string_view name_of(SyncState state) {
  const auto index = static_cast<std::size_t>(state);
  LOCKSTEP_ASSERT(index < kSyncStates.size());
  return kSyncStates[index];
}

std::optional<SyncState> parse_sync_state(std::string_view name) {
  for (std::size_t i = 0; i < kSyncStates.size(); ++i) {
    if (kSyncStates[i] == name) return static_cast<SyncState>(i);
  }
  return std::nullopt;
}

bool may_move(TokenStatus from, TokenStatus to) {
  if (from == to) return true;
  return from != TokenStatus::revoked && to != TokenStatus::locked;
}

}  // namespace lockstep
