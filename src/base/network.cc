// SPDX-License-Identifier: Apache-2.0
#include "base/network.h"

#include <algorithm>
#include <array>
#include <cstdint>

#include <arpa/inet.h>

namespace lockstep {

bool is_address(std::string_view text) {
  const std::string copy(text);
  if (copy.find('\0') != std::string::npos) return false;
  std::array<std::uint8_t, 16> bytes{};
  return ::inet_pton(AF_INET, copy.c_str(), bytes.data()) == 1 ||
         ::inet_pton(AF_INET6, copy.c_str(), bytes.data()) == 1;
}

std::string network_of(std::string_view address) {
  constexpr std::size_t kNetworkBytes = 8;
  std::string text(address);
  std::array<std::uint8_t, 16> bytes{};
  if (::inet_pton(AF_INET6, text.c_str(), bytes.data()) != 1) return text;
  std::fill(bytes.begin() + kNetworkBytes, bytes.end(), std::uint8_t{0});
  std::array<char, INET6_ADDRSTRLEN> printed{};
  if (::inet_ntop(AF_INET6, bytes.data(), printed.data(), printed.size()) == nullptr) return text;
  return printed.data();
}

}  // namespace lockstep
