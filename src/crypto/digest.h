// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>

#include "base/secret.h"

namespace lockstep {

using Sha256Digest = std::array<std::uint8_t, 32>;

/// SHA-256, FIPS 180-4. Thread-safe, as everything in this file.
[[nodiscard]] Sha256Digest sha256(ByteView bytes);
/// The same of a secret's bytes: what is stored of an API key or a ticket.
[[nodiscard]] Sha256Digest sha256(const Secret& secret);

/// HMAC-SHA-256, RFC 2104. A key of any length.
[[nodiscard]] Sha256Digest hmac_sha256(const Secret& key, ByteView message);

/// What is stored of a PIN: HMAC-SHA-256(key, salt ‖ pin). PINs have few values, so the protection
/// is the key, which is sealed apart from the users' rows, and not the cost of the function.
[[nodiscard]] Sha256Digest pin_mac(const Secret& key, ByteView salt, const Secret& pin);

/// Whether `a` and `b` are the same bytes; its duration depends on their lengths alone.
[[nodiscard]] bool constant_time_equal(ByteView a, ByteView b);

}  // namespace lockstep
