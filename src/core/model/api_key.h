// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <optional>
#include <string>

#include "base/time.h"
#include "core/model/ids.h"
#include "core/model/names.h"
#include "core/model/permission.h"

namespace lockstep {

/// A caller of the API. The key itself is shown once; the store holds its SHA-256.
struct ApiKey {
  ApiKeyId id;
  std::string name;                     ///< what people call it, unique; also the source name
  std::array<std::uint8_t, 32> hash{};  ///< of the whole "lsk_…" text
  Permissions permissions;
  std::optional<GroupName> required_group;  ///< only its members sign in by way of this client
  WallTime created_at;
  std::optional<WallTime> revoked_at;
  RowVersion version;
};

}  // namespace lockstep
