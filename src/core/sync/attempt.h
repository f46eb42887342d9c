// SPDX-License-Identifier: Apache-2.0
// One log-in attempt, decided. SYNC: docs/concepts/sync-engine.md tells the story.
#pragma once

#include <optional>
#include <span>
#include <vector>

#include "core/code/code_book.h"
#include "core/model/token.h"
#include "core/model/user.h"
#include "core/policy/policy.h"
#include "core/sync/evidence.h"
#include "core/sync/zones.h"

namespace lockstep {

/// What is known of the first factor (PIN or password) of one reading of what was typed.
enum class Factor {
  right,
  wrong,
  none,  ///< nothing is proven before the code: this user, or this client, has no first factor
};

/// One way to read what was typed, for tokens that show `digits` digits (core/sync/cut.h). Of all
/// readings those with the best factor count (right, then none, then wrong), and of those the first
/// of each length: whoever meant two codes is not charged for a wrong PIN.
struct Reading {
  Digits digits;
  Factor factor;
  Code code;                   ///< the only code, or the first of a pair in one field
  std::optional<Code> second;  ///< the second of a pair in one field
  /// Which of the user's temporary codes this is; found by who holds the key they are hashed with.
  std::optional<std::size_t> temporary{};
};

/// An attempt: first factor checked, text cut and normalised. Without readings it is malformed.
struct Attempt {
  std::vector<Reading> readings;
  Source source;
  Instant at;
};

/// A token with its codes. All of it outlives the call.
struct TokenView {
  const Token& token;
  CodeBook& codes;
  const Policy* own = nullptr;  ///< whose zones and guard hold for it; null: its user's policy's
  /// The server's clock is in doubt: what its codes say of the token's own is not taken over.
  bool clock_doubted = false;
};

/// Everything a decision looks at. An unknown user is given as one without tokens by
/// service/authenticate, with a dummy token to spend the same work on.
struct UserView {
  const UserSync& sync;
  UserStatus status;
  bool group_ok;  ///< the group condition of the client holds
  std::span<TokenView> tokens;
};

enum class Outcome { accepted, accepted_resynced, next_code, refused };

/// A token that moved: its new progress, and its status where the attempt changed that.
struct TokenMove {
  TokenId token;
  Progress progress;
  TokenStatus status;
};

struct Decision {
  Outcome outcome = Outcome::refused;
  UserSync sync;                 ///< the user's new state
  std::vector<TokenMove> moves;  ///< only tokens that changed
  Evidence evidence;
};

/// Decides one attempt. Pure: the same input gives the same decision; no clock, no I/O, no throw.
/// Works through all codes of all zones of all tokens whatever it finds, and compares in constant
/// time, so that its duration tells nothing.
[[nodiscard]] Decision decide(const UserView& user, const Attempt& attempt, const Policy& policy);

/// The runs of positions `decide` will ask `token`'s code book for at `at`: asking the book for
/// them beforehand takes the work out of the store's writer.
[[nodiscard]] std::vector<PositionRun> positions_needed(const Token& token, WallTime at,
                                                        const Policy& policy);

}  // namespace lockstep
