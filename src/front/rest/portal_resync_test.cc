// SPDX-License-Identifier: Apache-2.0
// The resynchronisation of a user's own token, by a session of the portal.
#include "front/rest/portal_fixture.h"

namespace lockstep {
namespace {

class PortalResync : public PortalTest {
 protected:
  PortalResync() {
    EXPECT_EQ(log_in("anna", shown()), Verdict::accept);
    clock.advance(Seconds(3'600));
    browser_ = by_mail();
  }

  /// What the fob shows that has become nine minutes slow.
  std::string slow() { return fob_.shows(clock.now().wall - Seconds(540)); }
  Seen start(const Browser& browser) {
    return browse(browser, Method::post, "/resync", R"({"serial":"FOB-4411"})");
  }
  Seen first(const Browser& browser, const std::string& id, const std::string& code) {
    return browse(browser, Method::put, "/resync/" + id + "/first",
                  R"({"code":")" + code + R"("})");
  }
  Seen complete(const Browser& browser, const std::string& id, const std::string& code) {
    return browse(browser, Method::post, "/resync/" + id + "/complete",
                  R"({"code2":")" + code + R"("})");
  }

  Browser browser_;
};

TEST_F(PortalResync, BringsASlowFobBackAndMailsItsOwner) {
  const Seen started = start(browser_);
  ASSERT_EQ(started.status(), 201) << started.response.body;
  EXPECT_EQ(started.at("step_seconds").as_int64(), 30);
  const std::string id = started.text("id");
  EXPECT_EQ(first(browser_, id, slow()).status(), 202);
  clock.advance(Seconds(30));
  const Seen done = complete(browser_, id, slow());
  ASSERT_EQ(done.status(), 200) << done.response.body;
  EXPECT_EQ(done.at("seconds").as_int64(), 540);
  EXPECT_EQ(done.text("direction"), "behind");
  const Mail mail = store.newest_mails(1).value().at(0);
  EXPECT_EQ(mail.event, MailEvent::resynchronised);
  EXPECT_EQ(open_arguments(*services, mail).value().at("by"), "user");
  clock.advance(Seconds(30));
  EXPECT_EQ(log_in("anna", slow()), Verdict::accept);
}

TEST_F(PortalResync, RightAndWrongFirstCodesGetTheSameBytes) {
  const std::string one = start(browser_).text("id");
  const std::string two = start(browser_).text("id");
  const Seen right = first(browser_, one, slow());
  const Seen wrong = first(browser_, two, wrong_code(slow()));
  EXPECT_EQ(right.response.body, wrong.response.body);
  EXPECT_EQ(right.response.headers, wrong.response.headers);
  EXPECT_EQ(right.status(), wrong.status());
}

TEST_F(PortalResync, WhoHasNotSeenTheAnswerAsksAgainAndItCountsOnce) {
  const std::string id = start(browser_).text("id");
  first(browser_, id, slow());
  clock.advance(Seconds(30));
  const std::string code = slow();
  const Seen done = complete(browser_, id, code);
  const std::size_t mails = store.newest_mails(100).value().size();
  const Seen again = complete(browser_, id, code);
  EXPECT_EQ(again.response.body, done.response.body);
  EXPECT_EQ(store.newest_mails(100).value().size(), mails);
  EXPECT_EQ(complete(browser_, id, wrong_code(code)).verdict(), "410 conversation_expired");
  clock.advance(Seconds(181));
  EXPECT_EQ(complete(browser_, id, code).verdict(), "410 conversation_expired");
}

TEST_F(PortalResync, AFailureAskedAgainCostsOneTry) {
  const std::string id = start(browser_).text("id");
  first(browser_, id, wrong_code(slow()));
  clock.advance(Seconds(30));
  const std::string code = wrong_code(slow());
  const Seen failed = complete(browser_, id, code);
  EXPECT_EQ(failed.verdict(), "422 no_match");
  EXPECT_EQ(failed.at("attempts_left").as_int64(), 4);
  EXPECT_TRUE(failed.at("evidence").is_null());
  EXPECT_EQ(complete(browser_, id, code).response.body, failed.response.body);
  EXPECT_EQ(start(browser_).at("attempts_left").as_int64(), 4);
}

TEST_F(PortalResync, AnotherSessionOfTheSameUserGoesOnAndNobodyElse) {
  const std::string id = start(browser_).text("id");
  const std::string code = slow();
  add_person("berta");
  const Browser berta = by_mail("berta");
  EXPECT_EQ(first(berta, id, code).verdict(), "410 conversation_expired");
  const Permissions self{Permission::self_service};
  EXPECT_EQ(
      call_with(self, Method::put, "/resync/" + id + "/first", R"({"code":")" + code + R"("})")
          .verdict(),
      "410 conversation_expired");
  clock.advance(Seconds(30));
  EXPECT_EQ(first(by_mail(), id, slow()).status(), 202);
}

TEST_F(PortalResync, IsForOnesOwnTokensAndWithoutAName) {
  add_person("berta");
  add_card("berta", "OTHER");
  EXPECT_EQ(browse(browser_, Method::post, "/resync", R"({"serial":"OTHER"})").verdict(),
            "404 not_assigned");
  EXPECT_EQ(
      browse(browser_, Method::post, "/resync", R"({"user":"berta","serial":"OTHER"})").verdict(),
      "400 invalid_input");
  services->portal.allow.resync = false;
  EXPECT_EQ(start(browser_).verdict(), "403 not_allowed");
}

TEST_F(PortalResync, AnApiKeyStillNamesTheUser) {
  const Permissions self{Permission::self_service};
  EXPECT_EQ(call_with(self, Method::post, "/resync", R"({"serial":"FOB-4411"})").verdict(),
            "400 invalid_input");
  EXPECT_EQ(
      call_with(self, Method::post, "/resync", R"({"user":"anna","serial":"FOB-4411"})").status(),
      201);
}

}  // namespace
}  // namespace lockstep
