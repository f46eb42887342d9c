// SPDX-License-Identifier: Apache-2.0
#include "core/audit/event.h"

#include <set>

#include <gtest/gtest.h>

namespace lockstep {
namespace {

TEST(EventKind, NamesAreDistinctAndParseBack) {
  std::set<std::string_view> seen;
  for (int i = 0; i <= static_cast<int>(EventKind::access_session_ended); ++i) {
    const auto kind = static_cast<EventKind>(i);
    EXPECT_TRUE(seen.insert(name_of(kind)).second) << name_of(kind);
    EXPECT_EQ(parse_event_kind(name_of(kind)), kind);
  }
  EXPECT_EQ(parse_event_kind("login"), std::nullopt);
}

}  // namespace
}  // namespace lockstep
