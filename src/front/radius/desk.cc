// SPDX-License-Identifier: Apache-2.0
#include "front/radius/desk.h"

#include <algorithm>
#include <utility>

#include "base/utf8.h"
#include "front/radius/accounting.h"
#include "front/radius/exchange.h"
#include "service/authenticate.h"

namespace lockstep {
namespace {

RadiusFate fate_of(Verdict verdict) {
  switch (verdict) {
    case Verdict::accept:
      return RadiusFate::accepted;
    case Verdict::reject:
      return RadiusFate::rejected;
    case Verdict::challenge:
      return RadiusFate::challenged;
  }
  LOCKSTEP_ASSERT(false);
}

/// Whether what came is known to be from its client.
Trust trust_in(RadiusFate fate) {
  return fate == RadiusFate::forged || fate == RadiusFate::unsigned_ ? Trust::none : Trust::proven;
}

/// Whether a password that nobody signed looks like one that was hidden with another secret: what
/// comes out then is noise.
bool is_of_another_secret(const RadiusClient& client, const RadiusPacket& request,
                          std::string_view typed) {
  if (!client.certificate_name.empty() || request.find(RadiusType::message_authenticator)) {
    return false;
  }
  const auto is_control = [](char c) { return static_cast<unsigned char>(c) < 0x20; };
  return first_not_utf8(typed).has_value() || std::ranges::any_of(typed, is_control);
}

template <class Key>
void count_down(std::map<Key, std::uint32_t>& counts, const Key& key) {
  const auto found = counts.find(key);
  LOCKSTEP_ASSERT(found != counts.end());
  if (--found->second == 0) counts.erase(found);
}

}  // namespace

/// What became of a request, and its reply.
struct RadiusDesk::Judged {
  RadiusFate fate;
  std::optional<RadiusReply> reply;
  ShowMessage message = ShowMessage::yes;
};

void RadiusDesk::note(const RadiusClient& client, const RadiusPacket& request,
                      const RadiusSender& sender, RadiusFate fate, ByteView reply,
                      ShowMessage message) {
  Exchange made;
  made.at = services_.clock.now().wall;
  made.client = client.name;
  made.peer = sender.address.text() + " port " + std::to_string(sender.port);
  made.user = request.text(RadiusType::user_name);
  made.fate = name_of(fate);
  made.request = describe(request, ShowMessage::yes);
  if (const auto packet = RadiusPacket::parse(reply); packet) {
    made.reply = describe(*packet, message);
  }
  exchanges_.add(sha256(request.bytes()), trust_in(fate), std::move(made));
}

bool RadiusLog::has_room(const std::string& key, const Instant& now) {
  const auto found = said_.find(key);
  if (found != said_.end()) return elapsed(found->second, now) >= kEvery;
  if (said_.size() < kKindsMax) return true;
  std::erase_if(said_, [&](const auto& one) { return elapsed(one.second, now) >= kEvery; });
  return said_.size() < kKindsMax;
}

std::size_t RadiusLog::said_of(const std::string& kind, const Instant& now) const {
  std::size_t count = 0;
  for (auto it = said_.lower_bound(kind); it != said_.end() && it->first.starts_with(kind); ++it) {
    if (elapsed(it->second, now) < kEvery) ++count;
  }
  return count;
}

void RadiusLog::say(const std::string& about, std::string_view what, const Instant& now,
                    std::string_view kind) {
  {
    const std::lock_guard lock(mutex_);
    const std::string key = kind.empty() ? about + ' ' + std::string(what) : std::string(kind);
    if (!has_room(key, now)) return;
    said_[key] = now;
  }
  write_(about + ": " + std::string(what));
}

void RadiusLog::say_of_few(const std::string& about, std::string_view what, const Instant& now,
                           const std::string& kind) {
  {
    const std::lock_guard lock(mutex_);
    const std::string key = kind + ' ' + about;
    if (!has_room(key, now) || said_of(kind + ' ', now) >= kFew) return;
    // A place of those before, so that there are never more than a few.
    std::erase_if(said_, [&](const auto& one) {
      return one.first.starts_with(kind) && elapsed(one.second, now) >= kEvery;
    });
    said_[key] = now;
  }
  write_(about + ": " + std::string(what));
}

RadiusDesk::Received RadiusDesk::drop(RadiusFate fate) {
  meter_.count(fate);
  return Drop{};
}

RadiusDesk::Received RadiusDesk::drop(RadiusFate fate, const std::string& about,
                                      std::string_view what, std::string_view kind) {
  log_.say(about, what, services_.clock.now(), kind);
  return drop(fate);
}

RadiusDesk::Received RadiusDesk::receive(ByteView datagram, const RadiusSender& sender) {
  const RadiusClient* client = clients_.find(sender.address);
  if (client == nullptr) {
    log_.say_of_few("RADIUS from " + sender.address.text(),
                    "no client has this address; add it to the configuration, if it is one",
                    services_.clock.now(), "RADIUS from a stranger");
    return drop(RadiusFate::stranger);
  }
  return receive(datagram, *client, sender);
}

RadiusDesk::Received RadiusDesk::receive(ByteView packet, const RadiusClient& client,
                                         const RadiusSender& sender) {
  Result<RadiusPacket> request = RadiusPacket::parse(packet);
  if (!request) {
    return drop(RadiusFate::malformed, "RADIUS client " + client.name,
                "sent no RADIUS packet: " + request.error().context,
                "no RADIUS packet from " + client.name);
  }
  return look_at(client, *std::move(request), sender);
}

void RadiusDesk::refuse_connection(const RadiusSender& sender, const std::string& why) {
  static_cast<void>(drop(RadiusFate::stranger, "RADIUS over TLS from " + sender.address.text(),
                         "the connection was refused: " + why, "RADIUS over TLS: " + why));
}

std::optional<RadiusFate> RadiusDesk::distrust(const RadiusClient& client,
                                               const RadiusPacket& request) {
  const std::string about = "RADIUS client " + client.name;
  const RadiusProof proof = check_request(request, client.secret);
  if (proof == RadiusProof::right) return std::nullopt;
  if (proof == RadiusProof::wrong) {
    log_.say(about,
             "what it sent is signed with another secret than ours, or somebody has changed it: "
             "compare the device's secret with the client's secret_file",
             services_.clock.now());
    return RadiusFate::forged;
  }
  // RFC 5997 section 3: Status-Server always has it, whatever else the client leaves out.
  const bool may_lack_it = client.without_signature == RadiusUnsigned::taken &&
                           request.code() == RadiusCode::access_request &&
                           !request.find(RadiusType::eap_message);
  if (!may_lack_it) {
    log_.say(about,
             "sent a request without Message-Authenticator, which was dropped; see "
             "docs/guides/radius.md",
             services_.clock.now());
    return RadiusFate::unsigned_;
  }
  // What a forger of replies needs to have echoed, and what no client sends that is no proxy.
  // Within TLS nobody is on the way.
  if (client.certificate_name.empty() && request.find(RadiusType::proxy_state)) {
    log_.say(about,
             "sent Proxy-State without Message-Authenticator, as somebody would who forges "
             "replies (CVE-2024-3596); it was dropped",
             services_.clock.now());
    return RadiusFate::unsigned_;
  }
  return std::nullopt;
}

RadiusDesk::Received RadiusDesk::look_at(const RadiusClient& client, RadiusPacket request,
                                         const RadiusSender& sender) {
  const bool is_login = request.code() == RadiusCode::access_request;
  const bool is_accounting = request.code() == RadiusCode::accounting_request;
  if (!is_login && !is_accounting && request.code() != RadiusCode::status_server) {
    return drop(RadiusFate::malformed, "RADIUS client " + client.name,
                "sent a packet that is no request for this port");
  }
  if (const auto fate = distrust(client, request)) {
    note(client, request, sender, *fate, {});
    return drop(*fate);
  }
  if (is_accounting) return take(client, std::move(request), sender);
  if (!is_login) {
    meter_.count(RadiusFate::status);
    // RFC 5997 section 2: as the port would answer what it is for.
    if (sender.door == RadiusDoor::accounting) return accounting_response(request, client.secret);
    return write_bare(client, request, RadiusCode::access_accept);
  }
  const std::string_view refusal = refusal_of(method_of(request));
  if (!refusal.empty()) {
    log_.say("RADIUS client " + client.name, refusal, services_.clock.now());
    meter_.count(RadiusFate::other_method);
    Bytes reply = write_bare(client, request, RadiusCode::access_reject);
    note(client, request, sender, RadiusFate::other_method, reply);
    return reply;
  }
  return take(client, std::move(request), sender);
}

RadiusDesk::Received RadiusDesk::take(const RadiusClient& client, RadiusPacket request,
                                      const RadiusSender& sender) {
  const RadiusRequestKey key{sender.address, sender.port, sha256(request.bytes())};
  const Instant now = services_.clock.now();
  RadiusDuplicates::Finding found = duplicates_.hear(key, now);
  switch (found.seen) {
    case RadiusDuplicates::Seen::answered:
      exchanges_.again(client.name, key.packet);
      meter_.count(RadiusFate::repeated);
      return std::move(found.reply);
    case RadiusDuplicates::Seen::waiting:
      return drop(RadiusFate::waiting);
    case RadiusDuplicates::Seen::no_room:
      return drop(RadiusFate::overloaded);
    case RadiusDuplicates::Seen::never:
      break;
  }
  if (const std::string_view full = enter(client, sender.address); !full.empty()) {
    duplicates_.forget(key);
    return drop(RadiusFate::overloaded, "RADIUS client " + client.name, full);
  }
  return RadiusWork{&client, std::move(request), key, now};
}

std::optional<RadiusReply> RadiusDesk::judge(const RadiusWork& work) {
  Judged judged = decide(work);
  leave(*work.client, work.key.address);
  meter_.count(judged.fate);
  note(*work.client, work.request, {work.key.address, work.key.port}, judged.fate,
       judged.reply ? ByteView(judged.reply->bytes) : ByteView{}, judged.message);
  return std::move(judged.reply);
}

RadiusDesk::Judged RadiusDesk::decide(const RadiusWork& work) {
  const RadiusClient& client = *work.client;
  const Context context = begin(
      services_, Caller{Actor("radius:" + client.name), {Permission::authenticate}, client.source});
  if (has_given_up(work, context.now)) return {RadiusFate::given_up, std::nullopt};
  if (queue_.is_too_late(elapsed(work.heard, context.now), context.now)) {
    log_.say("RADIUS",
             "more is asked than can be decided: what waits for more than half a second is dropped",
             context.now);
    return {RadiusFate::overloaded, std::nullopt};
  }
  if (work.request.code() == RadiusCode::accounting_request) return account(work, context);
  return log_in(work, context);
}

RadiusDesk::Judged RadiusDesk::account(const RadiusWork& work, const Context& context) {
  // RFC 2866 section 4.1: answered when it is recorded, and else not at all.
  if (const auto report = read_accounting(work.request)) {
    const Result<void> done = record_access(services_, context, *report);
    if (!done) {
      log_.say("RADIUS", "a session could not be recorded: " + done.error().context, context.now);
      return {RadiusFate::failed, std::nullopt};
    }
  }
  return {RadiusFate::accounted,
          RadiusReply{accounting_response(work.request, work.client->secret)}};
}

RadiusDesk::Judged RadiusDesk::log_in(const RadiusWork& work, const Context& context) {
  const RadiusClient& client = *work.client;
  Result<std::string> typed = typed_password(work.request, client.secret);
  if (!typed) {
    log_.say("RADIUS client " + client.name, typed.error().context, context.now);
    return {RadiusFate::rejected,
            RadiusReply{write_bare(client, work.request, RadiusCode::access_reject)}};
  }
  if (is_of_another_secret(client, work.request, *typed)) {
    log_.say(
        "RADIUS client " + client.name,
        "what came as a password is no text: its secret is another one than ours, most likely; "
        "compare the device's with the client's secret_file",
        context.now);
  }
  RadiusLogin login = read_login(client, work.request, *std::move(typed));
  const RadiusAsked next = login.next;
  const Result<LoginAnswer> answer = authenticate(services_, context, std::move(login.request));
  if (!answer) {
    log_.say("RADIUS", "a log-in could not be decided: " + answer.error().context, context.now);
    return {RadiusFate::failed, std::nullopt};
  }
  const bool shows_pin = answer->pin && answer->pin->given;
  return {fate_of(answer->verdict),
          RadiusReply{write_reply(client, work.request, *answer, next), answer->hold},
          shows_pin ? ShowMessage::no : ShowMessage::yes};
}

void RadiusDesk::done(const RadiusWork& work, const std::optional<RadiusReply>& reply) {
  if (reply) {
    duplicates_.answered(work.key, reply->bytes, services_.clock.now());
  } else {
    duplicates_.forget(work.key);
  }
}

void RadiusDesk::refuse(const RadiusWork& work) {
  meter_.count(RadiusFate::overloaded);
  leave(*work.client, work.key.address);
  done(work, std::nullopt);
}

std::string_view RadiusDesk::enter(const RadiusClient& client, const IpAddress& address) {
  const std::lock_guard lock(mutex_);
  const auto of_client = by_client_.find(&client);
  const auto of_address = by_address_.find(address);
  if (of_client != by_client_.end() && of_client->second >= client.in_flight_max) {
    return "as many of its requests wait for an answer as its in_flight allows: further ones are "
           "dropped";
  }
  if (of_address != by_address_.end() && of_address->second >= kPerAddressMax) {
    return "256 requests of one of its addresses wait for an answer: further ones are dropped. "
           "More "
           "than that no address may have, whatever its in_flight; let it spread them";
  }
  ++by_client_[&client];
  ++by_address_[address];
  ++in_flight_;
  return {};
}

void RadiusDesk::leave(const RadiusClient& client, const IpAddress& address) {
  const std::lock_guard lock(mutex_);
  count_down(by_client_, &client);
  count_down(by_address_, address);
  --in_flight_;
}

std::size_t RadiusDesk::in_flight() const {
  const std::lock_guard lock(mutex_);
  return in_flight_;
}

bool RadiusDesk::has_given_up(const RadiusWork& work, const Instant& now) const {
  const std::optional<Instant> heard = duplicates_.last_heard(work.key);
  return heard && elapsed(*heard, now) > work.client->time_limit;
}

}  // namespace lockstep
