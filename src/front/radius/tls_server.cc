// SPDX-License-Identifier: Apache-2.0
#include "front/radius/tls_server.h"

#include <array>
#include <atomic>
#include <deque>
#include <future>
#include <set>
#include <thread>
#include <utility>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/ssl.hpp>
#include <fmt/format.h>

#include "front/http/listener.h"
#include "front/radius/answers.h"
#include "front/radius/peer_names.h"

namespace lockstep {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
using boost::system::error_code;
using TlsContext = std::unique_ptr<asio::ssl::context>;
using Stream = beast::ssl_stream<beast::tcp_stream>;

constexpr std::size_t kHeaderBytes = 4;  // code, identifier, length

/// What the lists in this file name is refused from now on, and everybody once they are over.
Result<void> check_revocation(SSL_CTX* context, const std::string& file) {
  X509_STORE* const store = SSL_CTX_get_cert_store(context);
  X509_LOOKUP* const lookup = X509_STORE_add_lookup(store, X509_LOOKUP_file());
  const bool is_read =
      lookup != nullptr && X509_load_crl_file(lookup, file.c_str(), X509_FILETYPE_PEM) > 0;
  if (is_read && X509_STORE_set_flags(store, X509_V_FLAG_CRL_CHECK) == 1) return {};
  return fail(Errc::invalid_input,
              fmt::format("RADIUS over TLS: client_crl {} is no readable PEM file with a "
                          "revocation list of each authority",
                          file));
}

/// As the server's own TLS, and who connects has to show a certificate of `client_ca`.
Result<TlsContext> load_mutual_tls(const RadiusTlsListen& listen) {
  LOCKSTEP_TRY(TlsContext context, load_tls({listen.certificate, listen.key}));
  error_code error;
  context->load_verify_file(listen.client_ca, error);
  if (error) {
    return fail(Errc::invalid_input,
                fmt::format("RADIUS over TLS: client_ca {}: {}; give a readable PEM file with the "
                            "certificates of who signs those of clients",
                            listen.client_ca, error.message()));
  }
  SSL_CTX* const native = context->native_handle();
  if (!listen.client_crl.empty()) {
    LOCKSTEP_CHECK(check_revocation(native, listen.client_crl));
  }
  SSL_CTX_set_verify(native, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, nullptr);
  // Each connection shows its certificate: what is resumed would outlive it.
  SSL_CTX_set_session_cache_mode(native, SSL_SESS_CACHE_OFF);
  SSL_CTX_set_options(native, SSL_OP_NO_TICKET);
  SSL_CTX_set_num_tickets(native, 0);
  return context;
}

RadiusSender sender_of(const asio::ip::tcp::socket& socket) {
  error_code error;
  const asio::ip::tcp::endpoint peer = socket.remote_endpoint(error);
  if (peer.address().is_v4()) {
    return {IpAddress::of_v4(peer.address().to_v4().to_bytes()), peer.port()};
  }
  return {IpAddress(peer.address().to_v6().to_bytes()), peer.port()};
}

/// One client's connection; all of it belongs to the I/O thread.
struct Connection {
  Connection(asio::ip::tcp::socket socket, asio::ssl::context& tls)
      : sender(sender_of(socket)), stream(std::move(socket), tls) {}

  void close() { beast::get_lowest_layer(stream).close(); }

  RadiusSender sender;
  Stream stream;
  const RadiusClient* client = nullptr;
  std::deque<Bytes> replies;  ///< the first of them is being sent
};
// Shared by who reads it, who writes to it, and the replies on their way to it.
using Shared = std::shared_ptr<Connection>;

class AsioRadiusTlsServer final : public RadiusTlsServer {
 public:
  AsioRadiusTlsServer(RadiusDesk& desk, WorkerPool& workers)
      : desk_(desk), answers_(io_, desk, workers), guard_(asio::make_work_guard(io_)) {}
  AsioRadiusTlsServer(const AsioRadiusTlsServer&) = delete;
  AsioRadiusTlsServer& operator=(const AsioRadiusTlsServer&) = delete;
  // NOLINTNEXTLINE(bugprone-exception-escape): throws where no thread can be told; then it ends.
  ~AsioRadiusTlsServer() override { stop(); }

