// SPDX-License-Identifier: Apache-2.0
#include "formats/pskc.h"
#include "fuzz_target.h"

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto records = lockstep::parse_pskc(lockstep::Secret(lockstep::ByteView(data, size)),
                                            {.bytes_max = 65'536, .keys_max = 100});
  if (!records) return 0;
  for (const lockstep::SeedRecord& record : *records) {
    LOCKSTEP_ASSERT(check(record.spec).has_value());
    LOCKSTEP_ASSERT(record.seed.size() >= lockstep::kSeedBytesMin);
    LOCKSTEP_ASSERT(record.next.value() <= lockstep::Position::kMax);
  }
  return 0;
}
