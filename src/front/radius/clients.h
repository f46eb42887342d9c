// SPDX-License-Identifier: Apache-2.0
// Who may ask over RADIUS, with what, and how each is to be treated.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/secret.h"
#include "core/model/names.h"
#include "front/radius/address.h"
#include "front/radius/packet.h"

namespace lockstep {

/// What this client's users prove before their code.
enum class RadiusFirstFactor {
  none,      ///< nothing, or what the client checks by itself: the code alone counts
  pin,       ///< the PIN, in front of the code in the same field, or asked for first
  password,  ///< the password (or PIN), asked for first; the code follows in a challenge
};

/// Whether a request without Message-Authenticator is looked at.
enum class RadiusUnsigned {
  refused,
  taken,  ///< with a standing alarm: whoever sits on the way can change it
};

/// An attribute of an Access-Accept, ready to be sent.
struct RadiusReplyAttribute {
  RadiusType type;
  Bytes value;
};

/// `name` is one of RFC 2865 and 2868 ("Filter-Id"), a number ("11"), or "VENDOR:NUMBER" ("9:1").
/// Behind it may stand of what kind the value is ("9:1 integer"): text, integer, ipaddr or hex. It
/// must, where we do not know and the value might be another than text.
/// Errors: invalid_input, when it is unknown, belongs to the protocol itself, or `value` is not of
/// its kind.
[[nodiscard]] Result<RadiusReplyAttribute> make_reply_attribute(std::string_view name,
                                                                std::string_view value);

/// What an Access-Accept carries for members of a group; without group for everybody.
struct RadiusReplyRule {
  std::optional<GroupName> group;
  std::vector<RadiusReplyAttribute> attributes;
};

struct RadiusClient {
  std::string name;
  std::string source;  ///< attempts are told apart by it; gateways that share users share it
  std::vector<Network> networks;
  /// It comes over TLS, with a certificate of this name, in capitals; empty: over UDP from its
  /// networks. Within TLS the secret is kRadiusTlsSecret and nothing need be signed.
  std::string certificate_name;
  Secret secret;
  RadiusFirstFactor first_factor = RadiusFirstFactor::pin;
  bool shows_challenges = false;
  /// Typed in place of a code, it asks for one by mail; in capitals. Empty: no word does.
  std::string mail_word;
  /// After this long without hearing from it again, the client has given up.
  std::chrono::milliseconds time_limit{5'000};
  RadiusUnsigned without_signature = RadiusUnsigned::refused;
  std::optional<GroupName> group;  ///< its users must be in it
  std::vector<RadiusReplyRule> replies;
  std::uint32_t in_flight_max = 512;  ///< requests that wait for an answer at once
};

/// Bytes that all reply attributes of a client may have: a packet holds 4,096, its proof and what
/// proxies want back included.
inline constexpr std::size_t kRadiusReplyBytesMax = 3'072;
inline constexpr std::size_t kRadiusClientsMax = 10'000;
inline constexpr std::size_t kRadiusSecretBytesMin = 8;    ///< shorter ones are refused
inline constexpr std::size_t kRadiusSecretBytesGood = 16;  ///< RFC 2865 section 3; else a warning
inline constexpr std::size_t kRadiusSecretBytesMax = 256;

/// What everybody shares within TLS: RFC 6614 section 2.3.
inline constexpr std::string_view kRadiusTlsSecret = "radsec";

/// The clients, found by address: the longest prefix wins. Immutable, so thread-safe.
class RadiusClients {
 public:
  RadiusClients() = default;

  /// Who comes over UDP and over TLS is two of one name.
  /// Errors: invalid_input, naming the client: a name, a network or a certificate's name that two
  /// have, neither network nor certificate, or both, a secret too short, too many reply attributes,
  /// a first factor that it cannot ask for, too many clients.
  static Result<RadiusClients> make(std::vector<RadiusClient> clients);

  /// The client at this address; null for a stranger.
  [[nodiscard]] const RadiusClient* find(const IpAddress& address) const;

  /// The client whose certificate has this name, in capitals; null for a stranger.
  [[nodiscard]] const RadiusClient* find_certificate(const std::string& name) const;

  [[nodiscard]] const std::vector<RadiusClient>& all() const { return clients_; }
  [[nodiscard]] bool empty() const { return clients_.empty(); }

  /// What an operator should know about these clients, a sentence each: no client at all,
  /// unsigned requests taken, short secrets.
  [[nodiscard]] std::vector<std::string> alarms() const;

 private:
  std::vector<RadiusClient> clients_;
  std::map<std::string, std::size_t> by_certificate_;
  /// Prefix length, longest first, to networks of that length, to the index of their client.
  std::map<unsigned, std::map<IpAddress, std::size_t>, std::greater<>> by_prefix_;
};

/// The attributes of an Access-Accept to a member of `groups` (ascending), in order.
[[nodiscard]] std::vector<const RadiusReplyAttribute*> reply_attributes(
    const RadiusClient& client, const std::vector<GroupName>& groups);

}  // namespace lockstep
