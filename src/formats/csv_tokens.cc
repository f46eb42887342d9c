// SPDX-License-Identifier: Apache-2.0
#include "formats/csv_tokens.h"

#include <algorithm>
#include <span>

#include <fmt/format.h>

#include "base/text.h"
#include "formats/blanks.h"
#include "formats/csv_dialects.h"
#include "formats/csv_header.h"
#include "formats/token_draft.h"

namespace lockstep {
namespace {

std::unexpected<Error> refuse(std::string what) {
  return fail(Errc::invalid_input, std::move(what));
}

bool is_version_2(const TextTable& table) {
  const std::string comment = ascii_upper(without_blanks(table.first_comment));
  if (!comment.starts_with("VERSION:")) return false;
  return without_blanks(std::string_view(comment).substr(8)) == "2";
}

std::optional<CsvHeader> header_of(const TextTable& table) {
  if (table.rows.empty()) return std::nullopt;
  return CsvHeader::find(table.rows.front());
}

bool fits(std::string_view seed, SeedEncoding encoding) {
  const Result<Secret> bytes = parse_seed(seed, encoding);
  return bytes && bytes->size() >= kSeedBytesMin && bytes->size() <= kSeedBytesMax;
}

/// One alphabet for the whole file: a line alone can often be read as either.
Result<SeedEncoding> find_encoding(const std::vector<TokenDraft>& rows) {
  std::size_t hex_line = 0;
  std::size_t base32_line = 0;
  std::size_t either_line = 0;
  for (const TokenDraft& row : rows) {
    const bool hex = fits(row.seed, SeedEncoding::hex);
    const bool base32 = fits(row.seed, SeedEncoding::base32);
    if (hex && base32) either_line = row.line;
    if (hex && !base32) hex_line = row.line;
    if (base32 && !hex) base32_line = row.line;
  }
  if (hex_line != 0 && base32_line != 0) {
    return refuse(
        fmt::format("line {} is hex, line {} is base32: one file has one of them; name it with "
                    "\"encoding\"",
                    hex_line, base32_line));
  }
  if (base32_line != 0) return SeedEncoding::base32;
  if (hex_line == 0 && either_line != 0) {
    return refuse("every seed can be read as hex and as base32: name it with \"encoding\"");
  }
  return SeedEncoding::hex;
}

/// Reads the rows of one table, in two passes: fields, then seeds.
class Reader {
 public:
  Reader(TextTable table, const CsvOptions& options)
      : table_(std::move(table)), options_(options), header_(header_of(table_)) {
    file_.format = options.format.value_or(find_csv_format(table_));
  }

  Result<SeedFile> read() {
    const bool by_header = file_.format == SeedFormat::entra ||
                           (file_.format == SeedFormat::csv && header_.has_value());
    LOCKSTEP_CHECK(by_header ? read_by_header() : read_by_place());
    LOCKSTEP_TRY(const SeedEncoding encoding, encoding_of_file());
    for (const TokenDraft& row : rows_) {
      Result<SeedRecord> record = make_record(row, encoding);
      if (record) {
        file_.records.push_back(*std::move(record));
      } else {
        reject(row.line, serial_shown(row.serial), record.error().context);
      }
    }
    for (const DamagedLine& damaged : table_.damaged) reject(damaged.line, {}, damaged.why);
    std::ranges::stable_sort(file_.rejected, {}, &RejectedSeed::line);
    if (file_.records.empty() && file_.rejected.empty()) return refuse("no tokens in the file");
    return std::move(file_);
  }

 private:
  Result<void> read_by_header() {
    if (!header_) {
      return refuse("the first line is no header with a column for the serial and one for the key");
    }
    const bool entra = file_.format == SeedFormat::entra;
    SeedDefaults defaults = options_.defaults;
    if (entra) defaults.kind = TokenKind::totp;
    if (!defaults.kind) defaults.kind = header_->implied_kind();
    if (!defaults.kind && !header_->has(CsvColumn::kind)) return unknown_kind();
    const CodeSpec base = spec_of(defaults, TokenKind::hotp);
    for (const TextRow& row : std::span(table_.rows).subspan(1)) {
      keep(row, header_->read(row, base));
    }
    for (const std::string& name : header_->unused()) {
      file_.notes.push_back(fmt::format("the column \"{}\" was not used", name));
    }
    return {};
  }

  Result<void> read_by_place() {
    const Dialect& dialect = dialect_of(file_.format);
    if (!dialect.says_kind && !options_.defaults.kind && !table_.rows.empty()) {
      return unknown_kind();
    }
    const bool with_users = file_.format == SeedFormat::oath && is_version_2(table_);
    for (TextRow& row : table_.rows) {
      if (dialect.is_skipped != nullptr && dialect.is_skipped(row)) continue;
      if (with_users) {
        const std::size_t count = std::min(kOathUserFields, row.fields.size());
        row.fields.erase(row.fields.begin(),
                         row.fields.begin() + static_cast<std::ptrdiff_t>(count));
      }
      if (row.fields.size() < 2) {
        reject(row.line, {}, "a serial and a seed are needed");
        continue;
      }
      keep(row, dialect.read(row, options_.defaults));
    }
    if (with_users) {
      file_.notes.emplace_back("the users in the file were not used: assign the tokens afterwards");
    }
    return {};
  }

  static std::unexpected<Error> unknown_kind() {
    return refuse("the file does not say whether its tokens count events or time: name their kind");
  }

  void keep(const TextRow& row, Result<TokenDraft> token) {
    if (token) {
      rows_.push_back(*std::move(token));
    } else {
      reject(row.line, {}, token.error().context);
    }
  }

  void reject(std::size_t line, std::string serial, std::string why) {
    file_.rejected.push_back(RejectedSeed{line, std::move(serial), std::move(why)});
  }

  Result<SeedEncoding> encoding_of_file() const {
    if (options_.encoding) return *options_.encoding;
    const auto usual = dialect_of(file_.format).encoding;
    if (usual) return *usual;
    return find_encoding(rows_);
  }

  TextTable table_;
  const CsvOptions& options_;
  std::optional<CsvHeader> header_;
  std::vector<TokenDraft> rows_;
  SeedFile file_;
};

}  // namespace

SeedFormat find_csv_format(const TextTable& table) {
  // Logs have lines of another kind before the first key.
  constexpr std::size_t kRowsLookedAt = 10;
  if (const auto header = header_of(table)) {
    return header->is_entra() ? SeedFormat::entra : SeedFormat::csv;
  }
  if (is_version_2(table)) return SeedFormat::oath;
  const std::size_t count = std::min(kRowsLookedAt, table.rows.size());
  for (const TextRow& row : std::span(table.rows).first(count)) {
    if (const auto format = recognise(row, table.delimiter)) return *format;
  }
  return SeedFormat::csv;
}

Result<SeedFile> parse_csv_tokens(const Secret& file, const CsvOptions& options,
                                  const SeedFileLimits& limits) {
  if (file.size() > limits.bytes_max) return refuse("the file is too large");
  const ByteView bytes = file.reveal();
  const std::string_view text(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  LOCKSTEP_TRY(TextTable table, split_table(text, limits.tokens_max + 1));  // and a header
  LOCKSTEP_TRY(SeedFile read, Reader(std::move(table), options).read());
  if (read.records.size() + read.rejected.size() > limits.tokens_max) {
    return refuse(fmt::format("more than {} tokens", limits.tokens_max));
  }
  return read;
}

}  // namespace lockstep
