// SPDX-License-Identifier: Apache-2.0
#include "formats/csv_tokens.h"
#include "fuzz_target.h"

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto records = lockstep::parse_csv_tokens(lockstep::Secret(lockstep::ByteView(data, size)),
                                                  lockstep::CodeSpec{}, {65'536, 100});
  if (!records) return 0;
  LOCKSTEP_ASSERT(!records->empty());
  for (const lockstep::SeedRecord& record : *records) {
    LOCKSTEP_ASSERT(record.seed.size() >= lockstep::kSeedBytesMin);
    LOCKSTEP_ASSERT(record.next.value() <= lockstep::Position::kMax);
  }
  return 0;
}
