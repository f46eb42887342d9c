// SPDX-License-Identifier: Apache-2.0
// Every seed file that can be read, behind one call.
#pragma once

#include <optional>

#include "base/result.h"
#include "base/secret.h"
#include "formats/seed_file.h"

namespace lockstep {

/// What is known of a file beside its content.
struct SeedFileOptions {
  std::optional<SeedFormat> format;      ///< nothing: found out
  SeedDefaults defaults;                 ///< text formats: what the file does not say
  std::optional<SeedEncoding> encoding;  ///< text formats: hex or base32, where it is known
  FileKey key;                           ///< PSKC: what opens it
};

/// Reads a seed file. Without a format it is found by the content: XML with a KeyContainer is PSKC,
/// text is found as csv_tokens.h says. The result names the format that was taken.
/// Errors: invalid_input, as parse_pskc and parse_csv_tokens have them, and for files that are
/// known but not supported, which are named: RSA .sdtid, SafeNet and Deepnet XML, SafeWord, PGP;
/// unavailable, when OpenSSL fails. Pure and thread-safe.
[[nodiscard]] Result<SeedFile> read_seed_file(const Secret& content, const SeedFileOptions& options,
                                              const SeedFileLimits& limits);

/// A file and its key as one secret, to be kept sealed until the import is committed.
[[nodiscard]] Secret pack_seed_file(const Secret& content, const FileKey& key);

struct PackedSeedFile {
  Secret content;
  FileKey key;
};
/// Errors: corrupt, when `packed` was not made by `pack_seed_file`.
[[nodiscard]] Result<PackedSeedFile> unpack_seed_file(const Secret& packed);

/// A pre-shared key as people send it: hexadecimal, blanks and line ends anywhere.
/// Errors: invalid_input, when it is not; the context never repeats it.
[[nodiscard]] Result<Secret> parse_preshared_key(const Secret& text);

}  // namespace lockstep
