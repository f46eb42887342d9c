// SPDX-License-Identifier: Apache-2.0
// Every wait of a connection has a deadline: the handshake and a header are given header_timeout as
// a whole, a body body_timeout plus what its length needs at the slowest rate, the pause between
// requests idle_timeout, an answer write_timeout. Beast closes the socket at a deadline.
//
// GCC 12 miscompiles temporaries inside a co_await expression: every argument has a name.
#include "front/http/connection.h"

#include <algorithm>
#include <array>
#include <exception>
#include <memory>
#include <optional>
#include <span>
#include <utility>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/generic/stream_protocol.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>
#include <boost/beast/ssl.hpp>
#include <sys/socket.h>

#include "base/network.h"
#include "base/secret.h"
#include "front/http/forwarded.h"

namespace lockstep {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = boost::beast::http;
using beast::error_code;

// One type for TCP and Unix sockets: each further one would double what this file costs to build.
using PlainStream = beast::basic_stream<asio::generic::stream_protocol>;
using TlsStream = beast::ssl_stream<PlainStream>;
using Parser = http::request_parser<http::string_body>;
using WireResponse = http::response<http::string_body>;

/// How much is read, and thrown away, after a refusal.
constexpr std::size_t kDrainBytesMax = 4 * 1024 * 1024;
/// How long the client has, for all of it, from our last word to the end.
constexpr std::chrono::seconds kLeaveTime{2};

/// How many bytes are asked for at once; also the room behind the longest header.
constexpr std::size_t kReadBytes = 16 * 1024;

/// What the stopping server and the connection tell each other; used on the strand only. Owned by
/// the connection and by the note that Usage keeps to reach it.
struct Idle {
  bool waiting = false;         ///< no request is on its way
  std::function<void()> close;  ///< empty before the connection is set up and after its end
};

template <class Stream>
struct Connection {
  Stream stream;
  Peer peer;
  Shared& shared;
  std::shared_ptr<Idle> idle;
  std::optional<Usage::Hold> hold;
  beast::flat_buffer buffer;
};

std::string text_of(beast::string_view view) { return {view.data(), view.size()}; }

void wipe_text(std::string& text) {
  wipe({reinterpret_cast<std::uint8_t*>(text.data()), text.size()});
  text.clear();
}

/// Codes and passwords went through the buffer; nothing of them stays behind the bytes in use.
void wipe_unused(beast::flat_buffer& buffer) {
  const auto unused = buffer.prepare(buffer.capacity() - buffer.size());
  wipe({static_cast<std::uint8_t*>(unused.data()), unused.size()});
}

/// One header field that may stand there once. nullopt when it is repeated.
template <class Name>
std::optional<std::string> single(const http::fields& fields, const Name& name) {
  const auto [first, last] = fields.equal_range(name);
  if (first == last) return "";
  if (std::next(first) != last) return std::nullopt;
  return text_of(first->value());
}

/// Whom a request is from: what a proxy of ours says, which all requests come from otherwise.
Peer sender_of(const http::fields& fields, const Peer& peer, const Shared& shared) {
  const auto& proxies = shared.trusted_proxies;
  Peer sender = peer;
  if (std::find(proxies.begin(), proxies.end(), peer.address) == proxies.end()) return sender;
  const auto [first, last] = fields.equal_range("X-Forwarded-For");
  for (auto field = first; field != last; ++field) {
    const std::string told = last_forwarded(text_of(field->value()));
    sender.address = told.empty() ? peer.address : told;
  }
  return sender;
}

/// The request as the handler sees it; nullopt when it makes no sense.
std::optional<Request> request_of(http::request<http::string_body>& wire, const Peer& peer) {
  Request request;
  request.method =
      parse_method(std::string_view(wire.method_string().data(), wire.method_string().size()));
  const std::string target = text_of(wire.target());
  if (target.empty() || target.front() != '/') return std::nullopt;
  const std::size_t mark = target.find('?');
  request.path = target.substr(0, mark);
  if (mark != std::string::npos) request.query = target.substr(mark + 1);

  auto authorization = single(wire, http::field::authorization);
  auto content_type = single(wire, http::field::content_type);
  auto if_match = single(wire, http::field::if_match);
  auto if_none_match = single(wire, http::field::if_none_match);
  auto accept_encoding = single(wire, http::field::accept_encoding);
  auto cookie = single(wire, http::field::cookie);
  auto lockstep = single(wire, "X-Lockstep");
  auto csrf = single(wire, "X-Lockstep-CSRF");
  if (!authorization || !content_type || !if_match || !cookie || !lockstep || !csrf) {
    return std::nullopt;
  }
  // Lists, which may be spread over several lines; then they mean what leaving them out means.
  request.if_none_match = std::move(if_none_match).value_or("");
  request.accept_encoding = std::move(accept_encoding).value_or("");
  request.authorization = *std::move(authorization);
  request.content_type = *std::move(content_type);
  request.if_match = *std::move(if_match);
  request.cookie = *std::move(cookie);
  request.lockstep = *std::move(lockstep);
  request.csrf = *std::move(csrf);
  request.accept_language = text_of(wire[http::field::accept_language]);
  request.body = std::move(wire.body());
  request.peer = peer;
  return request;
}

WireResponse wire_of(Response response, unsigned version, bool keep_alive) {
  WireResponse wire(http::int_to_status(static_cast<unsigned>(response.status)), version);
  wire.set(http::field::cache_control, "no-store");
  wire.set("X-Content-Type-Options", "nosniff");
  wire.set("Referrer-Policy", "no-referrer");
  for (const auto& [name, value] : response.headers) wire.set(name, value);
  wire.keep_alive(keep_alive);
  // Neither has a body; a length would be that of another answer: RFC 9110 section 8.6.
  constexpr int kNoContent = 204;
  constexpr int kNotModified = 304;
  if (response.status == kNoContent || response.status == kNotModified) return wire;
  wire.set(http::field::content_type, response.content_type);
  wire.body() = std::move(response.body);
  wire.prepare_payload();
  return wire;
}

/// What to say to a header that could not be read; nullopt when the client has gone.
std::optional<Refusal> refusal_for(const error_code& error) {
  if (error == http::error::header_limit || error == http::error::buffer_overflow) {
    return Refusal{RefusalKind::header_too_large, "the header is too long", ""};
  }
  if (error == http::error::body_limit) {
    return Refusal{RefusalKind::body_too_large, "the body is too long for this call", ""};
  }
  const bool gone = error == http::error::end_of_stream || error == http::error::partial_message;
  if (gone || error.category() != http::make_error_code(http::error::bad_method).category()) {
    return std::nullopt;
  }
  return Refusal{RefusalKind::bad_request, "this is not HTTP as we understand it", ""};
}

/// What a worker does for a connection: the work, if it is to `run`, and then the way back.
template <class Resume>
struct Errand {
  Usage::Hold hold;  ///< first, and so given back last: from then on the server may go
  asio::any_io_executor strand;
  Resume resume;
  const std::function<void()>& work;
  const bool& run;

