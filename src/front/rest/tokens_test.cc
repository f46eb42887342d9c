// SPDX-License-Identifier: Apache-2.0
#include "front/rest/api_fixture.h"

namespace lockstep {
namespace {

class TokensApi : public ApiTest {
 protected:
  /// Two codes in a row, as a body.
  static std::string codes(const std::string& first, const std::string& second) {
    return R"({"codes":[")" + first + R"(",")" + second + R"("]})";
  }
};

TEST_F(TokensApi, ATokenIsCreatedWithASeedThatIsNeverShown) {
  add_user("anna");
  const std::string seed = "3132333435363738393031323334353637383930";
  const Seen created =
      post("/tokens", R"({"kind":"hotp","serial":"c7","digits":8,"counter":5,"owner":"anna",)"
                      R"("model":"Card","seed":")" +
                          seed + "\"}");
  EXPECT_EQ(created.status(), 201);
  EXPECT_EQ(created.header("Location"), "/api/v1/tokens/C7");
  EXPECT_TRUE(created.at("seed").is_null());
  const Seen read = get("/tokens/c7");
  EXPECT_EQ(read.text("kind"), "hotp");
  EXPECT_EQ(read.at("digits"), 8);
  EXPECT_EQ(read.text("form"), "hardware");
  EXPECT_EQ(read.text("owner"), "anna");
  EXPECT_EQ(read.at("progress").at("next"), 5);
  EXPECT_TRUE(read.at("step_seconds").is_null()) << "An event token has no step.";
  EXPECT_EQ(read.response.body.find(seed), std::string::npos);
}

TEST_F(TokensApi, ASeedMadeHereIsShownOnceWithItsLink) {
  add_user("anna");
  const Seen created = post("/tokens", R"({"kind":"totp","owner":"anna"})");
  EXPECT_EQ(created.status(), 201);
  const std::string base32 = created.at("seed").at("base32").as_string().c_str();
  EXPECT_EQ(base32.size(), 32U);
  EXPECT_NE(std::string(created.at("seed").at("otpauth_uri").as_string()).find(base32),
            std::string::npos);
  EXPECT_EQ(created.at("token").at("form"), "software");
  EXPECT_EQ(created.at("token").at("step_seconds"), 30);
  const std::string serial_text = created.at("token").at("serial").as_string().c_str();
  EXPECT_EQ(get("/tokens/" + serial_text).response.body.find(base32), std::string::npos);
}

TEST_F(TokensApi, AListIsNarrowedToHowTokensKeepStep) {
  add_user("anna");
  SimulatedToken card = add_card("anna", "C1");
  add_card("anna", "C2");
  EXPECT_EQ(get("/tokens/C1").text("sync"), "unused");
  EXPECT_EQ(log_in("anna", card.press()), Verdict::accept);
  card.press_unseen(50);
  EXPECT_EQ(log_in("anna", card.press()), Verdict::reject);
  const Seen out = get("/tokens?sync=out_of_sync");
  ASSERT_EQ(out.at("items").as_array().size(), 1U);
  EXPECT_EQ(out.at("items").at(0).at("serial"), "C1");
  EXPECT_EQ(out.at("items").at(0).at("sync"), "out_of_sync");
  EXPECT_EQ(get("/tokens?sync=unused").at("items").at(0).at("serial"), "C2");
  EXPECT_EQ(get("/tokens?sync=perhaps").verdict(), "400 invalid_input");
}

TEST_F(TokensApi, TheCodesAcceptedLastAreToldToWhoMayDiagnose) {
  add_user("anna");
  SimulatedToken card = add_card("anna", "C1");
  SimulatedToken fob = add_fob("anna", "F1");
  EXPECT_TRUE(get("/tokens/C1").at("recent").is_null());
  EXPECT_EQ(log_in("anna", card.press()), Verdict::accept);
  card.press_unseen(2);
  EXPECT_EQ(log_in("anna", card.press()), Verdict::accept);
  EXPECT_EQ(log_in("anna", fob.shows(clock.now().wall + Seconds(30))), Verdict::accept);
  const auto skipped = get("/tokens/C1").at("recent");
  ASSERT_EQ(skipped.as_array().size(), 1U) << "before the oldest one it is not known";
  EXPECT_EQ(skipped.at(0).at("off"), 2);
  EXPECT_EQ(get("/tokens/F1").at("recent").at(0).at("off"), 1) << "a step fast";
  const Permissions reader{Permission::tokens_read};
  EXPECT_TRUE(call_with(reader, Method::get, "/tokens/F1").at("recent").is_null());
}

TEST_F(TokensApi, AFingerprintTellsTwoRecordsOfOneSeed) {
  const std::string same = R"({"kind":"hotp","seed":"3132333435363738393031323334353637383930",)";
  for (const char* serial_text : {"A1", "A2"}) {
    EXPECT_EQ(post("/tokens", same + R"("serial":")" + serial_text + "\"}").status(), 201);
  }
  EXPECT_EQ(post("/tokens", R"({"kind":"hotp","serial":"A3"})").status(), 201);
  const std::string first = get("/tokens/A1").text("seed_fingerprint");
  EXPECT_EQ(first.size(), 16U);
  EXPECT_EQ(get("/tokens/A2").text("seed_fingerprint"), first);
  EXPECT_NE(get("/tokens/A3").text("seed_fingerprint"), first);
  EXPECT_EQ(get("/tokens").at("items").at(0).as_object().count("seed_fingerprint"), 0U);
  const Permissions reader{Permission::tokens_read};
  EXPECT_EQ(call_with(reader, Method::get, "/tokens/A1").text("seed_fingerprint"), "");
}

