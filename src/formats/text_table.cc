// SPDX-License-Identifier: Apache-2.0
#include "formats/text_table.h"

#include <algorithm>

#include <fmt/format.h>

#include "formats/blanks.h"

namespace lockstep {
namespace {

constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
constexpr char kAnyBlanks = ' ';

/// A TAB may also be a blank beside a comma, so it counts only where there is no other.
char find_delimiter(std::string_view line) {
  const std::ptrdiff_t commas = std::ranges::count(line, ',');
  const std::ptrdiff_t semicolons = std::ranges::count(line, ';');
  if (commas + semicolons > 0) return commas >= semicolons ? ',' : ';';
  return line.find('\t') != std::string_view::npos ? '\t' : kAnyBlanks;
}

std::string_view trimmed(std::string_view text, char delimiter) {
  // A TAB that separates is no blank: "\tx" has an empty first field.
  const std::string_view blanks = delimiter == '\t' ? " \r" : " \t\r";
  const std::size_t first = text.find_first_not_of(blanks);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(blanks) - first + 1);
}

/// Where the quote that `text` begins with ends; a doubled one stands for itself.
std::size_t end_of_quote(std::string_view text) {
  for (std::size_t at = 1; at < text.size(); ++at) {
    if (text[at] != '"') continue;
    if (at + 1 == text.size() || text[at + 1] != '"') return at;
    ++at;
  }
  return std::string_view::npos;
}

/// Takes one field, quoted or not, and the delimiter behind it from the front of `rest`; `more`
/// says whether there was one.
const char* take_field(std::string_view& rest, char delimiter, std::string_view& field,
                       bool& more) {
  rest = trimmed(rest, delimiter);
  if (rest.starts_with('"')) {
    const std::size_t end = end_of_quote(rest);
    if (end == std::string_view::npos) return "a quote does not end";
    field = without_blanks(rest.substr(1, end - 1));
    rest = trimmed(rest.substr(end + 1), delimiter);
    if (!rest.empty() && delimiter != kAnyBlanks && !rest.starts_with(delimiter)) {
      return "text behind a quote";
    }
  } else {
    const std::size_t end = std::min(
        delimiter == kAnyBlanks ? rest.find_first_of(" \t") : rest.find(delimiter), rest.size());
    field = without_blanks(rest.substr(0, end));
    rest.remove_prefix(end);
  }
  more = !rest.empty();
  if (more && delimiter != kAnyBlanks) rest.remove_prefix(1);
  return nullptr;
}

void split_line(std::string_view text, std::size_t line, TextTable& table) {
  TextRow row{line, {}};
  bool more = true;
  while (more) {
    std::string_view field;
    const char* why = take_field(text, table.delimiter, field, more);
    row.fields.push_back(field);
    if (why == nullptr && row.fields.size() > kTextFieldsMax) why = "too many fields";
    if (why == nullptr) continue;
    table.damaged.push_back(DamagedLine{line, why});
    return;
  }
  table.rows.push_back(std::move(row));
}

/// Takes the next line, without its end.
std::string_view take_line(std::string_view& text) {
  const std::size_t end = std::min(text.find_first_of("\r\n"), text.size());
  const std::string_view line = text.substr(0, end);
  const bool both = text.substr(end).starts_with("\r\n");
  text.remove_prefix(std::min(end + (both ? 2 : 1), text.size()));
  return line;
}

}  // namespace

Result<TextTable> split_table(std::string_view text, std::size_t rows_max) {
  if (text.starts_with(kByteOrderMark)) text.remove_prefix(kByteOrderMark.size());
  TextTable table;
  bool first = true;
  for (std::size_t line = 1; !text.empty(); ++line) {
    const std::string_view raw = take_line(text);
    const std::string_view content = without_blanks(raw);
    if (content.find('\0') != std::string_view::npos) {
      return fail(Errc::invalid_input,
                  fmt::format("line {}: no text; save the file as UTF-8", line));
    }
    if (content.starts_with('#')) {
      if (first && table.first_comment.empty()) table.first_comment = content.substr(1);
      continue;
    }
    if (content.empty()) continue;
    if (first) table.delimiter = find_delimiter(content);
    first = false;
    if (table.rows.size() + table.damaged.size() == rows_max) {
      return fail(Errc::invalid_input, fmt::format("line {}: more than {} lines", line, rows_max));
    }
    split_line(table.delimiter == '\t' ? raw : content, line, table);
  }
  return table;
}

}  // namespace lockstep
