// SPDX-License-Identifier: Apache-2.0
// Lines of fields, as spreadsheets and token makers write them.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace lockstep {

/// A line's fields, as views into the file: a seed is copied once, into its Secret. Fields stand
/// without blanks and quotes around them.
struct TextRow {
  std::size_t line = 0;  ///< of the file, from 1
  std::vector<std::string_view> fields;
};

struct DamagedLine {
  std::size_t line = 0;
  std::string why;
};

struct TextTable {
  char delimiter = ',';  ///< ' ' stands for any number of blanks
  std::vector<TextRow> rows;
  std::vector<DamagedLine> damaged;
  /// The comment that stands before all rows, without its '#', or empty.
  std::string_view first_comment;
};

inline constexpr std::size_t kTextFieldsMax = 64;

/// Splits `text`, which outlives the table: UTF-8 with or without byte order mark, lines end in LF,
/// CRLF or CR, empty ones and those that start with '#' are skipped. The delimiter is the one of
/// ',' ';' and TAB that the first row has most of, or else blanks; fields may stand in double
/// quotes. Empty fields at a line's end are kept. Errors: invalid_input, for more than `rows_max`
/// rows, and for zero bytes, as UTF-16 has them; the line is named. Pure and thread-safe.
[[nodiscard]] Result<TextTable> split_table(std::string_view text, std::size_t rows_max);

}  // namespace lockstep
