// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "base/result.h"
#include "base/secret.h"

namespace lockstep {

/// The password as "$argon2id$v=19$m=19456,t=2,p=1$…" with a fresh random salt (RFC 9106). Takes
/// 19 MiB and some ten milliseconds of one core on purpose: the caller bounds how many run at once.
/// Thread-safe. Errors: unavailable, when there is no memory for it.
[[nodiscard]] Result<std::string> hash_password(const Secret& password);

/// Whether `password` is the one `hash` was made from; costs what `hash` says, whatever the answer.
/// Thread-safe.
/// Errors: corrupt, when `hash` is not of that form; unavailable, when there is no memory for it.
[[nodiscard]] Result<bool> verify_password(const std::string& hash, const Secret& password);

}  // namespace lockstep
