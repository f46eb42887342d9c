// SPDX-License-Identifier: Apache-2.0
// What users see of their own tokens in the portal, and what they do with them there. All calls are
// for the caller's own: errors of all are unauthenticated, for who is no user of the portal, and
// not_allowed, for what the settings have turned off.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/result.h"
#include "core/model/token_life.h"
#include "service/resynchronise.h"
#include "service/services.h"

namespace lockstep {

enum class DeviceAction { resync, troubleshoot, report_lost, rename, make_primary, test };
[[nodiscard]] std::string_view name_of(DeviceAction action);

/// A token as its owner sees it.
struct Device {
  Token token;
  std::string name;
  bool primary = false;
  TokenLife life = TokenLife::active;
  SyncState sync = SyncState::unused;
  WallTime added_at;
  std::optional<WallTime> last_used_at;
  std::string help;                   ///< of its model; may be empty
  std::vector<DeviceAction> actions;  ///< that the settings, its state and its kind allow
};

struct DeviceList {
  std::vector<Device> devices;  ///< the primary one first, then by when they were added
  std::string email;            ///< masked; empty where there is none, or no codes by mail
  std::optional<TemporaryAccess> temporary;  ///< that is good now
};

[[nodiscard]] Result<DeviceList> own_devices(Services& services, const Context& context);

/// What the portal says where a token is not the caller's, or does not allow what is asked for.
using DeviceAnswer = std::variant<Device, Reason>;

inline constexpr std::size_t kLabelCharactersMax = 64;

/// Gives a token another name; empty: the model's again. Refusals: not_assigned.
/// Errors: invalid_input, when the name is too long or no plain text.
[[nodiscard]] Result<DeviceAnswer> rename_device(Services& services, const Context& context,
                                                 const Serial& serial, const std::string& name);

/// The token that is offered first; mailed. Refusals: not_assigned, and what keeps it from working.
[[nodiscard]] Result<DeviceAnswer> make_own_primary(Services& services, const Context& context,
                                                    const Serial& serial);

enum class HowLost { lost, stolen };

/// Nobody signs in with it from now on; mailed to the user and to the help desk. Reported already:
/// the same answer. Refusals: not_assigned, revoked. Errors: invalid_input, for the note.
[[nodiscard]] Result<DeviceAnswer> report_lost(Services& services, const Context& context,
                                               const Serial& serial, HowLost how,
                                               const std::string& note);

/// Tries a code without using it up. Tells no more than a log-in with it would, and costs as much
/// (core/sync/own_test.h). Refusals: not_assigned, already_used, no_match, locked, what closes the
/// token, and what is wrong with the form of the code.
[[nodiscard]] Result<ResyncAnswer> test_own_device(Services& services, const Context& context,
                                                   const Serial& serial, const std::string& code);

}  // namespace lockstep
