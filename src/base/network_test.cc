// SPDX-License-Identifier: Apache-2.0
#include "base/network.h"

#include <gtest/gtest.h>

namespace lockstep {
namespace {

TEST(Network, AnIpv6AddressIsCountedForItsNetwork) {
  EXPECT_EQ(network_of("2001:db8:1:2::7"), "2001:db8:1:2::");
  EXPECT_EQ(network_of("2001:db8:1:2:ffff:ffff:ffff:ffff"), network_of("2001:db8:1:2::7"));
  EXPECT_NE(network_of("2001:db8:1:3::7"), network_of("2001:db8:1:2::7"));
}

TEST(Network, AnAddressIsNothingElse) {
  for (const char* text : {"192.0.2.7", "2001:db8::7", "::"}) EXPECT_TRUE(is_address(text)) << text;
  for (const char* text : {"", "anna", "192.0.2", "192.0.2.7:80", " ::", "192.0.2.7, ::"}) {
    EXPECT_FALSE(is_address(text)) << text;
  }
}

TEST(Network, AnythingElseIsCountedForItself) {
  for (const char* text : {"192.0.2.7", "", "vpn", "2001:db8::7%eth0", "2001:db8:::7"}) {
    EXPECT_EQ(network_of(text), text);
  }
}

}  // namespace
}  // namespace lockstep
