// SPDX-License-Identifier: Apache-2.0
// One connection from its first byte to its last. Internal to front/http: brings Asio with it.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/ssl/context.hpp>

#include "front/http/server.h"
#include "front/http/usage.h"

namespace lockstep {

/// What all connections of a server share. Outlives them.
struct Shared {
  HttpLimits limits;
  const HttpHandler& handler;
  WorkerPool& workers;
  Usage usage;
  std::function<void(const std::string&)> warn;
  std::vector<std::string> trusted_proxies{};  ///< addresses; see TcpListen
};

// Each takes over an accepted socket, on the strand it was made with, and answers its requests one
// after the other until either side closes. Beyond the limits it is closed at once, without a word:
// a word would cost more than the client's next try.

void serve_plain(boost::asio::ip::tcp::socket socket, Shared& shared);
/// `tls` is needed during the call only: OpenSSL counts who uses what is in it.
void serve_tls(boost::asio::ip::tcp::socket socket, boost::asio::ssl::context& tls, Shared& shared);
void serve_unix(boost::asio::local::stream_protocol::socket socket, Shared& shared);

}  // namespace lockstep
