// SPDX-License-Identifier: Apache-2.0
// How a server starts, what it listens on, and how it stops.
#include <array>
#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <future>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "front/http/server_fixture.h"

namespace lockstep {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

TEST_F(ServerTest, TheAdminSocketTellsWhoIsThere) {
  options_.admin_socket = path("admin");
  start();
  Line line = Line::to_socket(options_.admin_socket);
  line.send(get("/"));
  const auto heard = line.hear();
  ASSERT_TRUE(heard);
  EXPECT_EQ(heard->body, "GET /? [] unix  uid=" + std::to_string(::getuid()));
}

TEST_F(ServerTest, TheAdminSocketIsForItsOwnerOnlyAndGoesWithTheServer) {
  options_.admin_socket = path("admin");
  start();
  struct stat info{};
  ASSERT_EQ(::stat(options_.admin_socket.c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 0777U, 0600U);
  server_->stop();
  EXPECT_FALSE(std::filesystem::exists(options_.admin_socket));
}

TEST_F(ServerTest, AnAdminSocketLeftOverIsReplaced) {
  options_.admin_socket = path("admin");
  const int dead = ::socket(AF_UNIX, SOCK_STREAM, 0);
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  options_.admin_socket.copy(&address.sun_path[0], sizeof address.sun_path - 1);
  ASSERT_EQ(::bind(dead, reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
  ::close(dead);
  start();
  Line line = Line::to_socket(options_.admin_socket);
  line.send(get("/"));
  EXPECT_TRUE(line.hear());
}

TEST_F(ServerTest, AnAdminSocketThatAnswersIsAConflict) {
  options_.admin_socket = path("admin");
  start();
  HttpOptions second = options_;
  const auto other = start_http_server(second, echo_, *workers_);
  ASSERT_FALSE(other);
  EXPECT_EQ(other.error().code, Errc::conflict);
  EXPECT_THAT(other.error().context, HasSubstr(options_.admin_socket));
  Line line = Line::to_socket(options_.admin_socket);
  line.send(get("/"));
  EXPECT_TRUE(line.hear());
}

TEST_F(ServerTest, AFileAtTheAdminSocketsPathIsLeftAlone) {
  options_.admin_socket = path("admin");
  std::ofstream(options_.admin_socket) << "precious";
  const Error error = failure();
  EXPECT_EQ(error.code, Errc::conflict);
  EXPECT_TRUE(std::filesystem::exists(options_.admin_socket));
}

TEST_F(ServerTest, APortInUseIsAConflictThatNamesIt) {
  start();
  HttpOptions second = options_;
  second.tcp[0].port = server_->ports()[0];
  const auto other = start_http_server(second, echo_, *workers_);
  ASSERT_FALSE(other);
  EXPECT_EQ(other.error().code, Errc::conflict);
  EXPECT_THAT(other.error().context, HasSubstr(std::to_string(second.tcp[0].port)));
}

TEST_F(ServerTest, PlainHttpBeyondLoopbackHasToBeAllowed) {
  options_.tcp[0].address = "0.0.0.0";
  EXPECT_EQ(failure().code, Errc::invalid_input);
  options_.tcp[0].plain = PlainHttp::anywhere;
  start();
  Line line = this->line();
  line.send(get("/"));
  EXPECT_TRUE(line.hear());
}

TEST_F(ServerTest, AHostNameIsNoListenAddress) {
  options_.tcp[0].address = "localhost";
  EXPECT_EQ(failure().code, Errc::invalid_input);
}

/// Makes a key and a certificate for it with the openssl program.
TlsFiles make_certificate(const std::string& directory, const std::string& name) {
  const TlsFiles files{directory + "/" + name + ".crt", directory + "/" + name + ".key"};
  const std::string command =
      "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 "
      "-subj /CN=localhost -keyout " +
      files.key + " -out " + files.certificate + " 2>/dev/null";
  EXPECT_EQ(std::system(command.c_str()), 0);
  return files;
}

/// What `openssl s_client` with `flags` says to a request.
std::string ask_over_tls(std::uint16_t port, const std::string& certificate,
                         const std::string& flags) {
  const std::string command =
      "printf 'GET /tls HTTP/1.1\\r\\nHost: x\\r\\nConnection: close\\r\\n\\r\\n' | "
      "openssl s_client -quiet -ign_eof -verify_return_error -CAfile " +
      certificate + " " + flags + " -connect 127.0.0.1:" + std::to_string(port) + " 2>&1";
  std::string said;
  std::FILE* pipe = ::popen(command.c_str(), "r");
  std::array<char, 256> part{};
  while (std::fgets(part.data(), part.size(), pipe) != nullptr) said += part.data();
  ::pclose(pipe);
  return said;
}

TEST_F(ServerTest, TlsIsSpokenInItsModernVersionsOnly) {
  options_.tcp[0].tls = make_certificate(directory_.path(), "site");
  options_.tcp[0].address = "0.0.0.0";  // Beyond loopback TLS needs no leave.
  start();
  const std::uint16_t port = server_->ports()[0];
  const std::string& certificate = options_.tcp[0].tls->certificate;
  for (const char* version : {"-tls1_2", "-tls1_3"}) {
    EXPECT_THAT(ask_over_tls(port, certificate, version), HasSubstr("GET /tls? [] tls 127.0.0.1"))
        << version;
  }
  EXPECT_THAT(ask_over_tls(port, certificate, "-tls1_1 -cipher ALL:@SECLEVEL=0"),
              Not(HasSubstr("GET /tls")));
}

TEST_F(ServerTest, ANewCertificateIsForConnectionsThatComeAndABadOneChangesNothing) {
  const TlsFiles old = make_certificate(directory_.path(), "old");
  const TlsFiles renewed = make_certificate(directory_.path(), "renewed");
  options_.tcp[0].tls = old;
  start();
  const std::uint16_t port = server_->ports()[0];
  ASSERT_THAT(ask_over_tls(port, old.certificate, ""), HasSubstr("GET /tls"));

  const auto refused = server_->reload_tls(0, {renewed.certificate, old.key});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, Errc::invalid_input);
  EXPECT_THAT(ask_over_tls(port, old.certificate, ""), HasSubstr("GET /tls"));

  ASSERT_TRUE(server_->reload_tls(0, renewed));
  EXPECT_THAT(ask_over_tls(port, renewed.certificate, ""), HasSubstr("GET /tls"));
  EXPECT_THAT(ask_over_tls(port, old.certificate, ""), Not(HasSubstr("GET /tls")));
}

TEST_F(ServerTest, ConnectionsAreCounted) {
  start();
  EXPECT_EQ(server_->connections(), 0U);
  Line one = line();
  one.send(get("/gate"));
  gate_.wait_for(1);
  EXPECT_EQ(server_->connections(), 1U);
}

TEST_F(ServerTest, WhoDoesNotShakeHandsInTimeIsCutOff) {
  options_.tcp[0].tls = make_certificate(directory_.path(), "site");
  options_.limits.header_timeout = std::chrono::milliseconds(50);
  start();
  Line silent = line();
  EXPECT_TRUE(silent.hears_the_end());
}

TEST_F(ServerTest, UnusableCertificatesAndKeysAreNamedAtTheStart) {
  const TlsFiles good = make_certificate(directory_.path(), "good");
  const TlsFiles other = make_certificate(directory_.path(), "other");
  const struct {
    const char* word;
    TlsFiles files;
    std::string named;
  } cases[] = {
      {"no certificate", {path("none.crt"), good.key}, path("none.crt")},
      {"no key", {good.certificate, path("none.key")}, path("none.key")},
      {"another one's key", {good.certificate, other.key}, other.key},
      {"a key is no certificate", {good.key, good.key}, good.key},
  };
  for (const auto& one : cases) {
    options_.tcp[0].tls = one.files;
    const Error error = failure();
    EXPECT_EQ(error.code, Errc::invalid_input) << one.word;
    EXPECT_THAT(error.context, HasSubstr(one.named)) << one.word;
  }
}

TEST_F(ServerTest, StoppingFinishesWhatRunsAndClosesWhatIsIdle) {
  start();
  Line idle = line();
  idle.send(get("/"));
  ASSERT_TRUE(idle.hear());
  Line running = line();
  running.send(get("/gate"));
  gate_.wait_for(1);

  std::future<void> stopping = std::async(std::launch::async, [this] { server_->stop(); });
  EXPECT_TRUE(idle.hears_the_end());
  gate_.open();
  const auto heard = running.hear();
  ASSERT_TRUE(heard);
  EXPECT_EQ(heard->status, 200);
  EXPECT_THAT(heard->head, HasSubstr("Connection: close\r\n"));
  EXPECT_TRUE(running.hears_the_end());
  stopping.get();
  server_->stop();
}

TEST_F(ServerTest, StoppingDoesNotWaitForAClientWhoIsTooSlow) {
  options_.limits.stop_timeout = std::chrono::milliseconds(50);
  start();
  Line slow = line();
  slow.send("POST / HTTP/1.1\r\nContent-Length: 5\r\n\r\nhel");
  Line other = line();
  other.send(get("/"));
  ASSERT_TRUE(other.hear());
  server_->stop();
  server_.reset();
  EXPECT_TRUE(slow.hears_the_end());
}

TEST_F(ServerTest, ManyClientsAtOnceAreAllAnswered) {
  start();
  constexpr int kClients = 16;
  constexpr int kEach = 25;
  std::atomic<int> answered{0};
  std::vector<std::thread> clients;
  for (int i = 0; i < kClients; ++i) {
    clients.emplace_back([this, i, &answered] {
      Line line = this->line();
      for (int j = 0; j < kEach; ++j) {
        const std::string body = std::to_string(i) + "-" + std::to_string(j);
        line.send(post("/", body));
        const auto heard = line.hear();
        if (heard && heard->body.find("[" + body + "]") != std::string::npos) ++answered;
      }
    });
  }
  for (std::thread& client : clients) client.join();
  EXPECT_EQ(answered, kClients * kEach);
}

}  // namespace
}  // namespace lockstep
