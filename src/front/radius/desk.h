// SPDX-License-Identifier: Apache-2.0
// What happens to a datagram, without the sockets: first on an I/O thread, which never blocks, then
// on a worker, which judges it through the same use case as every other log-in.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "front/radius/clients.h"
#include "front/radius/describe.h"
#include "front/radius/duplicates.h"
#include "front/radius/meter.h"
#include "front/radius/packet.h"
#include "front/radius/standing_queue.h"
#include "service/exchange_log.h"
#include "service/services.h"

namespace lockstep {

/// Which of our ports something came to. All of them take all requests; but a question whether the
/// server is alive is about what its port is for.
enum class RadiusDoor { log_in, accounting };

/// Where a datagram came from, and by which door.
struct RadiusSender {
  IpAddress address;
  std::uint16_t port;
  RadiusDoor door = RadiusDoor::log_in;
};

/// A request to be judged. `client` belongs to the desk.
struct RadiusWork {
  const RadiusClient* client;
  RadiusPacket request;
  RadiusRequestKey key;
  Instant heard;  ///< when it came first
};

/// A reply, to be sent no earlier than after `hold`, and reported to `sent` then.
struct RadiusReply {
  Bytes bytes;
  Micros hold{0};
};

/// Lines about what goes wrong, for an operator: each kind about each client at most once a minute,
/// so that nobody can fill the log. Thread-safe.
class RadiusLog {
 public:
  using Write = std::function<void(const std::string& what)>;
  static constexpr Seconds kEvery{60};
  static constexpr std::size_t kKindsMax = 4'096;  ///< beyond it nothing new is said

  explicit RadiusLog(Write write) : write_(std::move(write)) {}
  /// `kind`: what counts as the same, where `about` and `what` hold what a sender chooses. The
  /// kinds that strangers can bring forth must be few, so that there is room for those of clients.
  void say(const std::string& about, std::string_view what, const Instant& now,
           std::string_view kind = {});
  /// The same for the first few that it is `about`: a device that was forgotten is named beside
  /// the noise of others.
  void say_of_few(const std::string& about, std::string_view what, const Instant& now,
                  const std::string& kind);
  static constexpr std::size_t kFew = 5;

 private:
  bool has_room(const std::string& key, const Instant& now);
  [[nodiscard]] std::size_t said_of(const std::string& kind, const Instant& now) const;

  Write write_;
  std::mutex mutex_;
  std::map<std::string, Instant> said_;
};

/// All calls are thread-safe. `services` and `exchanges` outlive it.
class RadiusDesk {
 public:
  /// Requests of one address that wait at once: a network may be one client.
  static constexpr std::uint32_t kPerAddressMax = 256;

  RadiusDesk(Services& services, RadiusClients clients, ExchangeLog& exchanges,
             RadiusLog::Write warn)
      : services_(services),
        clients_(std::move(clients)),
        exchanges_(exchanges),
        log_(std::move(warn)) {}

  struct Drop {};
  /// Looks at a datagram: nothing to do, an answer at once, or work. Never blocks. Who gets work
  /// owes one `done` for it.
  using Received = std::variant<Drop, Bytes, RadiusWork>;
  [[nodiscard]] Received receive(ByteView datagram, const RadiusSender& sender);
  /// The same for a packet of `client`, of ours, who is known by other means than its address.
  [[nodiscard]] Received receive(ByteView packet, const RadiusClient& client,
                                 const RadiusSender& sender);
  /// Somebody connected who is no client, for the reason `why`.
  void refuse_connection(const RadiusSender& sender, const std::string& why);

  /// Judges, and gives the work's place to the next: a reply that is held back takes no place of
  /// its client's, or noise would shut out those who share a gateway with it. Nothing, when its
  /// client has given up or it could not be decided: then the client asks again, or another server.
  /// Blocks.
  [[nodiscard]] std::optional<RadiusReply> judge(const RadiusWork& work);

  /// `reply` is on its way, or there is none; ends the work either way. After `judge`.
  void done(const RadiusWork& work, const std::optional<RadiusReply>& reply);
  /// There was no room for the work: in place of `judge` and `done`.
  void refuse(const RadiusWork& work);

  [[nodiscard]] const RadiusMeter& meter() const { return meter_; }
  [[nodiscard]] const RadiusClients& clients() const { return clients_; }
  /// Requests that are being judged or wait for it.
  [[nodiscard]] std::size_t in_flight() const;

 private:
  Received drop(RadiusFate fate);
  Received drop(RadiusFate fate, const std::string& about, std::string_view what,
                std::string_view kind = {});
  Received look_at(const RadiusClient& client, RadiusPacket request, const RadiusSender& sender);
  Received take(const RadiusClient& client, RadiusPacket request, const RadiusSender& sender);
  /// Why a request is not to be trusted; nothing, if it is.
  std::optional<RadiusFate> distrust(const RadiusClient& client, const RadiusPacket& request);
  /// What there is too much of; nothing, where a place was taken.
  std::string_view enter(const RadiusClient& client, const IpAddress& address);
  void leave(const RadiusClient& client, const IpAddress& address);
  struct Judged;
  Judged decide(const RadiusWork& work);
  Judged log_in(const RadiusWork& work, const Context& context);
  Judged account(const RadiusWork& work, const Context& context);
  void note(const RadiusClient& client, const RadiusPacket& request, const RadiusSender& sender,
            RadiusFate fate, ByteView reply, ShowMessage message = ShowMessage::yes);
  bool has_given_up(const RadiusWork& work, const Instant& now) const;

  Services& services_;
  const RadiusClients clients_;
  ExchangeLog& exchanges_;
  RadiusLog log_;
  RadiusMeter meter_;
  RadiusDuplicates duplicates_;
  StandingQueue queue_;
  mutable std::mutex mutex_;
  std::size_t in_flight_ = 0;
  std::map<const RadiusClient*, std::uint32_t> by_client_;
  std::map<IpAddress, std::uint32_t> by_address_;
};

}  // namespace lockstep
