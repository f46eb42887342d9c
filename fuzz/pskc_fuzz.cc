// SPDX-License-Identifier: Apache-2.0
#include "formats/pskc.h"
#include "fuzz_target.h"

namespace {

using lockstep::FileKey;
using lockstep::Secret;

/// The key and the password of the encrypted files in the corpus, so that decrypting is reached.
FileKey key_of(bool password) {
  if (password) return {{}, Secret::copy_of("qwerty")};
  lockstep::Bytes key;
  for (std::uint8_t i = 0; i < 16; ++i) key.push_back(i);
  return {Secret(std::move(key)), {}};
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  for (const bool password : {false, true}) {
    const auto file = lockstep::parse_pskc(Secret(lockstep::ByteView(data, size)), key_of(password),
                                           {.bytes_max = 65'536, .tokens_max = 100});
    if (!file) continue;
    for (const lockstep::SeedRecord& record : file->records) {
      LOCKSTEP_ASSERT(check(record.spec).has_value());
      LOCKSTEP_ASSERT(record.seed.size() >= lockstep::kSeedBytesMin);
      LOCKSTEP_ASSERT(record.next.value() <= lockstep::Position::kMax);
    }
  }
  return 0;
}
