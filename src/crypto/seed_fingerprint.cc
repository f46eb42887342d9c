// SPDX-License-Identifier: Apache-2.0
#include "crypto/seed_fingerprint.h"

#include <string_view>

#include "base/hex.h"
#include "crypto/digest.h"

namespace lockstep {

std::string seed_fingerprint(const Secret& key, const Secret& seed) {
  // Never released as another use of the same key: what comes out of it is a key itself.
  constexpr std::string_view kPurpose = "lockstep seed fingerprint 1";
  constexpr std::size_t kBytes = 8;
  const Secret own(ByteView(hmac_sha256(key, bytes_of(kPurpose))));
  return to_hex(ByteView(hmac_sha256(own, seed.reveal())).first(kBytes));
}

}  // namespace lockstep
