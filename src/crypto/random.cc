// SPDX-License-Identifier: Apache-2.0
#include "crypto/random.h"

#include <openssl/rand.h>

#include "base/assert.h"

namespace lockstep {

void random_bytes(std::span<std::uint8_t> out) {
  LOCKSTEP_ASSERT(RAND_bytes(out.data(), static_cast<int>(out.size())) == 1);
}

}  // namespace lockstep
