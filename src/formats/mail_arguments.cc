// SPDX-License-Identifier: Apache-2.0
#include "formats/mail_arguments.h"

#include <boost/json.hpp>

#include "formats/json.h"

namespace lockstep {
namespace {

std::unexpected<Error> damaged() {
  return fail(Errc::corrupt, "what a mail says is not what was written");
}

}  // namespace

Secret pack_arguments(const std::vector<std::pair<std::string, std::string>>& arguments) {
  boost::json::object object;
  for (const auto& [name, value] : arguments) object[name] = value;
  std::string text = to_json(object);
  Secret packed = Secret::copy_of(text);
  wipe(std::span(reinterpret_cast<std::uint8_t*>(text.data()), text.size()));
  return packed;
}

Result<std::map<std::string, std::string>> unpack_arguments(const Secret& packed) {
  const ByteView bytes = packed.reveal();
  const auto parsed =
      parse_json(std::string_view(reinterpret_cast<const char*>(bytes.data()), bytes.size()));
  if (!parsed || !parsed->is_object()) return damaged();
  std::map<std::string, std::string> arguments;
  for (const auto& member : parsed->get_object()) {
    if (!member.value().is_string()) return damaged();
    arguments.emplace(std::string(member.key()), std::string(member.value().get_string()));
  }
  return arguments;
}

}  // namespace lockstep
