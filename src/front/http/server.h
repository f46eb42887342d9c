// SPDX-License-Identifier: Apache-2.0
// The HTTP server. Beast and Asio stay behind this header.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "front/http/handler.h"
#include "front/http/worker_pool.h"

namespace lockstep {

/// What one client, or all of them, can make the server hold. Every limit has a name here.
struct HttpLimits {
  std::size_t header_bytes_max = 16 * 1024;
  std::size_t bodies_bytes_max = 256 * 1024 * 1024;  ///< of all connections together, but for
  std::size_t small_body_bytes_max = 16 * 1024;      ///< bodies up to this size each
  std::chrono::milliseconds header_timeout{10'000};  ///< first byte to end of header; handshake
  std::chrono::milliseconds body_timeout{10'000};    ///< plus the time at the rate below
  std::size_t body_bytes_per_second_min = 256 * 1024;
  std::chrono::milliseconds idle_timeout{60'000};   ///< between two requests of a connection
  std::chrono::milliseconds write_timeout{30'000};  ///< for the client to take an answer
  std::size_t connections_max = 4'096;
  std::size_t connections_per_address_max = 256;   ///< tcp and tls; a whole site may share one
  std::chrono::milliseconds stop_timeout{10'000};  ///< how long stop() waits for slow clients
};

/// PEM files: the certificate with its chain, and its private key.
struct TlsFiles {
  std::string certificate;
  std::string key;
};

/// Whether plain HTTP may leave the machine, where codes could be read on the way.
enum class PlainHttp { loopback_only, anywhere };

/// A TCP address to listen on. Port 0 takes a free one; HttpServer::ports tells which.
struct TcpListen {
  std::string address = "127.0.0.1";  ///< an IPv4 or IPv6 address, no host name
  std::uint16_t port = 0;
  std::optional<TlsFiles> tls;
  PlainHttp plain = PlainHttp::loopback_only;
  /// Who else speaks for clients: their X-Forwarded-For is believed, its last address.
  std::vector<std::string> trusted_proxies{};
};

struct HttpOptions {
  std::vector<TcpListen> tcp;
  std::string admin_socket;  ///< path of the Unix-domain socket (mode 0600); empty: none
  HttpLimits limits;
  unsigned io_threads = 2;
  /// Told what an operator should know, such as running out of file descriptors. Thread-safe.
  std::function<void(const std::string&)> warn = [](const std::string&) {};
};

/// A running server. I/O threads never block: each request goes to the worker pool, and its answer
/// returns to the connection it came from. Public calls are for the thread that started it.
class HttpServer {
 public:
  HttpServer(const HttpServer&) = delete;
  HttpServer& operator=(const HttpServer&) = delete;
  /// Stops, if it still runs.
  virtual ~HttpServer() = default;

  /// The real port of each of HttpOptions::tcp, in the same order.
  [[nodiscard]] virtual std::vector<std::uint16_t> ports() const = 0;

  /// How many connections there are now. Thread-safe.
  [[nodiscard]] virtual std::size_t connections() const = 0;

  /// Reads certificate and key of listener number `index` of HttpOptions::tcp, which speaks TLS,
  /// from these files; connections that come from now on get them, others keep what they have.
  /// Errors: invalid_input, and everything stays as it was.
  [[nodiscard]] virtual Result<void> reload_tls(std::size_t index, const TlsFiles& files) = 0;

  /// Stops accepting, closes idle connections, finishes running requests, cuts off who is slower
  /// than `stop_timeout`, joins the I/O threads. The worker pool must still run. Twice is harmless.
  virtual void stop() = 0;

 protected:
  HttpServer() = default;
};

/// Starts serving `handler`. `handler` and `workers` outlive the server.
/// Errors, each naming the address or path and what to do: invalid_input (no such address, plain
/// HTTP beyond loopback, certificate or key unusable); conflict (address or socket is in use by
/// another server); unavailable (the system refuses).
[[nodiscard]] Result<std::unique_ptr<HttpServer>> start_http_server(const HttpOptions& options,
                                                                    const HttpHandler& handler,
                                                                    WorkerPool& workers);

}  // namespace lockstep
