// SPDX-License-Identifier: Apache-2.0
#include "front/http/request.h"

#include <gtest/gtest.h>

namespace lockstep {
namespace {

TEST(Method, EveryNameParsesBack) {
  for (const Method one :
       {Method::get, Method::head, Method::put, Method::post, Method::patch, Method::delete_}) {
    EXPECT_EQ(parse_method(name_of(one)), one);
  }
}

TEST(Method, AnythingElseIsOther) {
  for (const char* text : {"", "get", "head", "OPTIONS", "GETS", "CONNECT"}) {
    EXPECT_EQ(parse_method(text), Method::other) << text;
  }
  EXPECT_EQ(name_of(Method::other), "");
}

}  // namespace
}  // namespace lockstep
