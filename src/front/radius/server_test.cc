// SPDX-License-Identifier: Apache-2.0
// The server over real sockets on loopback.
#include "front/radius/server.h"

#include <array>
#include <string_view>
#include <utility>

#include <arpa/inet.h>
#include <poll.h>

#include "front/radius/desk_fixture.h"
#include "front/radius/udp_socket.h"
#include "service/source_limit.h"

namespace lockstep {
namespace {

/// How long a reply may take before a test fails; on a busy machine, with sanitizers.
constexpr int kPatienceMilliseconds = 30'000;

/// A client's socket, connected as those of real clients are: it hears `asked` and nobody else.
class Peer {
 public:
  Peer(const char* asked, std::uint16_t port)
      : socket_(::socket(family_of(asked), SOCK_DGRAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in v4{};
    v4.sin_family = AF_INET;
    v4.sin_port = htons(port);
    sockaddr_in6 v6{};
    v6.sin6_family = AF_INET6;
    v6.sin6_port = htons(port);
    const bool is_v4 = family_of(asked) == AF_INET;
    EXPECT_EQ(is_v4 ? ::inet_pton(AF_INET, asked, &v4.sin_addr)
                    : ::inet_pton(AF_INET6, asked, &v6.sin6_addr),
              1);
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
  static int family_of(std::string_view address) {
    return address.find(':') == std::string_view::npos ? AF_INET : AF_INET6;
  }

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

  /// After it every rejection of the client is held back for a second.
  void make_noise() {
    for (std::uint32_t i = 0; i < SourceLimit::kLevelMax; ++i) {
      const Bytes wrong = packet_of({.user = "nobody", .password = "000000"});
      auto received =
          desk->receive(wrong, sender("127.0.0.1", static_cast<std::uint16_t>(10'000 + i)));
      const auto& work = std::get<RadiusWork>(received);
      desk->done(work, desk->judge(work));
    }
  }

  WorkerPool workers{{.threads = 4, .queue_max = 64}};
  std::unique_ptr<RadiusServer> server;
};

TEST_F(RadiusServerOf, AnswersOverBothFamiliesFromTheAddressThatWasAsked) {
  // What is sent back to this machine leaves by itself from 127.0.0.1, not from 127.0.0.2. IPv6 has
  // one address that every machine has: there, too, 127.0.0.2 is asked, by a socket of IPv6.
  const std::pair<const char*, const char*> cases[] = {
      {"0.0.0.0", "127.0.0.2"}, {"::", "127.0.0.2"}, {"::", "::1"}};
  SimulatedToken card = add_card("anna");
  std::uint8_t id = 1;
  for (const auto& [served, asked_at] : cases) {
    start(served);
    const Peer peer(asked_at, port());
    const Asked asked{.password = "2580" + card.press(), .id = ++id};
    peer.send(packet_of(asked));
    const Bytes reply = peer.receive();
    ASSERT_FALSE(reply.empty()) << asked_at << " is served as " << served;
    EXPECT_EQ(read(reply, asked).code(), RadiusCode::access_accept);
  }
}

TEST_F(RadiusServerOf, AFloodOfCopiesIsJudgedOnce) {
  SimulatedToken card = add_card("anna");
  start();
  const Peer peer("127.0.0.1", port());
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
  const Peer peer("127.0.0.1", port());
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
  make_noise();
  start();
  const Peer peer("127.0.0.1", port());
  // The right one behind it is not held back: its reply tells that both have come.
  const Asked wrong{.user = "nobody", .password = "000000", .id = 1};
  const Asked right{.password = "2580" + card.press(), .id = 2};
  peer.send(packet_of(wrong));
  peer.send(packet_of(right));
  EXPECT_EQ(read(peer.receive(), right).code(), RadiusCode::access_accept);
  server->stop();
  server->stop();
  EXPECT_EQ(desk->in_flight(), 0U);
  const Bytes reply = peer.receive();
  ASSERT_FALSE(reply.empty()) << "what was held back went out";
  EXPECT_EQ(read(reply, wrong).code(), RadiusCode::access_reject);
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
