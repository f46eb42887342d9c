// SPDX-License-Identifier: Apache-2.0
// What a client says of the sessions that log-ins opened with it: when they began and ended.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "base/result.h"
#include "service/services.h"

namespace lockstep {

/// A report of a client, as it tells it: nothing of it is checked but that the client says it.
struct AccessReport {
  enum class Kind { started, ended };

  Kind kind = Kind::started;
  std::string user;                    ///< as the client has it
  std::string client;                  ///< where the user is; may be empty
  std::string session;                 ///< the client's name for it
  std::optional<std::string> address;  ///< that the user was given
  std::optional<std::uint64_t> seconds;
  std::optional<std::uint64_t> bytes_in;  ///< from the user
  std::optional<std::uint64_t> bytes_out;
  std::optional<std::string> cause;  ///< of the end
};

/// Writes it down with the user's other activity; a user who is none is not named, as in all
/// records. Permission: authenticate.
[[nodiscard]] Result<void> record_access(Services& services, const Context& context,
                                         const AccessReport& report);

/// Bytes of the texts of a report that are written down.
inline constexpr std::size_t kAccessTextBytesMax = 128;

}  // namespace lockstep
