// SPDX-License-Identifier: Apache-2.0
// What `lockstep doctor` looks at beside the store: certificates that end, and RADIUS clients.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "app/doctor.h"
#include "app/radius_options.h"
#include "base/time.h"

namespace lockstep {

/// A certificate that is presented ends; warned of this long before.
inline constexpr Seconds kCertificateWarning{30 * 24 * 3'600};

/// The certificate in the PEM file `path`, of what `about` says: "the API". One finding.
[[nodiscard]] Finding examine_certificate(const std::string& about, const std::string& path,
                                          WallTime now);

/// The section [radius]: whether its clients can be loaded, what is to be said of them again and
/// again, and whether certificate and revocation list hold.
[[nodiscard]] std::vector<Finding> examine_radius(const RadiusOptions& options, WallTime now);

/// The groups that [radius] names, in a client's condition or its reply attributes, against those
/// of the store, `known`: one warning each for those that nobody can be a member of.
[[nodiscard]] std::vector<Finding> examine_radius_groups(const RadiusOptions& options,
                                                         const std::set<std::string>& known);

}  // namespace lockstep
