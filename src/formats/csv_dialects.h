// SPDX-License-Identifier: Apache-2.0
// How each headerless text format arranges a line. For parse_csv_tokens.
#pragma once

#include <optional>

#include "base/result.h"
#include "formats/token_draft.h"

namespace lockstep {

struct Dialect {
  SeedFormat format;
  /// The alphabet its makers use; nothing: it differs.
  std::optional<SeedEncoding> encoding;
  /// Whether each line says what kind its token is, or the format has one kind or a default.
  bool says_kind;
  /// The line's fields. `row` has two fields at least. Errors: invalid_input, saying what is wrong.
  Result<TokenDraft> (*read)(const TextRow& row, const SeedDefaults& defaults);
  /// Whether the line is none of a token at all; nullptr: no such lines.
  bool (*is_skipped)(const TextRow& row);
};

/// `format` is one of the text formats; for csv the one without a header.
[[nodiscard]] const Dialect& dialect_of(SeedFormat format);

/// Which headerless format a line looks like, or nothing when it could be csv as well.
[[nodiscard]] std::optional<SeedFormat> recognise(const TextRow& row, char delimiter);

/// Fields that stand before the serial in version 2 of OATH CSV: user, resolver, realm.
inline constexpr std::size_t kOathUserFields = 3;

}  // namespace lockstep
