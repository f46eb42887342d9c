// SPDX-License-Identifier: Apache-2.0
// What RADIUS does with MD5 and the secret that client and server share. MD5 is broken as a hash:
// the message authenticator, an HMAC, is what a packet is trusted for (RFC 2869 section 5.14).
// All thread-safe.
#pragma once

#include <array>
#include <cstdint>
#include <string>

#include "base/result.h"
#include "base/secret.h"

namespace lockstep {

using Md5Digest = std::array<std::uint8_t, 16>;

/// HMAC-MD5, RFC 2104: the value of a Message-Authenticator over `packet`.
[[nodiscard]] Md5Digest hmac_md5(const Secret& key, ByteView packet);

/// MD5(packet ‖ secret): the authenticator of a reply, RFC 2865 section 3, and of an
/// Accounting-Request, RFC 2866 section 3.
[[nodiscard]] Md5Digest radius_digest(ByteView packet, const Secret& secret);

inline constexpr std::size_t kRadiusPasswordBytesMax = 128;

/// `password` as the attribute User-Password carries it: RFC 2865 section 5.2. At most
/// kRadiusPasswordBytesMax bytes of it.
[[nodiscard]] Bytes hide_radius_password(const Secret& secret, const Md5Digest& authenticator,
                                         const Secret& password);

/// The other way round, without the zeros that fill it up. The caller wipes it.
/// Errors: invalid_input, when `hidden` is not 1 to 8 blocks of 16 bytes.
[[nodiscard]] Result<std::string> unhide_radius_password(const Secret& secret,
                                                         const Md5Digest& authenticator,
                                                         ByteView hidden);

}  // namespace lockstep
