// SPDX-License-Identifier: Apache-2.0
// The server over real sockets on loopback.
#include "front/radius/server.h"

#include <array>
#include <future>

#include <poll.h>

#include "front/radius/desk_fixture.h"
#include "front/radius/udp_socket.h"

namespace lockstep {
namespace {

/// How long a reply may take before a test fails; on a busy machine, with sanitizers.
constexpr int kPatienceMilliseconds = 30'000;

/// A client's socket, connected to the server as those of real clients are.
class Peer {
 public:
  Peer(int family, std::uint16_t port) : socket_(::socket(family, SOCK_DGRAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in v4{};
    v4.sin_family = AF_INET;
    v4.sin_port = htons(port);
    v4.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    sockaddr_in6 v6{};
    v6.sin6_family = AF_INET6;
    v6.sin6_port = htons(port);
    v6.sin6_addr = in6addr_loopback;
    const bool is_v4 = family == AF_INET;
    EXPECT_EQ(::connect(socket_.number(),
                        is_v4 ? reinterpret_cast<const sockaddr*>(&v4)
                              : reinterpret_cast<const sockaddr*>(&v6),
                        is_v4 ? sizeof(v4) : sizeof(v6)),
              0);
  }

  void send(const Bytes& bytes) const {
    EXPECT_EQ(::send(socket_.number(), bytes.data(), bytes.size(), 0),
              static_cast<ssize_t>(bytes.size()));
  }
  [[nodiscard]] Bytes receive() const {
    pollfd waits{socket_.number(), POLLIN, 0};
    if (::poll(&waits, 1, kPatienceMilliseconds) != 1) return {};
    Bytes bytes(5'000);
    const ssize_t size = ::recv(socket_.number(), bytes.data(), bytes.size(), 0);
    bytes.resize(size < 0 ? 0 : static_cast<std::size_t>(size));
    return bytes;
  }

 private:
  FileDescriptor socket_;
};

class RadiusServerOf : public DeskTest {
 protected:
  RadiusServerOf() {
    RadiusClient local = gate();
    local.networks = {Network::parse("127.0.0.0/8").value(), Network::parse("::1").value()};
    open(std::move(local));
  }

  void start(const std::string& address = "127.0.0.1") {
    server = start_radius_server({{address, 0}}, *desk, workers).value();
  }
  [[nodiscard]] std::uint16_t port() const { return server->ports().front(); }

  WorkerPool workers{{.threads = 4, .queue_max = 64}};
  std::unique_ptr<RadiusServer> server;
};

TEST_F(RadiusServerOf, AnswersOverBothFamiliesFromTheAddressThatWasAsked) {
  SimulatedToken card = add_card("anna");
  start("::");
  std::uint8_t id = 1;
  for (const int family : {AF_INET, AF_INET6}) {
    const Peer peer(family, port());
    const Asked asked{.password = "2580" + card.press(), .id = ++id};
    peer.send(packet_of(asked));
    EXPECT_EQ(read(peer.receive(), asked).code(), RadiusCode::access_accept);
  }
}

TEST_F(RadiusServerOf, AFloodOfCopiesIsJudgedOnce) {
  SimulatedToken card = add_card("anna");
  start();
  const Peer peer(AF_INET, port());
  const Asked asked{.password = "2580" + card.press()};
  for (int i = 0; i < 100; ++i) peer.send(packet_of(asked));
  const Bytes first = peer.receive();
  EXPECT_EQ(read(first, asked).code(), RadiusCode::access_accept);
  peer.send(packet_of(asked));
  EXPECT_EQ(peer.receive(), first);
  EXPECT_EQ(desk->meter().of(RadiusFate::accepted), 1U);
  EXPECT_EQ(desk->meter().of(RadiusFate::rejected), 0U);
}

TEST_F(RadiusServerOf, ManyRequestsAtOnceAllGetTheirOwnReply) {
  add_card("anna");
  start();
  const Peer peer(AF_INET, port());
  constexpr int kRequests = 50;
  for (int i = 1; i <= kRequests; ++i) {
    peer.send(
        packet_of({.user = "nobody", .password = "000000", .id = static_cast<std::uint8_t>(i)}));
  }
  std::array<int, kRequests + 1> replies{};
  for (int i = 1; i <= kRequests; ++i) {
    const Bytes bytes = peer.receive();
    ASSERT_GE(bytes.size(), 20U);
    const Asked asked{.id = bytes[1]};
    EXPECT_EQ(read(bytes, asked).code(), RadiusCode::access_reject);
    ++replies.at(bytes[1]);
  }
  for (int i = 1; i <= kRequests; ++i) EXPECT_EQ(replies.at(static_cast<std::size_t>(i)), 1);
}

TEST_F(RadiusServerOf, StoppingFinishesWhatIsBeingJudged) {
  SimulatedToken card = add_card("anna");
  start();
  const Peer peer(AF_INET, port());
  const Asked asked{.password = "2580" + card.press()};
  peer.send(packet_of(asked));
  const Bytes reply = peer.receive();
  server->stop();
  server->stop();
  EXPECT_EQ(read(reply, asked).code(), RadiusCode::access_accept);
  EXPECT_EQ(desk->in_flight(), 0U);
}

TEST_F(RadiusServerOf, SaysWhyItCannotListen) {
  start();
  const auto taken = start_radius_server({{"127.0.0.1", port()}}, *desk, workers);
  ASSERT_FALSE(taken);
  EXPECT_EQ(taken.error().code, Errc::conflict);
  const auto nowhere = start_radius_server({{"gate.example", 0}}, *desk, workers);
  ASSERT_FALSE(nowhere);
  EXPECT_EQ(nowhere.error().code, Errc::invalid_input);
  const auto foreign = start_radius_server({{"192.0.2.1", 0}}, *desk, workers);
  ASSERT_FALSE(foreign);
  EXPECT_EQ(foreign.error().code, Errc::unavailable);
}

}  // namespace
}  // namespace lockstep
