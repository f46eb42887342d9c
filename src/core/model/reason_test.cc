// SPDX-License-Identifier: Apache-2.0
#include "core/model/reason.h"

#include <set>

#include <gtest/gtest.h>

namespace lockstep {
namespace {

TEST(Reason, EveryNameIsItsOwn) {
  std::set<std::string_view> seen;
  for (int i = 0; i <= static_cast<int>(Reason::not_allowed); ++i) {
    const std::string_view name = name_of(static_cast<Reason>(i));
    EXPECT_TRUE(seen.insert(name).second) << name;
    EXPECT_EQ(parse_reason(name), static_cast<Reason>(i)) << name;
  }
  EXPECT_EQ(name_of(Reason::no_match), "no_match");
  EXPECT_EQ(parse_reason("No_match"), std::nullopt);
}

}  // namespace
}  // namespace lockstep
