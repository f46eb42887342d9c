// SPDX-License-Identifier: Apache-2.0
// What the portal shows, as JSON.
#pragma once

#include <string_view>

#include <boost/json/object.hpp>

#include "front/rest/exchange.h"
#include "service/portal_account.h"
#include "service/portal_devices.h"
#include "service/portal_settings.h"
#include "service/user_sessions.h"

namespace lockstep {

[[nodiscard]] boost::json::object settings_json(const PortalSettings& settings,
                                                const Context& context);
/// `secret` is the session's, for the value that changes need.
[[nodiscard]] boost::json::object session_json(const Services& services, const Context& context,
                                               const UserSession& found, std::string_view secret);
[[nodiscard]] boost::json::object device_json(const Device& device);
[[nodiscard]] boost::json::object activity_json(const Activity& entry);

}  // namespace lockstep
