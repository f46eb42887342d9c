// SPDX-License-Identifier: Apache-2.0
#include "formats/csv_tokens.h"

#include <algorithm>
#include <charconv>
#include <string_view>

#include <fmt/format.h>

#include "base/text.h"
#include "formats/blanks.h"
#include "formats/seed_text.h"

namespace lockstep {

namespace {

constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
constexpr std::size_t kFieldsMax = 3;

std::unexpected<Error> wrong(std::size_t line, std::string_view what) {
  return fail(Errc::invalid_input, fmt::format("line {}: {}", line, what));
}

/// A line's fields, as views into the file: a seed is copied once, into its Secret.
struct Row {
  std::size_t line;
  std::vector<std::string_view> fields;
};

/// Takes one field, quoted or not, from the front of `rest`.
Result<std::string_view> take_field(std::string_view& rest, std::size_t line) {
  rest = without_blanks(rest);
  std::string_view field;
  if (rest.starts_with('"')) {
    const std::size_t end = rest.find('"', 1);
    if (end == std::string_view::npos) return wrong(line, "a quote does not end");
    field = without_blanks(rest.substr(1, end - 1));
    rest = without_blanks(rest.substr(end + 1));
    if (!rest.empty() && !rest.starts_with(',')) return wrong(line, "text behind a quote");
  } else {
    const std::size_t end = std::min(rest.find(','), rest.size());
    field = without_blanks(rest.substr(0, end));
    rest.remove_prefix(end);
  }
  return field;
}

Result<Row> split(std::string_view text, std::size_t line) {
  Row row{line, {}};
  for (;;) {
    LOCKSTEP_TRY(const std::string_view field, take_field(text, line));
    row.fields.push_back(field);
    if (text.empty()) break;
    text.remove_prefix(1);
    if (row.fields.size() == kFieldsMax && without_blanks(text).empty()) break;
    if (row.fields.size() == kFieldsMax) return wrong(line, "more than serial, seed, counter");
  }
  // Some exports end every line with a comma.
  while (row.fields.size() > 2 && row.fields.back().empty()) row.fields.pop_back();
  if (row.fields.size() < 2) return wrong(line, "a serial and a seed are needed");
  return row;
}

Result<std::vector<Row>> read_rows(std::string_view text, const CsvLimits& limits) {
  if (text.starts_with(kByteOrderMark)) text.remove_prefix(kByteOrderMark.size());
  std::vector<Row> rows;
  for (std::size_t line = 1; !text.empty(); ++line) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    const std::string_view content = without_blanks(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
    if (content.empty() || content.starts_with('#')) continue;
    if (rows.size() == limits.tokens_max) {
      return wrong(line, fmt::format("more than {} tokens", limits.tokens_max));
    }
    LOCKSTEP_TRY(Row row, split(content, line));
    rows.push_back(std::move(row));
  }
  if (rows.empty()) return fail(Errc::invalid_input, "no tokens in the file");
  return rows;
}

bool any_of(std::string_view text, std::string_view characters) {
  return text.find_first_of(characters) != std::string_view::npos;
}

/// One alphabet for the whole file: a line alone can often be read as either.
Result<SeedEncoding> find_encoding(const std::vector<Row>& rows) {
  std::size_t hex_line = 0;
  std::size_t base32_line = 0;
  for (const Row& row : rows) {
    if (any_of(row.fields[1], "0189")) hex_line = row.line;
    if (any_of(row.fields[1], "GHIJKLMNOPQRSTUVWXYZghijklmnopqrstuvwxyz")) base32_line = row.line;
  }
  if (hex_line != 0 && base32_line != 0) {
    return fail(Errc::invalid_input,
                fmt::format("line {} looks like hex, line {} like base32", hex_line, base32_line));
  }
  return base32_line != 0 ? SeedEncoding::base32 : SeedEncoding::hex;
}

bool is_scientific(std::string_view serial) {
  const std::size_t e = serial.find_first_of("eE");
  if (e == std::string_view::npos || e + 1 >= serial.size()) return false;
  return serial[e + 1] == '+' && is_ascii_digits(serial.substr(e + 2));
}

Result<Serial> read_serial(const Row& row) {
  if (is_scientific(row.fields[0])) {
    return wrong(row.line, "a spreadsheet has shortened the serial; export the column as text");
  }
  Result<Serial> serial = Serial::parse(row.fields[0]);
  if (!serial) return wrong(row.line, "this is no serial");
  return serial;
}

Result<Position> read_counter(const Row& row) {
  if (row.fields.size() < kFieldsMax) return Position(0);
  const std::string_view text = row.fields[2];
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size() || value > Position::kMax) {
    return wrong(row.line, "the counter is no number from 0 to 2^63 - 1");
  }
  return Position(value);
}

Result<SeedRecord> read_record(const Row& row, SeedEncoding encoding, const CodeSpec& spec) {
  LOCKSTEP_TRY(Serial serial, read_serial(row));
  LOCKSTEP_TRY(const Position next, read_counter(row));
  if (spec.kind == TokenKind::totp && row.fields.size() == kFieldsMax) {
    return wrong(row.line, "time tokens have no counter");
  }
  Result<Secret> seed = parse_seed(row.fields[1], encoding);
  if (!seed) {
    return wrong(row.line,
                 encoding == SeedEncoding::hex ? "the seed is not hex" : "the seed is not base32");
  }
  if (seed->size() < kSeedBytesMin || seed->size() > kSeedBytesMax) {
    return wrong(row.line, fmt::format("the seed has {} bytes, not {} to {}", seed->size(),
                                       kSeedBytesMin, kSeedBytesMax));
  }
  SeedRecord record{.line = row.line,
                    .serial = std::move(serial),
                    .seed = *std::move(seed),
                    .spec = spec,
                    .next = next,
                    .offset = {},
                    .model = {},
                    .valid_from = {},
                    .valid_until = {}};
  return record;
}

}  // namespace

Result<std::vector<SeedRecord>> parse_csv_tokens(const Secret& file, const CodeSpec& spec,
                                                 const CsvLimits& limits) {
  if (file.size() > limits.bytes_max) return fail(Errc::invalid_input, "the file is too large");
  const ByteView bytes = file.reveal();
  const std::string_view text(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  LOCKSTEP_TRY(const std::vector<Row> rows, read_rows(text, limits));
  LOCKSTEP_TRY(const SeedEncoding encoding, find_encoding(rows));
  std::vector<SeedRecord> records;
  records.reserve(rows.size());
  for (const Row& row : rows) {
    LOCKSTEP_TRY(SeedRecord record, read_record(row, encoding, spec));
    records.push_back(std::move(record));
  }
  return records;
}

}  // namespace lockstep
