// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "service/services.h"

namespace lockstep {

struct CreatedApiKey {
  ApiKey key;
  std::string text;  ///< "lsk_" and 43 characters; shown this once, only its hash is stored
};

/// Makes a key for a client called `name` (1 to 64 of a-z, 0-9, '-', '_' and '.').
/// Permission: keys_write. Errors: invalid_input; conflict, when the name is in use; not_allowed,
/// when `permissions` holds one that the caller has not.
[[nodiscard]] Result<CreatedApiKey> create_api_key(Services& services, const Context& context,
                                                   const std::string& name,
                                                   Permissions permissions);

/// By name. Permission: keys_write. Errors: invalid_input, for a limit outside 1 to 1,000.
[[nodiscard]] Result<std::vector<ApiKey>> list_api_keys(Services& services, const Page& page);

/// One key. Permission: keys_write. Errors: not_found.
[[nodiscard]] Result<ApiKey> find_api_key(Services& services, const std::string& name);

/// Another key for the same client: name and permissions stay, and the key before it is unknown
/// from the next request on. `version` is the one that the caller saw, so that of several who
/// rotate one key at a time only one gets a key. Permission: keys_write. Errors: not_found;
/// conflict, when it is not at `version` any more or is revoked; not_allowed, when the key may do
/// what the caller may not.
[[nodiscard]] Result<CreatedApiKey> rotate_api_key(Services& services, const Context& context,
                                                   const std::string& name, RowVersion version);

/// From the next log-in on only members of `group` are let in by way of this client; anybody, where
/// there is none. Others are refused with the reason no_group. `version` is the one that the caller
/// saw. Permission: keys_write. Errors: not_found; conflict, when it is not at `version` any more.
[[nodiscard]] Result<ApiKey> require_group(Services& services, const Context& context,
                                           const std::string& name,
                                           const std::optional<GroupName>& group,
                                           RowVersion version);

/// From the next request on the key is unknown. Permission: keys_write. Errors: not_found.
[[nodiscard]] Result<void> revoke_api_key(Services& services, const Context& context,
                                          const std::string& name);

/// Who presents `text`; nullopt for nobody we know. The look-up is by hash, so its duration tells
/// nothing about how much of a guess is right.
[[nodiscard]] Result<std::optional<Caller>> find_caller(Services& services, std::string_view text);

/// The owner of the service, who speaks over the admin socket.
[[nodiscard]] Caller owner_caller();

}  // namespace lockstep
