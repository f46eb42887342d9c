// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include <openssl/ssl.h>

namespace lockstep {

/// The names in the certificate that the other side has proven to have, in capitals: the DNS
/// names of subjectAltName or, where there are none, the common name (RFC 6614 section 2.3). Names
/// with a NUL in them are none. Thread-safe.
[[nodiscard]] std::vector<std::string> peer_names(const SSL* connection);

}  // namespace lockstep
