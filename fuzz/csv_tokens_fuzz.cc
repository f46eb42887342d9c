// SPDX-License-Identifier: Apache-2.0
#include "formats/seed_files.h"
#include "fuzz_target.h"

namespace {

using lockstep::SeedFormat;

// Nothing named, and each text format: the first byte chooses, so that lines need not first look
// like the format they are read as.
constexpr SeedFormat kFormats[] = {
    SeedFormat::csv,      SeedFormat::pingid,  SeedFormat::entra,  SeedFormat::oath,
    SeedFormat::multiotp, SeedFormat::feitian, SeedFormat::yubico, SeedFormat::yubico_traditional,
    SeedFormat::netiq};

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  lockstep::SeedFileOptions options;
  options.defaults.kind = lockstep::TokenKind::hotp;
  const std::size_t choice = data[0];
  if (choice < std::size(kFormats)) {
    options.format = kFormats[choice];
    ++data;
    --size;
  }
  const auto file = lockstep::read_seed_file(lockstep::Secret(lockstep::ByteView(data, size)),
                                             options, {65'536, 100});
  if (!file) return 0;
  LOCKSTEP_ASSERT(!file->records.empty() || !file->rejected.empty());
  for (const lockstep::SeedRecord& record : file->records) {
    LOCKSTEP_ASSERT(check(record.spec).has_value());
    LOCKSTEP_ASSERT(record.seed.size() >= lockstep::kSeedBytesMin);
    LOCKSTEP_ASSERT(record.next.value() <= lockstep::Position::kMax);
  }
  return 0;
}
