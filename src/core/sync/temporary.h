// SPDX-License-Identifier: Apache-2.0
// Codes that stand in for a token that is lost or at home, and the token when it turns up again.
#pragma once

#include <cstddef>
#include <optional>

#include "base/time.h"
#include "core/model/user.h"
#include "core/sync/attempt.h"

namespace lockstep {

/// How many digits a temporary code has. A guess is as likely to hit as with a token of eight
/// digits, times the number of codes.
inline constexpr Digits kTemporaryDigits = Digits::eight();

/// The longest time that temporary codes may be good for.
inline constexpr Seconds kTemporaryMax{30 * 24 * 3600};

/// Whether the codes are good at `at`.
[[nodiscard]] bool is_open(const std::optional<TemporaryAccess>& access, WallTime at);

/// Which of the user's temporary codes was typed, by the readings with the best factor.
[[nodiscard]] std::optional<std::size_t> temporary_typed(const Attempt& attempt);

/// Whether a reading with the best factor has as many digits as a temporary code.
[[nodiscard]] bool is_like_temporary(const Attempt& attempt);

/// The code `which` was used: gone, if it works once.
[[nodiscard]] UserSync after_temporary(UserSync sync, std::size_t which);

/// Whether a token that was reported lost counts when it is used at `at`.
[[nodiscard]] bool may_be_found(const std::optional<TemporaryAccess>& access, WallTime at);

}  // namespace lockstep
