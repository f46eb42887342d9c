// SPDX-License-Identifier: Apache-2.0
// What all seed files come down to.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/secret.h"
#include "base/time.h"
#include "core/model/code.h"
#include "core/model/names.h"
#include "formats/seed_text.h"

namespace lockstep {

/// A token as a seed file describes it.
struct SeedRecord {
  std::size_t line = 0;  ///< of the file, from 1; in XML the number of the key
  Serial serial;
  Secret seed;
  CodeSpec spec;
  Position next;                 ///< event tokens: the counter in the file
  std::optional<Micros> offset;  ///< PSKC TimeDrift: the clock's known offset
  std::string model;             ///< maker and model, may be empty
  std::optional<WallTime> valid_from;
  std::optional<WallTime> valid_until;
};

/// Seeds that any reader takes: shorter ones no token has, longer ones no HMAC needs.
inline constexpr std::size_t kSeedBytesMin = 10;
inline constexpr std::size_t kSeedBytesMax = 128;

/// A line, or in XML a key, that could not be taken. Neither text ever holds a seed.
struct RejectedSeed {
  std::size_t line = 0;
  std::string serial;  ///< empty where it cannot be told or might be something else
  std::string why;
};

/// The layouts that are understood; docs/reference/seed-files.md describes each.
enum class SeedFormat {
  pskc,
  csv,
  pingid,
  entra,
  oath,
  multiotp,
  feitian,
  yubico,
  yubico_traditional,
  netiq,
};

/// As the API and the command line call them: "yubico-traditional".
[[nodiscard]] std::string_view name_of(SeedFormat format);
[[nodiscard]] std::optional<SeedFormat> find_seed_format(std::string_view name);

/// What a file's tokens are, where the file itself does not say.
struct SeedDefaults {
  std::optional<TokenKind> kind;
  HashAlgorithm hash = HashAlgorithm::sha1;
  Digits digits = Digits::six();
  Seconds step{30};
  Seconds t0{0};
};

/// What opens an encrypted file; at most one of the two is not empty.
struct FileKey {
  Secret preshared;  ///< the bytes of the key that sender and receiver agreed on
  Secret password;
};

/// Where reading stops: no real file comes near.
struct SeedFileLimits {
  std::size_t bytes_max = 8U << 20U;
  std::size_t tokens_max = 10'000;
};

/// A file, read.
struct SeedFile {
  SeedFormat format = SeedFormat::csv;
  std::vector<SeedRecord> records;
  std::vector<RejectedSeed> rejected;  ///< in the order of the file
  std::vector<std::string> notes;      ///< what an operator should know: a few sentences
};

}  // namespace lockstep