TEST_F(TokensApi, WhatCannotBeATokenIsRefused) {
  for (const char* body :
       {"{}", R"({"kind":"sms"})", R"({"kind":"hotp","digits":3})",
        R"({"kind":"hotp","digits":11})", R"({"kind":"hotp","algorithm":"md5"})",
        R"({"kind":"hotp","step_seconds":30})", R"({"kind":"totp","step_seconds":0})",
        R"({"kind":"totp","step_seconds":86401})", R"({"kind":"totp","counter":1})",
        R"({"kind":"hotp","counter":-1})", R"({"kind":"hotp","seed":"xyz"})",
        R"({"kind":"hotp","seed":"3132"})", R"({"kind":"hotp","seed_encoding":"hex"})",
        R"({"kind":"hotp","seed_bytes":21})",
        R"({"kind":"hotp","seed":"31323334353637383930","seed_bytes":20})",
        R"({"kind":"hotp","seed":"31323334353637383930","seed_encoding":"rot13"})",
        R"({"kind":"hotp","serial":"a b"})", R"({"kind":"hotp","valid_from":"yesterday"})",
        R"({"kind":"hotp","form":"paper"})"}) {
    EXPECT_EQ(post("/tokens", body).verdict(), "400 invalid_input") << body;
  }
  EXPECT_EQ(post("/tokens", R"({"kind":"hotp","owner":"nobody"})").verdict(), "404 not_found");
  add_user("anna");
  add_card("anna", "C1");
  EXPECT_EQ(post("/tokens", R"({"kind":"hotp","serial":"C1"})").verdict(), "409 conflict");
}

TEST_F(TokensApi, PatchChangesOnlyWhatIsGiven) {
  add_user("anna");
  add_card("anna", "C1");
  const Seen changed =
      call(Method::patch, "/tokens/C1", R"({"model":"Card","valid_until":"2030-01-01T00:00:00Z"})");
  EXPECT_EQ(changed.status(), 200);
  EXPECT_EQ(changed.text("model"), "Card");
  EXPECT_EQ(changed.text("valid_until"), "2030-01-01T00:00:00Z");
  EXPECT_EQ(changed.text("state"), "enabled");
  const Seen lost = call(Method::patch, "/tokens/C1", R"({"state":"lost","valid_until":null})");
  EXPECT_EQ(lost.text("state"), "lost");
  EXPECT_EQ(lost.text("model"), "Card");
  EXPECT_TRUE(lost.at("valid_until").is_null());
  for (const char* body : {R"({"state":"new"})", R"({"valid_from":5})", R"({"next":5})"}) {
    EXPECT_EQ(call(Method::patch, "/tokens/C1", body).verdict(), "400 invalid_input") << body;
  }
}

