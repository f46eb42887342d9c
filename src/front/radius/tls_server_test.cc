// SPDX-License-Identifier: Apache-2.0
// RADIUS over TLS, with the openssl program for a certificate authority and OpenSSL for a client.
#include "front/radius/tls_server.h"

#include <csignal>
#include <cstdlib>
#include <fstream>
#include <future>
#include <memory>
#include <set>
#include <thread>

#include <netinet/in.h>
#include <openssl/ssl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "front/radius/desk_fixture.h"
#include "front/radius/server.h"
#include "service/source_limit.h"
#include "testing/temporary_directory.h"

namespace lockstep {
namespace {

struct FreeContext {
  void operator()(SSL_CTX* one) const { SSL_CTX_free(one); }
};
struct FreeSsl {
  void operator()(SSL* one) const { SSL_free(one); }
};

/// A connection of a client with the certificate and key of this name, or with none.
class TlsPeer {
 public:
  TlsPeer(const std::filesystem::path& directory, const std::string& name, std::uint16_t port)
      : context_(SSL_CTX_new(TLS_client_method())) {
    // OpenSSL writes to its socket as it is, and the other side may have closed it.
    static_cast<void>(std::signal(SIGPIPE, SIG_IGN));
    const std::string base = (directory / name).string();
    if (!name.empty()) {
      EXPECT_EQ(
          SSL_CTX_use_certificate_file(context_.get(), (base + ".pem").c_str(), SSL_FILETYPE_PEM),
          1);
      EXPECT_EQ(
          SSL_CTX_use_PrivateKey_file(context_.get(), (base + ".key").c_str(), SSL_FILETYPE_PEM),
          1);
    }
    socket_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    timeval patience{.tv_sec = 30, .tv_usec = 0};
    ::setsockopt(socket_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
    sockaddr_in at{};
    at.sin_family = AF_INET;
    at.sin_port = htons(port);
    at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    EXPECT_EQ(::connect(socket_, reinterpret_cast<const sockaddr*>(&at), sizeof(at)), 0);
    ssl_.reset(SSL_new(context_.get()));
    SSL_set_fd(ssl_.get(), socket_);
    is_open_ = SSL_connect(ssl_.get()) == 1;
  }
  TlsPeer(const TlsPeer&) = delete;
  TlsPeer& operator=(const TlsPeer&) = delete;
  ~TlsPeer() { ::close(socket_); }

  void send(const Bytes& bytes) {
    if (is_open_) SSL_write(ssl_.get(), bytes.data(), static_cast<int>(bytes.size()));
  }
  /// One packet; empty, when the connection has ended.
  Bytes receive() {
    Bytes packet(4);
    if (!is_open_ || !fill(packet, 0)) return {};
    packet.resize(std::size_t{packet[2]} * 256 + packet[3]);
    return fill(packet, 4) ? packet : Bytes{};
  }

 private:
  bool fill(Bytes& into, std::size_t from) {
    while (from < into.size()) {
      const int got =
          SSL_read(ssl_.get(), into.data() + from, static_cast<int>(into.size() - from));
      if (got <= 0) return false;
      from += static_cast<std::size_t>(got);
    }
    return true;
  }

  std::unique_ptr<SSL_CTX, FreeContext> context_;
  std::unique_ptr<SSL, FreeSsl> ssl_;
  int socket_ = -1;
  bool is_open_ = false;
};

class RadiusTls : public DeskTest {
 protected:
  RadiusTls() {
    make("ca", "-x509 -subj /CN=authority");
    make("server", signed_by("ca", "/CN=lockstep.example"));
    make("gate", signed_by("ca", "/CN=Gate.example"));
    make("named",
         signed_by("ca", "/CN=gate.example") + " -addext subjectAltName=DNS:other.example");
    make("stranger", "-x509 -subj /CN=gate.example");
    RadiusClient made = gate();
    made.networks.clear();
    made.certificate_name = "GATE.EXAMPLE";
    made.secret = Secret::copy_of(kRadiusTlsSecret);
    made.without_signature = RadiusUnsigned::taken;
    open(std::move(made));
    server = start_radius_tls_server(listen(), *desk, workers).value();
  }

