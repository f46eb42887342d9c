// SPDX-License-Identifier: Apache-2.0
// How wide the zones are and how many tries there are. Presets carry the numbers; a policy is a
// preset with changes.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "base/time.h"
#include "core/model/token.h"

namespace lockstep {

/// Zones of event tokens, in codes beyond the very next one. Edges are included.
struct EventZones {
  std::uint32_t accept = 2;         ///< one code: skipped <= accept
  std::uint32_t accept_8 = 10;      ///< the same for tokens of eight digits and more
  std::uint32_t next_code = 100;    ///< a pair in two adjacent attempts; 0: none
  std::uint32_t first_use = 1'000;  ///< the same for a token never used
  std::uint32_t resync = 1'000;     ///< codes given on purpose
  std::uint32_t admin = 50'000;     ///< the same by an operator with a reason
};

/// Zones of time tokens, on both sides of the expected step.
struct TimeZones {
  std::uint32_t accept = 1;      ///< steps
  std::uint32_t next_code = 70;  ///< steps; 0: none
  Seconds first_use{12 * 3600};
  Seconds resync{12 * 3600};
  Seconds admin{24 * 3600};
};

/// Who makes up PINs.
enum class PinMode {
  none,    ///< nobody: none can be set; one that is there is asked for as ever
  chosen,  ///< the user, or an operator for them
  given,   ///< the server
};
enum class PinComplexity {
  any,
  no_patterns,  ///< not one character all along, no digits or letters that count up or down
};
enum class PinFirstUse {
  keep,
  change,  ///< who was given a PIN chooses another one at the first log-in
};

/// What PINs have to be like.
struct PinRules {
  PinMode mode = PinMode::chosen;
  std::uint32_t length_min = 4;  ///< characters
  std::uint32_t length_max = 16;
  PinComplexity complexity = PinComplexity::any;
  std::uint32_t history = 0;       ///< how many former ones are not to be chosen again, and not the
                                   ///< present one; 0: any may be
  std::uint32_t expires_days = 0;  ///< 0: never
  PinFirstUse first_use = PinFirstUse::keep;
};

enum class GuardExplicit { mark, refuse_without_operator };
enum class Disabling { on, off };

/// What needs a second operator (service/approvals.h).
struct TwoPersons {
  bool exports = false;      ///< writing the inventory out
  bool mass_change = false;  ///< changing many tokens at once
};

/// What an operator who brings a token back has to say.
struct ResyncRules {
  bool caller_verified = false;  ///< how they made sure who asked for it
};

struct Policy {
  EventZones event;
  TimeZones hardware;
  TimeZones software;

  Seconds pair_within{180};  ///< how old the first code of a pair may be
  std::uint32_t misses_to_two_codes = 10;
  std::uint32_t misses_to_disabled = 100;
  Disabling disabling = Disabling::on;
  double odds_per_year = 4e-4;    ///< what a thief who knows the first factor gains in a year
  std::uint32_t guard_ppm = 200;  ///< how fast a hardware clock may move
  GuardExplicit guard_explicit = GuardExplicit::mark;

  PinRules pin;
  std::uint32_t password_length_min = 8;  ///< bytes
  std::uint32_t audit_days = 0;           ///< how long audit records are kept at least; 0: for ever
  TwoPersons two_persons;
  ResyncRules resync;
  bool mail_code = false;  ///< whether a log-in may be by a code by mail, in place of a token's
};

enum class PresetName { standard, mideye, pingid, rsa, sas, strict };

/// The numbers of a preset. "default" is PresetName::standard.
[[nodiscard]] Policy preset(PresetName name);
[[nodiscard]] std::string_view name_of(PresetName name);
[[nodiscard]] std::optional<PresetName> parse_preset(std::string_view name);

/// The zones that apply to a time token of this form.
[[nodiscard]] const TimeZones& time_zones(const Policy& policy, TokenForm form);
/// The accept width that applies to an event token with so many digits.
[[nodiscard]] std::uint32_t event_accept(const Policy& policy, Digits digits);

}  // namespace lockstep
