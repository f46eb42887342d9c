// SPDX-License-Identifier: Apache-2.0
// Opens what a server listens on. For the .cc files of front doors: brings Asio with it.
#pragma once

#include <memory>
#include <string>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/ssl/context.hpp>

#include "base/result.h"
#include "front/http/server.h"

namespace lockstep {

using TcpAcceptor = boost::asio::ip::tcp::acceptor;
using UnixAcceptor = boost::asio::local::stream_protocol::acceptor;

/// How many connections the kernel keeps before we accept them.
inline constexpr int kBacklog = 512;

/// Listens on `listen`, each acceptor on a strand of its own. Errors: as start_http_server.
[[nodiscard]] Result<TcpAcceptor> open_tcp(boost::asio::io_context& io, const TcpListen& listen);

/// Listens on the socket file `path`, readable and writable by its owner only from its first
/// moment. A file left over by a server that died is replaced; one that answers, or that is no
/// socket, is not touched. Errors: as start_http_server.
[[nodiscard]] Result<UnixAcceptor> open_unix(boost::asio::io_context& io, const std::string& path);

/// TLS 1.2 and later with the certificate and key of `files`. Errors: invalid_input.
[[nodiscard]] Result<std::unique_ptr<boost::asio::ssl::context>> load_tls(const TlsFiles& files);

}  // namespace lockstep
