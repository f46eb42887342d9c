// SPDX-License-Identifier: Apache-2.0
#include "front/http/forwarded.h"

#include <gtest/gtest.h>

namespace lockstep {
namespace {

TEST(Forwarded, TheLastAddressIsTheProxysOwnWord) {
  EXPECT_EQ(last_forwarded("192.0.2.7"), "192.0.2.7");
  EXPECT_EQ(last_forwarded("10.0.0.1, 192.0.2.7 "), "192.0.2.7") << "the rest is the client's";
  EXPECT_EQ(last_forwarded("unknown,2001:db8::7"), "2001:db8::7");
}

TEST(Forwarded, WhatIsNoAddressIsNone) {
  for (const char* field :
       {"", ",", "192.0.2.7,", "192.0.2.7, unknown", "192.0.2.7:4711", "anna"}) {
    EXPECT_EQ(last_forwarded(field), "") << field;
  }
}

}  // namespace
}  // namespace lockstep
