// SPDX-License-Identifier: Apache-2.0
#include "formats/json.h"

#include <algorithm>
#include <cmath>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

namespace lockstep {

namespace {

std::string in_quotes(std::string_view name) { return "\"" + std::string(name) + "\""; }

std::unexpected<Error> wrong(std::string_view name, std::string_view what) {
  return fail(Errc::invalid_input, in_quotes(name) + " " + std::string(what));
}

// A caller may have put several megabytes into a member's name; an error repeats only so much.
constexpr std::size_t kNameShownMax = 40;

/// How many members the objects in `json`, which is valid, have together as written: outside of
/// texts a colon stands for nothing else.
std::size_t members_written(std::string_view json) {
  std::size_t count = 0;
  bool in_text = false;
  for (std::size_t i = 0; i < json.size(); ++i) {
    if (json[i] == '"') in_text = !in_text;
    if (json[i] == '\\') ++i;
    if (!in_text && json[i] == ':') ++count;
  }
  return count;
}

/// How many there are after parsing, which keeps the last of those with one name.
std::size_t members_kept(const boost::json::value& value) {
  std::size_t count = 0;
  if (const boost::json::array* array = value.if_array(); array != nullptr) {
    for (const boost::json::value& element : *array) count += members_kept(element);
  }
  if (const boost::json::object* object = value.if_object(); object != nullptr) {
    for (const auto& member : *object) count += 1 + members_kept(member.value());
  }
  return count;
}

/// Whether each number is one: 1e999 is read as infinity, which cannot be written again.
bool is_finite(const boost::json::value& value) {
  if (const double* number = value.if_double()) return std::isfinite(*number);
  if (const boost::json::array* array = value.if_array()) {
    return std::ranges::all_of(*array, is_finite);
  }
  const boost::json::object* object = value.if_object();
  return object == nullptr ||
         std::ranges::all_of(*object, [](const auto& member) { return is_finite(member.value()); });
}

}  // namespace

Result<boost::json::value> parse_json(std::string_view text) {
  if (text.size() > kJsonBytesMax) return fail(Errc::invalid_input, "JSON is too large");
  boost::json::parse_options options;
  options.max_depth = kJsonDepthMax;
  boost::system::error_code error;
  boost::json::value value =
      boost::json::parse(boost::json::string_view(text.data(), text.size()), error, {}, options);
  if (error) return fail(Errc::invalid_input, "no JSON: " + error.message());
  if (members_written(text) != members_kept(value)) {
    return fail(Errc::invalid_input, "an object has two members of one name");
  }
  if (!is_finite(value)) return fail(Errc::invalid_input, "a number is too large");
  return value;
}

std::string to_json(const boost::json::value& value) { return boost::json::serialize(value); }

Result<JsonObject> JsonObject::of(const boost::json::value& value) {
  const boost::json::object* object = value.if_object();
  if (object == nullptr) return fail(Errc::invalid_input, "not a JSON object");
  return JsonObject(*object);
}

const boost::json::value* JsonObject::member(std::string_view name) {
  read_.emplace(name);
  const boost::json::value* value = object_->if_contains(name);
  return value == nullptr || value->is_null() ? nullptr : value;
}

bool JsonObject::is_null(std::string_view name) {
  read_.emplace(name);
  const boost::json::value* value = object_->if_contains(name);
  return value != nullptr && value->is_null();
}

Result<std::optional<std::string>> JsonObject::optional_text(std::string_view name) {
  const boost::json::value* value = member(name);
  if (value == nullptr) return std::nullopt;
  const boost::json::string* text = value->if_string();
  if (text == nullptr) return wrong(name, "is not a text");
  return std::string(text->data(), text->size());
}

Result<std::string> JsonObject::text(std::string_view name) {
  LOCKSTEP_TRY(std::optional<std::string> text, optional_text(name));
  if (!text) return wrong(name, "is missing");
  return *std::move(text);
}

Result<std::optional<Secret>> JsonObject::optional_secret(std::string_view name) {
  const boost::json::value* value = member(name);
  if (value == nullptr) return std::nullopt;
  const boost::json::string* text = value->if_string();
  if (text == nullptr) return wrong(name, "is not a text");
  return Secret::copy_of(std::string_view(text->data(), text->size()));
}

Result<std::optional<std::int64_t>> JsonObject::optional_number(std::string_view name,
                                                                NumberRange range) {
  const boost::json::value* value = member(name);
  if (value == nullptr) return std::nullopt;
  const std::int64_t* number = value->if_int64();
  if (number == nullptr) return wrong(name, "is not a whole number");
  if (*number < range.min || *number > range.max) {
    return wrong(name,
                 "is not within " + std::to_string(range.min) + " to " + std::to_string(range.max));
  }
  return *number;
}

Result<std::int64_t> JsonObject::number(std::string_view name, NumberRange range) {
  LOCKSTEP_TRY(const std::optional<std::int64_t> number, optional_number(name, range));
  if (!number) return wrong(name, "is missing");
  return *number;
}

Result<std::optional<double>> JsonObject::optional_real(std::string_view name) {
  const boost::json::value* value = member(name);
  if (value == nullptr) return std::nullopt;
  if (const double* real = value->if_double(); real != nullptr) return *real;
  if (const std::int64_t* whole = value->if_int64(); whole != nullptr) {
    return static_cast<double>(*whole);
  }
  return wrong(name, "is not a number");
}

Result<std::optional<bool>> JsonObject::optional_flag(std::string_view name) {
  const boost::json::value* value = member(name);
  if (value == nullptr) return std::nullopt;
  const bool* flag = value->if_bool();
  if (flag == nullptr) return wrong(name, "is neither true nor false");
  return *flag;
}

Result<std::vector<std::string>> JsonObject::texts(std::string_view name, std::size_t count_max) {
  std::vector<std::string> result;
  const boost::json::value* value = member(name);
  if (value == nullptr) return result;
  const boost::json::array* array = value->if_array();
  if (array == nullptr) return wrong(name, "is not an array");
  if (array->size() > count_max) {
    return wrong(name, "has more than " + std::to_string(count_max) + " elements");
  }
  for (const boost::json::value& element : *array) {
    const boost::json::string* text = element.if_string();
    if (text == nullptr) return wrong(name, "holds something that is not a text");
    result.emplace_back(text->data(), text->size());
  }
  return result;
}

Result<void> JsonObject::finish() const {
  for (const auto& entry : *object_) {
    const std::string_view name(entry.key().data(), entry.key().size());
    if (!read_.contains(name)) return wrong(name.substr(0, kNameShownMax), "is not known");
  }
  return {};
}

}  // namespace lockstep
