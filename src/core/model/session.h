// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>

#include "base/time.h"
#include "core/model/ids.h"

namespace lockstep {

/// The hash of the secret that the browser holds.
using SessionHash = std::array<std::uint8_t, 32>;

enum class SessionKind : std::uint8_t { console = 1, portal = 2 };

/// Somebody who signed in to one of the web applications.
struct Session {
  SessionHash hash{};
  SessionKind kind = SessionKind::console;
  std::uint64_t subject = 0;  ///< OperatorId of the console, UserId of the portal
  WallTime created_at;
  WallTime seen_at;                   ///< the last request, to within a minute
  WallTime expires_at;                ///< housekeeping may delete it from then on
  std::optional<WallTime> proven_at;  ///< when an alternative factor was shown
  std::string about;                  ///< address and browser, for the person whose session it is
  std::string data;                   ///< what the application keeps with it: JSON, no secrets
  RowVersion version;

  friend bool operator==(const Session&, const Session&) = default;
};

}  // namespace lockstep
