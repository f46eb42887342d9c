// SPDX-License-Identifier: Apache-2.0
// A small organisation for the tests of this folder: everything real but disk, clock and chance.
#pragma once

#include <memory>
#include <string>

#include <gtest/gtest.h>

#include "adapters/system/key_file.h"
#include "service/api_keys.h"
#include "service/authenticate.h"
#include "service/resynchronise.h"
#include "service/services.h"
#include "service/tokens.h"
#include "service/users.h"
#include "testing/fake_clock.h"
#include "testing/memory_store.h"
#include "testing/seeded_random.h"
#include "testing/simulated_token.h"

namespace lockstep {

inline UserName user_name(std::string_view text) { return UserName::parse(text).value(); }
inline GroupName group_name(std::string_view text) { return GroupName::parse(text).value(); }
inline Serial serial(std::string_view text) { return Serial::parse(text).value(); }

/// Any code but `code`, and none of the neighbours that count as a slip of the finger.
inline std::string wrong_code(std::string code) {
  for (char& c : code) c = static_cast<char>('0' + (c - '0' + 5) % 10);
  return code;
}

class World : public testing::Test {
 public:
  World() {
    // In the middle of a 30-second step, as most log-ins are.
    clock.advance(Seconds(15));
    services = start_services({store, clock, random, vault}, 2).value();
  }

  [[nodiscard]] Context owner() const { return begin(*services, owner_caller()); }
  [[nodiscard]] Context client(std::string name = "vpn") const {
    return begin(*services, Caller{Actor("key:" + name), {Permission::authenticate}, name});
  }
  [[nodiscard]] Context with(Permissions permissions) const {
    return begin(*services, Caller{Actor("key:desk"), permissions, "desk"});
  }

  void add_user(std::string_view name) {
    ASSERT_TRUE(upsert_user(*services, owner(), user_name(name), {}, {}));
  }
  void set_password(std::string_view name, std::string_view password) {
    UserPatch patch;
    patch.password = {FactorChange::Kind::set, Secret::copy_of(password)};
    ASSERT_TRUE(upsert_user(*services, owner(), user_name(name), patch, {}));
  }
  void set_pin(std::string_view name, std::string_view pin) {
    UserPatch patch;
    patch.pin = {FactorChange::Kind::set, Secret::copy_of(pin)};
    ASSERT_TRUE(upsert_user(*services, owner(), user_name(name), patch, {}));
  }

  /// A token of `name`, and the same as its owner has it. The seed follows from the serial.
  SimulatedToken add_token(std::string_view name, std::string_view serial_text,
                           const CodeSpec& spec, Position next = Position(0)) {
    const Secret seed = Secret::copy_of("seed of token number " + std::string(serial_text));
    NewToken wanted{.serial = serial(serial_text),
                    .spec = spec,
                    .form = TokenForm::hardware,
                    .model = {},
                    .next = next,
                    .valid_from = {},
                    .valid_until = {},
                    .seed = seed.clone(),
                    .owner = user_name(name)};
    EXPECT_TRUE(create_token(*services, owner(), std::move(wanted)));
    SimulatedToken token(spec, seed);
    token.set_counter(next);
    return token;
  }
  SimulatedToken add_card(std::string_view name, std::string_view serial_text) {
    return add_token(name, serial_text, {.kind = TokenKind::hotp}, Position(1'000));
  }
  SimulatedToken add_fob(std::string_view name, std::string_view serial_text) {
    return add_token(name, serial_text, {.kind = TokenKind::totp});
  }

  static LoginRequest request(std::string_view user, std::string code) {
    LoginRequest made;
    made.user = user;
    made.code = std::move(code);
    return made;
  }
  LoginAnswer log_in(LoginRequest made) {
    return authenticate(*services, client(), std::move(made)).value();
  }
  Verdict log_in(std::string_view user, std::string code) {
    return log_in(request(user, std::move(code))).verdict;
  }

  User user(std::string_view name) {
    return store.situation(Subject(user_name(name))).value().user.value();
  }
  Token token(std::string_view serial_text) {
    return get_token(*services, serial(serial_text)).value().token;
  }
  AuditRecord last_record() { return store.audit({}).value().front(); }

  FakeClock clock;
  SeededRandom random{1};
  MemoryStore store;
  KeyFileVault vault{Secret(Bytes(32, 7))};
  std::unique_ptr<Services> services;
};

}  // namespace lockstep
