// SPDX-License-Identifier: Apache-2.0
#include "front/http/forwarded.h"

#include "base/network.h"
#include "base/text.h"

namespace lockstep {

std::string last_forwarded(std::string_view field) {
  const std::string_view last = trim(field.substr(field.rfind(',') + 1));  // 0: there is no comma
  return is_address(last) ? std::string(last) : std::string();
}

}  // namespace lockstep