TEST_F(TokensApi, AChangeFromAnOldVersionIsAConflict) {
  add_user("anna");
  SimulatedToken card = add_card("anna", "C1");
  const std::string old = get("/tokens/C1").header("ETag");
  EXPECT_EQ(log_in("anna", card.press()), Verdict::accept);
  EXPECT_EQ(call(Method::patch, "/tokens/C1", R"({"state":"lost"})", old).verdict(),
            "409 conflict");
  EXPECT_EQ(call(Method::delete_, "/tokens/C1", "", old).verdict(), "409 conflict");
  const std::string now = get("/tokens/C1").header("ETag");
  EXPECT_EQ(call(Method::delete_, "/tokens/C1", "", now).status(), 204);
  EXPECT_EQ(get("/tokens/C1").verdict(), "404 not_found");
}

TEST_F(TokensApi, TheListIsFilteredAndPaged) {
  add_user("anna");
  for (const char* one : {"A1", "A2", "B1"}) add_card("anna", one);
  EXPECT_EQ(post("/tokens", R"({"kind":"hotp","serial":"S1"})").status(), 201);
  EXPECT_EQ(call(Method::patch, "/tokens/B1", R"({"state":"suspended"})").status(), 200);
  const struct {
    const char* query;
    std::size_t count;
  } cases[] = {
      {"", 4},
      {"?q=a", 2},
      {"?state=suspended", 1},
      {"?state=enabled&q=b1", 0},
      {"?assigned=false", 1},
      {"?assigned=true", 3},
  };
  for (const auto& one : cases) {
    EXPECT_EQ(get(std::string("/tokens") + one.query).at("items").as_array().size(), one.count)
        << one.query;
  }
  EXPECT_EQ(get("/tokens?limit=2").text("next"), "A2");
  EXPECT_EQ(get("/tokens?state=new").verdict(), "400 invalid_input");
  EXPECT_EQ(get("/tokens?assigned=1").verdict(), "400 invalid_input");
}

TEST_F(TokensApi, ProgressIsForThoseWhoMayDiagnose) {
  add_user("anna");
  add_card("anna", "C1");
  const Seen blind = call_with({Permission::tokens_read}, Method::get, "/tokens/C1");
  EXPECT_EQ(blind.status(), 200);
  EXPECT_TRUE(blind.at("progress").is_null());
  EXPECT_FALSE(call_with({Permission::tokens_read, Permission::diagnose}, Method::get, "/tokens/C1")
                   .at("progress")
                   .is_null());
}

TEST_F(TokensApi, TwoCodesBringATokenBackAndTheNextOneSignsIn) {
  add_user("anna");
  SimulatedToken card = add_card("anna", "C1");
  card.press_unseen(700);
  const std::string first = card.press();
  const Seen moved = post("/tokens/C1/resync", codes(first, card.press()));
  EXPECT_EQ(moved.response.body, R"({"moved":700,"unit":"codes","direction":"ahead"})");
  EXPECT_EQ(log_in("anna", card.press()), Verdict::accept);
}

