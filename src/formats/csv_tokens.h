// SPDX-License-Identifier: Apache-2.0
// Seed files that are lines of text: those of makers, those of other servers, and one's own.
#pragma once

#include <optional>
#include <string_view>

#include "base/result.h"
#include "base/secret.h"
#include "formats/seed_file.h"
#include "formats/text_table.h"

namespace lockstep {

struct CsvOptions {
  std::optional<SeedFormat> format;      ///< nothing: found out by the first lines
  SeedDefaults defaults;                 ///< what the tokens are, where the file does not say
  std::optional<SeedEncoding> encoding;  ///< nothing: the format's, or decided by the seeds
};

/// Which format a table is, by its header, its first comment or the form of its first rows;
/// SeedFormat::csv when it is none of the others.
[[nodiscard]] SeedFormat find_csv_format(const TextTable& table);

/// Reads such a file: see text_table.h for what a line is, and docs/reference/seed-files.md for the
/// columns of each format.
///
/// Where the format does not say whether seeds are hex or base32, all seeds of the file decide it
/// together: one that can only be read as hex makes all hex, one that can only be base32 makes all
/// base32. A single line can often be read as either.
///
/// A line that cannot be read is rejected, with its number and why, never with the seed; the others
/// are kept.
/// Errors: invalid_input, for the file as a whole: too large, no tokens, no header where the format
/// has one, a kind of token or an alphabet that nothing says, lines of both alphabets. Pure and
/// thread-safe.
[[nodiscard]] Result<SeedFile> parse_csv_tokens(const Secret& file, const CsvOptions& options,
                                                const SeedFileLimits& limits);

}  // namespace lockstep
