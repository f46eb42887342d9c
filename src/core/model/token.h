// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/time.h"
#include "core/model/code.h"
#include "core/model/ids.h"
#include "core/model/names.h"

namespace lockstep {

/// Hardware clocks drift slowly; a phone's clock can be anywhere.
enum class TokenForm { hardware, software };

/// What was decided about a token. Whether it is in stock, active or expired follows from the rest
/// (core/model/token_life.h).
enum class TokenStatus {
  enabled,
  suspended,  ///< by an operator, for a while
  lost,       ///< its owner has it no more, and may find it again
  faulty,     ///< it shows nothing, or nothing right
  locked,     ///< by the server: somebody who does not know the PIN holds it
  revoked,    ///< for good
};

/// What is known of a time token's clock: offset = token clock - server clock, positive when fast.
struct ClockFix {
  Micros offset{0};
  Instant at;  ///< when the evidence was given

  friend bool operator==(const ClockFix&, const ClockFix&) = default;
};

/// A position whose code was seen and answered by "next code". It is spent as a single code: until
/// high water or the in-step zone passed it, it counts only as part of a pair.
struct Remembered {
  Position position;
  Instant at;

  friend bool operator==(const Remembered&, const Remembered&) = default;
};

/// An accepted position and when; the last few are kept to say "already used at 09:12".
struct Used {
  Position position;
  WallTime at;

  friend bool operator==(const Used&, const Used&) = default;
};

/// Whether a token is in step, as far as what was seen of it last says.
enum class SyncState {
  in_sync,      ///< a single code from where it is would do
  drifting,     ///< of a time token: the last code came from the edge of where one does
  out_of_sync,  ///< the last code was found beyond that, a resynchronisation failed, or a fence
                ///< stands before a token that was in use
  unused,       ///< nothing was seen of it yet
};

/// Failed explicit resynchronisations in a row, and the pause they led to.
struct ResyncFailures {
  std::uint32_t in_row = 0;
  std::optional<Instant> last;

  friend bool operator==(const ResyncFailures&, const ResyncFailures&) = default;
};

/// Where a token stands: everything about it that attempts and resynchronisations move.
struct Progress {
  Position next;                       ///< high water + 1; 0 = never used. Never falls.
  std::optional<ClockFix> clock;       ///< time tokens, once a code was confirmed
  std::vector<Remembered> remembered;  ///< ascending, at most kRememberedMax
  std::vector<Used> used;              ///< newest last, at most kUsedMax
  ResyncFailures resync_failures;
  SyncState sync = SyncState::unused;
  /// Codes may have been accepted that this state knows nothing of, because an older one was
  /// restored: until a pair was accepted, no single code of this token is.
  bool fenced = false;

  static constexpr std::size_t kRememberedMax = 32;
  static constexpr std::size_t kUsedMax = 8;

  friend bool operator==(const Progress&, const Progress&) = default;
};

struct Token {
  TokenId id;
  Serial serial;
  CodeSpec spec;
  TokenForm form = TokenForm::hardware;
  TokenStatus status = TokenStatus::enabled;
  std::string model;                    ///< maker and model as people know it, may be empty
  std::string batch;                    ///< what it was delivered or imported with, may be empty
  std::optional<UserId> owner;          ///< nobody: in stock
  std::string label;                    ///< what its owner calls it; empty: by its model
  std::optional<WallTime> assigned_at;  ///< when its owner got it; not known before schema 5
  std::optional<WallTime> valid_from;
  std::optional<WallTime> valid_until;
  std::optional<WallTime> warranty_until;
  WallTime created_at;
  Sealed seed;
  Progress progress;
  RowVersion version;
};

/// Gives `token` to `owner`.
inline void give_to(Token& token, UserId owner, WallTime at) {
  token.owner = owner;
  token.label.clear();
  token.assigned_at = at;
}

/// Takes `token` from its owner, with what concerned the two of them.
inline void take_back(Token& token) {
  token.owner.reset();
  token.label.clear();
  token.assigned_at.reset();
}

}  // namespace lockstep
