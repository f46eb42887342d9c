// SPDX-License-Identifier: Apache-2.0
#include "formats/mail_arguments.h"

#include <gtest/gtest.h>

namespace lockstep {
namespace {

TEST(MailArguments, ComeBackAsTheyWere) {
  const auto read =
      unpack_arguments(pack_arguments({{"code", "012345"}, {"person", "Zoë \"Z\" Müller\n"}}));
  ASSERT_TRUE(read);
  const std::map<std::string, std::string> expected{{"code", "012345"},
                                                    {"person", "Zoë \"Z\" Müller\n"}};
  EXPECT_EQ(*read, expected);
  EXPECT_TRUE(unpack_arguments(pack_arguments({})).value().empty());
}

TEST(MailArguments, AnythingElseIsDamage) {
  for (const char* text : {"", "[]", "{", R"({"a":1})", R"({"a":null})", "\"a\""}) {
    const auto read = unpack_arguments(Secret::copy_of(text));
    ASSERT_FALSE(read) << text;
    EXPECT_EQ(read.error().code, Errc::corrupt);
  }
}

}  // namespace
}  // namespace lockstep
