// SPDX-License-Identifier: Apache-2.0
// An organisation with an operator: "karin", who is set up, and whose second factor is the event
// token of the user "karin".
#pragma once

#include "service/operator_sessions.h"
#include "service/operator_setup.h"
#include "service/operators.h"
#include "service/service_test_world.h"

namespace lockstep {

class ConsoleWorld : public World {
 protected:
  static constexpr const char* kPassword = "a long enough phrase";

  ConsoleWorld() {
    add_user("karin");
    card_.emplace(add_card("karin", "K1"));
    OperatorPatch patch;
    patch.role = Role::administrator;
    patch.tokens_of = user_name("karin");
    link_ = create_operator(*services, owner(), user_name("karin"), patch).value().setup.path;
    EXPECT_EQ(set_up(link_, kPassword, card_->press()).value().verdict, SetupVerdict::done);
  }

  [[nodiscard]] Context console() const { return console_context(*services, "192.0.2.7"); }

  static std::string secret_of(const std::string& link) { return link.substr(link.find('#') + 1); }

  Result<SetupAnswer> set_up(const std::string& link, std::string_view password, std::string code) {
    return set_up_operator(*services, console(),
                           {secret_of(link), Secret::copy_of(password), std::move(code)});
  }

  SignInAnswer sign_in(std::string_view name, std::string_view password, std::string code) {
    return lockstep::sign_in(
               *services, console(),
               {std::string(name), Secret::copy_of(password), std::move(code), "192.0.2.7"})
        .value();
  }
  SignedIn signed_in() { return sign_in("karin", kPassword, card_->press()).signed_in.value(); }
  [[nodiscard]] bool is_signed_in(const std::string& secret) {
    return find_session_caller(*services, secret).value().has_value();
  }
  Operator account(std::string_view name = "karin") {
    return get_operator(*services, user_name(name)).value();
  }

  std::optional<SimulatedToken> card_;
  std::string link_;
};

}  // namespace lockstep
