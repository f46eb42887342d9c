// SPDX-License-Identifier: Apache-2.0
#include "front/http/forwarded.h"

#include <array>

#include <arpa/inet.h>

#include "base/text.h"

namespace lockstep {

std::string last_forwarded(std::string_view field) {
  const std::string last(trim(field.substr(field.rfind(',') + 1)));  // 0, where there is no comma
  std::array<unsigned char, sizeof(in6_addr)> bytes{};
  for (const int family : {AF_INET, AF_INET6}) {
    if (::inet_pton(family, last.c_str(), bytes.data()) == 1) return last;
  }
  return "";
}

}  // namespace lockstep
