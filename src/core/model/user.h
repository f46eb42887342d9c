// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <optional>
#include <string>
#include <vector>

#include "base/time.h"
#include "core/model/code.h"
#include "core/model/ids.h"
#include "core/model/names.h"

namespace lockstep {

/// One place a code was found: a token of the user and the position in its sequence.
struct Candidate {
  TokenId token;
  Position position;

  friend bool operator==(const Candidate&, const Candidate&) = default;
};

/// What the last attempt of one source left behind: where its code was found. The next attempt of
/// that source may complete a pair.
struct Slot {
  Source source;
  Instant at;
  std::vector<Candidate> candidates;

  friend bool operator==(const Slot&, const Slot&) = default;
};

/// What one source did to one user: for the pauses after failed pairs, and for counting misses
/// where no first factor was proven.
struct SourceRecord {
  Source source;
  std::uint32_t misses_in_row = 0;
  std::uint32_t failed_pairs_in_row = 0;
  Instant last;

  friend bool operator==(const SourceRecord&, const SourceRecord&) = default;
};

/// Misses that leak away over a year. `level` in millionths of a miss, as of `at`.
struct YearBucket {
  std::int64_t level = 0;
  Instant at;

  friend bool operator==(const YearBucket&, const YearBucket&) = default;
};

/// Right codes under a wrong first factor: somebody holds the token and tries PINs.
struct FactorFailures {
  std::uint32_t in_row = 0;
  std::optional<Instant> last;

  friend bool operator==(const FactorFailures&, const FactorFailures&) = default;
};

/// A PIN as HMAC-SHA-256 under the service's PIN key.
struct PinMac {
  std::array<std::uint8_t, 16> salt{};
  std::array<std::uint8_t, 32> mac{};

  friend bool operator==(const PinMac&, const PinMac&) = default;
};

/// What happens when a token that was reported lost is used again.
enum class WhenFound {
  deny,         ///< it stays refused until an operator decides
  allow,        ///< it works, and the temporary code ends
  allow_after,  ///< it works once the temporary code's time is over
};

/// Codes that stand in for a token for a while: one that works until its time is over, or several
/// of which each works once.
struct TemporaryAccess {
  std::vector<PinMac> codes;
  bool single_use = false;
  WallTime until;
  WhenFound when_found = WhenFound::deny;

  static constexpr std::size_t kCodesMax = 20;

  friend bool operator==(const TemporaryAccess&, const TemporaryAccess&) = default;
};

/// Everything about a user that attempts move. core/policy/budget.h gives the numbers meaning.
struct UserSync {
  std::uint32_t misses_in_row = 0;
  YearBucket year;
  FactorFailures factor_failures;
  std::uint32_t failed_pairs_today = 0;
  std::optional<Instant> failed_pairs_since;
  std::vector<Slot> slots;            ///< newest last, at most kSlotsMax, one for each source
  std::vector<SourceRecord> sources;  ///< newest last, at most kSourcesMax
  std::optional<TemporaryAccess> temporary;

  static constexpr std::size_t kSlotsMax = 8;
  static constexpr std::size_t kSourcesMax = 16;

  friend bool operator==(const UserSync&, const UserSync&) = default;
};

enum class UserStatus { enabled, disabled };

/// A password's or PIN's age.
struct FactorLife {
  std::optional<WallTime> set_at;  ///< not known: before this was kept
  bool must_change = false;        ///< its owner has to choose another one at the next log-in

  friend bool operator==(const FactorLife&, const FactorLife&) = default;
};

struct User {
  UserId id;
  UserName name;
  std::string first_name;
  std::string last_name;
  std::string email;
  std::string phone;
  std::string language;            ///< for pages and mails, as "sv"; empty: not chosen
  std::optional<TokenId> primary;  ///< the token that is offered first; may be gone
  UserStatus status = UserStatus::enabled;
  std::optional<std::string> password;  ///< Argon2id in the usual "$argon2id$…" form
  std::optional<PinMac> pin;
  FactorLife password_life;
  FactorLife pin_life;
  std::vector<PinMac> old_pins;  ///< newest last, at most kOldPinsMax; not to be chosen again
  WallTime created_at;
  UserSync sync;
  RowVersion version;

  static constexpr std::size_t kOldPinsMax = 24;
};

}  // namespace lockstep
