// SPDX-License-Identifier: Apache-2.0
#include "formats/people_csv.h"
#include "fuzz_target.h"

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto file = lockstep::parse_people_csv(lockstep::text_of(data, size),
                                               {.bytes_max = 65'536, .people_max = 100});
  if (!file) return 0;
  LOCKSTEP_ASSERT(!file->people.empty() || !file->rejected.empty());
  for (const lockstep::PersonLine& person : file->people) {
    LOCKSTEP_ASSERT(!person.name.text().empty());
    // What is written from it is one line again, whatever it holds.
    const std::string line = lockstep::csv_line({person.name.text(), person.email.value_or("")});
    LOCKSTEP_ASSERT(line.ends_with('\n'));
  }
  return 0;
}
