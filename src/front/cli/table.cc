// SPDX-License-Identifier: Apache-2.0
#include "front/cli/table.h"

#include <algorithm>

namespace lockstep {
namespace {

bool continues_code_point(char byte) { return (static_cast<unsigned char>(byte) & 0xC0U) == 0x80U; }

void append_line(std::string& out, const std::vector<std::string>& cells,
                 std::span<const std::size_t> widths) {
  std::string line;
  for (std::size_t column = 0; column < widths.size(); ++column) {
    if (column > 0) line += "  ";
    line += cells[column];
    line.append(widths[column] - columns_of(cells[column]), ' ');
  }
  line.erase(line.find_last_not_of(' ') + 1);
  out += line + '\n';
}

}  // namespace

std::string printable(std::string_view text) {
  std::string result;
  result.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto byte = static_cast<unsigned char>(text[i]);
    // C1 controls are 0xC2 0x80 to 0xC2 0x9F in UTF-8; some terminals obey them like ESC [.
    const bool c1 =
        byte == 0xC2 && i + 1 < text.size() && static_cast<unsigned char>(text[i + 1]) < 0xA0;
    if (byte < 0x20 || byte == 0x7F || c1) {
      result += '?';
      if (c1) ++i;
      continue;
    }
    result += text[i];
  }
  return result;
}

std::size_t columns_of(std::string_view text) {
  return static_cast<std::size_t>(
      std::ranges::count_if(text, [](char byte) { return !continues_code_point(byte); }));
}

void Table::add(std::vector<std::string> row) {
  row.resize(head_.size());
  for (std::string& cell : row) cell = printable(cell);
  rows_.push_back(std::move(row));
}

std::string Table::text() const {
  std::vector<std::size_t> widths;
  for (std::size_t column = 0; column < head_.size(); ++column) {
    std::size_t width = columns_of(head_[column]);
    for (const auto& row : rows_) width = std::max(width, columns_of(row[column]));
    widths.push_back(width);
  }
  std::string out;
  append_line(out, head_, widths);
  for (const auto& row : rows_) append_line(out, row, widths);
  return out;
}

}  // namespace lockstep
