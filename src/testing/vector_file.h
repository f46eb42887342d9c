// SPDX-License-Identifier: Apache-2.0
// Known answers, kept in tests/vectors/*.vec with where they come from.
//
//     # A comment.
//     [name-of-the-section]
//     origin = RFC 4226 appendix D
//     seed = 3132…
//     columns = counter 6
//     0 755224
//     1 287082
//
// Settings first, `columns` last of them, then one row a line. Cells are parted by blanks.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace lockstep {

struct VectorSection {
  using Row = std::map<std::string, std::string>;  ///< column to cell

  std::string name;
  std::map<std::string, std::string> settings;
  std::vector<Row> rows;
};

/// The sections of `text`, in order. Errors: invalid_input, with the line's number, when a line is
/// not of that form, a row has too few or too many cells, or a section has no origin or no rows:
/// a number whose source nobody knows proves nothing.
[[nodiscard]] Result<std::vector<VectorSection>> parse_vectors(std::string_view text);

/// The sections of a file. Errors: not_found; those of `parse_vectors`.
[[nodiscard]] Result<std::vector<VectorSection>> read_vectors(const std::string& path);

}  // namespace lockstep
