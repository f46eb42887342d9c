// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/secret.h"
#include "core/model/code.h"
#include "core/model/names.h"

namespace lockstep {

/// What an authenticator app shows beside the codes.
struct OtpauthLabel {
  std::string issuer;
  std::string account;
};

/// The enrolment link that authenticator apps read from a QR code:
/// "otpauth://totp/Issuer:account?secret=…&issuer=…&algorithm=SHA1&digits=6&period=30", with
/// `counter` for event tokens. It holds the seed: the caller wipes it after use.
/// Source: the Key URI Format of Google Authenticator's documentation.
[[nodiscard]] std::string otpauth_uri(const OtpauthLabel& label, const CodeSpec& spec,
                                      Position next, const Secret& seed);

}  // namespace lockstep
