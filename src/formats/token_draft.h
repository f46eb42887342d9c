// SPDX-License-Identifier: Apache-2.0
// A line of a text seed file on its way to a SeedRecord, and the fields that lines have in common.
// For the readers of the dialects only.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"
#include "formats/seed_file.h"
#include "formats/text_table.h"

namespace lockstep {

/// A line whose fields are known, but not yet whether its seed is hex or base32: that is decided
/// for the file.
struct TokenDraft {
  std::size_t line = 0;
  std::string_view serial;
  std::string_view seed;
  CodeSpec spec;
  Position next;
  std::string model;
};

/// `defaults` with its kind, or else `kind`.
[[nodiscard]] CodeSpec spec_of(const SeedDefaults& defaults, TokenKind kind);

// Each of these gives the field's value. Errors: invalid_input, saying what is wrong with it
// without the line's number, which the caller adds.

/// "hotp", "totp", "event", "time", "OATH-HOTP"; OCRA and mOTP are refused by name.
[[nodiscard]] Result<TokenKind> read_kind(std::string_view text);
[[nodiscard]] Result<HashAlgorithm> read_hash(std::string_view text);
[[nodiscard]] Result<Digits> read_digits(std::string_view text);
[[nodiscard]] Result<Seconds> read_step(std::string_view text);
[[nodiscard]] Result<Position> read_counter(std::string_view text);
/// The step of a time token, or the counter of an event token; an empty field leaves it as it is.
[[nodiscard]] Result<void> read_moving(std::string_view text, TokenDraft& row);

/// "Maker Model" without quotes' doubling; empty when it is too long or no plain text, which would
/// not be worth refusing a token for.
[[nodiscard]] std::string model_text(std::string_view maker, std::string_view model);

/// Errors: invalid_input, for a bad serial or seed.
[[nodiscard]] Result<SeedRecord> make_record(const TokenDraft& row, SeedEncoding encoding);

/// `serial` for a report: empty when it may be a seed that stands in the wrong column.
[[nodiscard]] std::string serial_shown(std::string_view serial);

}  // namespace lockstep