  void operator()() {
    if (run) work();
    asio::post(strand, std::move(resume));
  }
};

/// Runs `work` on a worker; afterwards the connection goes on, on its strand. False, with nothing
/// run, when the queue is full.
asio::awaitable<bool> on_worker(Shared& shared, const std::function<void()>& work) {
  bool run = true;
  auto initiate = [&shared, &work, &run](auto resume) {
    const asio::any_io_executor strand = asio::get_associated_executor(resume);
    WorkerPool::Job job =
        Errand<decltype(resume)>{shared.usage.begin_job(), strand, std::move(resume), work, run};
    if (shared.workers.submit(job)) return;
    run = false;
    job();
  };
  auto operation =
      asio::async_initiate<const asio::use_awaitable_t<>, void()>(initiate, asio::use_awaitable);
  co_await std::move(operation);
  co_return run;
}

/// What of a request's head shapes the answer's form.
struct Manner {
  unsigned version = 11;    ///< 10 or 11, as Beast writes HTTP/1.0 and HTTP/1.1
  bool keep_alive = false;  ///< the connection goes on
  bool head = false;        ///< the client asked by HEAD, and reads no body
};

template <class Stream>
asio::awaitable<bool> write(Connection<Stream>& self, Response response, Manner manner) {
  WireResponse wire = wire_of(std::move(response), manner.version, manner.keep_alive);
  if (manner.head) wire.body().clear();  // Content-Length stays what it would be.
  beast::get_lowest_layer(self.stream).expires_after(self.shared.limits.write_timeout);
  error_code error;
  auto token = asio::redirect_error(asio::use_awaitable, error);
  co_await http::async_write(self.stream, wire, token);
  co_return !error;
}

/// Tells the client that nothing more comes.
template <class Stream>
asio::awaitable<void> take_leave(Connection<Stream>& self) {
  auto& lowest = beast::get_lowest_layer(self.stream);
  lowest.expires_after(kLeaveTime);
  error_code error;
  if constexpr (std::is_same_v<Stream, TlsStream>) {
    auto token = asio::redirect_error(asio::use_awaitable, error);
    co_await self.stream.async_shutdown(token);
  }
  using Socket = std::remove_cvref_t<decltype(lowest.socket())>;
  lowest.socket().shutdown(Socket::shutdown_send, error);
}

/// Throws away what the client is still sending, so that it sees our refusal and not a connection
/// reset.
template <class Stream>
asio::awaitable<void> drain(Connection<Stream>& self) {
  auto& lowest = beast::get_lowest_layer(self.stream);
  std::array<char, 4096> thrown_away{};
  const auto space = asio::buffer(thrown_away);
  error_code error;
  auto token = asio::redirect_error(asio::use_awaitable, error);
  for (std::size_t total = 0; !error && total < kDrainBytesMax;) {
    total += co_await lowest.async_read_some(space, token);
  }
}

template <class Stream>
asio::awaitable<void> refuse(Connection<Stream>& self, Refusal refusal) {
  const Manner last;
  Response response = self.shared.handler.refuse(refusal);
  const bool written = co_await write(self, std::move(response), last);
  if (!written) co_return;
  co_await take_leave(self);
  co_await drain(self);
}

/// Waits for the first byte of the next request. False when there will be none.
template <class Stream>
asio::awaitable<bool> wait_for_request(Connection<Stream>& self) {
  if (self.shared.usage.stopping()) co_return false;
  if (self.buffer.size() > 0) co_return true;
  self.idle->waiting = true;
  beast::get_lowest_layer(self.stream).expires_after(self.shared.limits.idle_timeout);
  error_code error;
  auto token = asio::redirect_error(asio::use_awaitable, error);
  const auto space = self.buffer.prepare(kReadBytes);
  const std::size_t count = co_await self.stream.async_read_some(space, token);
  self.buffer.commit(count);
  self.idle->waiting = false;
  co_return !error;
}

std::chrono::milliseconds body_time(const HttpLimits& limits, std::size_t bytes) {
  constexpr std::size_t kMillisPerSecond = 1000;
  const std::size_t extra = bytes * kMillisPerSecond / limits.body_bytes_per_second_min;
  return limits.body_timeout + std::chrono::milliseconds(extra);
}

/// A client that sends "Expect: 100-continue" waits for our word before it sends the body.
template <class Stream>
asio::awaitable<void> say_continue(Connection<Stream>& self, const Parser& parser,
                                   error_code& error) {
  if (!beast::iequals(parser.get()[http::field::expect], "100-continue")) co_return;
  const http::response<http::empty_body> go_on(http::status::continue_, parser.get().version());
  auto token = asio::redirect_error(asio::use_awaitable, error);
  co_await http::async_write(self.stream, go_on, token);
}

/// Reads the body within the route's limit. `room` keeps its share until the answer is made.
template <class Stream>
asio::awaitable<std::optional<Refusal>> read_body(Connection<Stream>& self, Parser& parser,
                                                  std::optional<Usage::Hold>& room,
                                                  error_code& error) {
  const auto method_text = parser.get().method_string();
  const std::string target = text_of(parser.get().target());
  const Method method = parse_method(std::string_view(method_text.data(), method_text.size()));
  const std::string_view path = std::string_view(target).substr(0, target.find('?'));
  const std::size_t bytes_max = self.shared.handler.body_bytes_max(method, path);
  const auto declared = parser.content_length();
  if (declared && *declared > bytes_max) {
    co_return Refusal{RefusalKind::body_too_large, "the body is too long for this call", ""};
  }
  const std::size_t bytes = declared ? *declared : (parser.chunked() ? bytes_max : 0);
  std::optional<Usage::Hold> reserved = self.shared.usage.reserve_body(bytes);
  if (!reserved) {
    co_return Refusal{RefusalKind::overloaded, "too many large requests at once", ""};
  }
  room.emplace(*std::move(reserved));
  parser.body_limit(bytes_max);
  beast::get_lowest_layer(self.stream).expires_after(body_time(self.shared.limits, bytes));
  co_await say_continue(self, parser, error);
  if (error) co_return std::nullopt;
  auto token = asio::redirect_error(asio::use_awaitable, error);
  co_await http::async_read(self.stream, self.buffer, parser, token);
  co_return error ? refusal_for(error) : std::nullopt;
}

/// Keeps an answer back (service/source_limit.h says why); its worker is free meanwhile.
asio::awaitable<void> keep_back(std::chrono::microseconds hold) {
  const auto executor = co_await asio::this_coro::executor;
  asio::steady_timer timer(executor);
  timer.expires_after(std::min<std::chrono::microseconds>(hold, kHoldMax));
  error_code error;
  auto token = asio::redirect_error(asio::use_awaitable, error);
  co_await timer.async_wait(token);
}

/// Hands a whole request to a worker and sends its answer. False when the connection is to end.
template <class Stream>
asio::awaitable<bool> answer(Connection<Stream>& self, Request request, Manner manner) {
  Response response;
  const std::function<void()> work = [&self, &request, &response] {
    response = self.shared.handler.handle(request);
    wipe_text(request.body);
    wipe_text(request.authorization);
    wipe_text(request.cookie);
    wipe_text(request.csrf);
  };
  const bool run = co_await on_worker(self.shared, work);
  if (!run) {
    const Refusal full{RefusalKind::overloaded, "too many requests at once", ""};
    response = self.shared.handler.refuse(full);
  }
  if (response.hold.count() > 0) co_await keep_back(response.hold);
  if (self.shared.usage.stopping()) manner.keep_alive = false;
  const bool written = co_await write(self, std::move(response), manner);
  if (written && manner.keep_alive) co_return true;
  co_await take_leave(self);
  co_return false;
}

/// One request and its answer. False when the connection is to end.
template <class Stream>
asio::awaitable<bool> exchange(Connection<Stream>& self) {
  Parser parser;
  parser.header_limit(static_cast<std::uint32_t>(self.shared.limits.header_bytes_max));
  parser.body_limit(boost::none);  // The route's own limit is set once the route is known.
  beast::get_lowest_layer(self.stream).expires_after(self.shared.limits.header_timeout);
  error_code error;
  auto token = asio::redirect_error(asio::use_awaitable, error);
  co_await http::async_read_header(self.stream, self.buffer, parser, token);
  std::optional<Refusal> refusal;
  if (error) refusal = refusal_for(error);

  std::optional<Usage::Hold> room;
  if (!error) refusal = co_await read_body(self, parser, room, error);
  if (refusal) {
    co_await refuse(self, *std::move(refusal));
    co_return false;
  }
  if (error) co_return false;

  const bool head = parser.get().method() == http::verb::head;
  const Manner manner{parser.get().version(), parser.get().keep_alive(), head};
  const Peer sender = sender_of(parser.get(), self.peer, self.shared);
  std::optional<Request> request = request_of(parser.get(), sender);
  wipe_unused(self.buffer);
  if (!request) {
    Refusal senseless{RefusalKind::bad_request, "the request line or a header makes no sense", ""};
    co_await refuse(self, std::move(senseless));
    co_return false;
  }
  const bool stay = co_await answer(self, *std::move(request), manner);
  co_return stay;
}

template <class Stream>
asio::awaitable<void> run(std::unique_ptr<Connection<Stream>> self) {
  bool going = true;
  if constexpr (std::is_same_v<Stream, TlsStream>) {
    beast::get_lowest_layer(self->stream).expires_after(self->shared.limits.header_timeout);
    error_code error;
    auto token = asio::redirect_error(asio::use_awaitable, error);
    co_await self->stream.async_handshake(asio::ssl::stream_base::server, token);
    going = !error;
  }
  while (going) {
    going = co_await wait_for_request(*self);
    if (going) going = co_await exchange(*self);
  }
  self->idle->close = nullptr;
}

/// Registers the connection and sets it going; lets go of it where there is no room.
template <class Stream>
void begin(Stream stream, Peer peer, const std::string& key, Shared& shared) {
  const asio::any_io_executor strand = stream.get_executor();
  auto idle = std::make_shared<Idle>();
  auto on_stop = [strand, idle] {
    asio::post(strand, [idle] {
      if (idle->waiting && idle->close) idle->close();
    });
  };
  std::optional<Usage::Hold> hold = shared.usage.enter(key, on_stop);
  if (!hold) return;

  auto self = std::make_unique<Connection<Stream>>(
      std::move(stream), std::move(peer), shared, idle, std::move(hold),
      beast::flat_buffer(shared.limits.header_bytes_max + kReadBytes));
  idle->close = [raw = self.get()] { beast::get_lowest_layer(raw->stream).close(); };
  const auto ended = [&shared](const std::exception_ptr& thrown) {
    if (thrown) shared.warn("a connection ended by an exception; it was closed");
  };
  asio::co_spawn(strand, run<Stream>(std::move(self)), ended);
}

/// The same socket, whatever it is connected by.
template <class Socket>
asio::generic::stream_protocol::socket generic(Socket socket) {
  return asio::generic::stream_protocol::socket(std::move(socket));
}

/// The client's address, with an IPv4 one as such even where it came to an IPv6 socket.
asio::ip::address address_of(const asio::ip::tcp::socket& socket) {
  error_code error;
  const asio::ip::address address = socket.remote_endpoint(error).address();
  if (!address.is_v6() || !address.to_v6().is_v4_mapped()) {
    return address;  // NOLINT(performance-no-automatic-move)
  }
  return asio::ip::make_address_v4(asio::ip::v4_mapped, address.to_v6());
}

}  // namespace

void serve_plain(asio::ip::tcp::socket socket, Shared& shared) {
  const asio::ip::address address = address_of(socket);
  Peer peer{PeerKind::tcp, address.to_string(), std::nullopt};
  begin(PlainStream(generic(std::move(socket))), std::move(peer), network_of(address.to_string()),
        shared);
}

void serve_tls(asio::ip::tcp::socket socket, asio::ssl::context& tls, Shared& shared) {
  const asio::ip::address address = address_of(socket);
  Peer peer{PeerKind::tls, address.to_string(), std::nullopt};
  begin(TlsStream(PlainStream(generic(std::move(socket))), tls), std::move(peer),
        network_of(address.to_string()), shared);
}

void serve_unix(asio::local::stream_protocol::socket socket, Shared& shared) {
  Peer peer{PeerKind::unix_socket, "", std::nullopt};
  ucred credentials{};
  socklen_t size = sizeof credentials;
  if (::getsockopt(socket.native_handle(), SOL_SOCKET, SO_PEERCRED, &credentials, &size) == 0) {
    peer.uid = credentials.uid;
  }
  begin(PlainStream(generic(std::move(socket))), std::move(peer), "", shared);
}

}  // namespace lockstep
