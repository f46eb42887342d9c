// SPDX-License-Identifier: Apache-2.0
// The API's JSON in words. With --json none of this is used: the answer is printed as it came.
#pragma once

#include <functional>
#include <span>
#include <string>
#include <string_view>

#include <boost/json/value.hpp>

namespace lockstep {

/// One thing to show: what it is called and where in the JSON it is, members parted by '.':
/// "progress.next".
struct Field {
  const char* label;
  const char* path;
};

/// How a successful answer is shown.
using View = std::function<std::string(const boost::json::value&)>;

/// What is at `path`, for people: texts and numbers as they are, true and false as yes and no,
/// lists joined by ", ", {"name": n, "value": v} as n=v; empty where there is nothing or null. An
/// empty path is `from` itself.
[[nodiscard]] std::string text_at(const boost::json::value& from, std::string_view path);

/// One line for each field that has a value: its label, padded, and the value.
[[nodiscard]] std::string record_text(const boost::json::value& record,
                                      std::span<const Field> fields);

/// A table of the objects in the list `list` of an answer, and, where the answer holds "next", how
/// to see what follows. Says "none" for an empty list.
[[nodiscard]] std::string list_text(const boost::json::value& answer, std::string_view list,
                                    std::span<const Field> fields);

/// The view that says `text` whatever the answer is.
[[nodiscard]] View says(std::string text);
/// The view that shows these fields. `fields` outlives it: make it a constant.
[[nodiscard]] View shows_record(std::span<const Field> fields);
/// The view that shows a page of a list. `list` and `fields` outlive it: make them constants.
[[nodiscard]] View shows_list(std::string_view list, std::span<const Field> fields);

}  // namespace lockstep