  Result<void> open(const RadiusTlsListen& listen) {
    LOCKSTEP_TRY(tls_, load_mutual_tls(listen));
    TcpListen tcp;
    tcp.address = listen.address;
    tcp.port = listen.port;
    tcp.tls = TlsFiles{listen.certificate, listen.key};
    LOCKSTEP_TRY(TcpAcceptor acceptor, open_tcp(io_, tcp));
    acceptor_.emplace(std::move(acceptor));
    return {};
  }

  void serve() {
    asio::co_spawn(io_, accept_all(), asio::detached);
    thread_ = std::thread([this] { io_.run(); });
  }

  [[nodiscard]] std::uint16_t port() const override {
    error_code error;
    return acceptor_->local_endpoint(error).port();
  }
  [[nodiscard]] std::size_t connections() const override { return count_.load(); }

  void stop() override {
    if (!thread_.joinable()) return;
    in_io([this] {
      stopping_ = true;
      error_code error;
      acceptor_->close(error);
    });
    answers_.drain();
    in_io([this] {
      is_closing_ = true;
      for (Connection* one : connections_) {
        // The others end when their replies are sent.
        if (one->replies.empty()) one->close();
      }
    });
    // Nothing is left for it to wait for.
    guard_.reset();
    thread_.join();
  }

 private:
  /// Does it in the I/O thread, and waits for it.
  template <class Job>
  void in_io(Job job) {
    std::promise<void> done;
    asio::post(io_, [&] {
      job();
      done.set_value();
    });
    done.get_future().wait();
  }

  asio::awaitable<void> accept_all() {
    while (acceptor_->is_open()) {
      error_code error;
      asio::ip::tcp::socket socket(io_);
      co_await acceptor_->async_accept(socket, asio::redirect_error(asio::use_awaitable, error));
      if (error == asio::error::operation_aborted) co_return;
      if (error) {
        // Out of descriptors, most likely: not asked again without end.
        asio::steady_timer pause(io_, std::chrono::milliseconds(100));
        co_await pause.async_wait(asio::redirect_error(asio::use_awaitable, error));
        continue;
      }
      if (!has_room(sender_of(socket).address)) {
        desk_.refuse_connection(sender_of(socket),
                                "too many connections wait for their client's "
                                "certificate, or are open");
        continue;
      }
      socket.set_option(asio::ip::tcp::no_delay(true), error);
      socket.set_option(asio::socket_base::keep_alive(true), error);
      auto connection = std::make_shared<Connection>(std::move(socket), *tls_);
      asio::co_spawn(io_, serve_one(std::move(connection)), asio::detached);
    }
  }

  /// For one more who has shown nothing yet.
  [[nodiscard]] bool has_room(const IpAddress& address) const {
    std::size_t strangers = 0;
    std::size_t of_address = 0;
    for (const Connection* one : connections_) {
      if (one->client != nullptr) continue;
      ++strangers;
      if (one->sender.address == address) ++of_address;
    }
    return strangers < kStrangersMax && of_address < kStrangersPerAddressMax &&
           connections_.size() - strangers < kConnectionsMax;
  }

  asio::awaitable<void> serve_one(Shared self) {
    if (stopping_) co_return;
    connections_.insert(self.get());
    count_ = connections_.size();
    // Each awaited in a statement of its own: GCC 12 loses its way in conditions.
    bool going = co_await shake_hands(*self);
    // Also while we stop, or who sends on would lose the replies that are still to come.
    while (going) going = co_await take_packet(self);
    self->close();
    connections_.erase(self.get());
    count_ = connections_.size();
  }

