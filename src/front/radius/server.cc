// SPDX-License-Identifier: Apache-2.0
#include "front/radius/server.h"

#include <condition_variable>
#include <mutex>
#include <optional>
#include <thread>
#include <utility>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <unistd.h>

#include "front/radius/answers.h"
#include "front/radius/udp_socket.h"

namespace lockstep {
namespace {

namespace asio = boost::asio;
using boost::system::error_code;

/// One address: its socket, and a second descriptor of it for Asio to wait on.
struct Listener {
  Listener(asio::io_context& io, UdpSocket opened, RadiusDoor purpose)
      : socket(std::move(opened)), door(purpose), ready(io, ::dup(socket.descriptor())) {}

  UdpSocket socket;
  RadiusDoor door;
  asio::posix::stream_descriptor ready;
};

class AsioRadiusServer final : public RadiusServer {
 public:
  AsioRadiusServer(RadiusDesk& desk, WorkerPool& workers)
      : desk_(desk), answers_(io_, desk, workers), guard_(asio::make_work_guard(io_)) {}
  AsioRadiusServer(const AsioRadiusServer&) = delete;
  AsioRadiusServer& operator=(const AsioRadiusServer&) = delete;
  // NOLINTNEXTLINE(bugprone-exception-escape): throws where no thread can be told; then it ends.
  ~AsioRadiusServer() override { stop(); }

  Result<void> open(const std::vector<RadiusListen>& listens) {
    for (const RadiusListen& listen : listens) {
      LOCKSTEP_TRY(UdpSocket socket, UdpSocket::open(listen.address, listen.port));
      listeners_.push_back(std::make_unique<Listener>(io_, std::move(socket), listen.door));
    }
    return {};
  }

  void serve() {
    for (const auto& listener : listeners_) {
      asio::co_spawn(io_, receive_all(*listener), asio::detached);
    }
    thread_ = std::thread([this] { io_.run(); });
  }

  [[nodiscard]] std::vector<std::uint16_t> ports() const override {
    std::vector<std::uint16_t> all;
    for (const auto& listener : listeners_) all.push_back(listener->socket.port());
    return all;
  }

  void stop() override {
    if (stopped_) return;
    stopped_ = true;
    asio::post(io_, [this] {
      for (const auto& listener : listeners_) {
        error_code error;
        listener->ready.close(error);
      }
    });
    // Replies that are held back still go out: until then their jobs are not done.
    if (thread_.joinable()) {
      drained();
      guard_.reset();
      io_.stop();
      thread_.join();
    }
  }

 private:
  /// Waits until nothing is received any more and all that was has its reply.
  void drained() {
    std::mutex mutex;
    std::condition_variable changed;
    bool closed = false;
    asio::post(io_, [&] {
      const std::lock_guard lock(mutex);
      closed = true;
      changed.notify_all();
    });
    std::unique_lock lock(mutex);
    changed.wait(lock, [&] { return closed; });
    answers_.drain();
  }

  asio::awaitable<void> receive_all(Listener& listener) {
    while (listener.ready.is_open()) {
      error_code error;
      auto token = asio::redirect_error(asio::use_awaitable, error);
      co_await listener.ready.async_wait(asio::posix::descriptor_base::wait_read, token);
      // It may have been ready just before stop() closed it: nothing waits for what comes now.
      if (error || !listener.ready.is_open()) co_return;
      receive_batch(listener);
    }
  }

  void receive_batch(Listener& listener) {
    for (const Datagram& datagram : listener.socket.receive()) {
      const auto [address, port] = UdpSocket::sender(*datagram.path);
      auto received = desk_.receive(datagram.bytes, {address, port, listener.door});
      if (const auto* answer = std::get_if<Bytes>(&received)) {
        listener.socket.send(*datagram.path, *answer);
      } else if (auto* work = std::get_if<RadiusWork>(&received)) {
        answers_.give(std::move(*work), [&listener, path = *datagram.path](const Bytes& reply) {
          listener.socket.send(path, reply);
        });
      }
    }
  }

  RadiusDesk& desk_;
  asio::io_context io_;
  RadiusAnswers answers_;
  asio::executor_work_guard<asio::io_context::executor_type> guard_;
  std::vector<std::unique_ptr<Listener>> listeners_;
  std::thread thread_;
  bool stopped_ = false;
};

}  // namespace

Result<std::unique_ptr<RadiusServer>> start_radius_server(const std::vector<RadiusListen>& listens,
                                                          RadiusDesk& desk, WorkerPool& workers) {
  auto server = std::make_unique<AsioRadiusServer>(desk, workers);
  LOCKSTEP_CHECK(server->open(listens));
  server->serve();
  return server;
}

}  // namespace lockstep
