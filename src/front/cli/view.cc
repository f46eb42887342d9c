// SPDX-License-Identifier: Apache-2.0
#include "front/cli/view.h"

#include <algorithm>
#include <vector>

#include <boost/json/serialize.hpp>

#include "front/cli/table.h"

namespace lockstep {
namespace {

namespace json = boost::json;

/// The value at `path`; null where any step of it is missing.
const json::value* find(const json::value& from, std::string_view path) {
  const json::value* at = &from;
  while (!path.empty()) {
    const json::object* object = at->if_object();
    if (object == nullptr) return nullptr;
    const std::size_t dot = path.find('.');
    at = object->if_contains(path.substr(0, dot));
    if (at == nullptr) return nullptr;
    path = dot == std::string_view::npos ? std::string_view{} : path.substr(dot + 1);
  }
  return at;
}

std::string plain(const json::value& value) {
  switch (value.kind()) {
    case json::kind::null:
      return {};
    case json::kind::bool_:
      return value.get_bool() ? "yes" : "no";
    case json::kind::string:
      return std::string(value.get_string());
    case json::kind::array: {
      std::string joined;
      for (const json::value& one : value.get_array()) {
        joined += (joined.empty() ? "" : ", ") + plain(one);
      }
      return joined;
    }
    case json::kind::object:
      if (const json::object& object = value.get_object();
          object.size() == 2 && object.contains("name") && object.contains("value")) {
        return plain(object.at("name")) + '=' + plain(object.at("value"));
      }
      return json::serialize(value);
    case json::kind::int64:
    case json::kind::uint64:
    case json::kind::double_:
      return json::serialize(value);
  }
  return {};
}

}  // namespace

std::string text_at(const json::value& from, std::string_view path) {
  const json::value* found = find(from, path);
  return found == nullptr ? std::string{} : plain(*found);
}

std::string record_text(const json::value& record, std::span<const Field> fields) {
  std::size_t width = 0;
  for (const Field& field : fields) {
    if (!text_at(record, field.path).empty()) width = std::max(width, columns_of(field.label));
  }
  std::string out;
  for (const Field& field : fields) {
    const std::string value = printable(text_at(record, field.path));
    if (value.empty()) continue;
    out += field.label;
    out.append(width - columns_of(field.label) + 2, ' ');
    out += value + '\n';
  }
  return out;
}

std::string list_text(const json::value& answer, std::string_view list,
                      std::span<const Field> fields) {
  const json::value* rows = find(answer, list);
  if (rows == nullptr || !rows->is_array() || rows->get_array().empty()) return "none\n";
  std::vector<std::string> head;
  for (const Field& field : fields) head.emplace_back(field.label);
  Table table(std::move(head));
  for (const json::value& row : rows->get_array()) {
    std::vector<std::string> cells;
    for (const Field& field : fields) cells.push_back(text_at(row, field.path));
    table.add(std::move(cells));
  }
  std::string out = table.text();
  if (const std::string next = text_at(answer, "next"); !next.empty()) {
    out += "There is more: add --after '" + printable(next) + "'\n";
  }
  return out;
}

View says(std::string text) {
  return [text = std::move(text)](const json::value&) { return text; };
}

View shows_record(std::span<const Field> fields) {
  return [fields](const json::value& answer) { return record_text(answer, fields); };
}

View shows_list(std::string_view list, std::span<const Field> fields) {
  return [list, fields](const json::value& answer) { return list_text(answer, list, fields); };
}

}  // namespace lockstep
