// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>

#include "base/secret.h"

namespace lockstep {

/// HMAC (RFC 2104) over the hash that OpenSSL calls `hash` ("SHA256"), into the front of `mac`,
/// which has room for it. Returns how many bytes that is. Thread-safe.
std::size_t openssl_hmac(const char* hash, const Secret& key, ByteView message,
                         std::span<std::uint8_t> mac);

}  // namespace lockstep
