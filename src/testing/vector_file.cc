// SPDX-License-Identifier: Apache-2.0
#include "testing/vector_file.h"

#include <fstream>
#include <sstream>

#include <fmt/format.h>

#include "base/text.h"

namespace lockstep {
namespace {

std::vector<std::string> cells_of(std::string_view line) {
  std::istringstream stream{std::string(line)};
  std::vector<std::string> cells;
  for (std::string cell; stream >> cell;) cells.push_back(cell);
  return cells;
}

/// Takes lines one after the other; what it returns is what is wrong with the line, or "".
class VectorReader {
 public:
  std::string_view take(std::string_view line) {
    if (line.empty() || line.front() == '#') return "";
    if (line.front() == '[') return begin_section(line);
    if (sections_.empty()) return "it stands before the first section";
    return columns_.empty() ? take_setting(line) : take_row(line);
  }

  [[nodiscard]] std::string_view check_last() const {
    if (sections_.empty()) return "";
    if (!sections_.back().settings.contains("origin")) return "the section before has no origin";
    return sections_.back().rows.empty() ? "the section before has no rows" : "";
  }

  std::vector<VectorSection> take_sections() { return std::move(sections_); }

 private:
  std::string_view begin_section(std::string_view line) {
    if (line.back() != ']') return "a section's name has no end";
    const std::string_view trouble = check_last();
    sections_.push_back({std::string(line.substr(1, line.size() - 2)), {}, {}});
    columns_.clear();
    return trouble;
  }

  std::string_view take_setting(std::string_view line) {
    const std::size_t sign = line.find('=');
    if (sign == std::string_view::npos) return "a setting has no '='";
    const std::string name(trim(line.substr(0, sign)));
    const std::string_view value = trim(line.substr(sign + 1));
    if (name == "columns") columns_ = cells_of(value);
    if (!sections_.back().settings.emplace(name, value).second) return "a setting comes twice";
    return "";
  }

  std::string_view take_row(std::string_view line) {
    const std::vector<std::string> cells = cells_of(line);
    if (cells.size() != columns_.size()) return "not as many cells as columns";
    VectorSection::Row row;
    for (std::size_t i = 0; i < cells.size(); ++i) row.emplace(columns_[i], cells[i]);
    sections_.back().rows.push_back(std::move(row));
    return "";
  }

  std::vector<VectorSection> sections_;
  std::vector<std::string> columns_;
};

}  // namespace

Result<std::vector<VectorSection>> parse_vectors(std::string_view text) {
  VectorReader reader;
  std::istringstream stream{std::string(text)};
  std::size_t number = 0;
  const auto refuse = [&number](std::string_view trouble) {
    return fail(Errc::invalid_input, fmt::format("line {}: {}", number, trouble));
  };
  for (std::string line; std::getline(stream, line);) {
    ++number;
    const std::string_view trouble = reader.take(trim(line));
    if (!trouble.empty()) return refuse(trouble);
  }
  const std::string_view trouble = reader.check_last();
  if (!trouble.empty()) return refuse(trouble);
  return reader.take_sections();
}

Result<std::vector<VectorSection>> read_vectors(const std::string& path) {
  const std::ifstream file(path);
  if (!file) return fail(Errc::not_found, path);
  std::ostringstream text;
  text << file.rdbuf();
  return parse_vectors(text.str());
}

}  // namespace lockstep
