// SPDX-License-Identifier: Apache-2.0
#include "front/http/listener.h"

#include <cerrno>
#include <string_view>
#include <utility>

#include <boost/asio/ip/v6_only.hpp>
#include <boost/asio/strand.hpp>
#include <fmt/format.h>
#include <openssl/ssl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

namespace lockstep {
namespace {

namespace asio = boost::asio;
using boost::system::error_code;

Errc errc_for(const error_code& error) {
  return error == asio::error::address_in_use ? Errc::conflict : Errc::unavailable;
}

std::string_view advice_for(const error_code& error) {
  if (error == asio::error::address_in_use) {
    return "another program listens there; stop it or choose another port";
  }
  if (error == asio::error::access_denied) {
    return "ports below 1024 need CAP_NET_BIND_SERVICE; choose another port or grant it";
  }
  return "check that this machine has the address";
}

/// What stands at `path` now, so far as a new socket is concerned.
enum class Place { free, left_over, in_use, other_file };

Place look_at(const std::string& path, const asio::local::stream_protocol::endpoint& endpoint) {
  struct stat info{};
  if (::lstat(path.c_str(), &info) != 0) return Place::free;
  if (!S_ISSOCK(info.st_mode)) return Place::other_file;
  asio::io_context io;
  asio::local::stream_protocol::socket probe(io);
  error_code error;
  probe.connect(endpoint, error);
  return error == asio::error::connection_refused ? Place::left_over : Place::in_use;
}

Result<void> make_room(const std::string& path,
                       const asio::local::stream_protocol::endpoint& endpoint) {
  switch (look_at(path, endpoint)) {
    case Place::free:
      return {};
    case Place::in_use:
      return fail(Errc::conflict, "admin socket " + path +
                                      ": another server answers there; stop it, or give this one "
                                      "another path");
    case Place::other_file:
      return fail(Errc::conflict, "admin socket " + path +
                                      ": a file that is no socket stands there; move it away, or "
                                      "choose another path");
    case Place::left_over:
      break;
  }
  if (::unlink(path.c_str()) == 0) return {};
  return fail(Errc::unavailable,
              "admin socket " + path +
                  ": the one left over cannot be removed; check the rights on its directory");
}

}  // namespace

Result<TcpAcceptor> open_tcp(asio::io_context& io, const TcpListen& listen) {
  error_code error;
  const asio::ip::address address = asio::ip::make_address(listen.address, error);
  if (error) {
    return fail(Errc::invalid_input,
                fmt::format("listen address '{}': write an IPv4 or IPv6 address, such as 127.0.0.1",
                            listen.address));
  }
  if (!listen.tls && listen.plain == PlainHttp::loopback_only && !address.is_loopback()) {
    return fail(Errc::invalid_input,
                fmt::format("listen address {}: plain HTTP beyond this machine would show codes to "
                            "whoever listens; configure TLS, or allow plain HTTP explicitly",
                            listen.address));
  }
  const asio::ip::tcp::endpoint endpoint(address, listen.port);
  TcpAcceptor acceptor(asio::make_strand(io));
  acceptor.open(endpoint.protocol(), error);
  if (!error) acceptor.set_option(asio::socket_base::reuse_address(true), error);
  if (!error && address.is_v6()) acceptor.set_option(asio::ip::v6_only(false), error);
  if (!error) acceptor.bind(endpoint, error);
  if (!error) acceptor.listen(kBacklog, error);
  if (error) {
    return fail(errc_for(error), fmt::format("cannot listen on {} port {}: {}; {}", listen.address,
                                             listen.port, error.message(), advice_for(error)));
  }
  return acceptor;
}

Result<UnixAcceptor> open_unix(asio::io_context& io, const std::string& path) {
  using Protocol = asio::local::stream_protocol;
  constexpr std::size_t kPathBytesMax = 107;  // sun_path of unix(7), less its NUL.
  if (path.size() > kPathBytesMax) {
    return fail(Errc::invalid_input, "admin socket " + path +
                                         ": the path is longer than the 107 bytes a socket may "
                                         "have; choose a shorter one");
  }
  const Protocol::endpoint endpoint(path);
  LOCKSTEP_CHECK(make_room(path, endpoint));

  error_code error;
  UnixAcceptor acceptor(asio::make_strand(io));
  acceptor.open(Protocol(), error);
  // Set before the bind: the file is born with this mode, and no umask of another thread matters.
  if (!error && ::fchmod(acceptor.native_handle(), S_IRUSR | S_IWUSR) != 0) {
    error = error_code(errno, boost::system::system_category());
  }
  if (!error) acceptor.bind(endpoint, error);
  if (!error) acceptor.listen(kBacklog, error);
  if (error) {
    return fail(errc_for(error),
                fmt::format("cannot listen on the admin socket {}: {}; check that its directory "
                            "exists and that the service may write to it",
                            path, error.message()));
  }
  return acceptor;
}

Result<std::unique_ptr<asio::ssl::context>> load_tls(const TlsFiles& files) {
  auto context = std::make_unique<asio::ssl::context>(asio::ssl::context::tls_server);
  SSL_CTX* const native = context->native_handle();
  SSL_CTX_set_min_proto_version(native, TLS1_2_VERSION);
  // A client that asks for ever new handshakes on one connection costs us work for nothing.
  SSL_CTX_set_options(native, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION);
  // Given back, and so wiped, between two requests: OpenSSL decrypts where it reads.
  SSL_CTX_set_mode(native, SSL_MODE_RELEASE_BUFFERS);

  error_code error;
  context->use_certificate_chain_file(files.certificate, error);
  if (error) {
    return fail(Errc::invalid_input,
                fmt::format("TLS certificate {}: {}; give a readable PEM file with the certificate "
                            "and its chain",
                            files.certificate, error.message()));
  }
  context->use_private_key_file(files.key, asio::ssl::context::pem, error);
  if (!error && SSL_CTX_check_private_key(native) != 1) error = asio::error::invalid_argument;
  if (error) {
    return fail(Errc::invalid_input,
                fmt::format("TLS key {}: {}; give a readable PEM file with the private key of {}",
                            files.key, error.message(), files.certificate));
  }
  return context;
}

}  // namespace lockstep
