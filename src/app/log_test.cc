// SPDX-License-Identifier: Apache-2.0
#include "app/log.h"

#include <gtest/gtest.h>

namespace lockstep {
namespace {

TEST(LogLine, PlainValuesStandAsTheyAre) {
  EXPECT_EQ(log_line("listening", {{"address", "127.0.0.1"}, {"port", "8480"}}),
            "event=listening address=127.0.0.1 port=8480");
  EXPECT_EQ(log_line("stopped", {}), "event=stopped");
}

TEST(LogLine, AValueCannotForgeAPairOrALine) {
  const struct {
    const char* what;
    const char* value;
    const char* expected;
  } cases[] = {
      {"blank", "a b", "event=e k=\"a b\""},
      {"pair", "a level=error", "event=e k=\"a level=error\""},
      {"equals sign", "a=b", "event=e k=\"a=b\""},
      {"quote", "a\"b", "event=e k=\"a\\\"b\""},
      {"backslash", "a\\b", "event=e k=\"a\\\\b\""},
      {"new line", "a\nevent=login", "event=e k=\"a\\x0aevent=login\""},
      {"escape", "\x1b[31m", "event=e k=\"\\x1b[31m\""},
      {"nothing", "", "event=e k=\"\""},
      {"letters outside ASCII", "Åsa", "event=e k=Åsa"},
  };
  for (const auto& one : cases)
    EXPECT_EQ(log_line("e", {{"k", one.value}}), one.expected) << one.what;
}

}  // namespace
}  // namespace lockstep
