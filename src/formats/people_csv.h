// SPDX-License-Identifier: Apache-2.0
// People as a directory or a personnel office exports them: CSV with a header.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "core/model/names.h"

namespace lockstep {

/// A line of such a file. What is empty there, or has no column, is absent.
struct PersonLine {
  std::size_t line = 0;  ///< of the file, from 1
  UserName name;
  std::optional<std::string> first_name;
  std::optional<std::string> last_name;
  std::optional<std::string> email;
  std::optional<std::string> phone;
  std::vector<GroupName> groups;
};

struct RejectedLine {
  std::size_t line = 0;
  std::string name;  ///< empty where it is none
  std::string why;
};

struct PeopleFile {
  std::vector<PersonLine> people;
  std::vector<RejectedLine> rejected;
  std::vector<std::string> notes;  ///< columns that nobody reads, at most ten
};

struct PeopleLimits {
  std::size_t bytes_max = 32U << 20U;
  std::size_t people_max = 100'000;
  std::size_t groups_max = 32;  ///< of one person
};

/// Reads such a file; text_table.h says what a line is. The header names the user's name ("name",
/// "user", "login", "upn", …) and any of first name, last name, email, phone and groups, whatever
/// the case, blanks, '_' and '-'. Groups are parted by ';', ',' or '|', whichever the file does not
/// separate fields with. A line that cannot be read is rejected and the others are kept. Errors:
/// invalid_input, when there is no such header, nobody in the file, or it is beyond `limits`. Pure
/// and thread-safe.
[[nodiscard]] Result<PeopleFile> parse_people_csv(std::string_view text,
                                                  const PeopleLimits& limits);

/// One line of CSV, ended by a line feed (RFC 4180, quotes where they are needed). A field that a
/// spreadsheet would take for a formula gets an apostrophe in front: it may be somebody else's
/// text.
[[nodiscard]] std::string csv_line(const std::vector<std::string>& fields);

}  // namespace lockstep
