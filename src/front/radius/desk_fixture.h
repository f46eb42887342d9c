// SPDX-License-Identifier: Apache-2.0
// A desk with real use cases behind it, and packets as clients send them.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "adapters/system/key_file.h"
#include "front/radius/desk.h"
#include "service/api_keys.h"
#include "service/groups.h"
#include "service/outgoing_mail.h"
#include "service/policies.h"
#include "service/services.h"
#include "service/tokens.h"
#include "service/users.h"
#include "testing/fake_clock.h"
#include "testing/memory_store.h"
#include "testing/seeded_random.h"
#include "testing/simulated_token.h"

namespace lockstep {

inline constexpr const char* kShared = "a secret of gate and us";

/// An Access-Request in the making.
struct Asked {
  std::string user = "anna";
  std::string password;
  std::string state = {};
  std::uint8_t id = 1;
  bool is_signed = true;
  std::vector<std::pair<RadiusType, std::string>> more = {};
};

inline Bytes packet_of(const Asked& asked, const std::string& shared = kShared) {
  Md5Digest authenticator{};
  authenticator.fill(asked.id);
  const Secret secret = Secret::copy_of(shared);
  RadiusWriter writer(RadiusCode::access_request, asked.id, authenticator);
  EXPECT_TRUE(writer.add_text(RadiusType::user_name, asked.user));
  EXPECT_TRUE(
      writer.add(RadiusType::user_password,
                 hide_radius_password(secret, authenticator, Secret::copy_of(asked.password))));
  if (!asked.state.empty()) {
    EXPECT_TRUE(writer.add(RadiusType::state, bytes_of(asked.state)));
  }
  for (const auto& [type, value] : asked.more) {
    EXPECT_TRUE(writer.add(type, bytes_of(value)));
  }
  Bytes bytes = std::move(writer).finish_request(secret);
  if (!asked.is_signed) {
    // Message-Authenticator stands first, and is 18 bytes long.
    bytes.erase(bytes.begin() + 20, bytes.begin() + 38);
    bytes[2] = static_cast<std::uint8_t>(bytes.size() >> 8U);
    bytes[3] = static_cast<std::uint8_t>(bytes.size());
  }
  return bytes;
}

class DeskTest : public testing::Test {
 protected:
  DeskTest() {
    clock.advance(Seconds(15));
    services = start_services({store, clock, random, vault}, 2).value();
    open(gate());
    EXPECT_TRUE(upsert_user(*services, owner(), name("anna"), {}, {}));
    set_pin("anna", "2580");
  }

  static UserName name(std::string_view text) { return UserName::parse(text).value(); }
  Context owner() { return begin(*services, owner_caller()); }

  static RadiusClient gate() {
    RadiusClient made;
    made.name = "gate";
    made.source = "gate";
    made.networks = {Network::parse("192.0.2.0/24").value()};
    made.secret = Secret::copy_of(kShared);
    return made;
  }
  void open(RadiusClient client) {
    std::vector<RadiusClient> all;
    all.push_back(std::move(client));
    desk = std::make_unique<RadiusDesk>(*services, RadiusClients::make(std::move(all)).value(),
                                        exchanges,
                                        [this](const std::string& line) { said.push_back(line); });
  }

  void set_pin(std::string_view user, std::string_view pin) {
    UserPatch patch;
    patch.pin = {FactorChange::Kind::set, Secret::copy_of(pin)};
    EXPECT_TRUE(upsert_user(*services, owner(), name(user), patch, {}));
  }
  void put_rules(const std::string& set) {
    EXPECT_TRUE(put_policy(*services, owner(), R"({"preset":"default","set":{)" + set + "}}"));
  }
  void set_password(std::string_view user, std::string_view password) {
    UserPatch patch;
    patch.password = {FactorChange::Kind::set, Secret::copy_of(password)};
    EXPECT_TRUE(upsert_user(*services, owner(), name(user), patch, {}));
  }
  SimulatedToken add_card(std::string_view user, unsigned digits = 6,
                          std::string_view serial = "C1") {
    const CodeSpec spec{.kind = TokenKind::hotp, .digits = Digits::make(digits).value()};
    const Secret seed = Secret::copy_of("a seed for the tests of radius");
    NewToken wanted{.serial = Serial::parse(serial).value(),
                    .spec = spec,
                    .form = TokenForm::hardware,
                    .model = {},
                    .next = Position(1'000),
                    .valid_from = {},
                    .valid_until = {},
                    .seed = seed.clone(),
                    .owner = name(user)};
    EXPECT_TRUE(create_token(*services, owner(), std::move(wanted)));
    SimulatedToken token(spec, seed);
    token.set_counter(Position(1'000));
    return token;
  }

  static RadiusSender sender(const char* address = "192.0.2.1", std::uint16_t port = 40'000) {
    return {IpAddress::parse(address).value(), port};
  }

  /// What comes back: nothing, or a reply that proves itself.
  std::optional<RadiusPacket> exchange(const Asked& asked) {
    auto received = desk->receive(packet_of(asked), sender());
    if (const auto* bytes = std::get_if<Bytes>(&received)) return read(*bytes, asked);
    auto* work = std::get_if<RadiusWork>(&received);
    if (work == nullptr) return std::nullopt;
    const auto reply = desk->judge(*work);
    desk->done(*work, reply);
    if (!reply) return std::nullopt;
    return read(reply->bytes, asked);
  }
  static RadiusPacket read(const Bytes& bytes, const Asked& asked) {
    RadiusPacket packet = RadiusPacket::parse(bytes).value();
    Md5Digest authenticator{};
    authenticator.fill(asked.id);
    EXPECT_EQ(check_reply(packet, authenticator, Secret::copy_of(kShared)), RadiusProof::right);
    EXPECT_EQ(packet.attributes().front().type, RadiusType::message_authenticator);
    return packet;
  }
  /// The code of the reply, or "nothing".
  std::string answer(const Asked& asked) {
    const auto reply = exchange(asked);
    if (!reply) return "nothing";
    last_state = reply->text(RadiusType::state);
    last_message = reply->text(RadiusType::reply_message);
    const RadiusCode code = reply->code();
    if (code == RadiusCode::access_accept) return "accept";
    if (code == RadiusCode::access_reject) return "reject";
    return code == RadiusCode::access_challenge ? "challenge" : "something else";
  }

  FakeClock clock;
  SeededRandom random{1};
  MemoryStore store;
  KeyFileVault vault{Secret(Bytes(32, 7))};
  std::unique_ptr<Services> services;
  ExchangeLog exchanges;
  std::unique_ptr<RadiusDesk> desk;
  std::vector<std::string> said;
  std::string last_state;
  std::string last_message;
};

}  // namespace lockstep
