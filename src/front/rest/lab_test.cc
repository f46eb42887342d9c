// SPDX-License-Identifier: Apache-2.0
#include "front/rest/lab.h"

#include "front/rest/api_fixture.h"
#include "service/outgoing_mail.h"

namespace lockstep {
namespace {

class LabApi : public ApiTest {
 protected:
  LabApi() {
    add_user("anna");
    card_.emplace(add_token("anna", "DC-1", CodeSpec{}, Position(10)));
    lab_.tokens.push_back({.serial = serial("DC-1"),
                           .user = "anna",
                           .user_name = "Anna Berg",
                           .model = "Display card",
                           .spec = CodeSpec{},
                           .seed_hex = "0102",
                           .counter = 10});
    add_token("anna", "OTHER-1", CodeSpec{}, Position(1));
    router_ = make_api_router(*services, {.service_uid = 1000, .lab = &lab_});
  }

  /// As a browser that nobody has signed in with.
  Seen visit(Method method, const std::string& path, const std::string& body = "") {
    Request request = request_for(method, "/api/v1/lab" + path, body);
    request.peer = {PeerKind::tcp, "127.0.0.1", std::nullopt};
    return send(request);
  }
  Seen sign_in(const std::string& code) {
    return visit(Method::post, "/sign-in", R"({"user":"anna","code":")" + code + "\"}");
  }
  /// The code of the card after `presses` more.
  std::string pressed(int presses) {
    std::string code;
    for (int i = 0; i < presses; ++i) code = card_->press();
    return code;
  }

  std::optional<SimulatedToken> card_;
  LabWorld lab_;
};

TEST_F(LabApi, IsNowhereButInADemo) {
  router_ = make_api_router(*services, {.service_uid = 1000});
  for (const char* path : {"/world", "/tokens/DC-1", "/outbox"}) {
    EXPECT_EQ(visit(Method::get, path).verdict(), "404 not_found") << path;
  }
  EXPECT_EQ(sign_in("123456").verdict(), "404 not_found");
}

TEST_F(LabApi, TheWorldIsItsTokensWithTheirSeeds) {
  const Seen world = visit(Method::get, "/world");
  EXPECT_EQ(world.status(), 200);
  ASSERT_EQ(world.at("tokens").as_array().size(), 1U) << "and no other's";
  const boost::json::object token = world.at("tokens").as_array().at(0).as_object();
  EXPECT_EQ(token.at("serial"), "DC-1");
  EXPECT_EQ(token.at("seed"), "0102");
  EXPECT_EQ(token.at("kind"), "hotp");
  EXPECT_EQ(token.at("digits"), 6);
  EXPECT_EQ(token.at("counter"), 10);
}

TEST_F(LabApi, TheBeliefIsWhereTheServerLooks) {
  const Seen belief = visit(Method::get, "/tokens/DC-1");
  EXPECT_EQ(belief.at("next"), 10);
  EXPECT_EQ(belief.at("accept"), 2);
  EXPECT_EQ(belief.at("pair"), 100);
  EXPECT_TRUE(belief.at("offset").is_null()) << "it has no clock";
  EXPECT_EQ(visit(Method::get, "/tokens/OTHER-1").verdict(), "404 not_found");
  EXPECT_EQ(visit(Method::get, "/tokens/NONE").verdict(), "404 not_found");
}

TEST_F(LabApi, ACardThatWasPressedOftenHealsOverTwoSignIns) {
  const Seen first = sign_in(pressed(41));
  EXPECT_EQ(first.text("decision"), "reject");
  EXPECT_EQ(first.text("reason"), "next_code");
  EXPECT_EQ(first.at("off"), 40);
  const Seen belief = visit(Method::get, "/tokens/DC-1");
  EXPECT_EQ(belief.at("remembered"), 50);
  EXPECT_FALSE(belief.text("remembered_until").empty());

  const Seen second = sign_in(pressed(1));
  EXPECT_EQ(second.text("decision"), "accept");
  EXPECT_EQ(second.at("moved"), true);
  EXPECT_EQ(visit(Method::get, "/tokens/DC-1").at("next"), 52);

  const Seen third = sign_in(pressed(1));
  EXPECT_EQ(third.text("decision"), "accept");
  EXPECT_TRUE(third.at("moved").is_null());
}

TEST_F(LabApi, WhatIsRememberedIsForgottenWithItsTime) {
  (void)sign_in(pressed(41));
  clock.advance(Seconds(180));
  EXPECT_TRUE(visit(Method::get, "/tokens/DC-1").at("remembered").is_null());
}

TEST_F(LabApi, AWrongCodeIsToldByItsReason) {
  const Seen seen = sign_in(wrong_code(pressed(1)));
  EXPECT_EQ(seen.text("decision"), "reject");
  EXPECT_EQ(seen.text("reason"), "no_match");
}

TEST_F(LabApi, TheOutboxShowsMailsInTheirWords) {
  User anna{.id = UserId(1), .name = user_name("anna")};
  anna.email = "anna@example.com";
  anna.language = "sv";
  const auto change =
      mail_to_user(*services, owner(), anna, MailEvent::email_code, {{"code", "736251"}});
  ASSERT_TRUE(store.commit({{change->value()}, {}}));
  const Seen seen = visit(Method::get, "/outbox");
  EXPECT_EQ(seen.status(), 200);
  const boost::json::object mail = seen.at("items").as_array().at(0).as_object();
  EXPECT_EQ(mail.at("to"), "anna@example.com");
  EXPECT_EQ(mail.at("language"), "sv");
  EXPECT_EQ(mail.at("subject"), "736251 är din kod");
  EXPECT_EQ(std::string(mail.at("text").as_string().c_str()).substr(0, 8), "736251\n\n");
}

}  // namespace
}  // namespace lockstep
