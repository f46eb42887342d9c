// SPDX-License-Identifier: Apache-2.0
#include "app/radius_tester.h"

#include <thread>

#include <gtest/gtest.h>
#include <poll.h>

#include "testing/seeded_random.h"

namespace lockstep {
namespace {

TEST(RadiusTester, SaysThatNobodyListens) {
  SeededRandom random{1};
  std::uint16_t port = 0;
  {
    const UdpSocket gone = UdpSocket::open("127.0.0.1", 0).value();
    port = gone.port();
  }
  auto tester = RadiusTester::open("127.0.0.1", port, Secret::copy_of("a secret"), random).value();
  const auto answer = tester.ask("anna", Secret::copy_of("123456"), "");
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().code, Errc::unavailable);
  EXPECT_NE(answer.error().context.find("nobody listens"), std::string::npos);
}

TEST(RadiusTester, PassesOverWhatIsNoAnswerToItsQuestion) {
  SeededRandom random{1};
  UdpSocket server = UdpSocket::open("127.0.0.1", 0).value();
  auto tester =
      RadiusTester::open("127.0.0.1", server.port(), Secret::copy_of("s"), random).value();
  const std::jthread answers([&server] {
    pollfd waits{server.descriptor(), POLLIN, 0};
    static_cast<void>(::poll(&waits, 1, 10'000));
    for (const Datagram& asked : server.receive()) {
      const RadiusPacket request = RadiusPacket::parse(asked.bytes).value();
      for (const char* secret : {"another", "s"}) {
        RadiusWriter reply(RadiusCode::access_accept, request);
        server.send(*asked.path, std::move(reply).finish_reply(Secret::copy_of(secret)));
      }
    }
  });
  const auto answer = tester.ask("anna", Secret::copy_of("123456"), "");
  ASSERT_TRUE(answer) << answer.error().context;
  EXPECT_EQ(answer->code, RadiusCode::access_accept);
}

TEST(RadiusTester, AHostWithoutAnAddressIsNamed) {
  SeededRandom random{1};
  const auto tester = RadiusTester::open("no.such.host.invalid", 1'812, Secret(), random);
  ASSERT_FALSE(tester);
  EXPECT_EQ(tester.error().code, Errc::not_found);
}

TEST(RadiusTester, ANameThatNoPacketHoldsIsRefused) {
  SeededRandom random{1};
  auto tester = RadiusTester::open("127.0.0.1", 9, Secret::copy_of("a secret"), random).value();
  EXPECT_EQ(tester.ask("", Secret(), "").error().code, Errc::invalid_input);
  EXPECT_EQ(tester.ask(std::string(254, 'x'), Secret(), "").error().code, Errc::invalid_input);
}

}  // namespace
}  // namespace lockstep
