// SPDX-License-Identifier: Apache-2.0
// The portal's conversation, as the wizard of the web page holds it.
#include "base/hex.h"
#include "front/rest/api_fixture.h"

namespace lockstep {
namespace {

class ResyncApi : public ApiTest {
 protected:
  Seen start(const std::string& user, const std::string& serial_text) {
    return post("/resync", R"({"user":")" + user + R"(","serial":")" + serial_text + "\"}");
  }
  Seen first(const std::string& id, const std::string& code) {
    return put("/resync/" + id + "/first", R"({"code":")" + code + "\"}");
  }
  Seen complete(const std::string& id, const std::string& code) {
    return post("/resync/" + id + "/complete", R"({"code2":")" + code + "\"}");
  }
  Seen next(const std::string& id, const std::string& code) {
    return put("/resync/" + id + "/next", R"({"code":")" + code + "\"}");
  }
};

TEST_F(ResyncApi, AFobComesBackInTwoSteps) {
  add_user("anna");
  SimulatedToken fob = add_fob("anna", "F1");
  fob.set_clock({.offset = -Seconds(240)});
  const Seen started = start("anna", "F1");
  EXPECT_EQ(started.status(), 201);
  EXPECT_EQ(started.text("method"), "two_codes");
  EXPECT_EQ(started.text("kind"), "totp");
  EXPECT_EQ(started.at("digits"), 6);
  EXPECT_EQ(started.at("step_seconds"), 30);
  EXPECT_EQ(started.at("attempts_left"), 5);
  EXPECT_EQ(started.text("server_time"), to_rfc3339(clock.now().wall));
  EXPECT_EQ(started.text("expires_at"), to_rfc3339(clock.now().wall + Seconds(180)));

  const std::string id = started.text("id");
  const Seen taken = first(id, fob.shows(clock.now().wall));
  EXPECT_EQ(taken.status(), 202);
  EXPECT_LE(taken.at("next_within_seconds").as_int64(), 30);
  EXPECT_FALSE(taken.text("accept_until").empty());
  clock.advance(Seconds(30));
  const Seen done = complete(id, fob.shows(clock.now().wall));
  EXPECT_EQ(done.status(), 200);
  EXPECT_EQ(done.at("moved"), 8);
  EXPECT_EQ(done.text("direction"), "behind");
}

TEST_F(ResyncApi, ACardHasNoStepAndNoCountdown) {
  add_user("anna");
  SimulatedToken card = add_card("anna", "C1");
  const Seen started = start("anna", "C1");
  EXPECT_TRUE(started.at("step_seconds").is_null());
  EXPECT_TRUE(first(started.text("id"), card.press()).at("next_within_seconds").is_null());
}

TEST_F(ResyncApi, TheAnswerToTheFirstCodeIsTheSameRightOrWrong) {
  add_user("anna");
  SimulatedToken card = add_card("anna", "C1");
  const std::string right = card.press();
  const Seen one = first(start("anna", "C1").text("id"), right);
  const Seen other = first(start("anna", "C1").text("id"), wrong_code(right));
  EXPECT_EQ(one.status(), other.status());
  EXPECT_EQ(one.response.body, other.response.body);
  EXPECT_EQ(one.response.headers, other.response.headers);
}

TEST_F(ResyncApi, FormIsJudgedAndTheConversationGoesOn) {
  add_user("anna");
  SimulatedToken card = add_card("anna", "C1");
  const std::string id = start("anna", "C1").text("id");
  EXPECT_EQ(first(id, "12x456").verdict(), "422 malformed");
  EXPECT_EQ(first(id, "1234").verdict(), "422 wrong_length");
  const std::string code = card.press();
  EXPECT_EQ(first(id, code).status(), 202);
  EXPECT_EQ(complete(id, code).verdict(), "422 same_code");
  EXPECT_EQ(complete(id, card.press()).status(), 200);
  EXPECT_EQ(complete(id, card.press()).verdict(), "410 conversation_expired");
}

TEST_F(ResyncApi, StepsLeftOutLeadNowhere) {
  add_user("anna");
  SimulatedToken card = add_card("anna", "C1");
  const std::string id = start("anna", "C1").text("id");
  EXPECT_EQ(complete(id, card.press()).verdict(), "410 conversation_expired");
  EXPECT_EQ(next(id, card.press()).verdict(), "410 conversation_expired");
  EXPECT_EQ(first("unknown", card.press()).verdict(), "410 conversation_expired");
}

TEST_F(ResyncApi, ARefusedBeginningSaysWhy) {
  add_user("anna");
  add_user("bert");
  add_card("anna", "C1");
  EXPECT_EQ(start("bert", "C1").verdict(), "404 not_assigned");
  EXPECT_EQ(start("nobody", "C1").verdict(), "404 not_assigned");
  EXPECT_EQ(start("anna", "NONE").verdict(), "404 not_assigned");
  EXPECT_EQ(call(Method::patch, "/tokens/C1", R"({"state":"lost"})").status(), 200);
  EXPECT_EQ(start("anna", "C1").verdict(), "403 lost");
  EXPECT_EQ(start("anna", "a b").verdict(), "400 invalid_input");
}

TEST_F(ResyncApi, AFailureSaysHowManyTriesAreLeft) {
  add_user("anna");
  add_card("anna", "C1");
  const std::string id = start("anna", "C1").text("id");
  EXPECT_EQ(first(id, "000001").status(), 202);
  const Seen refused = complete(id, "000002");
  EXPECT_EQ(refused.status(), 422);
  EXPECT_EQ(refused.at("attempts_left"), 4);
}

TEST_F(ResyncApi, WhereTwoPlacesFitOneMoreCodeDecides) {
  // Found by search: this seed shows the same two codes in a row at two counters.
  const std::string seed = "df36c5c631f863a334ebbe079742091ea401506e";
  EXPECT_EQ(put("/policy", R"({"preset":"default","set":{"event.resync":20000}})").status(), 200);
  add_user("anna");
  EXPECT_EQ(
      post("/tokens", R"({"kind":"hotp","serial":"T1","owner":"anna","seed":")" + seed + "\"}")
          .status(),
      201);
  SimulatedToken token({.kind = TokenKind::hotp}, Secret(parse_hex(seed).value()));
  token.set_counter(Position(8'599));
  const std::string id = start("anna", "T1").text("id");
  EXPECT_EQ(first(id, token.press()).status(), 202);
  const Seen undecided = complete(id, token.press());
  EXPECT_EQ(undecided.status(), 200);
  EXPECT_EQ(undecided.text("reason"), "one_more_code");
  const Seen done = next(id, token.press());
  EXPECT_EQ(done.status(), 200);
  EXPECT_EQ(done.at("moved"), 8'599);
}

}  // namespace
}  // namespace lockstep
