// SPDX-License-Identifier: Apache-2.0
// What is wrong, or will be, with a server's store, key, clock and rights, and what to do about it.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "adapters/system/clock_health.h"
#include "app/key_source.h"
#include "app/radius_options.h"
#include "base/result.h"
#include "ports/clock.h"

namespace lockstep {

enum class Health { ok, warning, problem };

/// "ok", "warning", "problem".
[[nodiscard]] std::string_view name_of(Health health);

struct Finding {
  Health health = Health::ok;
  std::string
      about;  ///< "store", "key", "clock", "rights", "space", "audit", "version", "server", …
  std::string what;    ///< never a secret
  std::string advice;  ///< empty when all is well
};

struct Patient {
  std::filesystem::path data;
  std::string store_url;  ///< of a PostgreSQL database; empty: in `data`
  std::filesystem::path admin_socket;
  std::string version;  ///< of this program
  KeyOptions keys;
  /// Whether the configuration names a mail server; nullopt: it was not looked at.
  std::optional<bool> mail;
  std::string certificate;  ///< of the API; empty: none, or it was not looked at
  std::optional<RadiusOptions> radius;
};

/// Looks at everything and changes nothing; a server may run meanwhile. `kernel` is what
/// clock_health() said.
[[nodiscard]] std::vector<Finding> examine_all(const Patient& patient, const Clock& clock,
                                               const ClockHealth& kernel);

/// The worst of them.
[[nodiscard]] Health worst(const std::vector<Finding>& findings);

}  // namespace lockstep
