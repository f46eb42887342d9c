// SPDX-License-Identifier: Apache-2.0
#include "front/http/request.h"

#include <array>
#include <utility>

namespace lockstep {
namespace {

constexpr std::array<std::pair<std::string_view, Method>, 6> kMethods = {{
    {"GET", Method::get},
    {"HEAD", Method::head},
    {"PUT", Method::put},
    {"POST", Method::post},
    {"PATCH", Method::patch},
    {"DELETE", Method::delete_},
}};

}  // namespace

std::string_view name_of(Method method) {
  for (const auto& [name, value] : kMethods) {
    if (value == method) return name;
  }
  return "";
}

Method parse_method(std::string_view text) {
  for (const auto& [name, value] : kMethods) {
    if (name == text) return value;
  }
  return Method::other;
}

}  // namespace lockstep
