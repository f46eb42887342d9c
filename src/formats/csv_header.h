// SPDX-License-Identifier: Apache-2.0
// Text seed files whose first line says what their columns are. For parse_csv_tokens.
#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "formats/token_draft.h"

namespace lockstep {

enum class CsvColumn { serial, seed, kind, digits, step, counter, hash, maker, model };
inline constexpr std::size_t kCsvColumns = 9;

class CsvHeader {
 public:
  /// The columns that `row` names, whatever the case, blanks, '_' and '-' in its names; nullopt
  /// when it is no header, that is when it names no serial or no seed.
  [[nodiscard]] static std::optional<CsvHeader> find(const TextRow& row);

  [[nodiscard]] bool has(CsvColumn column) const { return at(column).has_value(); }
  /// As Microsoft has it: a key and an interval and no type.
  [[nodiscard]] bool is_entra() const;
  /// Names of columns that nobody reads, visible ASCII, at most ten.
  [[nodiscard]] const std::vector<std::string>& unused() const { return unused_; }

  /// What the columns tell of the kind of all tokens, when none says it of each: a step without a
  /// counter means time, a counter without a step events.
  [[nodiscard]] std::optional<TokenKind> implied_kind() const;

  /// Errors: invalid_input, saying what is wrong with the line.
  [[nodiscard]] Result<TokenDraft> read(const TextRow& row, const CodeSpec& base) const;

 private:
  [[nodiscard]] const std::optional<std::size_t>& at(CsvColumn column) const {
    return at_[static_cast<std::size_t>(column)];
  }
  [[nodiscard]] std::string_view field(const TextRow& row, CsvColumn column) const;

  std::array<std::optional<std::size_t>, kCsvColumns> at_;
  std::size_t count_ = 0;
  bool plain_interval_ = false;
  std::vector<std::string> unused_;
};

}  // namespace lockstep