  asio::awaitable<bool> shake_hands(Connection& self) {
    error_code error;
    beast::get_lowest_layer(self.stream).expires_after(kHandshakeWithin);
    co_await self.stream.async_handshake(asio::ssl::stream_base::server,
                                         asio::redirect_error(asio::use_awaitable, error));
    if (error) {
      desk_.refuse_connection(self.sender, error.message());
      co_return false;
    }
    for (const std::string& name : peer_names(self.stream.native_handle())) {
      self.client = desk_.clients().find_certificate(name);
      if (self.client != nullptr) co_return true;
    }
    desk_.refuse_connection(self.sender, "no client has a name of its certificate");
    co_return false;
  }

  /// False when there will be no more of them.
  asio::awaitable<bool> take_packet(const Shared& self) {
    std::array<std::uint8_t, kRadiusBytesMax> bytes{};
    error_code error;
    auto token = asio::redirect_error(asio::use_awaitable, error);
    beast::get_lowest_layer(self->stream).expires_after(kIdle);
    co_await asio::async_read(self->stream, asio::buffer(bytes, kHeaderBytes), token);
    if (error) co_return false;
    const std::size_t length = (std::size_t{bytes[2]} << 8U) | bytes[3];
    // RFC 6614 section 2.6: nothing can be read behind a packet whose end is not known.
    if (length < kRadiusBytesMin || length > kRadiusBytesMax) co_return false;
    beast::get_lowest_layer(self->stream).expires_after(kPacketWithin);
    co_await asio::async_read(
        self->stream, asio::buffer(bytes.data() + kHeaderBytes, length - kHeaderBytes), token);
    if (error) co_return false;
    hand_over(self, ByteView(bytes).first(length));
    co_return true;
  }

  void hand_over(const Shared& self, ByteView packet) {
    // stop() waits for what was given before: nothing may be given after it has looked.
    if (stopping_) return;
    auto received = desk_.receive(packet, *self->client, self->sender);
    if (auto* answer = std::get_if<Bytes>(&received)) {
      send(self, std::move(*answer));
    } else if (auto* work = std::get_if<RadiusWork>(&received)) {
      answers_.give(std::move(*work), [this, self](const Bytes& reply) {
        asio::post(io_, [this, self, reply] { send(self, reply); });
      });
    }
  }

  void send(const Shared& self, Bytes reply) {
    if (!connections_.contains(self.get())) return;
    if (self->replies.size() >= kRepliesMax) {
      self->close();
      return;
    }
    self->replies.push_back(std::move(reply));
    if (self->replies.size() == 1) asio::co_spawn(io_, send_all(self), asio::detached);
  }

  asio::awaitable<void> send_all(Shared self) {
    error_code error;
    while (!self->replies.empty() && !error) {
      beast::get_lowest_layer(self->stream).expires_after(kPacketWithin);
      co_await asio::async_write(self->stream, asio::buffer(self->replies.front()),
                                 asio::redirect_error(asio::use_awaitable, error));
      self->replies.pop_front();
    }
    if (error || is_closing_) self->close();
  }

  RadiusDesk& desk_;
  asio::io_context io_;
  RadiusAnswers answers_;
  asio::executor_work_guard<asio::io_context::executor_type> guard_;
  TlsContext tls_;
  std::optional<TcpAcceptor> acceptor_;
  std::set<Connection*> connections_;
  std::atomic<std::size_t> count_{0};
  bool stopping_ = false;    ///< no more packets are taken; belongs to the I/O thread, as the next
  bool is_closing_ = false;  ///< all that was taken has its reply
  std::thread thread_;
};

}  // namespace

Result<std::unique_ptr<RadiusTlsServer>> start_radius_tls_server(const RadiusTlsListen& listen,
                                                                 RadiusDesk& desk,
                                                                 WorkerPool& workers) {
  auto server = std::make_unique<AsioRadiusTlsServer>(desk, workers);
  LOCKSTEP_CHECK(server->open(listen));
  server->serve();
  return server;
}

}  // namespace lockstep
