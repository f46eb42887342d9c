// SPDX-License-Identifier: Apache-2.0
#include "front/cli/client.h"

#include <algorithm>
#include <cstdlib>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

namespace lockstep {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::StartsWith;

TEST(PercentEncoded, OnlyUnreservedCharactersStay) {
  EXPECT_EQ(percent_encoded("AZaz09-._~"), "AZaz09-._~");
  EXPECT_EQ(percent_encoded("a/b?c=d&e f+"), "a%2Fb%3Fc%3Dd%26e%20f%2B");
  EXPECT_EQ(percent_encoded("Åsa"), "%C3%85sa");
  EXPECT_EQ(percent_encoded(".."), "..");
}

TEST(TargetTest, SegmentsAndQueriesAreEncoded) {
  EXPECT_EQ(Target("/api/v1/users").segment("a b").query("q", "x&y").query("after", "1").text(),
            "/api/v1/users/a%20b?q=x%26y&after=1");
}

TEST(TargetTest, AQueryWithoutValueIsLeftOut) {
  EXPECT_EQ(Target("/api/v1/users").query("q", "").query("limit", "5").text(),
            "/api/v1/users?limit=5");
}

/// A Unix socket that takes one connection, keeps what it is sent and answers `answer`.
class OneShotServer {
 public:
  explicit OneShotServer(std::string answer) : answer_(std::move(answer)) {
    std::string name = testing::TempDir() + "lockstep-XXXXXX";
    LOCKSTEP_ASSERT(::mkdtemp(name.data()) != nullptr);
    directory_ = name;
    path_ = directory_ / "s";
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::ranges::copy(path_.native(), std::begin(address.sun_path));
    listener_ = ::socket(AF_UNIX, SOCK_STREAM, 0);
    LOCKSTEP_ASSERT(
        ::bind(listener_, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0);
    LOCKSTEP_ASSERT(::listen(listener_, 1) == 0);
  }
  OneShotServer(const OneShotServer&) = delete;
  OneShotServer& operator=(const OneShotServer&) = delete;
  ~OneShotServer() {
    if (thread_.joinable()) thread_.join();
    ::close(listener_);
    std::filesystem::remove_all(directory_);
  }

  /// Begins to answer; `until` are the last bytes of the request.
  void start(std::string until) {
    thread_ = std::thread([this, until = std::move(until)] {
      const int client = ::accept(listener_, nullptr, nullptr);
      while (!request_.ends_with(until)) {
        char bytes[4096];
        const ssize_t count = ::read(client, bytes, sizeof bytes);
        if (count <= 0) break;
        request_.append(bytes, static_cast<std::size_t>(count));
      }
      EXPECT_EQ(::send(client, answer_.data(), answer_.size(), MSG_NOSIGNAL),
                static_cast<ssize_t>(answer_.size()));
      ::close(client);
    });
  }

  [[nodiscard]] const std::filesystem::path& path() const { return path_; }
  /// What was sent, once the answer is there.
  const std::string& request() {
    thread_.join();
    return request_;
  }

 private:
  std::string answer_;
  std::filesystem::path directory_;
  std::filesystem::path path_;
  int listener_ = -1;
  std::string request_;
  std::thread thread_;
};

TEST(SocketTransportTest, CarriesMethodTargetAndBody) {
  OneShotServer server("HTTP/1.1 201 Created\r\nContent-Length: 2\r\n\r\n{}");
  server.start("{\"a\":1}");
  SocketTransport transport(server.path());
  const auto reply = transport.send({"PUT", "/api/v1/users/a%20b", R"({"a":1})"});
  ASSERT_TRUE(reply) << reply.error().context;
  EXPECT_EQ(reply->status, 201U);
  EXPECT_EQ(reply->body, "{}");
  EXPECT_THAT(server.request(),
              AllOf(StartsWith("PUT /api/v1/users/a%20b HTTP/1.1\r\n"),
                    HasSubstr("Content-Type: application/json\r\n"),
                    HasSubstr("Content-Length: 7\r\n"), testing::Not(HasSubstr("Expect:"))));
}

TEST(SocketTransportTest, CarriesTheVersionThatWasSeen) {
  OneShotServer server("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}");
  server.start("\r\n\r\n");
  SocketTransport transport(server.path());
  ASSERT_TRUE(
      transport.send({.method = "POST", .target = "/api/v1/x", .body = "", .if_match = "\"7\""}));
  EXPECT_THAT(server.request(), HasSubstr("If-Match: \"7\"\r\n"));
}

TEST(SocketTransportTest, AGetHasNoBody) {
  OneShotServer server("HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n");
  server.start("\r\n\r\n");
  SocketTransport transport(server.path());
  const auto reply = transport.send({"GET", "/api/v1/users", ""});
  ASSERT_TRUE(reply) << reply.error().context;
  EXPECT_EQ(reply->status, 404U);
  EXPECT_THAT(server.request(), AllOf(StartsWith("GET /api/v1/users HTTP/1.1\r\n"),
                                      testing::Not(HasSubstr("Content-Length"))));
}

TEST(SocketTransportTest, ADeleteIsSentWithoutBody) {
  OneShotServer server("HTTP/1.1 204 No Content\r\n\r\n");
  server.start("\r\n\r\n");
  SocketTransport transport(server.path());
  const auto reply = transport.send({"DELETE", "/api/v1/users/a", ""});
  ASSERT_TRUE(reply) << reply.error().context;
  EXPECT_EQ(reply->status, 204U);
  EXPECT_THAT(server.request(), StartsWith("DELETE /api/v1/users/a HTTP/1.1\r\n"));
}

TEST(SocketTransportTest, AnAnswerCutOffIsUnavailable) {
  OneShotServer server("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{");
  server.start("\r\n\r\n");
  SocketTransport transport(server.path());
  const auto reply = transport.send({"GET", "/", ""});
  ASSERT_FALSE(reply);
  EXPECT_EQ(reply.error().code, Errc::unavailable);
}

TEST(SocketTransportTest, WithoutServerTheErrorSaysWhatToDo) {
  SocketTransport transport("/nonexistent/admin.sock");
  const auto reply = transport.send({"GET", "/", ""});
  ASSERT_FALSE(reply);
  EXPECT_EQ(reply.error().code, Errc::unavailable);
  EXPECT_THAT(reply.error().context,
              AllOf(HasSubstr("/nonexistent/admin.sock"), HasSubstr("lockstep serve")));
}

TEST(IsListening, TellsASocketWithAServerFromOneWithout) {
  std::filesystem::path path;
  {
    OneShotServer server("");
    path = server.path();
    EXPECT_TRUE(is_listening(path));
  }
  EXPECT_FALSE(is_listening(path));
  EXPECT_FALSE(is_listening("/" + std::string(200, 'x')));
}

}  // namespace
}  // namespace lockstep