  static std::string signed_by(const std::string& who, const std::string& subject) {
    return "-x509 -CA " + who + ".pem -CAkey " + who + ".key -subj " + subject;
  }
  /// NAME.pem and NAME.key.
  void make(const std::string& name, const std::string& how) {
    const std::string command = "cd " + directory.path().string() +
                                " && openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256"
                                " -nodes -days 2 -keyout " +
                                name + ".key -out " + name + ".pem " + how + " 2>/dev/null";
    ASSERT_EQ(std::system(command.c_str()), 0) << command;
  }
  RadiusTlsListen listen() {
    const auto file = [&](const char* name) { return (directory.path() / name).string(); };
    return {"127.0.0.1", 0, file("server.pem"), file("server.key"), file("ca.pem")};
  }
  /// After it every rejection of the client is held back for a second.
  void make_noise() {
    const RadiusClient* client = desk->clients().find_certificate("GATE.EXAMPLE");
    ASSERT_NE(client, nullptr);
    for (std::uint32_t i = 0; i < SourceLimit::kLevelMax; ++i) {
      const Bytes wrong = packet({.user = "nobody", .password = "000000"});
      auto received = desk->receive(wrong, *client,
                                    sender("127.0.0.1", static_cast<std::uint16_t>(10'000 + i)));
      const auto& work = std::get<RadiusWork>(received);
      desk->done(work, desk->judge(work));
    }
  }
  TlsPeer peer(const std::string& name) { return {directory.path(), name, server->port()}; }
  static Bytes packet(const Asked& asked) {
    return packet_of(asked, std::string(kRadiusTlsSecret));
  }

  TemporaryDirectory directory;
  WorkerPool workers{{.threads = 4, .queue_max = 64}};
  std::unique_ptr<RadiusTlsServer> server;
};

RadiusCode code_of(const Bytes& bytes, std::uint8_t id) {
  const RadiusPacket packet = RadiusPacket::parse(bytes).value();
  Md5Digest authenticator{};
  authenticator.fill(id);
  EXPECT_EQ(check_reply(packet, authenticator, Secret::copy_of(kRadiusTlsSecret)),
            RadiusProof::right);
  return packet.code();
}

bool connects(int socket, std::uint16_t port) {
  sockaddr_in at{};
  at.sin_family = AF_INET;
  at.sin_port = htons(port);
  at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return ::connect(socket, reinterpret_cast<const sockaddr*>(&at), sizeof(at)) == 0;
}

/// Connected, and silent.
int silent(std::uint16_t port) {
  const int socket = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const timeval patience{.tv_sec = 30, .tv_usec = 0};
  ::setsockopt(socket, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
  EXPECT_TRUE(connects(socket, port));
  return socket;
}

/// Whether somebody listens there.
bool is_open(std::uint16_t port) {
  const int socket = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const bool connected = connects(socket, port);
  ::close(socket);
  return connected;
}

TEST_F(RadiusTls, WhoOnlyConnectsTakesFewPlacesOfOneAddress) {
  TlsPeer client = peer("gate");
  std::vector<int> sockets;
  for (std::size_t i = 0; i <= RadiusTlsServer::kStrangersPerAddressMax; ++i) {
    sockets.push_back(silent(server->port()));
  }
  char byte = 0;
  EXPECT_EQ(::recv(sockets.back(), &byte, 1, 0), 0) << "closed at once";
  EXPECT_EQ(::recv(sockets.front(), &byte, 1, MSG_DONTWAIT), -1) << "waits for the handshake";
  SimulatedToken card = add_card("anna");
  client.send(packet({.password = "2580" + card.press()}));
  EXPECT_EQ(code_of(client.receive(), 1), RadiusCode::access_accept) << "a client's goes on";
  for (const int one : sockets) ::close(one);
}

TEST_F(RadiusTls, WhoHasAClientsCertificateIsAnsweredOneRequestAfterTheOther) {
  SimulatedToken card = add_card("anna");
  TlsPeer client = peer("gate");
  client.send(packet({.password = "2580" + card.press(), .id = 1}));
  EXPECT_EQ(code_of(client.receive(), 1), RadiusCode::access_accept);
  client.send(packet({.password = "2580000000", .id = 2}));
  EXPECT_EQ(code_of(client.receive(), 2), RadiusCode::access_reject);
  EXPECT_EQ(store.audit({}).value().front().event.actor, Actor("radius:gate"));
  EXPECT_EQ(server->connections(), 1U);
}

TEST_F(RadiusTls, WithinTlsNothingNeedBeSigned) {
  SimulatedToken card = add_card("anna");
  TlsPeer client = peer("gate");
  client.send(packet({.password = "2580" + card.press(),
                      .id = 1,
                      .is_signed = false,
                      .more = {{RadiusType::proxy_state, "x"}}}));
  EXPECT_EQ(code_of(client.receive(), 1), RadiusCode::access_accept);
}

TEST_F(RadiusTls, ManyRequestsOnOneConnectionAllGetTheirReply) {
  TlsPeer client = peer("gate");
  Bytes all;
  for (std::uint8_t id = 1; id <= 40; ++id) {
    const Bytes one = packet({.user = "nobody", .password = "000000", .id = id});
    all.insert(all.end(), one.begin(), one.end());
  }
  client.send(all);
  std::vector<int> replies(41);
  for (int i = 0; i < 40; ++i) {
    const Bytes reply = client.receive();
    ASSERT_GE(reply.size(), 20U);
    EXPECT_EQ(code_of(reply, reply[1]), RadiusCode::access_reject);
    ++replies.at(reply[1]);
  }
  for (std::size_t id = 1; id <= 40; ++id) EXPECT_EQ(replies[id], 1);
}

TEST_F(RadiusTls, NobodyElseIsHeard) {
  for (const char* name : {"", "stranger", "named"}) {
    TlsPeer client = peer(name);
    client.send(packet({.password = "x", .id = 1}));
    EXPECT_TRUE(client.receive().empty()) << name;
  }
  EXPECT_EQ(desk->meter().of(RadiusFate::rejected), 0U);
  EXPECT_EQ(desk->meter().of(RadiusFate::stranger), 3U);
}

TEST_F(RadiusTls, BehindAPacketWithoutAnEndNothingIsRead) {
  TlsPeer client = peer("gate");
  client.send(Bytes{1, 1, 0, 19});
  EXPECT_TRUE(client.receive().empty());
}

TEST_F(RadiusTls, WhoIsAClientOverTlsIsNoneByItsAddress) {
  auto udp = start_radius_server({{"127.0.0.1", 0}}, *desk, workers).value();
  const auto received = desk->receive(packet_of({.password = "x"}), sender("127.0.0.1"));
  EXPECT_TRUE(std::holds_alternative<RadiusDesk::Drop>(received));
  EXPECT_EQ(desk->meter().of(RadiusFate::stranger), 1U);
}

TEST_F(RadiusTls, StoppingClosesWhatIsOpen) {
  TlsPeer client = peer("gate");
  client.send(packet({.user = "nobody", .password = "000000", .id = 1}));
  EXPECT_FALSE(client.receive().empty());
  server->stop();
  server->stop();
  EXPECT_TRUE(client.receive().empty());
}

TEST_F(RadiusTls, StoppingFinishesWhatIsBeingJudgedAndTakesNothingMore) {
  make_noise();
  SimulatedToken card = add_card("anna");
  TlsPeer client = peer("gate");
  // The right one behind them is not held back: its reply tells that all three have come.
  client.send(packet({.user = "nobody", .password = "000000", .id = 1}));
  client.send(packet({.user = "nobody", .password = "000000", .id = 2}));
  client.send(packet({.password = "2580" + card.press(), .id = 3}));
  EXPECT_EQ(code_of(client.receive(), 3), RadiusCode::access_accept);
  const std::uint16_t port = server->port();
  auto stopped = std::async(std::launch::async, [this] { server->stop(); });
  while (is_open(port)) std::this_thread::yield();
  client.send(packet({.user = "nobody", .password = "000000", .id = 4}));
  stopped.get();
  std::set<std::uint8_t> answered;
  for (Bytes reply = client.receive(); !reply.empty(); reply = client.receive()) {
    EXPECT_EQ(code_of(reply, reply[1]), RadiusCode::access_reject);
    answered.insert(reply[1]);
  }
  EXPECT_EQ(answered, (std::set<std::uint8_t>{1, 2}));
  EXPECT_EQ(desk->meter().of(RadiusFate::rejected), SourceLimit::kLevelMax + 2U)
      << "the fourth came too late";
  EXPECT_EQ(desk->in_flight(), 0U);
}

/// Writes ca.crl, the authority's list; `revoked`: names of certificates.
class RadiusTlsRevocation : public RadiusTls {
 protected:
  void write_list(const std::vector<std::string>& revoked) {
    std::ofstream(directory.path() / "index.txt");
    std::ofstream(directory.path() / "number") << "01\n";
    std::ofstream(directory.path() / "ca.cnf")
        << "[ca]\ndefault_ca=d\n[d]\ndatabase=index.txt\ncrlnumber=number\ndefault_md=sha256\n"
           "certificate=ca.pem\nprivate_key=ca.key\n";
    for (const std::string& one : revoked) run("openssl ca -config ca.cnf -revoke " + one + ".pem");
    run("openssl ca -config ca.cnf -gencrl -crldays 2 -out ca.crl");
  }
  void run(const std::string& command) {
    const std::string inside =
        "cd " + directory.path().string() + " && " + command + " 2>/dev/null";
    ASSERT_EQ(std::system(inside.c_str()), 0) << command;
  }
  /// What the client hears after the server has begun anew with the list.
  Bytes hears(const std::string& name) {
    server->stop();
    RadiusTlsListen with_list = listen();
    with_list.client_crl = (directory.path() / "ca.crl").string();
    server = start_radius_tls_server(with_list, *desk, workers).value();
    TlsPeer client = peer(name);
    client.send(packet({.user = "nobody", .password = "000000", .id = 1}));
    return client.receive();
  }
};

TEST_F(RadiusTlsRevocation, WhatTheAuthoritysListNamesIsRefused) {
  write_list({"named"});
  EXPECT_FALSE(hears("gate").empty());
  write_list({"gate"});
  EXPECT_TRUE(hears("gate").empty());
}

TEST_F(RadiusTlsRevocation, AFileThatIsNoListIsNotServedWith) {
  std::ofstream(directory.path() / "ca.crl") << "no list\n";
  RadiusTlsListen with_list = listen();
  with_list.client_crl = (directory.path() / "ca.crl").string();
  const auto refused = start_radius_tls_server(with_list, *desk, workers);
  ASSERT_FALSE(refused);
  EXPECT_NE(refused.error().context.find("client_crl"), std::string::npos);
}

TEST_F(RadiusTls, SaysWhichFileIsOfNoUse) {
  RadiusTlsListen broken = listen();
  broken.client_ca = "/nowhere.pem";
  const auto refused = start_radius_tls_server(broken, *desk, workers);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, Errc::invalid_input);
  EXPECT_NE(refused.error().context.find("/nowhere.pem"), std::string::npos);
}

}  // namespace
}  // namespace lockstep