TEST_F(TokensApi, AFobIsMovedInStepsAndSeconds) {
  add_user("anna");
  SimulatedToken fob = add_fob("anna", "F1");
  fob.set_clock({.offset = -Seconds(9 * 3600)});
  const std::string first = fob.shows(clock.now().wall);
  clock.advance(Seconds(30));
  const Seen moved = post("/tokens/F1/resync", codes(first, fob.shows(clock.now().wall)));
  EXPECT_EQ(moved.status(), 200);
  EXPECT_EQ(moved.at("moved"), 1080);
  EXPECT_EQ(moved.text("unit"), "steps");
  EXPECT_EQ(moved.text("direction"), "behind");
  EXPECT_EQ(moved.at("seconds"), 32'400);
  EXPECT_LT(moved.at("offset_after").as_int64(), -32'000);
}

TEST_F(TokensApi, ACounterFromTheDisplayNeedsOneCode) {
  add_user("anna");
  SimulatedToken card = add_card("anna", "C1");
  card.press_unseen(30'000);
  const std::string counter = std::to_string(card.counter().value());
  const Seen moved = post("/tokens/C1/resync",
                          R"({"counter":)" + counter + R"(,"codes":[")" + card.press() + "\"]}");
  EXPECT_EQ(moved.at("moved"), 30'000);
}

TEST_F(TokensApi, AFailureSaysWhyAndHowMuchIsLeftButEvidenceOnlyToSome) {
  add_user("anna");
  SimulatedToken card = add_card("anna", "C1");
  card.press_unseen(10);
  const std::string first = card.press();
  card.press_unseen(3);
  const std::string body = codes(first, card.press());
  const Seen seen = post("/tokens/C1/resync", body);
  EXPECT_EQ(seen.verdict(), "422 not_consecutive");
  EXPECT_EQ(seen.at("attempts_left"), 4);
  EXPECT_TRUE(seen.at("evidence").is_object());
  const Seen blind =
      call_with({Permission::tokens_resync}, Method::post, "/tokens/C1/resync", body);
  EXPECT_EQ(blind.verdict(), "422 not_consecutive");
  EXPECT_TRUE(blind.at("evidence").is_null());
}

TEST_F(TokensApi, APausedTokenSaysWhenToTryAgain) {
  add_user("anna");
  SimulatedToken card = add_card("anna", "C1");
  Seen seen;
  for (int i = 0; i < 6; ++i) seen = post("/tokens/C1/resync", codes("000001", "000002"));
  EXPECT_EQ(seen.verdict(), "429 too_many_attempts");
  EXPECT_EQ(seen.at("retry_after"), 900);
  EXPECT_EQ(seen.header("Retry-After"), "900");
}

TEST_F(TokensApi, TheWideReachNeedsItsOwnPermissionAndANote) {
  add_user("anna");
  add_card("anna", "C1");
  const std::string body = R"({"codes":["000001","000002"],"reach":"admin","note":"found it"})";
  EXPECT_EQ(
      call_with({Permission::tokens_resync}, Method::post, "/tokens/C1/resync", body).verdict(),
      "403 not_allowed");
  EXPECT_EQ(post("/tokens/C1/resync", body).status(), 422);
  EXPECT_EQ(post("/tokens/C1/resync", R"({"codes":["000001","000002"],"reach":"admin"})").verdict(),
            "400 invalid_input");
  EXPECT_EQ(post("/tokens/C1/resync", R"({"codes":["000001","000002"],"reach":"far"})").verdict(),
            "400 invalid_input");
  EXPECT_EQ(post("/tokens/NONE/resync", codes("000001", "000002")).verdict(), "404 not_found");
}

TEST_F(TokensApi, ATestMovesNothing) {
  add_user("anna");
  SimulatedToken card = add_card("anna", "C1");
  const std::string code = card.press();
  const std::string body = R"({"code":")" + code + "\"}";
  EXPECT_EQ(post("/tokens/C1/test", body).status(), 200);
  EXPECT_EQ(post("/tokens/C1/test", body).status(), 200);
  EXPECT_EQ(log_in("anna", code), Verdict::accept);
  EXPECT_EQ(post("/tokens/C1/test", body).verdict(), "422 already_used");
  EXPECT_EQ(call_with({Permission::tokens_resync}, Method::post, "/tokens/C1/test", body).verdict(),
            "403 not_allowed");
}

}  // namespace
}  // namespace lockstep
