// SPDX-License-Identifier: Apache-2.0
// Requests and their limits, over real sockets.
#include "front/http/server.h"

#include <array>
#include <atomic>
#include <future>
#include <latch>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "front/http/server_fixture.h"

namespace lockstep {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

TEST_F(ServerTest, ARequestReachesTheHandlerWhole) {
  start();
  Line line = this->line();
  line.send(
      "PATCH /a%20b?q=1&r HTTP/1.1\r\nHost: x\r\nIf-Match: \"7\"\r\nCookie: a=b\r\n"
      "X-Lockstep: 1\r\nContent-Length: 2\r\n\r\n{}");
  const auto heard = line.hear();
  ASSERT_TRUE(heard);
  EXPECT_EQ(heard->status, 200);
  EXPECT_EQ(heard->body,
            "PATCH /a%20b?q=1&r [{}] tcp 127.0.0.1 cookie=a=b lockstep=1 if-match=\"7\"");
}

TEST_F(ServerTest, AProxyOfOursSaysWhomARequestIsFromAndNobodyElseDoes) {
  const std::string request =
      "GET / HTTP/1.1\r\nHost: x\r\nX-Forwarded-For: 10.9.9.9\r\n"
      "X-Forwarded-For: 10.8.8.8, 192.0.2.7\r\n\r\n";
  const std::string nonsense = "GET / HTTP/1.1\r\nHost: x\r\nX-Forwarded-For: anna\r\n\r\n";
  start();
  Line stranger = line();
  stranger.send(request);
  EXPECT_EQ(stranger.hear()->body, "GET /? [] tcp 127.0.0.1");
  server_.reset();
  options_.tcp.at(0).trusted_proxies = {"127.0.0.1"};
  start();
  Line proxy = line();
  proxy.send(request);
  EXPECT_EQ(proxy.hear()->body, "GET /? [] tcp 192.0.2.7");
  proxy.send(nonsense);
  EXPECT_EQ(proxy.hear()->body, "GET /? [] tcp 127.0.0.1");
}

TEST_F(ServerTest, EveryAnswerHasTheSecurityHeaderFields) {
  start();
  for (const std::string& request : {get("/"), std::string("nonsense\r\n\r\n")}) {
    Line line = this->line();
    line.send(request);
    const auto heard = line.hear();
    ASSERT_TRUE(heard);
    EXPECT_THAT(heard->head, HasSubstr("X-Content-Type-Options: nosniff\r\n"));
    EXPECT_THAT(heard->head, HasSubstr("Cache-Control: no-store\r\n"));
    EXPECT_THAT(heard->head, HasSubstr("Referrer-Policy: no-referrer\r\n"));
    EXPECT_THAT(heard->head, Not(HasSubstr("Server:")));
  }
}

TEST_F(ServerTest, AConnectionTakesManyRequests) {
  start();
  Line line = this->line();
  for (int i = 0; i < 20; ++i) {
    line.send(post("/" + std::to_string(i), "body"));
    const auto heard = line.hear();
    ASSERT_TRUE(heard);
    EXPECT_THAT(heard->body, StartsWith("POST /" + std::to_string(i) + "? [body]"));
  }
}

TEST_F(ServerTest, PipelinedRequestsAreAnsweredInOrder) {
  start();
  Line line = this->line();
  line.send(post("/first", "1") + get("/second") + post("/third", "3"));
  for (const char* wanted : {"POST /first? [1]", "GET /second? []", "POST /third? [3]"}) {
    const auto heard = line.hear();
    ASSERT_TRUE(heard);
    EXPECT_THAT(heard->body, StartsWith(wanted));
  }
}

TEST_F(ServerTest, WhoAsksToCloseIsClosedAfterTheAnswer) {
  start();
  for (const char* request :
       {"GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", "GET / HTTP/1.0\r\n\r\n"}) {
    Line line = this->line();
    line.send(request);
    EXPECT_TRUE(line.hear());
    EXPECT_TRUE(line.hears_the_end());
  }
}

TEST_F(ServerTest, AnAnswerWithoutContentHasNeitherBodyNorType) {
  start();
  Line line = this->line();
  line.send(get("/nothing"));
  const auto heard = line.hear();
  ASSERT_TRUE(heard);
  EXPECT_EQ(heard->status, 204);
  EXPECT_EQ(heard->body, "");
  EXPECT_THAT(heard->head, Not(HasSubstr("\r\nContent-")));
  line.send(get("/next"));
  EXPECT_TRUE(line.hear());
}

TEST_F(ServerTest, AnAnswerThatNothingHasChangedHasNoLength) {
  start();
  Line line = this->line();
  line.send("GET /unchanged HTTP/1.1\r\nHost: x\r\n\r\n");
  const auto heard = line.hear();
  ASSERT_TRUE(heard);
  EXPECT_EQ(heard->status, 304);
  EXPECT_THAT(heard->head, Not(HasSubstr("\r\nContent-")));
  line.send(get("/next"));
  EXPECT_TRUE(line.hear());
}

TEST_F(ServerTest, WhatABrowserKnowsAlreadyReachesTheHandler) {
  start();
  Line line = this->line();
  line.send("GET /a HTTP/1.1\r\nHost: x\r\nIf-None-Match: \"7\"\r\nAccept-Encoding: br\r\n\r\n");
  const auto heard = line.hear();
  ASSERT_TRUE(heard);
  EXPECT_THAT(heard->body, HasSubstr(" unless=\"7\" coded=br"));
}

TEST_F(ServerTest, AnAnswerToHeadHasNoBody) {
  start();
  Line line = this->line();
  line.send("HEAD /head HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
  EXPECT_FALSE(line.hear()) << "The length is told, and the body does not come.";
}

TEST_F(ServerTest, AnAnswerThatIsKeptBackComes) {
  start();
  Line line = this->line();
  line.send(get("/hold"));
  EXPECT_TRUE(line.hear());
}

TEST_F(ServerTest, ALargeAnswerArrivesWhole) {
  start();
  Line line = this->line();
  line.send(get("/large"));
  const auto heard = line.hear();
  ASSERT_TRUE(heard);
  EXPECT_EQ(heard->body.size(), kLargeBodyMax);
}

TEST_F(ServerTest, ABodyMayBeAsLargeAsItsRouteAllows) {
  start();
  const struct {
    const char* word;
    const char* target;
    std::size_t bytes;
    int status;
  } cases[] = {
      {"at the limit", "/", kBodyMax, 200},
      {"one beyond", "/", kBodyMax + 1, 413},
      {"an import at its limit", "/import", kLargeBodyMax, 200},
      {"an import one beyond", "/import", kLargeBodyMax + 1, 413},
      {"with a query behind the path", "/?a=/import", kBodyMax + 1, 413},
  };
  for (const auto& one : cases) {
    Line line = this->line();
    line.send(post(one.target, std::string(one.bytes, 'x')));
    const auto heard = line.hear();
    ASSERT_TRUE(heard) << one.word;
    EXPECT_EQ(heard->status, one.status) << one.word;
  }
}

TEST_F(ServerTest, AChunkedBodyHasTheSameLimit) {
  start();
  const std::string head = "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n";
  Line fits = line();
  fits.send(head + "3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n");
  const auto whole = fits.hear();
  ASSERT_TRUE(whole);
  EXPECT_THAT(whole->body, HasSubstr("[abcde]"));

  Line too_long = line();
  const std::string chunk = "100\r\n" + std::string(256, 'x') + "\r\n";
  too_long.send(head + chunk + chunk + chunk + chunk + "0\r\n\r\n");
  const auto refused = too_long.hear();
  ASSERT_TRUE(refused);
  EXPECT_EQ(refused->status, 413);
}

TEST_F(ServerTest, AHeaderThatIsTooLongIs431) {
  options_.limits.header_bytes_max = 1024;
  start();
  const struct {
    const char* word;
    std::string request;
  } cases[] = {
      {"one long field", "GET / HTTP/1.1\r\nX: " + std::string(2'000, 'x') + "\r\n\r\n"},
      {"a long target", get("/" + std::string(2'000, 'x'))},
      {"far too long", "GET / HTTP/1.1\r\nX: " + std::string(90'000, 'x')},
  };
  for (const auto& one : cases) {
    Line line = this->line();
    line.send(one.request);
    const auto heard = line.hear();
    ASSERT_TRUE(heard) << one.word;
    EXPECT_EQ(heard->status, 431) << one.word;
    EXPECT_TRUE(line.hears_the_end()) << one.word;
  }
}

TEST_F(ServerTest, WhatIsNoHttpIs400) {
  start();
  for (const std::string request :
       {"nonsense\r\n\r\n", "GET / HTTP/9.9\r\n\r\n", "GET http://x/ HTTP/1.1\r\nHost: x\r\n\r\n",
        "GET * HTTP/1.1\r\nHost: x\r\n\r\n", "GET / HTTP/1.1\r\nHost x\r\n\r\n",
        "POST / HTTP/1.1\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        "POST / HTTP/1.1\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nhello",
        "POST / HTTP/1.1\r\nContent-Length: -1\r\n\r\n",
        "GET / HTTP/1.1\r\nAuthorization: Bearer a\r\nAuthorization: Bearer b\r\n\r\n",
        "GET / HTTP/1.1\r\nCookie: a=1\r\nCookie: a=2\r\n\r\n",
        "POST / HTTP/1.1\r\nX-Lockstep: 1\r\nX-Lockstep: 1\r\n\r\n",
        "GET / HTTP/1.1\r\nIf-Match: \"1\"\r\nIf-Match: \"2\"\r\n\r\n"}) {
    Line line = this->line();
    line.send(request);
    const auto heard = line.hear();
    ASSERT_TRUE(heard) << request;
    EXPECT_EQ(heard->status, 400) << request;
    EXPECT_TRUE(line.hears_the_end()) << request;
  }
}

TEST_F(ServerTest, WhoWaitsForTheGoAheadIsGivenIt) {
  start();
  Line line = this->line();
  line.send("POST / HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n");
  const auto go_on = line.hear();
  ASSERT_TRUE(go_on);
  EXPECT_EQ(go_on->status, 100);
  line.send("ab");
  const auto heard = line.hear();
  ASSERT_TRUE(heard);
  EXPECT_THAT(heard->body, HasSubstr("[ab]"));
}

TEST_F(ServerTest, WhoIsTooSlowIsCutOff) {
  options_.limits.header_timeout = std::chrono::milliseconds(50);
  options_.limits.body_timeout = std::chrono::milliseconds(50);
  options_.limits.idle_timeout = std::chrono::milliseconds(50);
  start();
  for (const char* sent : {"", "GET / HT", "GET / HTTP/1.1\r\nHost: x\r\n",
                           "POST / HTTP/1.1\r\nContent-Length: 5\r\n\r\nhel"}) {
    Line line = this->line();
    line.send(sent);
    EXPECT_TRUE(line.hears_the_end()) << sent;
  }
}

TEST_F(ServerTest, DrippingDoesNotStretchTheTimeForAHeader) {
  options_.limits.header_bytes_max = 64 * 1024 * 1024;
  options_.limits.header_timeout = std::chrono::milliseconds(100);
  start();
  Line line = this->line();
  line.send("GET / HTTP/1.1\r\nX: ");
  std::atomic<bool> ended = false;
  std::thread dripper([&line, &ended] {
    while (!ended) {
      line.send("X");
      std::this_thread::yield();
    }
  });
  EXPECT_TRUE(line.hears_the_end());
  ended = true;
  dripper.join();
}

TEST_F(ServerTest, AConnectionBeyondTheTotalIsClosedAtOnce) {
  options_.limits.connections_max = 2;
  start();
  Line first = line();
  Line second = line();
  for (Line* one : {&first, &second}) {
    one->send(get("/"));
    ASSERT_TRUE(one->hear());
  }
  Line third = line();
  EXPECT_TRUE(third.hears_the_end());
  first.send(get("/"));
  EXPECT_TRUE(first.hear());
}

TEST_F(ServerTest, AConnectionBeyondThoseOfOneAddressIsClosedAtOnce) {
  options_.limits.connections_per_address_max = 1;
  options_.admin_socket = path("admin");
  start();
  Line first = line();
  first.send(get("/"));
  ASSERT_TRUE(first.hear());
  Line second = line();
  EXPECT_TRUE(second.hears_the_end());
  Line admin = Line::to_socket(options_.admin_socket);
  admin.send(get("/"));
  EXPECT_TRUE(admin.hear());
}

TEST_F(ServerTest, BodiesBeyondTheirRoomAre503) {
  options_.limits.bodies_bytes_max = 100;
  options_.limits.small_body_bytes_max = 0;
  start();
  Line line = this->line();
  line.send(post("/", std::string(101, 'x')));
  const auto heard = line.hear();
  ASSERT_TRUE(heard);
  EXPECT_EQ(heard->status, 503);
}

TEST_F(ServerTest, AFullQueueIs503WithRetryAfterAndTheConnectionLives) {
  worker_options_ = {.threads = 1, .queue_max = 1};
  start();
  Line working = line();
  working.send(get("/gate"));
  gate_.wait_for(1);

  // One of these waits in the queue and the other is refused: which, the I/O threads decide.
  std::latch refused(1);
  std::array<Line, 2> lines = {line(), line()};
  std::array<std::future<Heard>, 2> answers;
  for (std::size_t i = 0; i < lines.size(); ++i) {
    lines.at(i).send(get("/gate"));
    answers.at(i) = std::async(std::launch::async, [&one = lines.at(i), &refused] {
      Heard heard = one.hear().value_or(Heard{});
      if (heard.status == 503) refused.count_down();
      return heard;
    });
  }
  refused.wait();
  gate_.open();

  std::vector<int> statuses;
  for (std::size_t i = 0; i < lines.size(); ++i) {
    const Heard heard = answers.at(i).get();
    statuses.push_back(heard.status);
    const bool refused_one = heard.status == 503;
    EXPECT_EQ(heard.head.find("Retry-After: 1\r\n") != std::string::npos, refused_one);
    lines.at(i).send(get("/later"));
    const auto later = lines.at(i).hear();
    ASSERT_TRUE(later);
    EXPECT_EQ(later->status, 200);
  }
  EXPECT_THAT(statuses, ::testing::UnorderedElementsAre(200, 503));
  EXPECT_TRUE(working.hear());
}

TEST_F(ServerTest, AnIdleConnectionDoesNotHoldAWorker) {
  worker_options_ = {.threads = 1, .queue_max = 8};
  start();
  Line idle = line();
  idle.send(get("/"));
  ASSERT_TRUE(idle.hear());
  idle.send("POST / HTTP/1.1\r\nContent-Length: 5\r\n\r\nhel");
  Line other = line();
  other.send(get("/"));
  EXPECT_TRUE(other.hear());
}

}  // namespace
}  // namespace lockstep
