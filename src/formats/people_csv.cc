// SPDX-License-Identifier: Apache-2.0
#include "formats/people_csv.h"

#include <algorithm>
#include <array>
#include <span>

#include <fmt/format.h>

#include "base/text.h"
#include "formats/blanks.h"
#include "formats/text_table.h"

namespace lockstep {
namespace {

enum class PersonColumn { name, first_name, last_name, email, phone, groups };
constexpr std::size_t kPersonColumns = 6;

struct NamedPersonColumn {
  std::string_view name;
  PersonColumn column;
};
// Without blanks, '_' and '-'.
constexpr NamedPersonColumn kColumns[] = {
    {"NAME", PersonColumn::name},
    {"USER", PersonColumn::name},
    {"USERNAME", PersonColumn::name},
    {"USERID", PersonColumn::name},
    {"LOGIN", PersonColumn::name},
    {"UPN", PersonColumn::name},
    {"USERPRINCIPALNAME", PersonColumn::name},
    {"SAMACCOUNTNAME", PersonColumn::name},
    {"UID", PersonColumn::name},
    {"FIRSTNAME", PersonColumn::first_name},
    {"FIRST", PersonColumn::first_name},
    {"GIVENNAME", PersonColumn::first_name},
    {"LASTNAME", PersonColumn::last_name},
    {"LAST", PersonColumn::last_name},
    {"SURNAME", PersonColumn::last_name},
    {"FAMILYNAME", PersonColumn::last_name},
    {"SN", PersonColumn::last_name},
    {"EMAIL", PersonColumn::email},
    {"MAIL", PersonColumn::email},
    {"EMAILADDRESS", PersonColumn::email},
    {"PHONE", PersonColumn::phone},
    {"MOBILE", PersonColumn::phone},
    {"MOBILEPHONE", PersonColumn::phone},
    {"TELEPHONENUMBER", PersonColumn::phone},
    {"GROUPS", PersonColumn::groups},
    {"GROUP", PersonColumn::groups},
    {"MEMBEROF", PersonColumn::groups},
};

using Columns = std::array<std::optional<std::size_t>, kPersonColumns>;

std::unexpected<Error> refuse(std::string why) { return fail(Errc::invalid_input, std::move(why)); }

Columns read_header(const TextRow& row, std::vector<std::string>& notes) {
  constexpr std::size_t kNotesMax = 10;
  constexpr std::size_t kShownMax = 32;
  Columns columns;
  for (std::size_t i = 0; i < row.fields.size(); ++i) {
    std::string name = ascii_upper(row.fields[i]);
    std::erase_if(name, [](char c) { return c == ' ' || c == '_' || c == '-'; });
    const auto* found =
        std::ranges::find(kColumns, std::string_view(name), &NamedPersonColumn::name);
    if (found != std::end(kColumns)) {
      std::optional<std::size_t>& place = columns[static_cast<std::size_t>(found->column)];
      if (!place) place = i;
      continue;
    }
    if (name.empty() || notes.size() == kNotesMax) continue;
    std::string shown(row.fields[i].substr(0, kShownMax));
    std::ranges::replace_if(shown, [](char c) { return c < ' ' || c > '~'; }, '?');
    notes.push_back(fmt::format("the column \"{}\" was not used", shown));
  }
  return columns;
}

std::string unquoted(std::string_view field) {
  std::string text;
  for (std::size_t i = 0; i < field.size(); ++i) {
    text += field[i];
    if (field[i] == '"') ++i;  // A quote inside quotes is doubled.
  }
  return text;
}

std::optional<std::string> field(const TextRow& row, const Columns& columns, PersonColumn column) {
  const std::optional<std::size_t>& place = columns[static_cast<std::size_t>(column)];
  if (!place || *place >= row.fields.size() || row.fields[*place].empty()) return std::nullopt;
  return unquoted(row.fields[*place]);
}

Result<std::vector<GroupName>> read_groups(std::string_view text, std::size_t groups_max) {
  std::vector<GroupName> groups;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find_first_of(";,|"), text.size());
    const std::string_view name = without_blanks(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
    if (name.empty()) continue;
    LOCKSTEP_TRY(GroupName group, GroupName::parse(name));
    if (std::ranges::find(groups, group) == groups.end()) groups.push_back(std::move(group));
    if (groups.size() > groups_max) return refuse("too many groups");
  }
  return groups;
}

Result<PersonLine> read_person(const TextRow& row, const Columns& columns,
                               const PeopleLimits& limits) {
  const auto name = field(row, columns, PersonColumn::name);
  if (!name) return refuse("it names no user");
  LOCKSTEP_TRY(UserName user, UserName::parse(*name));
  PersonLine person{.line = row.line,
                    .name = std::move(user),
                    .first_name = field(row, columns, PersonColumn::first_name),
                    .last_name = field(row, columns, PersonColumn::last_name),
                    .email = field(row, columns, PersonColumn::email),
                    .phone = field(row, columns, PersonColumn::phone),
                    .groups = {}};
  const auto groups = field(row, columns, PersonColumn::groups);
  if (groups) {
    LOCKSTEP_TRY(person.groups, read_groups(*groups, limits.groups_max));
  }
  return person;
}

}  // namespace

Result<PeopleFile> parse_people_csv(std::string_view text, const PeopleLimits& limits) {
  if (text.size() > limits.bytes_max) return refuse("the file is too large");
  LOCKSTEP_TRY(const TextTable table, split_table(text, limits.people_max + 1));  // and a header
  PeopleFile file;
  Columns columns;
  if (!table.rows.empty()) columns = read_header(table.rows.front(), file.notes);
  if (!columns[static_cast<std::size_t>(PersonColumn::name)]) {
    return refuse("the first line is no header with a column for the user's name");
  }
  for (const TextRow& row : std::span(table.rows).subspan(1)) {
    Result<PersonLine> person = read_person(row, columns, limits);
    if (person) {
      file.people.push_back(*std::move(person));
    } else {
      file.rejected.push_back(RejectedLine{row.line, {}, person.error().context});
    }
  }
  for (const DamagedLine& one : table.damaged) file.rejected.push_back({one.line, {}, one.why});
  std::ranges::stable_sort(file.rejected, {}, &RejectedLine::line);
  if (file.people.empty() && file.rejected.empty()) return refuse("nobody in the file");
  return file;
}

std::string csv_line(const std::vector<std::string>& fields) {
  std::string line;
  for (const std::string& field : fields) {
    if (&field != &fields.front()) line += ',';
    std::string text = field;
    if (!text.empty() && std::string_view("=+-@\t\r").find(text[0]) != std::string_view::npos) {
      text.insert(0, 1, '\'');
    }
    if (text.find_first_of(",\"\r\n") == std::string::npos) {
      line += text;
      continue;
    }
    line += '"';
    for (const char c : text) line += c == '"' ? std::string("\"\"") : std::string(1, c);
    line += '"';
  }
  return line + '\n';
}

}  // namespace lockstep
