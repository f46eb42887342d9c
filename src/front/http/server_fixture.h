// SPDX-License-Identifier: Apache-2.0
// A real server before a handler that says what it was asked. For tests of front/http.
#pragma once

#include <condition_variable>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include <gtest/gtest.h>

#include "front/http/server.h"
#include "front/http/test_line.h"
#include "testing/temporary_directory.h"

namespace lockstep {

/// A door that tests open; and a count of those who stand before it.
class Gate {
 public:
  void pass() {
    std::unique_lock lock(mutex_);
    ++waiting_;
    changed_.notify_all();
    changed_.wait(lock, [this] { return open_; });
  }
  void open() {
    const std::lock_guard lock(mutex_);
    open_ = true;
    changed_.notify_all();
  }
  void wait_for(int count) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this, count] { return waiting_ >= count; });
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  int waiting_ = 0;
  bool open_ = false;
};

constexpr std::size_t kBodyMax = 1'000;
constexpr std::size_t kLargeBodyMax = 300'000;

inline std::string text_of(PeerKind kind) {
  switch (kind) {
    case PeerKind::tcp:
      return "tcp";
    case PeerKind::tls:
      return "tls";
    case PeerKind::unix_socket:
      return "unix";
    case PeerKind::in_process:
      return "in-process";
  }
  return "";
}

/// Says what it was asked, so that a case can be read off the page.
class Echo final : public HttpHandler {
 public:
  explicit Echo(Gate& gate) : gate_(gate) {}

  [[nodiscard]] Response handle(const Request& request) const override {
    if (request.path == "/gate") gate_.pass();
    Response response;
    response.content_type = "text/plain";
    if (request.path == "/large") response.body.assign(kLargeBodyMax, 'x');
    if (request.path == "/nothing") response.status = 204;
    if (request.path == "/unchanged") response.status = 304;
    if (request.path == "/hold") response.hold = std::chrono::milliseconds(1);
    if (response.body.empty()) {
      response.body = std::string(name_of(request.method)) + " " + request.path + "?" +
                      request.query + " [" + request.body + "] " + text_of(request.peer.kind) +
                      " " + request.peer.address;
      if (request.peer.uid) response.body += " uid=" + std::to_string(*request.peer.uid);
      if (!request.cookie.empty()) response.body += " cookie=" + request.cookie;
      if (!request.lockstep.empty()) response.body += " lockstep=" + request.lockstep;
      if (!request.if_match.empty()) response.body += " if-match=" + request.if_match;
      if (!request.if_none_match.empty()) response.body += " unless=" + request.if_none_match;
      if (!request.accept_encoding.empty()) response.body += " coded=" + request.accept_encoding;
    }
    return response;
  }

  [[nodiscard]] Response refuse(const Refusal& refusal) const override {
    Response response;
    response.status = refusal.kind == RefusalKind::bad_request        ? 400
                      : refusal.kind == RefusalKind::body_too_large   ? 413
                      : refusal.kind == RefusalKind::header_too_large ? 431
                                                                      : 503;
    response.headers.emplace_back("Retry-After", "1");
    return response;
  }

  [[nodiscard]] std::size_t body_bytes_max(Method, std::string_view path) const override {
    return path == "/import" ? kLargeBodyMax : kBodyMax;
  }

 private:
  Gate& gate_;
};

/// A server on a port that the system chose, and what it stands on.
class ServerTest : public ::testing::Test {
 protected:
  ServerTest() {
    options_.tcp.emplace_back();
    options_.io_threads = 2;
  }
  ~ServerTest() override {
    gate_.open();
    server_.reset();
  }

  void start() {
    workers_.emplace(worker_options_);
    Result<std::unique_ptr<HttpServer>> server = start_http_server(options_, echo_, *workers_);
    ASSERT_TRUE(server) << server.error().context;
    server_ = *std::move(server);
  }

  /// What starting with `options_` fails with.
  Error failure() {
    workers_.emplace(worker_options_);
    const Result<std::unique_ptr<HttpServer>> server =
        start_http_server(options_, echo_, *workers_);
    return server ? Error{Errc::corrupt, "it started"} : server.error();
  }

  [[nodiscard]] Line line() const { return Line::to_port(server_->ports().at(0)); }
  [[nodiscard]] std::string path(const std::string& name) const { return directory_.path() / name; }

  TemporaryDirectory directory_;
  Gate gate_;
  Echo echo_{gate_};
  HttpOptions options_;
  WorkerPoolOptions worker_options_{.threads = 4, .queue_max = 64};
  std::optional<WorkerPool> workers_;
  std::unique_ptr<HttpServer> server_;
};

inline std::string get(const std::string& target) {
  return "GET " + target + " HTTP/1.1\r\nHost: x\r\n\r\n";
}

inline std::string post(const std::string& target, const std::string& body) {
  return "POST " + target +
         " HTTP/1.1\r\nHost: x\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" +
         body;
}

}  // namespace lockstep
