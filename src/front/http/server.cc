// SPDX-License-Identifier: Apache-2.0
#include "front/http/server.h"

#include <deque>
#include <memory>
#include <mutex>
#include <thread>
#include <utility>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/strand.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <unistd.h>

#include "base/assert.h"
#include "front/http/connection.h"
#include "front/http/listener.h"
#include "front/http/usage.h"

namespace lockstep {
namespace {

namespace asio = boost::asio;
using boost::system::error_code;

/// How long accepting rests when the system has no descriptor or memory for one more connection.
constexpr std::chrono::milliseconds kAcceptPause{100};

/// Accepts until the acceptor is closed, and gives each socket, on a strand of its own, to `serve`.
template <class Acceptor, class Serve>
asio::awaitable<void> accept_all(asio::io_context& io, Acceptor& acceptor, Shared& shared,
                                 Serve serve) {
  using Socket = typename Acceptor::protocol_type::socket;
  asio::steady_timer pause(acceptor.get_executor());
  while (acceptor.is_open()) {
    Socket socket(asio::make_strand(io));
    error_code error;
    auto token = asio::redirect_error(asio::use_awaitable, error);
    co_await acceptor.async_accept(socket, token);
    if (!error) serve(std::move(socket));
    if (!error || error == asio::error::operation_aborted) continue;
    // A client that left before we came is its own affair; the rest is worth a word and a rest.
    if (error == asio::error::connection_aborted) continue;
    shared.warn("cannot accept connections: " + error.message());
    pause.expires_after(kAcceptPause);
    co_await pause.async_wait(token);
  }
}

/// What new connections of a listener are encrypted with; exchanged while they come.
class TlsSlot {
 public:
  using Context = std::shared_ptr<asio::ssl::context>;  // Of the slot and of who accepts just now.

  void set(Context context) {
    const std::scoped_lock lock(mutex_);
    context_ = std::move(context);
  }
  /// Null: plain HTTP.
  [[nodiscard]] Context get() const {
    const std::scoped_lock lock(mutex_);
    return context_;
  }

 private:
  mutable std::mutex mutex_;
  Context context_;
};

class AsioServer final : public HttpServer {
 public:
  AsioServer(const HttpOptions& options, const HttpHandler& handler, WorkerPool& workers)
      : options_(options),
        shared_{options.limits, handler, workers, Usage(options.limits), options.warn},
        guard_(asio::make_work_guard(io_)) {}

  AsioServer(const AsioServer&) = delete;
  AsioServer& operator=(const AsioServer&) = delete;
  // NOLINTNEXTLINE(bugprone-exception-escape): throws where no thread can be told; then it ends.
  ~AsioServer() override { stop(); }

  /// Opens everything before anything is served, so that a half-started server answers nobody.
  Result<void> open() {
    for (const TcpListen& listen : options_.tcp) {
      TlsSlot& slot = tls_.emplace_back();
      const auto& proxies = listen.trusted_proxies;
      shared_.trusted_proxies.insert(shared_.trusted_proxies.end(), proxies.begin(), proxies.end());
      if (listen.tls) {
        LOCKSTEP_TRY(TlsSlot::Context context, load_tls(*listen.tls));
        slot.set(std::move(context));
      }
      LOCKSTEP_TRY(TcpAcceptor acceptor, open_tcp(io_, listen));
      tcp_.push_back(std::make_unique<TcpAcceptor>(std::move(acceptor)));
    }
    if (!options_.admin_socket.empty()) {
      LOCKSTEP_TRY(UnixAcceptor acceptor, open_unix(io_, options_.admin_socket));
      unix_ = std::make_unique<UnixAcceptor>(std::move(acceptor));
    }
    return {};
  }

  void serve() {
    for (std::size_t i = 0; i < tcp_.size(); ++i) {
      auto give = [this, &slot = tls_[i]](asio::ip::tcp::socket socket) {
        if (const TlsSlot::Context tls = slot.get()) {
          serve_tls(std::move(socket), *tls, shared_);
        } else {
          serve_plain(std::move(socket), shared_);
        }
      };
      asio::co_spawn(tcp_[i]->get_executor(), accept_all(io_, *tcp_[i], shared_, std::move(give)),
                     asio::detached);
    }
    if (unix_) {
      auto give = [this](asio::local::stream_protocol::socket socket) {
        serve_unix(std::move(socket), shared_);
      };
      asio::co_spawn(unix_->get_executor(), accept_all(io_, *unix_, shared_, std::move(give)),
                     asio::detached);
    }
    for (unsigned i = 0; i < options_.io_threads; ++i) {
      threads_.emplace_back([this] { io_.run(); });
    }
  }

  [[nodiscard]] std::vector<std::uint16_t> ports() const override {
    std::vector<std::uint16_t> result;
    for (const auto& acceptor : tcp_) {
      error_code error;
      result.push_back(acceptor->local_endpoint(error).port());
    }
    return result;
  }

  [[nodiscard]] std::size_t connections() const override { return shared_.usage.connections(); }

  [[nodiscard]] Result<void> reload_tls(std::size_t index, const TlsFiles& files) override {
    LOCKSTEP_ASSERT(index < tls_.size() && tls_[index].get() != nullptr);
    LOCKSTEP_TRY(TlsSlot::Context context, load_tls(files));
    tls_[index].set(std::move(context));
    return {};
  }

  void stop() override {
    if (stopped_) return;
    stopped_ = true;
    for (const auto& acceptor : tcp_) close_on_its_strand(*acceptor);
    if (unix_) {
      close_on_its_strand(*unix_);
      ::unlink(options_.admin_socket.c_str());
    }
    shared_.usage.begin_stop();
    if (!shared_.usage.wait_for_connections(options_.limits.stop_timeout)) {
      options_.warn("some clients did not take their answer in time and were cut off");
    }
    // Jobs come back to connections that io_ owns: it must be there until the last has done so.
    shared_.usage.wait_for_jobs();
    guard_.reset();
    io_.stop();
    for (std::thread& thread : threads_) thread.join();
    threads_.clear();
  }

 private:
  template <class Acceptor>
  static void close_on_its_strand(Acceptor& acceptor) {
    asio::post(acceptor.get_executor(), [&acceptor] {
      error_code error;
      acceptor.close(error);
    });
  }

  // The order matters: io_ destroys the connections that are left, which use shared_ and tls_.
  const HttpOptions options_;
  Shared shared_;
  std::deque<TlsSlot> tls_;  ///< one for each tcp_
  asio::io_context io_;
  asio::executor_work_guard<asio::io_context::executor_type> guard_;
  std::vector<std::unique_ptr<TcpAcceptor>> tcp_;
  std::unique_ptr<UnixAcceptor> unix_;
  std::vector<std::thread> threads_;
  bool stopped_ = false;
};

}  // namespace

Result<std::unique_ptr<HttpServer>> start_http_server(const HttpOptions& options,
                                                      const HttpHandler& handler,
                                                      WorkerPool& workers) {
  auto server = std::make_unique<AsioServer>(options, handler, workers);
  LOCKSTEP_CHECK(server->open());
  server->serve();
  return server;
}

}  // namespace lockstep
