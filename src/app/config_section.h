// SPDX-License-Identifier: Apache-2.0
// Reads one section of the configuration file. Internal to the files that do: brings toml11 with
// it.
#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include <fmt/format.h>
#include <toml.hpp>

#include "base/result.h"

namespace lockstep {

/// The error about what stands at `value`.
inline Error error_at(const toml::value& value, std::string_view what) {
  const auto place = value.location();
  return {Errc::invalid_input,
          fmt::format("{} line {}: {}", place.file_name(), place.line(), what)};
}

/// Reads the keys of one table and remembers which were asked for, so that the rest are unknown.
class ConfigSection {
 public:
  ConfigSection(const toml::value& table, const std::string& name)
      : table_(table), prefix_(name.empty() ? "" : name + '.') {}

  template <class T>
  Result<void> read(const std::string& key, T& into) {
    const toml::value* found = find(key);
    if (found == nullptr) return {};
    return assign(*found, prefix_ + key, into);
  }

  Result<void> read_number(const std::string& key, std::int64_t lowest, std::int64_t highest,
                           std::optional<std::int64_t>& into) {
    const toml::value* found = find(key);
    if (found == nullptr) return {};
    if (!found->is_integer() || found->as_integer() < lowest || found->as_integer() > highest) {
      return std::unexpected<Error>(lockstep::error_at(
          *found,
          fmt::format("{}{} is a whole number from {} to {}", prefix_, key, lowest, highest)));
    }
    into = found->as_integer();
    return {};
  }

  /// The table `key`; an empty one where there is none.
  Result<toml::value> table(const std::string& key) {
    const toml::value* found = find(key);
    if (found == nullptr) return toml::value(toml::table{});
    if (found->is_table()) return *found;
    return std::unexpected<Error>(lockstep::error_at(
        *found, fmt::format("{0}{1} is a section: write [{0}{1}]", prefix_, key)));
  }

  /// The tables of the list `key`, `[[key]]` in the file; none where there is no such list.
  Result<std::vector<toml::value>> tables(const std::string& key) {
    std::vector<toml::value> all;
    const toml::value* found = find(key);
    if (found == nullptr) return all;
    const auto wrong = lockstep::error_at(
        *found, fmt::format("{0}{1} is a list of sections: write [[{0}{1}]]", prefix_, key));
    if (!found->is_array()) return std::unexpected<Error>(wrong);
    for (const toml::value& one : found->as_array()) {
      if (!one.is_table()) return std::unexpected<Error>(wrong);
      all.push_back(one);
    }
    return all;
  }

  /// Whether `key` is there.
  [[nodiscard]] bool has(const std::string& key) const { return table_.contains(key); }

  /// Errors: invalid_input, for the first key nobody asked for.
  [[nodiscard]] Result<void> no_others() const {
    for (const auto& [key, value] : table_.as_table()) {
      if (known_.contains(key)) continue;
      std::string known;
      for (const std::string& one : known_) known += (known.empty() ? "" : ", ") + one;
      return std::unexpected<Error>(lockstep::error_at(
          value, fmt::format("unknown key {}{}; known here: {}", prefix_, key, known)));
    }
    return {};
  }

  /// The error for the value of `key`, which must be there.
  [[nodiscard]] Error error_at(const std::string& key, std::string_view what) const {
    return lockstep::error_at(table_.at(key), what);
  }

 private:
  const toml::value* find(const std::string& key) {
    known_.insert(key);
    const toml::table& table = table_.as_table();
    const auto found = table.find(key);
    return found == table.end() ? nullptr : &found->second;
  }

  static Result<void> assign(const toml::value& value, const std::string& name, std::string& into) {
    if (!value.is_string() || value.as_string().str.empty()) {
      return std::unexpected<Error>(
          lockstep::error_at(value, name + " is a text in quotation marks"));
    }
    into = value.as_string().str;
    return {};
  }

  static Result<void> assign(const toml::value& value, const std::string& name,
                             std::vector<std::string>& into) {
    const auto wrong = lockstep::error_at(value, name + " is a list of texts: [\"…\", \"…\"]");
    if (!value.is_array()) return std::unexpected<Error>(wrong);
    for (const toml::value& one : value.as_array()) {
      if (!one.is_string() || one.as_string().str.empty()) return std::unexpected<Error>(wrong);
      into.push_back(one.as_string().str);
    }
    return {};
  }

  static Result<void> assign(const toml::value& value, const std::string& name, bool& into) {
    if (!value.is_boolean()) {
      return std::unexpected<Error>(lockstep::error_at(value, name + " is true or false"));
    }
    into = value.as_boolean();
    return {};
  }

  const toml::value& table_;
  std::string prefix_;
  std::set<std::string> known_;
};

}  // namespace lockstep
