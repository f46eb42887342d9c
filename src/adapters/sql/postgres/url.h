// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include "base/result.h"

namespace lockstep {

/// Where a PostgreSQL database is, as libpq understands it: postgresql://user@host1,host2/name?…
/// It may hold a password, and so is never printed; `shown` is.
class PostgresUrl {
 public:
  /// Errors: invalid_input, without a word of `url`.
  static Result<PostgresUrl> parse(const std::string& url);

  /// Whether `text` is meant to be one, right or wrong.
  [[nodiscard]] static bool is_one(std::string_view text);

  /// For people: "host1:5432,host2:5432/name".
  [[nodiscard]] std::string shown() const;

  [[nodiscard]] std::size_t hosts() const;

  /// What to connect with: keywords and values of libpq, with the hosts in their order but
  /// beginning at number `first` (counted round), and with what we insist on.
  [[nodiscard]] std::vector<std::pair<std::string, std::string>> options(std::size_t first) const;

 private:
  PostgresUrl() = default;

  [[nodiscard]] std::string value(std::string_view keyword) const;

  std::vector<std::pair<std::string, std::string>> given_;
};

}  // namespace lockstep
