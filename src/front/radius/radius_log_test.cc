// SPDX-License-Identifier: Apache-2.0
// What the log says of those who send, and how often.
#include "front/radius/desk_fixture.h"

namespace lockstep {
namespace {

TEST_F(DeskTest, ManyStrangersAreAFewLinesAMinuteAndAClientsTroubleIsAnother) {
  for (int i = 0; i < 5'000; ++i) {
    const std::string address =
        "198.51." + std::to_string(i / 250) + "." + std::to_string(i % 250 + 1);
    static_cast<void>(desk->receive(packet_of({.password = "x"}), sender(address.c_str())));
  }
  for (std::size_t size = 1; size < 19; ++size) {
    static_cast<void>(desk->receive(Bytes(size), sender()));
  }
  for (const std::uint8_t length : {std::uint8_t{21}, std::uint8_t{40}, std::uint8_t{90}}) {
    Bytes odd(20);
    odd[3] = length;
    static_cast<void>(desk->receive(odd, sender()));
  }
  ASSERT_EQ(said.size(), RadiusLog::kFew + 1);
  EXPECT_NE(said[0].find("198.51.0.1"), std::string::npos);
  EXPECT_NE(said[4].find("198.51.0.5"), std::string::npos) << "the first of them";
  EXPECT_NE(said[5].find("gate"), std::string::npos);
  clock.advance(RadiusLog::kEvery);
  static_cast<void>(desk->receive(Bytes(1), sender()));
  static_cast<void>(desk->receive(packet_of({.password = "x"}), sender("203.0.113.9")));
  ASSERT_EQ(said.size(), RadiusLog::kFew + 3);
  EXPECT_NE(said.back().find("203.0.113.9"), std::string::npos) << "another minute";
}

}  // namespace
}  // namespace lockstep
