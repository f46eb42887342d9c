// SPDX-License-Identifier: Apache-2.0
// The simplest seed file: one line for each token, serial,seed[,counter].
#pragma once

#include <vector>

#include "base/result.h"
#include "base/secret.h"
#include "formats/seed_file.h"

namespace lockstep {

struct CsvLimits {
  std::size_t bytes_max = 8U << 20U;
  std::size_t tokens_max = 10'000;
};

/// Reads such a file; `spec` says what its tokens are, since the file does not. The counter, for
/// event tokens, is that of the next code. UTF-8 with or without byte order mark, lines end in LF
/// or CRLF, fields may stand in double quotes, lines that start with '#' and empty ones are
/// skipped.
///
/// Seeds are hex or base32, decided once for the whole file: a 0, 1, 8 or 9 in any seed says hex, a
/// letter from G to Z base32. A file that could be either is read as hex, which the makers use.
///
/// Errors: invalid_input, with the line's number and never the seed: wrong number of fields, a bad
/// serial (also one that a spreadsheet turned into 2.30871E+12), a bad seed or counter, a quote
/// that does not end, mixed alphabets, or beyond `limits`. Pure and thread-safe.
[[nodiscard]] Result<std::vector<SeedRecord>> parse_csv_tokens(const Secret& file,
                                                               const CodeSpec& spec,
                                                               const CsvLimits& limits);

}  // namespace lockstep
