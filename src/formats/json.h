// SPDX-License-Identifier: Apache-2.0
// JSON that comes from outside: parsed with limits, read strictly, without exceptions.
#pragma once

#include <cstdint>
#include <limits>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include <boost/json/value.hpp>

#include "base/result.h"
#include "base/secret.h"

namespace lockstep {

inline constexpr std::size_t kJsonDepthMax = 16;
inline constexpr std::size_t kJsonBytesMax = 160U << 20U;

/// Errors: invalid_input, when `text` is no JSON (RFC 8259), not UTF-8, nested deeper than
/// kJsonDepthMax, longer than kJsonBytesMax or names a member of an object twice. The context never
/// repeats the text.
[[nodiscard]] Result<boost::json::value> parse_json(std::string_view text);

/// One line, members in the order they were put in.
[[nodiscard]] std::string to_json(const boost::json::value& value);

/// The range of a whole number.
struct NumberRange {
  std::int64_t min = 0;
  std::int64_t max = std::numeric_limits<std::int64_t>::max();
};

/// Reads an object member by member and refuses what nobody asked for, so that a misspelt member
/// is an error and not silently left out. A member that is null counts as absent, but for
/// `is_null`. The value outlives the reader. Not thread-safe.
///
/// Errors of all reading calls: invalid_input, naming the member, never its value.
class JsonObject {
 public:
  /// Errors: invalid_input, when `value` is no object.
  static Result<JsonObject> of(const boost::json::value& value);

  /// The member must be there.
  Result<std::string> text(std::string_view name);
  Result<std::int64_t> number(std::string_view name, NumberRange range);

  Result<std::optional<std::string>> optional_text(std::string_view name);
  Result<std::optional<Secret>> optional_secret(std::string_view name);
  Result<std::optional<std::int64_t>> optional_number(std::string_view name, NumberRange range);
  Result<std::optional<double>> optional_real(std::string_view name);
  Result<std::optional<bool>> optional_flag(std::string_view name);
  /// An array of at most `count_max` texts; empty when absent.
  Result<std::vector<std::string>> texts(std::string_view name, std::size_t count_max);
  /// The member as it is, for nested objects; nullptr when absent.
  const boost::json::value* member(std::string_view name);

  /// Whether the member is there and null: "take it away".
  [[nodiscard]] bool is_null(std::string_view name);

  /// Errors: invalid_input, naming a member that was not read.
  [[nodiscard]] Result<void> finish() const;

 private:
  explicit JsonObject(const boost::json::object& object) : object_(&object) {}

  const boost::json::object* object_;
  std::set<std::string, std::less<>> read_;
};

}  // namespace lockstep
